"""Rosters by turns and by hand: holidays with 调休, who is passed over, who may sit where."""

from datetime import date, timedelta

import pytest

from anlan.duty import actions
from anlan.duty.actions import Planned
from anlan.duty.models import LogEntry, Rotation, Shift
from anlan.duty.models.coverage import gaps
from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.people import actions as people

from .rota import june, moment, names


def test_three_take_turns_day_and_night_and_july_goes_on_where_june_ended(rota, district):
    luo, he, ma = district.luo_fire, district.he_housing, district.ma_admin
    rotation = rota.group(luo, he, ma)
    made = rota.make(rotation, date(2024, 6, 27), date(2024, 6, 30))
    assert names(made) == ["罗军", "何丽", "马超", "罗军", "何丽", "马超", "罗军", "何丽"]
    assert [shift.watch for shift in made[:2]] == ["白班", "夜班"]
    assert made[1].ends == moment(date(2024, 6, 28))
    july = rota.make(Rotation.objects.get(), date(2024, 7, 1), date(2024, 7, 1))
    assert names(july) == ["马超", "罗军"]
    assert Rotation.objects.get().made_until == date(2024, 7, 1)
    span = (moment(date(2024, 6, 27)), moment(date(2024, 7, 2)))
    assert [gap for gap in gaps(rota.room, *span) if gap.level == "OFFICER"] == []


def test_working_days_and_days_off_rotate_apart_with_the_sunday_that_is_worked(rota, district):
    """National Day 2024: Sunday 9-29 and Saturday 10-12 are worked, 10-1 to 10-7 are off."""
    work = rota.group(
        district.huang_zeguo_station, district.sun_grid7, desk=rota.zeguo, days="WORKING"
    )
    off = rota.group(district.lin_zeguo_leader, desk=rota.zeguo, days="OFF")
    first, last = date(2024, 9, 28), date(2024, 10, 8)
    worked, free = rota.make(work, first, last), rota.make(off, first, last)
    assert [shift.day.day for shift in worked] == [29, 30, 8]
    assert names(worked) == ["黄磊", "孙国强", "黄磊"]
    assert [shift.day.day for shift in free] == [28, 1, 2, 3, 4, 5, 6, 7]
    assert not [
        gap
        for gap in gaps(rota.zeguo, moment(first), moment(last + timedelta(days=1)))
        if gap.level == "OFFICER"
    ]


def test_by_pairs_the_group_moves_on_by_two(rota, district):
    desk = rota.joint()
    seat = actions.set_seat(
        desk, body=district.bureau, number=2, by=district.chen_section, at=rota.at
    )
    people_of_the_bureau = (district.zhou_chief, district.chen_section, district.ma_admin)
    rotation = rota.group(*people_of_the_bureau, desk=desk, seat=seat, step=2, watch="夜班")
    made = rota.make(rotation, date(2024, 6, 13), date(2024, 6, 15))
    assert names(made) == ["周建国", "陈静", "马超", "周建国", "陈静", "马超"]


def test_what_is_manned_by_hand_stays_and_takes_no_turn(rota, district):
    rota.on(district.sun_grid7, june(14), june(15), desk=rota.zeguo)
    rotation = rota.group(district.huang_zeguo_station, district.lin_zeguo_leader, desk=rota.zeguo)
    made = rota.make(rotation, date(2024, 6, 13), date(2024, 6, 15))
    assert [(shift.day.day, shift.person.name) for shift in made] == [(13, "黄磊"), (15, "林海")]
    # Pressed again, nothing is doubled.
    assert rota.make(rotation, date(2024, 6, 13), date(2024, 6, 15)) == []


def test_whoever_left_or_is_on_duty_elsewhere_is_passed_over(rota, district):
    rotation = rota.group(district.luo_fire, district.he_housing, district.ma_admin, watch="夜班")
    people.leave(
        district.luo_fire, on=june(12).date(), reason="调离", by=district.ma_admin, at=rota.at
    )
    rota.on(district.he_housing, june(14), june(15), level="STANDBY")
    made = rota.make(rotation, date(2024, 6, 13), date(2024, 6, 15))
    assert [(s.day.day, s.person.name) for s in made] == [(13, "何丽"), (14, "马超"), (15, "马超")]


def test_when_nobody_of_the_group_is_free_the_watch_stays_open_and_is_a_gap(rota, district):
    rota.on(district.luo_fire, june(13, "20:00"), june(14, "02:00"), level="STANDBY")
    rotation = rota.group(district.luo_fire, watch="夜班")
    assert rota.make(rotation, date(2024, 6, 13), date(2024, 6, 13)) == []
    night = (june(13, "17:30"), june(14))
    assert [gap.there for gap in gaps(rota.room, *night) if gap.level == "OFFICER"] == [0]


