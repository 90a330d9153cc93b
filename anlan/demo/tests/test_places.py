"""The sample district stands in any of the places it knows, and is the same for the same seed."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from anlan.demo import build
from anlan.matters.models import Matter
from anlan.people.models import Person

AT = datetime(2024, 6, 24, 6, 5, tzinfo=UTC)


def made(area):
    return build.build(area=area, scale=0.0006, seed=3, at=AT)


def stands(area):
    """Built and looked at; a build takes a while, so each place is built once."""
    district = made(area)
    assert district["code"].startswith(area)
    assert district["matters"] > 100
    assert not Person.objects.filter(body__name__contains="温岭").exists()
    return list(Matter.objects.order_by("found_at", "title").values_list("title", "found_at"))


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES_DIR = tmp_path


def test_a_city_of_several_counties_takes_the_same_cast_in(db):
    stands("421000")


def test_the_same_seed_makes_the_same_district(db):
    seen = []
    for _ in range(2):
        with transaction.atomic():
            seen.append(stands("440303"))
            transaction.set_rollback(True)
    assert seen[0] == seen[1]
