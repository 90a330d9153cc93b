"""Half a year of records: the same for the same seed, and what the figures and dues will need."""

from datetime import UTC, datetime

import pytest

from anlan.demo import build
from anlan.figures import compute
from anlan.figures.rules import parse_period
from anlan.people.models import Area
from anlan.records.models import Record, Visit

pytestmark = pytest.mark.django_db
AT = datetime(2024, 6, 24, 6, 5, tzinfo=UTC)


@pytest.fixture
def wenling(db, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    return build.build(area="331081", scale=0.0006, seed=3, at=AT)


def test_half_a_year_of_records(wenling):
    assert wenling["records"] == Record.objects.count() > 1000
    night = Record.objects.filter(kind="night_check")
    towns = night.values_list("area", flat=True).distinct()
    assert towns.count() == 16
    weeks = {(day.isocalendar().week, area) for day, area in night.values_list("day", "area")}
    assert 16 * 22 < len(weeks) < 16 * 27  # some weeks lapsed: that is what dues are for
    assert not Record.objects.filter(started_at__gt=AT).exists()
    assert Record.objects.filter(hidden=True).count() == 1
    assert Record.objects.get(raised__isnull=False).raised.get().check_item == "exit"


def test_firms_are_fewer_than_firm_times_and_figures_add_up(wenling):
    area = Area.objects.get(code="331081000000")
    asked = {"period": parse_period("2024H1"), "area": area, "scope": None, "at": AT}
    values = {
        each.figure.key: each.value
        for each in compute.compute(
            ["firms_inspected", "firm_times_inspected", "night_checks", "persons_trained"], **asked
        )
    }
    assert 0 < values["firms_inspected"] < values["firm_times_inspected"]
    assert values["firm_times_inspected"] <= Visit.objects.count()
    for name in values:
        parts = compute.breakdown(name, "area", **asked)
        assert sum(part.value for part in parts) == values[name]
