"""Closed is closed: what was given out is printed again, and what came later stands beside it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from anlan.accidents.models import Accident
from anlan.figures import actions, compute
from anlan.figures.models import FrozenFigure
from anlan.figures.rules import parse_period
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.people.access import scope_of
from anlan.records import actions as books
from anlan.records.actions import Visited
from anlan.records.models import Record
from anlan.records.tests.story import Story

pytestmark = pytest.mark.django_db
MAY = parse_period("2024-05")
NAMES = ["inspections", "firms_inspected", "persons_trained", "hazards_rectification_rate"]


@pytest.fixture
def story(district, clock):
    """Two inspections and a course in May; it is the 12th of June."""
    story, d = Story(district), district
    clock.forward(days=-25)
    story.keep(story.inspection(bodies=(Visited(d.cold_chain), Visited(d.foundry))))
    clock.forward(days=1)
    story.keep(story.inspection())
    story.keep(story.training())
    clock.forward(days=24)
    return story


@pytest.fixture
def frozen(story):
    d = story.district
    return actions.freeze(period=MAY, area=d.wenling, by=d.chen_section, at=story.now)


def printed(story, **also):
    asked = {"period": MAY, "area": story.district.wenling, "scope": None, "at": story.now}
    return {v.figure.key: v for v in compute.compute(NAMES, **(asked | also))}


def words(values):
    return {key: (value.words(), value.change.words) for key, value in values.items()}


def test_frozen_is_reprinted_whatever_comes_later(story, frozen):
    before = words(printed(story, live=True))
    late = story.district.clock.now() - timedelta(days=20)
    story.keep(story.inspection(started_at=late, ended_at=late + timedelta(hours=1), late="补录"))
    assert words(printed(story)) == before
    assert printed(story)["inspections"].frozen == frozen
    assert printed(story, live=True)["inspections"].value == 3
    rows = compute.rows(
        "inspections", period=MAY, area=story.district.wenling, scope=None, at=story.now
    )
    assert rows.count() == printed(story)["inspections"].value
    parts = compute.breakdown(
        "inspections", "area", period=MAY, area=story.district.wenling, scope=None, at=story.now
    )
    assert sum(part.value for part in parts) == 2


def test_what_changed_since_is_listed_row_by_row(story, frozen):
    assert compute.corrections_of(frozen, at=story.now) == []
    first = Record.objects.filter(kind="inspection").order_by("pk").first()
    course = Record.objects.get(kind="training")
    books.void(first, reason="录错", by=story.district.huang_zeguo_station, at=story.now)
    Record.objects.filter(pk=course.pk).update(counts={"trained": 40})
    found = {each.figure.key: each for each in compute.corrections_of(frozen, at=story.now)}
    assert (found["inspections"].was, found["inspections"].now) == ("2", "1")
    assert found["inspections"].left == (first.pk,)
    assert not found["inspections"].entered
    assert found["persons_trained"].changed == ((course.pk, "310", "40"),)
    assert "drills" not in found


def accident(district, number, happened_at):
    return Accident.objects.create(
        number=number, title="厂房起火", happened_at=happened_at, area=district.zeguo,
        area_path=district.zeguo.path, scope="production_safety", stage="CLOSED",
        grade="GENERAL", first_grade="GENERAL", search=number,
    )  # fmt: skip


def test_next_year_is_measured_against_what_was_given_out(story, clock):
    """Three accidents were given out for May, a fourth came to light later; a year on, two."""
    d, may = story.district, story.now - timedelta(days=20)
    for number in ("SG1", "SG2", "SG3"):
        accident(d, number, may)
    frozen = actions.freeze(period=MAY, area=d.wenling, by=d.chen_section, at=story.now)
    accident(d, "SG4", may)
    clock.forward(days=365)
    for number in ("SG5", "SG6"):
        accident(d, number, story.now - timedelta(days=20))
    asked = {"period": parse_period("2025-05"), "area": d.wenling, "scope": None}

    def change(**also):
        names = ["accidents_yoy", "accidents"]
        yoy, accidents = compute.compute(names, **(asked | {"at": story.now} | also))
        return yoy.value, accidents.change.base, "上年同期取自封账数" in yoy.notes

    assert change() == (Decimal("-33.33"), 3, True)  # 2 against the 3 that were given out
    assert change(scope=scope_of(d.he_housing, at=story.now))[2] is False  # sees less than all
    actions.unfreeze(frozen, reason="漏报一起", by=d.zhou_chief, at=story.now)
    assert change() == (Decimal("-50.00"), 4, False)  # 2 against the 4 of the ledger


def test_a_period_that_still_runs_is_not_frozen(story):
    d = story.district
    with pytest.raises(NotAllowed, match="还没有结束"):
        actions.freeze(
            period=parse_period("2024-06"), area=d.wenling, by=d.chen_section, at=story.now
        )


def test_it_is_frozen_once_and_opened_by_somebody_else_for_a_reason(story, frozen):
    d = story.district
    with pytest.raises(NotAllowed, match="已经封账"):
        actions.freeze(period=MAY, area=d.wenling, by=d.chen_section, at=story.now)
    with pytest.raises(NotAllowed, match="不能自己解封"):
        actions.unfreeze(frozen, reason="漏报", by=d.chen_section, at=story.now)
    with pytest.raises(Invalid, match="解封原因"):
        actions.unfreeze(frozen, reason=" ", by=d.zhou_chief, at=story.now)
    actions.unfreeze(frozen, reason="漏报台账", by=d.zhou_chief, at=story.now)
    assert printed(story)["inspections"].frozen is None
    again = actions.freeze(period=MAY, area=d.wenling, by=d.chen_section, at=story.now)
    assert again.digest == frozen.digest  # the same rows, the same seal


def test_nobody_alters_a_frozen_number(story, frozen):
    assert compute.intact(frozen)
    figure = frozen.figures.get(key="inspections")
    with pytest.raises(DatabaseError, match="不能改动"), transaction.atomic():
        FrozenFigure.objects.filter(pk=figure.pk).update(value=Decimal(9))
    assert compute.intact(frozen)


def test_who_sees_one_sector_only_is_answered_from_the_ledger(story, frozen):
    housing = scope_of(story.district.he_housing, at=story.now)
    assert printed(story, scope=housing)["inspections"].frozen is None
    section = scope_of(story.district.chen_section, at=story.now)
    assert printed(story, scope=section)["inspections"].frozen == frozen
