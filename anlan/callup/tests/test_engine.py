"""Time goes by: again, the next one, a human, an end. Nobody is forgotten, nobody called twice."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from anlan.callup import actions, sweeps
from anlan.callup.actions import HandCall
from anlan.callup.models import Attempt, Called
from anlan.callup.models.accounting import accounted
from anlan.demo.district import Clock, District
from anlan.duty.models import Desk, Shift
from anlan.kernel import catalogues, trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.people.models import Charge, Person

from .conftest import DRILL, LIVE, Storm


def test_a_sweep_that_runs_twice_calls_nobody_twice(storm, grid_charge):
    storm.called(storm.district.grid3, colour="BLUE")
    storm.send()
    storm.clock.forward(seconds=90)
    assert sweeps.call_on(at=storm.clock.now()) == 1
    assert sweeps.call_on(at=storm.clock.now()) == 0
    assert len(storm.send()) == 1  # the second call, once


def test_nobody_is_passed_on_while_a_try_still_waits_for_a_free_line_a_second_time(
    storm, grid_charge
):
    """A hundred lines ring ten thousand people for an hour: no second try on top of a first."""
    callup = storm.called(storm.district.grid3, colour="BLUE")
    storm.clock.forward(seconds=90)
    sweeps.call_on(at=storm.clock.now())
    voice = Attempt.objects.filter(called__callup=callup, channel="VOICE")
    assert voice.count() == 1


def test_a_dead_number_is_passed_on_within_one_round(storm, grid_charge):
    where = storm.district
    callup = storm.called(where.grid3, colour="BLUE")
    storm.send()
    storm.receipt(where.li_grid3, "VOICE", "DEAD_NUMBER")
    sweeps.call_on(at=storm.clock.now())
    storm.send()
    assert storm.state(callup, where.li_grid3) == "PASSED_ON"
    assert storm.sent_to(where.wang_taiping_leader)
    assert trail.verbs_of(callup)[-1] == "call_on"


def test_who_has_neither_telephone_nor_account_is_passed_on_at_once(storm, grid_charge):
    where = storm.district
    li = where.li_grid3
    Person.objects.filter(pk=li.pk).update(phone="")
    li.account.delete()
    callup = storm.called(where.grid3, colour="BLUE")
    sweeps.call_on(at=storm.clock.now())
    row = storm.row(callup, li)
    assert (row.state, row.no_phone, row.shot) == ("PASSED_ON", True, 0)


def test_the_leader_on_duty_is_the_last_before_a_human(storm):
    where, clock = storm.district, storm.clock
    storm.charge("village_cadre_household", where.village_dongmen, where.wu_bystander)
    desk = Desk.objects.create(
        kind="district_duty_room",
        name="值班室",
        area=where.wenling,
        area_path=where.wenling.path,
        body=where.bureau,
        opened_at=clock.now(),
    )
    Shift.objects.create(
        desk=desk,
        person=where.chen_section,
        post=where.section_post,
        level="LEADER",
        starts=clock.now(),
        ends=clock.now() + timedelta(hours=12),
    )
    callup = storm.called(where.village_dongmen)
    storm.pass_time(190)
    stand_in = storm.row(callup, where.chen_section)
    assert (stand_in.as_next, stand_in.state) == ("duty_leader", "CALLING")
    assert storm.state(callup, where.wu_bystander) == "PASSED_ON"
    storm.pass_time(300)
    assert storm.state(callup, where.chen_section) in ("BY_HAND", "PASSED_ON")


def test_when_nobody_is_left_a_human_rings_and_writes_down_what_was_said(storm):
    where, clock = storm.district, storm.clock
    storm.charge("village_cadre_household", where.village_dongmen, where.wu_bystander)
    callup = storm.called(where.village_dongmen)
    storm.pass_time(250)
    row = storm.row(callup, where.wu_bystander)
    assert row.state == "BY_HAND"
    with pytest.raises(Forbidden):
        actions.ring_by_hand(row, by=where.li_grid3, at=clock.now())
    ringing = actions.ring_by_hand(row, by=where.chen_section, at=clock.now())
    assert (ringing.number, ringing.attempt.number_masked) == ("13800000016", "138****0016")
    with pytest.raises(NotAllowed, match="陈静正在拨打"):
        actions.ring_by_hand(row, by=where.zhao_taiping_station, at=clock.now())
    with pytest.raises(Invalid, match="代接人"):
        actions.record_hand_call(row, HandCall("PROXY"), by=where.chen_section, at=clock.now())
    proxy = HandCall("PROXY", text="妻子接的，人在堤上", proxy_name="吴妻")
    actions.record_hand_call(row, proxy, by=where.chen_section, at=clock.now())
    assert storm.state(callup, where.wu_bystander) == "BY_HAND"
    said = HandCall("ANSWERED", kind="ON_SITE", text="已在堤上")
    kept = actions.record_hand_call(row, said, by=where.chen_section, at=clock.now())
    assert (kept.channel, kept.recorded_by, kept.late) == ("HAND", where.chen_section, False)
    assert accounted(callup).answered == 1
    assert [o for c, o in storm.outcomes(callup, where.wu_bystander) if c == "HAND"] == [
        "PROXY",
        "BY_HAND",
    ]


def test_what_nobody_rings_in_half_an_hour_is_listed_as_unreached(storm):
    where = storm.district
    storm.charge("village_cadre_household", where.village_dongmen, where.wu_bystander)
    callup = storm.called(where.village_dongmen)
    storm.pass_time(250)
    storm.pass_time(1810, every=60)
    assert storm.state(callup, where.wu_bystander) == "UNREACHED"
    done = accounted(callup)
    assert (done.unreached, done.accounted, done.complete) == (1, 1, True)


def test_the_duty_officer_may_give_up_with_a_reason(storm):
    where, clock = storm.district, storm.clock
    storm.charge("village_cadre_household", where.village_dongmen, where.wu_bystander)
    callup = storm.called(where.village_dongmen)
    storm.pass_time(250)
    row = storm.row(callup, where.wu_bystander)
    with pytest.raises(Invalid, match="原因"):
        actions.give_up(row, reason=" ", by=where.chen_section, at=clock.now())
    actions.give_up(row, reason="派人上门未见", by=where.chen_section, at=clock.now())
    assert storm.state(callup, where.wu_bystander) == "UNREACHED"


def test_two_who_hold_one_post_do_not_pass_on_to_each_other_for_ever(storm):
    where = storm.district
    storm.charge("town_station", where.taiping, where.taiping_station_post)
    callup = storm.called(where.taiping)
    storm.pass_time(1200, every=30)
    states = dict(Called.objects.filter(callup=callup).values_list("person__name", "state"))
    assert "CALLING" not in states.values()
    assert sum(state == "BY_HAND" for state in states.values()) >= 1
    assert accounted(callup).open == 0


def test_two_posts_in_two_towns_have_a_next_one_in_each(storm):
    where = storm.district
    for village, town, leader in (
        (where.village_dongmen, where.taiping, where.wang_taiping_leader),
        (where.village_muyu, where.zeguo, where.lin_zeguo_leader),
    ):
        above = storm.charge("leader_contact", town, leader)
        storm.charge("village_cadre_household", village, where.wu_bystander, above=above)
    callup = storm.called(where.wenling, colour="ORANGE")
    assert Called.objects.get(callup=callup).person == where.wu_bystander
    storm.pass_time(190)
    assert storm.sent_to(where.wang_taiping_leader)
    assert storm.sent_to(where.lin_zeguo_leader)


def test_a_night_call_that_is_not_for_life_waits_for_the_morning(storm, grid_charge):
    clock = storm.clock
    clock.to(datetime(2024, 6, 12, 15, 0, tzinfo=UTC))  # 23:00 in the district
    callup = storm.called(storm.district.grid3, profile="ordinary", colour="BLUE")
    storm.pass_time(1800, every=60)
    assert {s.channel for s in storm.sent} == {"SMS"}
    assert storm.state(callup, storm.district.li_grid3) == "CALLING"
    clock.to(datetime(2024, 6, 12, 22, 0, tzinfo=UTC))  # 06:00
    storm.pass_time(60)
    assert "VOICE" in {s.channel for s in storm.sent}


def test_life_safety_rings_at_three_in_the_morning(storm, grid_charge):
    storm.clock.to(datetime(2024, 6, 12, 19, 0, tzinfo=UTC))
    storm.called(storm.district.grid3, colour="BLUE")
    assert {s.channel for s in storm.send()} == {"SMS", "VOICE"}


def test_after_the_end_nobody_is_called_any_more(storm, grid_charge):
    callup = storm.called(storm.district.grid3)
    with pytest.raises(Invalid, match="结束原因"):
        actions.end(callup, reason="", by=storm.district.chen_section, at=storm.clock.now())
    actions.end(callup, reason="雨停", by=storm.district.chen_section, at=storm.clock.now())
    storm.pass_time(600, every=60)
    assert storm.sent == []
    assert set(callup.called.values_list("state", "deadline")) == {("STOPPED", None)}
    assert accounted(callup).stopped == 2


def test_a_catalogue_emptied_in_the_storm_silences_nobody(storm, grid_charge, tmp_path, settings):
    storm.called(storm.district.grid3, colour="BLUE")
    storm.send()
    for name in ("callup", "callup_audience", "callup_wording"):
        (tmp_path / f"{name}.yaml").write_text("", encoding="utf-8")
    settings.ANLAN_CATALOGUES = tmp_path
    catalogues.reload()
    try:
        storm.pass_time(190)
    finally:
        catalogues.reload()
    assert len(storm.sent_to(storm.district.li_grid3, "VOICE")) == 2
    assert storm.sent_to(storm.district.wang_taiping_leader)


def test_one_broken_call_up_does_not_silence_the_others(storm, grid_charge):
    where = storm.district
    storm.charge("flood_grid", where.grid7, where.grid7_post)
    broken = storm.called(where.grid3, colour="BLUE", title="甲")
    storm.called(where.grid7, colour="BLUE", title="乙")
    storm.send()
    broken.plan["texts"] = {}
    broken.save()
    storm.pass_time(95)
    assert len(storm.sent_to(where.sun_grid7, "VOICE")) == 2
    broken.plan["texts"] = {"VOICE": "甲", "SMS": "甲", "APP": "甲"}
    broken.save()
    storm.pass_time(60)
    assert len(storm.sent_to(where.li_grid3, "VOICE")) == 2


def test_a_changed_profile_changes_nothing_under_way(storm, grid_charge, tmp_path, settings):
    callup = storm.called(storm.district.grid3, colour="BLUE")
    storm.send()
    text = catalogues.path_of("callup").read_text(encoding="utf-8")
    (tmp_path / "callup.yaml").write_text(text.replace("pass_on_after: 180", "pass_on_after: 200"))
    settings.ANLAN_CATALOGUES = tmp_path
    catalogues.reload()
    try:
        storm.pass_time(180)
    finally:
        catalogues.reload()
    assert storm.state(callup, storm.district.li_grid3) == "PASSED_ON"


# --- several workers -----------------------------------------------------------------------------


@pytest.fixture
def own_storm(own_database):
    """Committed, without a transaction around it: workers in threads see it."""
    clock = Clock(datetime(2024, 6, 12, 8, 0, tzinfo=UTC))
    storm = Storm(District(clock), clock)
    storm.line(LIVE, DRILL)
    where = storm.district
    people = Person.objects.bulk_create(
        Person(name=f"村干{n}", phone=f"139{n:08d}", body=where.taiping_street) for n in range(60)
    )
    for each in people:
        storm.charge("village_cadre_household", where.village_dongmen, each)
    return storm


def _together(deed, times):
    """The same deed from several threads at once, each with a connection of its own."""
    faults, gate = [], threading.Barrier(times)

    def work():
        gate.wait()
        try:
            deed()
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults


def test_four_workers_sweep_at_once_and_everybody_is_called_once(own_storm):
    callup = own_storm.called(own_storm.district.village_dongmen)
    own_storm.send()
    at = own_storm.clock.forward(seconds=90)
    _together(lambda: sweeps.call_on(at=at), 4)
    second = Attempt.objects.filter(called__callup=callup, step=1, channel="VOICE")
    assert second.count() == 60
    assert set(callup.called.values_list("shot", flat=True)) == {2}


def test_four_gateways_claim_at_once_and_nothing_goes_twice(own_storm):
    own_storm.called(own_storm.district.village_dongmen)
    taken: list = []
    at = own_storm.clock.now()
    _together(lambda: taken.extend(actions.claim("live", limit=50, at=at)), 4)
    refs = [each.ref for each in taken]
    assert len(refs) == len(set(refs)) == 120


def test_answers_come_in_while_time_runs_out_and_no_answer_is_lost(own_storm):
    callup = own_storm.called(own_storm.district.village_dongmen)
    own_storm.send()
    at = own_storm.clock.forward(seconds=180)
    numbers = [s.number for s in own_storm.sent if s.channel == "SMS"]
    halves = iter([numbers[:30], numbers[30:]])

    def replies():
        for number in next(halves):
            actions.reply(number, "1", line="live", at=at)

    jobs = iter([replies, replies, lambda: sweeps.call_on(at=at), lambda: sweeps.call_on(at=at)])
    _together(lambda: next(jobs)(), 4)
    assert set(callup.called.values_list("state", flat=True)) == {"ANSWERED"}
    assert accounted(callup).answered == 60


def test_charges_end_under_way_and_the_call_goes_on(storm, grid_charge):
    callup = storm.called(storm.district.grid3, colour="BLUE")
    Charge.objects.update(until=storm.clock.now().date())
    storm.pass_time(190)
    assert storm.state(callup, storm.district.li_grid3) == "PASSED_ON"
