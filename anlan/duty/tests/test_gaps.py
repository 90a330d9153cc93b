"""An hour that nobody covers is shown before it comes."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.duty import actions, sweeps
from anlan.duty.models import Desk, Uncovered
from anlan.duty.models.coverage import gaps, needs
from anlan.duty.rules.cover import BEIJING, Cover, Need, uncovered
from anlan.kernel.calendar import UnknownYear
from anlan.kernel.models import Announcement
from anlan.people import actions as people

from .rota import june


def officers(desk: Desk, starts: datetime, ends: datetime):
    return [gap for gap in gaps(desk, starts, ends) if gap.level == "OFFICER"]


def test_the_hour_between_two_shifts_is_seen_two_days_before(rota, district, clock):
    rota.on(district.luo_fire, june(13, "17:30"), june(14, "07:30"))  # should be until 08:30
    rota.on(district.he_housing, june(14, "08:30"), june(14, "17:30"))
    (gap,) = officers(rota.room, june(13, "17:30"), june(14, "17:30"))
    assert (gap.starts, gap.ends) == (june(14, "07:30"), june(14, "08:30"))
    assert (gap.watch, gap.needed, gap.there) == ("夜班", 1, 0)


def test_it_is_told_once_before_it_comes_and_not_at_every_sweep(rota, district, clock):
    for day in (12, 13, 14, 15):
        for level, who in (("LEADER", district.zhou_chief), ("STANDBY", district.ma_admin)):
            rota.on(who, max(june(day), rota.at), june(day + 1), level=level)
        rota.on(district.luo_fire, max(june(day), rota.at), june(day, "17:30"))
        if day != 13:
            rota.on(district.he_housing, june(day, "17:30"), june(day + 1))
    Desk.objects.exclude(pk=rota.room.pk).delete()
    assert sweeps.tell_uncovered(at=rota.at) == 1
    told = Uncovered.objects.get()
    assert (told.starts, told.ends) == (june(13, "17:30"), june(14, "08:30"))
    assert Announcement.objects.filter(event="anlan.duty.events.HourUncovered").count() == 1
    for _ in range(3):
        assert sweeps.tell_uncovered(at=clock.forward(hours=2)) == 0
    # Who was to come on the 14th falls ill: that is another gap, and told.
    ill = rota.room.shifts.get(starts=june(14), level="OFFICER")
    actions.drop_shift(ill, reason="住院", by=district.chen_section, at=rota.at)
    assert sweeps.tell_uncovered(at=rota.at) == 1
    assert Uncovered.objects.filter(starts=june(14), ends=june(14, "17:30")).exists()


def test_a_person_who_left_yesterday_covers_nothing_from_that_midnight_on(rota, district, clock):
    rota.on(district.luo_fire, june(13, "17:30"), june(14, "08:30"))
    assert officers(rota.room, june(13, "17:30"), june(14, "08:30")) == []
    clock.to(june(14, "00:00"))
    people.leave(
        district.luo_fire, on=date(2024, 6, 14), reason="调离", by=district.ma_admin, at=rota.at
    )
    (gap,) = officers(rota.room, june(13, "17:30"), june(14, "08:30"))
    assert (gap.starts, gap.ends) == (june(14, "00:00"), june(14, "08:30"))


def test_two_halves_of_a_watch_by_two_people_leave_no_gap(rota, district):
    rota.on(district.luo_fire, june(13, "17:30"), june(14, "01:00"))
    rota.on(district.he_housing, june(14, "00:30"), june(14, "08:30"))
    assert officers(rota.room, june(13, "17:30"), june(14, "08:30")) == []


def test_before_the_season_begins_the_flood_desk_needs_nobody(rota, district):
    desk = rota.desk("flood_control_office", district.wenling, district.bureau)
    Desk.objects.filter(pk=desk.pk).update(opened_at=june(1))
    desk.refresh_from_db()
    winter = datetime(2024, 10, 15, 8, 30, tzinfo=BEIJING)
    wanted = needs(desk, winter, winter + timedelta(days=5))
    assert {need.day for need in wanted} == {date(2024, 10, 15)}  # its last night counts


def test_duty_on_days_off_follows_the_notice_with_its_working_sundays(rota, district):
    """National Day 2024: Sunday 9-29 is worked, 10-1 to 10-7 are off."""
    desk = rota.desk("holiday_duty", district.wenling, district.bureau)
    first = datetime(2024, 9, 28, tzinfo=BEIJING)
    wanted = needs(desk, first, first + timedelta(days=12))
    days = sorted({need.day for need in wanted})
    assert date(2024, 9, 28) in days  # an ordinary Saturday
    assert date(2024, 9, 29) not in days  # 调休: a Sunday that is worked
    assert [day.day for day in days if day.month == 10] == [1, 2, 3, 4, 5, 6, 7]


def test_a_year_whose_holidays_are_not_announced_is_refused_not_guessed(rota, district):
    desk = rota.desk("holiday_duty", district.wenling, district.bureau)
    far = datetime(2031, 1, 1, tzinfo=BEIJING)  # its first night began in 2030
    with pytest.raises(UnknownYear, match="2030"):
        gaps(desk, far, far + timedelta(days=3))
    # The duty room is manned every day: it needs no notice.
    assert gaps(rota.room, far, far + timedelta(days=3))


# --- against counting by the minute ----------------------------------------------------------

START = datetime(2024, 6, 12, tzinfo=BEIJING)
MINUTES = 240
spans = st.tuples(st.integers(-30, MINUTES), st.integers(1, 150))


def minute(number: int) -> datetime:
    return START + timedelta(minutes=number)


@given(
    wanted=st.lists(st.tuples(spans, st.integers(1, 3), st.sampled_from("甲乙")), max_size=4),
    there=st.lists(st.tuples(spans, st.integers(1, 4)), max_size=8),
)
def test_gaps_of_any_roster_are_those_found_by_looking_at_every_minute(wanted, there):
    asked = [
        Need("OFFICER", None, name, START.date(), minute(a), minute(a + n), number)
        for (a, n), number, name in wanted
    ]
    covers = [Cover("OFFICER", None, who, minute(a), minute(a + n)) for (a, n), who in there]
    covers.append(Cover("LEADER", None, 9, minute(-99), minute(999)))  # helps no officer
    found = uncovered(asked, covers, starts=minute(0), ends=minute(MINUTES))
    missing = set()
    for gap in found:
        assert gap.starts < gap.ends
        assert gap.there < gap.needed
        for n in range(MINUTES):
            if gap.starts <= minute(n) < gap.ends:
                assert n not in missing, "told twice"
                missing.add(n)
                assert (gap.needed, gap.there) == _counted(wanted, there, n)
    lacking = {n for n in range(MINUTES) if (c := _counted(wanted, there, n))[1] < c[0]}
    assert missing == lacking


def _counted(wanted, there, n: int) -> tuple[int, int]:
    needed = max((k for (a, length), k, _ in wanted if a <= n < a + length), default=0)
    present = {who for (a, length), who in there if a <= n < a + length}
    return needed, len(present)
