"""What must not wait until somebody looks at a screen: it reaches the phone of whom it concerns."""

from datetime import timedelta

import pytest

from anlan.callup import actions as calls
from anlan.callup import sweeps
from anlan.callup.actions import Sampling, Sheet
from anlan.callup.models import Attempt, Called, Callup
from anlan.callup.models.statistics import answer_times
from anlan.callup.tests.conftest import DRILL, LIVE, grid_charge, storm  # noqa: F401 (fixtures)
from anlan.duty import actions as duty
from anlan.duty import sweeps as duty_sweeps
from anlan.duty.actions import SwapFacts
from anlan.duty.tests.rota import Rota, june
from anlan.kernel import catalogues, delivery
from anlan.wiring import when


@pytest.fixture
def rota(district):
    calls.load_lines([LIVE, DRILL], at=district.clock.now())
    return Rota(district)


@pytest.fixture
def told(clock):
    """Delivers what was announced; what then goes out, as (name, channel, text)."""

    def read():
        delivery.deliver(when.HEARD, at=clock.now())
        assert not delivery.troubled().exists(), delivery.troubled().first().trouble
        taken = calls.claim("live", limit=99, at=clock.now())
        calls.handed([each.ref for each in taken], line="live", at=clock.now())
        return [(each.name, each.channel, each.text) for each in taken]

    return read


def swap_of(rota, district):
    friday = rota.on(district.luo_fire, june(14, "17:30"), june(15))
    facts = SwapFacts(district.he_housing, None, "参加培训")
    return duty.ask_swap(friday, facts, by=district.luo_fire, at=rota.at)


def test_who_is_asked_to_swap_reads_it_on_the_phone_and_the_asker_reads_the_answer(
    rota, district, told
):
    swap = swap_of(rota, district)
    ((name, channel, text),) = told()
    assert (name, channel) == ("何丽", "SMS")
    assert "罗军请与您换班" in text
    assert "参加培训" in text
    assert "回复1收到" in text
    assert Attempt.objects.filter(called__person=district.he_housing, channel="APP").exists()
    duty.accept_swap(swap, by=district.he_housing, at=rota.at)
    texts = {name: text for name, _, text in told()}
    assert set(texts) == {"罗军", "何丽"}
    assert "何丽同意换班" in texts["罗军"]


def test_a_swap_nobody_accepted_is_told_to_whoever_is_still_on_duty(rota, district, clock, told):
    swap_of(rota, district)
    told()
    clock.to(june(14, "17:30"))
    duty_sweeps.lapse_swaps(at=rota.at)
    ((name, _, text),) = told()
    assert name == "罗军"
    assert "何丽没有答复，换班作罢" in text


def test_an_hour_nobody_will_cover_reaches_whoever_makes_the_roster(rota, district, clock, told):
    for day in (12, 13, 14, 15):
        for level, who in (("LEADER", district.zhou_chief), ("STANDBY", district.ma_admin)):
            rota.on(who, max(june(day), rota.at), june(day + 1), level=level)
        rota.on(district.luo_fire, max(june(day), rota.at), june(day, "17:30"))
        if day != 13:
            rota.on(district.he_housing, june(day, "17:30"), june(day + 1))
    duty.tell_uncovered(rota.room, at=rota.at)
    read = {name: text for name, channel, text in told() if channel == "SMS"}
    assert set(read) == {"陈静", "周建国"}, "who makes rosters there, and who leads now"
    assert "将空班" in read["陈静"]
    assert "2024-06-13 17:30 至 2024-06-14 08:30" in read["陈静"]
    assert duty.tell_uncovered(rota.room, at=clock.forward(hours=1)) == []
    assert told() == []


