"""The same deed for many, and many matters at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid
from anlan.kernel.models import TrailEntry
from anlan.matters import actions
from anlan.matters.actions import Order, PastControl, PastMatter, PastRectification
from anlan.matters.flow import Stage
from anlan.matters.models import Batch, InterimControl, Matter, Rectification

from .story import AMMONIA, LISTS, announced, refreshed

DAY = timedelta(days=1)


# --- bulk triage ----------------------------------------------------------------------------------


def test_each_row_is_told_its_own_outcome(story, district, clock):
    fit, done, far = story.reported(), story.taken(), story.reported(story.blocked_exit())
    order = Order(plan=LISTS, grade="GENERAL")
    outcomes = actions.dispatch_many(
        [fit, done, far], order=order, by=district.huang_zeguo_station, at=clock.now()
    )
    assert [outcome.done for outcome in outcomes] == [True, False, False]
    assert "整改中" in outcomes[1].words
    assert "不能交办" in outcomes[2].words
    assert refreshed(fit).stage == Stage.DISPATCHED
    assert refreshed(far).stage == Stage.REPORTED


def test_each_goes_to_its_own_post(story, district, clock):
    at_foundry = story.blocked_exit(body=district.foundry, sector="other")
    both = [story.reported(), story.reported(at_foundry)]
    order = Order(plan=LISTS, grade="GENERAL")
    outcomes = actions.dispatch_many(both, order=order, by=district.chen_section, at=clock.now())
    assert all(outcome.done for outcome in outcomes)
    owners = [refreshed(matter).owner for matter in both]
    assert owners == [district.cold_chain_safety_post, district.foundry_safety_post]


def test_graded_and_merged_in_bulk(story, district, clock):
    first, second, third = story.reported(), story.reported(), story.reported()
    section = district.chen_section
    graded = actions.grade_many([first, second], grade="MAJOR", by=section, at=clock.now())
    assert [outcome.done for outcome in graded] == [False, False]  # 重大 needs a clause
    graded = actions.grade_many(
        [first, second], grade="MAJOR", clause=AMMONIA, by=section, at=clock.now()
    )
    assert [outcome.done for outcome in graded] == [True, True]
    merged = actions.merge_many([second, third, first], into=first, by=section, at=clock.now())
    assert [outcome.done for outcome in merged] == [True, True, False]


# --- history --------------------------------------------------------------------------------------


@pytest.fixture
def past(story, district, clock):
    """A hazard of last month, rectified by 徐文 and accepted by 黄磊."""
    found = clock.now() - 30 * DAY
    done = PastRectification(
        words="已更换",
        at=found + 5 * DAY,
        by_id=district.xu_safety.pk,
        post_id=district.cold_chain_safety_post.pk,
        judged_by_id=district.huang_zeguo_station.pk,
        judged_at=found + 6 * DAY,
    )
    return PastMatter(
        origin="old:1",
        title="液氨阀门锈蚀",
        source="GRID",
        area_id=district.grid7.pk,
        area_path=district.grid7.path,
        found_at=found,
        stage=Stage.CLOSED,
        grade="GENERAL",
        body_id=district.cold_chain.pk,
        body_name=district.cold_chain.name,
        owner_id=district.cold_chain_safety_post.pk,
        checker_id=district.zeguo_station_post.pk,
        dispatched_at=found + DAY,
        closed_at=found + 6 * DAY,
        rectifications=(done,),
    )


def brought_in(district, clock, *rows, by=None):
    by = by or district.chen_section
    return actions.import_matters(rows, name="历年台账.xlsx", by=by, at=clock.now())


def test_history_comes_in_whole(district, clock, past):
    batch = brought_in(district, clock, past)
    old = Matter.objects.get()
    assert (batch.given, batch.added, batch.known) == (1, 1, 0)
    assert (old.stage, old.due_at, old.number[:7]) == (Stage.CLOSED, None, "YH2024-")
    assert Matter.objects.containing("泽海 锈蚀").get() == old
    assert Rectification.objects.get().judged_by == district.huang_zeguo_station
    assert old.details == {"batch": batch.pk}


def test_one_entry_in_the_trail_for_the_whole_batch(district, clock, past):
    rows = [replace(past, origin=f"old:{n}") for n in range(250)]
    batch = brought_in(district, clock, *rows)
    assert TrailEntry.objects.count() == 1
    assert trail.entries_of(batch).get().note["added"] == 250
    assert announced() == ["MattersImported"]


def test_the_timeline_of_what_was_imported_begins_with_its_batch(district, clock, past):
    brought_in(district, clock, past)
    old = Matter.objects.get()
    actions.reopen(old, reason="复查又漏", by=district.huang_zeguo_station, at=clock.now())
    assert [entry.verb for entry in old.timeline()] == ["import_matters", "reopen"]


def test_imported_again_nothing_doubles(district, clock, past):
    brought_in(district, clock, past)
    batch = brought_in(district, clock, past, replace(past, origin="old:2"), past)
    assert (batch.given, batch.added, batch.known) == (3, 1, 2)
    assert Matter.objects.count() == Rectification.objects.count() == 2


def test_a_live_row_is_routed_and_gets_its_clock(story, district, clock, past):
    bare = replace(
        past, rectifications=(), closed_at=None, dispatched_at=None, owner_id=None, checker_id=None
    )
    taken = replace(bare, origin="old:3", stage=Stage.RECTIFYING, dispatched_at=clock.now() - DAY)
    brought_in(district, clock, replace(bare, origin="old:2", stage=Stage.REPORTED), taken)
    waiting, working = Matter.objects.order_by("origin")
    assert (waiting.owner, waiting.due_at) == (district.zeguo_station_post, clock.now() + DAY)
    assert (working.owner, working.checker) == (
        district.cold_chain_safety_post,
        district.zeguo_station_post,
    )
    assert working.due_at == working.deadline == clock.now() + 14 * DAY
    story.submit(working)  # and life goes on from here


def test_interim_control_comes_along(district, clock, past):
    held = PastControl("停用", past.found_at + 2 * DAY, district.xu_safety.pk)
    row = replace(past, stage=Stage.CONTROLLED, rectifications=(), closed_at=None, controls=(held,))
    brought_in(district, clock, row)
    assert InterimControl.objects.get().matter.stage == Stage.CONTROLLED


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"origin": ""}, "第2行.*来源编号"),
        ({"closed_at": None}, "第2行.*销号时间"),
        ({"stage": Stage.REPORTED}, "第2行.*销号时间与环节"),
    ],
)
def test_all_or_nothing_and_the_row_is_named(district, clock, past, wrong, words):
    with pytest.raises(Invalid, match=words):
        brought_in(district, clock, past, replace(past, **{"origin": "old:2", **wrong}))
    assert not Matter.objects.exists()
    assert not Batch.objects.exists()


def test_closed_before_it_was_found_is_refused(district, clock, past):
    with pytest.raises(Invalid, match="早于发现时间"):
        brought_in(district, clock, replace(past, closed_at=past.found_at - DAY))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"found_at": timedelta(minutes=1)}, "发现时间晚于现在"),
        ({"dispatched_at": DAY}, "交办时间晚于现在"),
        ({"closed_at": 400 * DAY}, "销号时间晚于现在"),
    ],
)
def test_nothing_of_history_is_still_to_come(district, clock, past, wrong, words):
    """A hazard found next year drew a number of next year."""
    given = {"stage": Stage.REPORTED, "closed_at": None, "rectifications": ()}
    given |= {key: clock.now() + later for key, later in wrong.items()}
    if "closed_at" in wrong:
        given["stage"] = Stage.CLOSED
    with pytest.raises(Invalid, match=words):
        brought_in(district, clock, replace(past, **given))
    assert not Matter.objects.exists()


def test_nobody_imports_into_another_town_or_without_the_right(district, clock, past):
    elsewhere = replace(past, area_id=district.grid3.pk, area_path=district.grid3.path)
    with pytest.raises(Forbidden, match="第1行"):
        brought_in(district, clock, elsewhere, by=district.huang_zeguo_station)
    with pytest.raises(Forbidden):
        brought_in(district, clock, past, by=district.sun_grid7)


def test_who_rectified_is_no_judge_in_history_either(district, clock, past):
    (done,) = past.rectifications
    forged = replace(past, rectifications=(replace(done, judged_by_id=done.by_id),))
    with pytest.raises(Invalid, match="第1行.*参与过整改"):
        brought_in(district, clock, forged)


def test_what_the_database_refuses_is_an_error_of_the_house(district, clock, past):
    with pytest.raises(IntegrityError):
        brought_in(district, clock, replace(past, checker_id=past.owner_id))
