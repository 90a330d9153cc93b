"""Arrival with a limit, people called in by name, joint duty opened once."""

from datetime import timedelta

import pytest

from anlan.duty import actions, sweeps
from anlan.duty.models import Desk, LogEntry, Shift, Summons
from anlan.duty.models.coverage import gaps
from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.kernel.models import Announcement

from .rota import june


@pytest.fixture
def night(rota, district):
    return rota.on(district.luo_fire, june(13, "17:30"), june(14))


def test_confirmed_in_time(rota, district, clock, night):
    assert night.arrival(june(13, "17:31")) == "待到岗"
    clock.to(june(13, "17:40"))
    actions.confirm_arrival(night, by=district.luo_fire, at=rota.at)
    assert night.arrival(rota.at) == "已到岗"
    with pytest.raises(NotAllowed, match="已经确认到岗"):
        actions.confirm_arrival(night, by=district.luo_fire, at=rota.at)


def test_a_quarter_of_an_hour_late_is_told_once_and_stays_late(rota, district, clock, night):
    clock.to(june(13, "17:45"))
    assert sweeps.mark_not_arrived(at=rota.at) == 1
    assert sweeps.mark_not_arrived(at=rota.at) == 0
    night.refresh_from_db()
    assert night.arrival(rota.at) == "未到岗"
    assert "罗军到 2024-06-13 17:45 没有确认到岗" in LogEntry.objects.get().words
    clock.to(june(13, "18:10"))
    actions.confirm_arrival(night, words="路面积水绕行", by=district.luo_fire, at=rota.at)
    night.refresh_from_db()
    assert (night.arrival(rota.at), night.absent_at) == ("迟到", june(13, "17:45"))
    assert Announcement.objects.filter(event="anlan.duty.events.ArrivalMissed").count() == 1


def test_the_officer_before_them_can_confirm_the_next_one_but_no_stranger_can(
    rota, district, clock, night
):
    next_one = rota.on(district.he_housing, june(14), june(14, "17:30"))
    clock.to(june(14, "08:25"))
    with pytest.raises(Forbidden):
        actions.confirm_arrival(next_one, by=district.ye_manager, at=rota.at)
    actions.confirm_arrival(next_one, by=district.luo_fire, at=rota.at)
    entry = trail.entries_of(next_one).get(verb="confirm_arrival")
    assert entry.on_behalf_of_id == district.he_housing.pk


def test_nobody_arrives_a_day_early(rota, district, night):
    with pytest.raises(NotAllowed, match="还没有开始"):
        actions.confirm_arrival(night, by=district.luo_fire, at=rota.at)


def test_a_shift_taken_off_is_not_waited_for(rota, district, clock, night):
    actions.drop_shift(night, reason="停班", by=district.chen_section, at=rota.at)
    clock.to(june(13, "18:30"))
    assert sweeps.mark_not_arrived(at=rota.at) == 0


# --- called in by name ------------------------------------------------------------------------


def call_in(rota, *people, minutes=40):
    order = actions.Order("暴雨红色预警", rota.at + timedelta(minutes=minutes))
    return actions.summon(rota.room, people, order=order, by=rota.district.zhou_chief, at=rota.at)


def test_in_a_red_rainstorm_two_are_called_in_and_the_one_who_does_not_come_is_shown(
    rota, district, clock
):
    he, luo = call_in(rota, district.he_housing, district.luo_fire)
    assert "要求何丽、罗军于 2024-06-12 16:40 前到岗" in LogEntry.objects.get().words
    clock.forward(minutes=20)
    actions.confirm_arrival(he, by=district.he_housing, at=rota.at)
    clock.forward(minutes=20)
    assert sweeps.mark_not_arrived(at=rota.at) == 1
    luo.refresh_from_db()
    assert (he.arrival(rota.at), luo.arrival(rota.at)) == ("已到岗", "未到岗")
    actions.end_summons(luo, by=district.zhou_chief, at=rota.at)
    with pytest.raises(NotAllowed, match="已经解除"):
        actions.end_summons(luo, by=district.zhou_chief, at=rota.at)


def test_called_in_twice_or_for_a_time_gone_by_is_refused(rota, district):
    call_in(rota, district.luo_fire)
    with pytest.raises(Invalid, match="罗军已经在紧急到岗名单"):
        call_in(rota, district.he_housing, district.luo_fire)
    assert Summons.objects.get().person == district.luo_fire  # all of them or none
    with pytest.raises(Invalid, match="时限已过"):
        call_in(rota, district.he_housing, minutes=-1)


# --- joint duty -------------------------------------------------------------------------------


def test_joint_duty_opened_twice_is_one_and_the_second_is_told_since_when(rota, district, clock):
    first = rota.joint()
    clock.forward(minutes=3)
    with pytest.raises(NotAllowed) as second:
        rota.joint("启动防台风Ⅱ级应急响应")
    assert "2024-06-12 16:00" in second.value.words
    assert "Ⅲ级" in second.value.words
    assert Desk.objects.filter(kind="joint_duty").count() == 1
    actions.close_joint(first, reason="响应结束", by=district.chen_section, at=rota.at)
    again = rota.joint("启动防台风Ⅱ级应急响应")
    assert again.pk != first.pk


def test_each_department_must_man_its_own_seat(rota, district):
    desk = rota.joint()
    by = {"by": district.chen_section, "at": rota.at}
    fire = actions.set_seat(desk, body=district.fire_brigade, number=1, **by)
    housing = actions.set_seat(desk, body=district.housing_bureau, number=1, **by)
    night = (june(12, "20:00"), june(13, "08:00"))
    luo = actions.Planned("OFFICER", district.luo_fire, *night, seat=fire)
    actions.assign(desk, luo, **by)
    missing = {g.seat for g in gaps(desk, *night) if g.level == "OFFICER"}
    assert missing == {housing.pk}
    with pytest.raises(Invalid, match="罗军不是住建局的人员"):
        actions.assign(
            desk, actions.Planned("OFFICER", district.luo_fire, *night, seat=housing), **by
        )


def test_closed_with_the_response_its_coming_shifts_are_off(rota, district, clock):
    desk = rota.joint()
    by = {"by": district.chen_section, "at": rota.at}
    seat = actions.set_seat(desk, body=district.fire_brigade, number=1, **by)
    for day in (12, 13):
        planned = actions.Planned(
            "OFFICER", district.luo_fire, june(day, "20:00"), june(day + 1, "08:00"), seat=seat
        )
        actions.assign(desk, planned, **by)
    at = clock.to(june(12, "23:00"))
    actions.close_joint(desk, reason="台风已过境", by=district.chen_section, at=at)
    running, coming = Shift.objects.filter(desk=desk).order_by("starts")
    assert (running.ends, running.dropped_at) == (at, None)
    assert coming.dropped_at == at
    words = [entry.words for entry in LogEntry.objects.filter(desk=desk).order_by("pk")]
    assert words == ["启动联合值班：启动防台风Ⅲ级应急响应", "结束联合值班：台风已过境"]