def test_called_in_by_name_one_is_rung_as_well(rota, district, clock, told):
    order = duty.Order("红色暴雨", clock.now() + timedelta(minutes=40))
    duty.summon(rota.room, [district.he_housing], order=order, by=district.zhou_chief, at=rota.at)
    assert {(name, channel) for name, channel, _ in told()} == {("何丽", "SMS"), ("何丽", "VOICE")}
    clock.forward(minutes=41)
    duty_sweeps.mark_not_arrived(at=rota.at)
    assert any("未按时到岗" in text for name, _, text in told() if name == "何丽")


def test_nobody_is_rung_in_the_place_of_who_does_not_look_and_it_ends_by_itself(
    rota, district, clock, told
):
    swap_of(rota, district)
    told()
    notice = Callup.objects.get(notice=True)
    for _ in range(14):
        sweeps.call_on(at=clock.forward(hours=1))
    assert Called.objects.filter(callup=notice).count() == 1
    assert notice.called.get().state == "UNREACHED", "listed, and no work for the duty officer"
    assert [sweeps.end_notices(at=clock.now()) for _ in range(2)] == [1, 0]
    notice.refresh_from_db()
    assert (notice.stage, notice.end_reason) == ("ENDED", "有 1 人没有告知到")
    assert answer_times() == [], "a notice is no call-up that one is measured by"


def test_an_answer_ends_a_notice_at_once(rota, district, clock, told):
    swap_of(rota, district)
    told()
    assert sweeps.end_notices(at=clock.now()) == 0
    calls.reply(district.he_housing.phone, "1", line="live", at=clock.now())
    assert sweeps.end_notices(at=clock.now()) == 1


def test_whoever_may_approve_hears_that_a_call_up_waits_for_them(storm, grid_charge, told):  # noqa: F811
    where = storm.district
    callup = storm.drafted(where.wenling)
    calls.submit(callup, by=where.chen_section, at=storm.clock.now())
    read = {name: text for name, _, text in told()}
    assert set(read) == {"周建国"}
    assert f"叫应待您批准：{callup.title}" in read["周建国"]
    # In an exercise nobody's real telephone rings.
    exercise = storm.drafted(where.wenling, drill=True)
    calls.submit(exercise, by=where.chen_section, at=storm.clock.now())
    assert told() == []


def test_who_may_approve_hears_at_once_of_what_was_started_without_them(storm, grid_charge, told):  # noqa: F811
    where = storm.district
    callup, exercise = storm.drafted(where.grid3), storm.drafted(where.grid3, drill=True)
    for each in (callup, exercise):
        calls.start_urgently(
            each, reason="坝体渗漏", by=where.wang_taiping_leader, at=storm.clock.now()
        )
    # 王芳 approves in the town: her own start is told to the next level up, not to herself.
    read = [(name, text) for name, _, text in told() if "紧急启动" in text]
    ((name, text),) = read
    assert name == "周建国"
    assert f"已紧急启动：{callup.title}" in text
    assert "坝体渗漏" in text
    sweeps.remind_of_approvals(at=storm.clock.forward(hours=25))
    assert [name for name, _, text in told() if "紧急启动待确认" in text] == ["周建国"]


def test_whoever_is_on_duty_hears_once_that_people_wait_to_be_rung(storm, grid_charge, rota, told):  # noqa: F811
    where = storm.district
    rota.on(where.luo_fire, rota.at, june(13))
    callup, exercise = storm.called(where.grid3), storm.drafted(where.grid3, profile="drill")
    calls.start(exercise, by=where.chen_section, at=storm.clock.now())
    for line in ("live", "drill"):
        storm.pass_time(1100, every=20, line=line)
    assert callup.called.filter(state="BY_HAND").exists()
    assert [(name, callup.title in text) for name, _, text in told() if "待人工" in text] == [
        ("罗军", True)
    ]


def test_whoever_is_on_duty_hears_of_a_place_nobody_goes_to(storm, grid_charge, rota, told):  # noqa: F811
    where = storm.district
    rota.on(where.luo_fire, rota.at, june(13))
    storm.called(where.grid3, colour="BLUE")
    storm.pass_time(200)
    for text in ("1", "4"):
        storm.reply(where.li_grid3, text)
    sweeps.call_on(at=storm.clock.now())
    assert [name for name, _, text in told() if "1人去不了又无人可接" in text] == ["罗军"]