def test_a_grid_worker_cannot_be_the_leader_on_duty(rota, district):
    with pytest.raises(Invalid, match="孙国强的岗位不能担任泽国镇值班室的带班领导"):
        rota.on(district.sun_grid7, june(13), june(14), level="LEADER", desk=rota.zeguo)


def test_somebody_who_left_cannot_be_put_on(rota, district):
    people.leave(
        district.luo_fire, on=june(12).date(), reason="调离", by=district.ma_admin, at=rota.at
    )
    district.luo_fire.refresh_from_db()
    with pytest.raises(Invalid, match="罗军已于 2024-06-12 离任"):
        rota.on(district.luo_fire, june(13), june(14))


def test_the_town_makes_its_own_roster_and_not_the_neighbours(rota, district):
    planned = Planned("OFFICER", district.sun_grid7, june(13), june(14))
    huang, zhao = district.huang_zeguo_station, district.zhao_taiping_station
    assert actions.assign(rota.zeguo, planned, by=huang, at=rota.at).person == district.sun_grid7
    for stranger in (zhao, district.sun_grid7, district.wu_bystander):
        with pytest.raises(Forbidden):
            actions.assign(rota.zeguo, planned, by=stranger, at=rota.at)
    with pytest.raises(Forbidden):
        actions.assign(rota.room, planned, by=huang, at=rota.at)


def test_twice_at_the_same_desk_at_once_is_a_slip_and_refused(rota, district):
    rota.on(district.luo_fire, june(13, "17:30"), june(14))
    with pytest.raises(Invalid, match="罗军这段时间已排在"):
        rota.on(district.luo_fire, june(13, "20:00"), june(14, "02:00"))


def test_who_falls_ill_at_ten_is_replaced_for_what_is_left_of_the_night(rota, district, clock):
    shift = rota.on(district.luo_fire, june(13, "17:30"), june(14))
    clock.to(june(13, "22:00"))
    made = actions.reassign_shift(
        shift, person=district.he_housing, reason="突发疾病", by=district.chen_section, at=rota.at
    )
    shift.refresh_from_db()
    assert (shift.person.name, shift.ends) == ("罗军", june(13, "22:00"))
    assert (made.person.name, made.starts, made.ends) == ("何丽", june(13, "22:00"), june(14))
    # The one who comes in at night has their own limit to arrive, counted from now.
    assert made.arrive_by == june(13, "22:15")
    assert "由罗军改为何丽：突发疾病" in LogEntry.objects.get().words
    night = (june(13, "17:30"), june(14))
    assert [gap for gap in gaps(rota.room, *night) if gap.level == "OFFICER"] == []


def test_clearing_takes_off_what_has_not_begun_and_keeps_what_was(rota, district, clock):
    begun = rota.on(district.luo_fire, rota.at + timedelta(minutes=5), june(13))
    rota.on(district.he_housing, june(14), june(14, "17:30"))
    rota.on(district.zhou_chief, june(14), june(15), level="LEADER")
    clock.forward(hours=1)
    cleared = actions.clear_roster(
        rota.room,
        level="OFFICER",
        first=date(2024, 6, 12),
        last=date(2024, 6, 30),
        by=district.chen_section,
        at=rota.at,
    )
    assert cleared == 1
    assert {s.person.name for s in Shift.objects.standing()} == {"罗军", "周建国"}
    assert Shift.objects.count() == 3  # taken off, not forgotten
    begun.refresh_from_db()
    assert begun.dropped_at is None


def test_a_desk_that_was_closed_takes_no_shifts_and_drops_those_to_come(rota, district):
    shift = rota.on(district.sun_grid7, june(14), june(15), desk=rota.zeguo)
    actions.close_desk(rota.zeguo, reason="并入片区", by=district.ma_admin, at=rota.at)
    shift.refresh_from_db()
    assert shift.dropped_at == rota.at
    with pytest.raises(NotAllowed, match="撤销"):
        rota.on(district.sun_grid7, june(16), june(17), desk=rota.zeguo)
    assert trail.verbs_of(rota.zeguo) == ["open_desk", "close_desk"]


def test_a_sheet_with_one_bad_row_changes_nothing(rota, district):
    rows = [
        (rota.room, Planned("OFFICER", district.luo_fire, june(13), june(13, "17:30"))),
        (rota.room, Planned("LEADER", district.sun_grid7, june(13), june(14))),
    ]
    with pytest.raises(Invalid, match="孙国强的岗位不能担任"):
        actions.import_shifts(rows, source="值班表.xlsx", by=district.chen_section, at=rota.at)
    assert not Shift.objects.exists()
    made = actions.import_shifts(
        rows[:1], source="值班表.xlsx", by=district.chen_section, at=rota.at
    )
    assert names(made) == ["罗军"]
