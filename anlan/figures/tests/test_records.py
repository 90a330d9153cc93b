"""Figures over the books: 家 is not 家次, a number equals its rows, parts add up to it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from anlan.figures import compute
from anlan.figures.compute import Figure
from anlan.figures.rules import parse_period
from anlan.kernel.errors import Invalid
from anlan.people.access import scope_of
from anlan.records import actions
from anlan.records.actions import Visited
from anlan.records.models import Record
from anlan.records.tests.story import Story, answers

pytestmark = pytest.mark.django_db
OVER_RECORDS = [
    name for name, figure in compute.definitions().items() if figure.source == "records"
]
WRITTEN = {
    "key": "x", "label": "x", "unit": "家", "scope": "", "clause": "",
    "source": "records", "moment": "started_at",
}  # fmt: skip
BY_HAND = ("", "visits", "bodies", "person_times")


@pytest.fixture
def story(district):
    """Three visits to two firms, one with a fault, a void one, two courses, a drill, a secret."""
    story, d = Story(district), district
    told = {"checklist": "fire_general", "answers": answers(exit="no")}
    story.keep(story.inspection(bodies=(Visited(d.cold_chain), Visited(d.foundry))))
    d.clock.forward(days=1)
    story.keep(story.inspection(**told))
    d.clock.forward(days=1)
    wrong = story.keep(story.inspection())
    actions.void(wrong, reason="录错", by=d.huang_zeguo_station, at=story.now)
    story.keep(story.training())
    story.keep(story.training(started_at=story.now - timedelta(hours=5), counts={"trained": 40}))
    drill = story.training(kind="drill", place="长屿", counts={"attended": 1542})
    story.keep(drill)
    secret = story.inspection(kind="unannounced_visit", people=(d.he_housing,))
    story.keep(secret, by=d.chen_section)
    return story


def asked(story, scope=None):
    d = story.district
    return {"period": parse_period("2024H1"), "area": d.wenling, "scope": scope, "at": story.now}


def value(story, name, scope=None):
    return compute.compute([name], **asked(story, scope))[0].value


def test_firms_and_firm_times(story):
    assert value(story, "firms_inspected") == 2
    assert value(story, "firm_times_inspected") == 4
    assert value(story, "inspections") == 3


def test_what_was_counted_and_who_went(story):
    assert value(story, "persons_trained") == 350
    assert value(story, "drill_attendance") == 1542
    assert value(story, "drills") == 1
    assert value(story, "inspection_person_times") == 3
    assert value(story, "inspection_problems") == 1
    assert value(story, "hazards_of_inspections") == 1


def test_a_town_does_not_count_the_visit_that_is_hidden_from_it(story):
    town = scope_of(story.district.lin_zeguo_leader, at=story.now)
    assert value(story, "inspections", town) == 2
    secret = Record.objects.get(kind="unannounced_visit")
    actions.release(secret, by=story.district.chen_section, at=story.now)
    assert value(story, "inspections", town) == 3


def test_a_number_is_the_aggregate_of_its_rows_and_its_parts_add_up(story):
    for found in compute.compute(OVER_RECORDS, **asked(story)):
        figure, rows = found.figure, compute.rows(found.figure.key, **asked(story))
        if figure.of in BY_HAND or figure.of.startswith("counts."):
            assert found.value == _by_hand(figure, rows), figure.key
        for by in compute.dimensions_of(figure):
            parts = compute.breakdown(figure.key, by, **asked(story))
            assert sum(part.value for part in parts) == found.value, (figure.key, by)
            for part in parts:
                behind = compute.only(rows, by, part.key, story.district.wenling, figure)
                assert behind.exists()


def _by_hand(figure: Figure, rows) -> Decimal:
    """The number counted one row after the other, without the database."""
    found = list(rows)
    visits = [visit for record in found for visit in record.visits.all()]
    if figure.of == "visits":
        return Decimal(len(visits))
    if figure.of == "bodies":
        return Decimal(len({visit.body_id for visit in visits}))
    if figure.of == "person_times":
        return Decimal(sum(record.person_times for record in found))
    if figure.of:
        return Decimal(sum(r.counts.get(figure.of.removeprefix("counts."), 0) for r in found))
    return Decimal(len(found))


def test_firms_are_broken_down_by_where_they_lie_and_by_nothing_else(story):
    parts = compute.breakdown("firms_inspected", "area", **asked(story))
    assert {part.label: part.value for part in parts} == {"泽国镇": 1, "太平街道": 1}
    with pytest.raises(Invalid):
        compute.breakdown("firms_inspected", "kind", **asked(story))


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "count", "of": "bodies"},
        {"kind": "distinct", "of": "visits"},
        {"kind": "sum", "of": "visits"},
        {"kind": "sum"},
        {"kind": "count", "of": "heads"},
    ],
)
def test_a_figure_that_mixes_firms_and_firm_times_is_refused(given):
    with pytest.raises(ValueError, match="家|of|求和"):
        Figure(**WRITTEN, **given)