def test_an_sms_nobody_can_make_out_is_told_to_whoever_is_on_duty(storm, grid_charge, rota, told):  # noqa: F811
    where = storm.district
    rota.on(where.luo_fire, rota.at, june(13))
    where.wang_taiping_leader.phone = where.li_grid3.phone
    where.wang_taiping_leader.save()
    storm.called(where.grid3)
    storm.send()
    for _ in range(2):
        calls.reply(where.li_grid3.phone, "收到", line="live", at=storm.clock.now())
    assert [name for name, _, text in told() if "短信应答不明" in text] == ["罗军"]


def test_whoever_set_it_going_hears_of_people_whom_nothing_reached(storm, grid_charge, told):  # noqa: F811
    where = storm.district
    callup, exercise = storm.called(where.grid3), storm.drafted(where.grid3, profile="drill")
    calls.start(exercise, by=where.chen_section, at=storm.clock.now())
    maker = (callup.logged_by or callup.drafter).name
    for each in (callup, exercise):
        lost = storm.row(each, where.li_grid3)
        calls.give_up(lost, reason="上门也没找到", by=where.chen_section, at=storm.clock.now())
    lost_people = [(name, text) for name, _, text in told() if "未叫到" in text]
    assert [name for name, _ in lost_people] == [maker]
    assert callup.number in lost_people[0][1]


def test_the_desk_hears_of_a_drawn_sample_and_whoever_is_in_it_is_not_warned(
    storm, grid_charge, rota, told  # noqa: F811
):  # fmt: skip
    where = storm.district
    rota.on(where.luo_fire, rota.at, june(13))
    by = {"by": where.chen_section, "at": storm.clock.now()}
    calls.draw_check(Sampling("SIX_QUESTIONS", where.taiping, 9, hazard="flood"), **by)
    assert [name for name, _, text in told() if "六问抽查待进行" in text] == ["罗军"]


def test_who_must_be_trained_again_hears_by_when_and_who_passed_hears_nothing(
    storm,  # noqa: F811
    grid_charge,  # noqa: F811
    told,
):
    where, by = storm.district, {"by": storm.district.chen_section, "at": storm.clock.now()}
    asked = calls.draw_check(Sampling("SIX_QUESTIONS", where.taiping, 2, hazard="flood"), **by)
    li, wang = (
        asked.checked.get(person=each) for each in (where.li_grid3, where.wang_taiping_leader)
    )
    calls.record_check(li, Sheet(outcome="SILENT"), **by)
    calls.record_check(wang, Sheet(outcome="EXCUSED", note="住院"), **by)
    ((name, text),) = [(name, text) for name, _, text in told() if "补训" in text]
    assert name == "李秀英"
    assert "2024-06-19" in text
    # A sample that was rung: taken over all at once, and each silent one hears all the same.
    rung = calls.draw_check(Sampling("REACHABILITY", where.taiping, 9, hazard="flood"), **by)
    callup = calls.call_sample(rung, **by)
    calls.answer(storm.row(callup, where.li_grid3), kind="RECEIVED", by=where.li_grid3, at=by["at"])
    calls.end(callup, reason="抽查结束", **by)
    calls.conclude_sample(rung, **by)
    assert [name for name, _, text in told() if "补训" in text] == ["王芳"]


def test_a_site_that_wants_no_notices_leaves_them_out(rota, district, told, settings, tmp_path):
    shipped = catalogues.path_of("callup").read_text(encoding="utf-8")
    (tmp_path / "callup.yaml").write_text(shipped.partition("\nnotice:")[0], "utf-8")
    settings.ANLAN_CATALOGUES = tmp_path
    catalogues.reload()
    swap_of(rota, district)
    assert told() == []
