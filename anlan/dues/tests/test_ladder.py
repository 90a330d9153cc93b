# ruff: noqa: E501 (one wide set is easier to read)
"""A town that stops its night checks: reminded, ordered, named before all, and let go when it mends."""

from datetime import timedelta

import pytest

from anlan.dues import actions, sweeps
from anlan.dues.access import visible_to
from anlan.dues.flow import Standing
from anlan.dues.models import Arrear, Step
from anlan.kernel.errors import Forbidden, Invalid
from anlan.matters.models import Matter
from anlan.papers import actions as letters
from anlan.papers.models import Paper

pytestmark = pytest.mark.django_db


def sweep(story, **forward):
    story.district.clock.forward(**forward)
    sweeps.climb_ladders(at=story.now)
    return Arrear.objects.standing().filter(due="town_night_check")


@pytest.fixture
def late(story):
    """泽国 does its nights, 太平 does not."""
    story.keep(story.night_check(organiser=story.district.zeguo_town))
    story.district.clock.forward(weeks=1)
    return story


def night_check_at_taiping(story):
    d = story.district
    story.keep(
        story.night_check(area=d.taiping, organiser=d.taiping_street, bodies=(), place="东门路",
                          people=(d.zhao_taiping_station,)),
        by=d.zhao_taiping_station,
    )  # fmt: skip


def test_the_town_is_reminded_at_once_and_twice_sweeping_makes_one(late):
    (arrear,) = sweep(late).filter(label="太平街道")
    assert [step.label for step in arrear.steps.all()] == ["提醒"]
    sweep(late)
    sweep(late, minutes=1)
    assert Arrear.objects.filter(due="town_night_check", label="太平街道").count() == 1
    assert arrear.steps.count() == 1


def _climb(late) -> Step:
    """Up to the first rung that goes outward, which waits for a person."""
    for _ in range(10):
        for step in Step.objects.waiting().filter(arrear__label="太平街道",
                                                  arrear__due="town_night_check"):  # fmt: skip
            return step
        sweep(late, days=1)
    raise AssertionError("nothing was proposed")


def test_nothing_goes_outward_by_itself_and_the_signer_is_somebody_else(late):
    d = late.district
    step = _climb(late)
    assert step.label == "工作提醒函"
    assert not Paper.objects.exists()
    with pytest.raises(Forbidden):
        actions.confirm_step(step, by=d.zhao_taiping_station, at=late.now)
    paper = actions.confirm_step(step, words="周五前报整改措施", by=d.chen_section, at=late.now)
    assert "镇街集中夜查" in paper.title
    assert list(paper.addressees.all()) == [d.taiping_street]
    with pytest.raises(Forbidden):
        letters.issue(paper, by=d.chen_section, at=late.now)
    letters.issue(paper, by=d.zhou_chief, at=late.now)
    actions.issue_step(step, by=None, at=late.now)
    step.refresh_from_db()
    assert step.stage == Standing.ISSUED
    assert step.reply_due_on is not None


def test_a_supervision_order_is_a_matter_that_somebody_must_close(late):
    d = late.district
    for _ in range(2):
        step = _climb(late)
        paper = actions.confirm_step(step, by=d.chen_section, at=late.now)
        letters.issue(paper, by=d.zhou_chief, at=late.now)
        actions.issue_step(step, by=None, at=late.now)
        actions.issue_step(step, by=None, at=late.now)  # told twice
        late.district.clock.forward(days=4)
        sweep(late)
    step.refresh_from_db()
    assert step.label == "督办单"
    order = Matter.objects.get(kind="supervision_order")
    assert step.matter == order
    assert order.body == d.taiping_street
    assert order.details["document"] == paper.number


def test_what_was_only_proposed_falls_away_when_the_due_is_met(late):
    step = _climb(late)
    night_check_at_taiping(late)
    assert not sweep(late).filter(label="太平街道").exists()
    step.refresh_from_db()
    assert step.stage == Standing.DROPPED
    assert step.arrear.stage == Arrear.Stage.MET


def test_doing_without_a_rung_wants_a_reason_and_the_next_one_comes_in_its_time(late):
    d = late.district
    step = _climb(late)
    with pytest.raises(Invalid, match="理由"):
        actions.decline_step(step, reason="", by=d.chen_section, at=late.now)
    actions.decline_step(step, reason="已当面说明", by=d.chen_section, at=late.now)
    following = _climb(late)
    assert following.label == "督办单"


def test_who_sees_what_is_late(late):
    d = late.district
    sweep(late)
    seen = {
        name: set(visible_to(late.scope(getattr(d, name))).filter(due="town_night_check").values_list("label", flat=True))
        for name in ("chen_section", "zhao_taiping_station", "huang_zeguo_station", "xu_safety")
    }  # fmt: skip
    assert seen["chen_section"] >= {"太平街道"}
    assert seen["zhao_taiping_station"] == {"太平街道"}
    assert "太平街道" not in seen["huang_zeguo_station"]
    assert seen["xu_safety"] == set()


def test_a_waived_week_opens_nothing(late):
    d = late.district
    (arrear,) = sweep(late).filter(label="太平街道")
    first = arrear.first
    from anlan.dues.rules import Who

    who = Who(arrear.row, arrear.label, arrear.area_path, arrear.body_id, arrear.area_id)
    actions.waive("town_night_check", who=who, days=(first, first + timedelta(days=6)),
                  reason="换届", by=d.chen_section, at=late.now)  # fmt: skip
    assert not sweep(late).filter(label="太平街道", first=first).exists()


def test_on_the_first_day_of_the_system_nobody_is_blamed(story):
    assert not sweep(story, weeks=2).exists()
