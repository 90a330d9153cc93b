"""More time is asked for, granted by somebody else, used up; and what a day is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings

from anlan.demo.district import Clock, District
from anlan.kernel import catalogues, trail
from anlan.kernel.calendar import UnknownYear
from anlan.kernel.catalogues import shipped_folder
from anlan.kernel.errors import Forbidden, Invalid
from anlan.matters import actions
from anlan.matters.flow import Stage
from anlan.matters.models import Extension, Supervision

from .story import Story, refreshed

BEIJING = ZoneInfo("Asia/Shanghai")


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def asked_for(story, matter, days=10):
    until = matter.deadline + timedelta(days=days)
    reason = "阀门须从厂家定制，到货要十天"
    by = story.district.xu_safety
    return actions.ask_extension(matter, until=until, reason=reason, by=by, at=story.now)


def test_an_approved_extension_moves_the_deadline(story, district, clock):
    valve = story.taken()
    before = valve.due_at
    assert before == valve.dispatched_at + timedelta(days=15)
    clock.forward(days=12)
    asked = asked_for(story, valve)
    assert refreshed(valve).due_at == before  # asking alone gains nothing
    actions.approve_extension(valve, by=district.huang_zeguo_station, at=clock.now())
    valve = refreshed(valve)
    assert valve.due_at == valve.deadline == asked.until == before + timedelta(days=10)

    clock.forward(days=4)  # past the first deadline, within the second
    story.time_does_its_work()
    assert not Supervision.objects.filter(matter=valve).exists()
    assert not valve.is_overdue(clock.now())


def test_nobody_grants_their_own_request_and_a_refused_one_changes_nothing(story, district, clock):
    valve = story.taken()
    due_at = valve.due_at
    asked_for(story, valve)
    with pytest.raises(Forbidden):
        actions.approve_extension(valve, by=district.xu_safety, at=clock.now())
    # Not under the checking post either, which he holds besides.
    district.appoint(district.xu_safety, district.zeguo_station_post)
    with pytest.raises(Forbidden):
        actions.approve_extension(valve, by=district.xu_safety, at=clock.now())
    actions.refuse_extension(
        valve, opinion="可先租用备用阀", by=district.zhou_chief, at=clock.now()
    )
    assert refreshed(valve).due_at == due_at


def test_a_lapsed_extension_wakes_the_matter_up_again(story, district, clock):
    valve = story.taken()
    asked = asked_for(story, valve)
    actions.approve_extension(valve, by=district.huang_zeguo_station, at=clock.now())
    clock.to(asked.until - timedelta(minutes=1))
    story.time_does_its_work()
    assert Extension.objects.get(matter=valve).lapsed_at is None

    clock.forward(minutes=1)
    story.time_does_its_work()
    asked = Extension.objects.get(matter=valve)
    assert asked.lapsed_at == clock.now()
    assert {"lapse", "watch"} <= set(trail.verbs_of(valve))
    watched = Supervision.objects.get(matter=valve)
    assert watched.post == district.cold_chain_manager_post
    assert refreshed(valve).owner == district.cold_chain_safety_post
    clock.forward(minutes=2)
    story.time_does_its_work()
    assert trail.verbs_of(valve).count("lapse") == 1


def test_an_extension_that_was_kept_never_lapses(story, district, clock):
    valve = story.taken()
    asked = asked_for(story, valve)
    actions.approve_extension(valve, by=district.huang_zeguo_station, at=clock.now())
    clock.forward(days=20)
    story.submitted(refreshed(valve))
    clock.to(asked.until + timedelta(days=1))
    story.time_does_its_work()
    asked.refresh_from_db()
    assert asked.met_at is not None
    assert asked.lapsed_at is None


# --- a district that counts in working days -------------------------------------------------------


@pytest.fixture
def working_days(tmp_path: Path):
    """The site's own matter_kinds.yaml: hazards within 15 working days of dispatch."""
    shipped = (shipped_folder() / "matter_kinds.yaml").read_text(encoding="utf-8")
    changed = shipped.replace("to_rectify: {days: 15}", "to_rectify: {working_days: 15}", 1)
    assert changed != shipped
    (tmp_path / "matter_kinds.yaml").write_text(changed, encoding="utf-8")
    with override_settings(ANLAN_CATALOGUES=tmp_path):
        catalogues.reload()
        yield
    catalogues.reload()


@pytest.fixture
def on_the_day(db, own_files, working_days):
    """The district on another day than usual: called with the instant."""

    def begin(text: str) -> Story:
        clock = Clock(beijing(text).astimezone(UTC))
        return Story(District(clock), clock)

    return begin


@pytest.mark.parametrize(
    ("dispatched", "due"),
    [
        # 国庆节 2025: 10-01 to 10-08 off; Sunday 09-28 and Saturday 10-11 at work.
        ("2025-09-26 16:40", "2025-10-23 16:40"),
        # 春节 2026: 02-15 to 02-23 off; the Saturdays 02-14 and 02-28 at work.
        ("2026-02-10 09:00", "2026-03-09 09:00"),
    ],
)
def test_fifteen_working_days_across_the_long_holidays(on_the_day, dispatched, due):
    story = on_the_day(dispatched)
    valve = story.taken()
    assert valve.due_at == beijing(due)
    story.clock.to(beijing(due).astimezone(UTC) - timedelta(minutes=1))
    story.time_does_its_work()
    assert not Supervision.objects.filter(matter=valve).exists()
    story.clock.forward(minutes=1)
    story.time_does_its_work()
    assert Supervision.objects.filter(matter=valve).exists()


def test_a_year_not_announced_is_refused_clearly_and_nothing_is_dispatched(on_the_day):
    story = on_the_day("2026-12-18 09:00")
    valve = story.found()
    with pytest.raises(UnknownYear) as refused:
        story.dispatched(valve)
    assert "2027 年的放假安排尚未公布" in refused.value.words
    assert "holidays.yaml" in refused.value.mend
    assert refreshed(valve).stage == Stage.REPORTED
    assert trail.verbs_of(valve) == ["report"]


def test_a_dispatch_cannot_give_more_than_the_limit(story, clock):
    valve = story.found()
    with pytest.raises(Invalid) as refused:
        story.dispatched(valve, deadline=clock.now() + timedelta(days=16))
    assert "15日" in refused.value.words
