"""The sample district stands in any of the places it knows, and is the same for the same seed."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from anlan.demo import build
from anlan.matters.models import Matter
from anlan.people.models import Person

AT = datetime(2024, 6, 24, 6, 5, tzinfo=UTC)


def made(area="331081"):
    return build.build(area=area, scale=0.0006, seed=3, at=AT)


@pytest.mark.parametrize("area", ["440303", "421000"])
def test_the_other_districts_take_the_same_cast_in(area, db, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    district = made(area)
    assert district["code"].startswith(area)
    assert district["matters"] > 100
    assert not Person.objects.filter(body__name__contains="温岭").exists()


def test_the_same_seed_makes_the_same_district(db, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    seen = []
    for _ in range(2):
        with transaction.atomic():
            made()
            rows = Matter.objects.order_by("found_at", "title").values_list("title", "found_at")
            seen.append(list(rows))
            transaction.set_rollback(True)
    assert seen[0] == seen[1]
