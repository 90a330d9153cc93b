"""Who is on duty at an instant, over midnight, in two towns, and when somebody has left."""

from datetime import timedelta

from anlan.demo.district import BEGIN
from anlan.duty import actions
from anlan.duty.models import Shift, on_duty
from anlan.duty.models.coverage import flags
from anlan.people import actions as people
from anlan.people.models import Tenure

from .rota import june, names


def test_at_three_in_the_morning_the_night_watch_of_the_day_before_is_on(rota, district):
    rota.on(district.luo_fire, june(12, "17:30"), june(13, "08:30"))
    rota.on(district.he_housing, june(13, "08:30"), june(13, "17:30"))
    path = district.grid7.path
    assert names(on_duty(path, level="OFFICER", at=june(13, "03:00"))) == ["罗军"]
    assert names(on_duty(path, level="OFFICER", at=june(13, "08:29"))) == ["罗军"]
    # One ends where the other begins: at 08:30 exactly there is one of them, not both.
    assert names(on_duty(path, level="OFFICER", at=june(13, "08:30"))) == ["何丽"]
    assert names(on_duty(path, level="OFFICER", at=june(13, "17:30"))) == []


def test_the_town_is_rung_before_the_district(rota, district, django_assert_num_queries):
    rota.on(district.zhou_chief, june(13), june(14), level="LEADER")
    rota.on(district.lin_zeguo_leader, june(13), june(14), level="LEADER", desk=rota.zeguo)
    rota.on(district.wang_taiping_leader, june(13), june(14), level="LEADER", desk=rota.taiping)
    at = june(13, "12:00")
    with django_assert_num_queries(1):
        found = on_duty(district.village_muyu.path, level="LEADER", at=at)
        assert names(found) == ["林海", "周建国"]
        assert [shift.desk.area_id for shift in found] == [district.zeguo.pk, district.wenling.pk]
        assert [shift.phone for shift in found] == ["13800000007", "13800000001"]
    assert names(on_duty(district.wenling.path, level="LEADER", at=at)) == ["周建国"]


def test_somebody_who_left_yesterday_is_not_on_duty_today_whatever_the_roster_says(
    rota, district, clock
):
    today = rota.on(district.luo_fire, june(13, "17:30"), june(14, "08:30"))
    clock.to(june(13, "09:00"))
    people.leave(
        district.luo_fire, on=june(13).date(), reason="调离", by=district.chen_section, at=rota.at
    )
    assert on_duty(district.wenling.path, level="OFFICER", at=june(13, "20:00")) == []
    said = flags(Shift.objects.filter(pk=today.pk), at=rota.at)
    assert [flag.kind for flag in said[today.pk]] == ["LEFT", "OFF_POST"]
    assert "离任" in said[today.pk][0].words


def test_a_person_with_two_posts_in_two_towns_is_booked_in_both_at_once(rota, district):
    Tenure.objects.create(
        person=district.huang_zeguo_station, post=district.taiping_station_post, since=BEGIN
    )
    here = rota.on(district.huang_zeguo_station, june(13), june(14), desk=rota.zeguo)
    # Not refused: the towns plan apart, and in a small district it may be meant. It is shown.
    there = rota.on(district.huang_zeguo_station, june(13), june(14), desk=rota.taiping)
    later = rota.on(district.huang_zeguo_station, june(15), june(16), desk=rota.taiping)
    assert here.post == district.zeguo_station_post
    assert there.post == district.taiping_station_post
    found = flags([here, there, later], at=rota.at)
    assert set(found) == {here.pk, there.pk}
    assert found[here.pk][0].words == "同一时间还在太平街道值班室（值班员）"
    # A town that shows only its own roster is told about the other town all the same.
    assert set(flags([there], at=rota.at)) == {there.pk}


def test_whoever_leaves_the_post_in_a_week_is_flagged_on_the_shifts_after_it(rota, district):
    before = rota.on(district.huang_zeguo_station, june(13), june(14), desk=rota.zeguo)
    after = rota.on(district.huang_zeguo_station, june(21), june(22), desk=rota.zeguo)
    people.release(
        district.huang_zeguo_station,
        post=district.zeguo_station_post,
        on=june(20).date(),
        by=district.ma_admin,
        at=rota.at,
    )
    found = flags([before, after], at=rota.at)
    assert set(found) == {after.pk}
    assert found[after.pk][0].kind == "OFF_POST"


def test_a_joint_desk_that_was_closed_has_nobody_on_duty(rota, district, clock):
    desk = rota.joint()
    seat = actions.set_seat(
        desk, body=district.fire_brigade, number=1, by=district.chen_section, at=rota.at
    )
    planned = actions.Planned(
        "OFFICER", district.luo_fire, june(12, "20:00"), june(13, "08:00"), seat=seat
    )
    actions.assign(desk, planned, by=district.chen_section, at=rota.at)
    at = clock.to(june(12, "23:00"))
    assert names(on_duty(district.wenling.path, level="OFFICER", at=at)) == ["罗军"]
    actions.close_joint(desk, reason="响应结束", by=district.chen_section, at=at)
    later = at + timedelta(minutes=1)
    assert on_duty(district.wenling.path, level="OFFICER", at=later) == []
