"""What gateways take, hand over and report, in whatever order it comes."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.callup import actions, sweeps
from anlan.callup.models import Address, Attempt, Called, Line
from anlan.callup.models.statistics import answer_times
from anlan.kernel.errors import Invalid

from .conftest import DRILL, LIVE, other


@pytest.fixture
def running(storm, grid_charge):
    return storm.called(storm.district.grid3)


def test_life_safety_goes_first_and_the_nearest_danger_before_the_others(storm, grid_charge):
    where = storm.district
    storm.charge("flood_grid", where.grid7, where.grid7_post)
    storm.called(where.grid7, profile="ordinary")
    storm.called(where.grid3)
    taken = actions.claim("live", limit=100, at=storm.clock.now())
    assert [each.urgent for each in taken] == sorted((e.urgent for e in taken), reverse=True)
    assert [t.name for t in taken if t.channel == "SMS"] == ["李秀英", "王芳", "孙国强"]


def test_a_second_line_takes_over_while_the_first_rests_and_gives_back(storm, running):
    storm.line(other(LIVE, key="first"), other(LIVE, key="second", place=2), DRILL)
    now = storm.clock.now()
    assert actions.claim("second", limit=1, at=now) == []
    (held,) = actions.claim("first", limit=1, at=now)
    until = actions.line_failed("first", "网关超时", at=now)
    assert until == now + timedelta(seconds=5)
    assert actions.claim("first", limit=1, at=now) == []
    taken = actions.claim("second", limit=100, at=now)
    assert held.ref in {each.ref for each in taken}
    assert actions.line_failed("first", "网关超时", at=now) == now + timedelta(seconds=10)
    actions.line_well("first", at=now)
    assert Line.objects.get(pk="first").failures == 0
    assert actions.claim("second", limit=1, at=now) == []


def test_the_first_lines_call_is_answered_after_the_spare_one_took_it_over(storm, running):
    """A provider took the call and its answer was lost: the phone rings, and a key is pressed."""
    storm.line(other(LIVE, key="first"), other(LIVE, key="second", place=2), DRILL)
    li, now = storm.district.li_grid3, storm.clock.now()
    taken = actions.claim("first", limit=9, at=now)
    actions.line_failed("first", "对方返回 HTTP 502", at=now)
    storm.send("second")
    (call,) = [each for each in taken if (each.name, each.channel) == (li.name, "VOICE")]
    (sms,) = [each for each in taken if (each.name, each.channel) == (li.name, "SMS")]
    # That the first one failed is no news while the second has it in hand; that it rang is.
    assert not actions.receipt(sms.ref, "FAILED", line="first", at=now)
    assert actions.receipt(sms.ref, "DELIVERED", line="first", at=now)
    assert actions.key_pressed(call.ref, "2", line="first", at=now)
    assert storm.state(running, li) == "ANSWERED"
    assert actions.key_pressed(call.ref, "3", line="second", at=now)
    assert storm.row(running, li).answer == "NEED_HELP"


def test_a_gateway_that_died_gives_its_messages_back_after_the_lease(storm, running):
    taken = actions.claim("live", limit=100, at=storm.clock.now())
    storm.clock.forward(seconds=59)
    assert sweeps.release_leases(at=storm.clock.now()) == 0
    storm.clock.forward(seconds=2)
    assert sweeps.release_leases(at=storm.clock.now()) == len(taken)
    assert sweeps.release_leases(at=storm.clock.now()) == 0
    again = actions.claim("live", limit=100, at=storm.clock.now())
    assert {each.ref for each in again} == {each.ref for each in taken}
    assert {each.claims for each in again} == {2}


def test_whoever_takes_a_line_over_need_not_wait_for_the_lease_of_the_dead(storm, running):
    taken = actions.claim("live", limit=100, at=storm.clock.now())
    storm.clock.forward(seconds=1)
    assert actions.take_over("live", at=storm.clock.now()) == len(taken)
    assert sweeps.release_leases(at=storm.clock.now()) == len(taken)
    assert len(actions.claim("live", limit=100, at=storm.clock.now())) == len(taken)


def test_a_lease_that_ran_out_after_the_answer_is_not_sent_again(storm, running):
    li = storm.district.li_grid3
    actions.claim("live", limit=100, at=storm.clock.now())
    actions.answer(storm.row(running, li), kind="RECEIVED", by=li, at=storm.clock.now())
    storm.clock.forward(seconds=61)
    sweeps.release_leases(at=storm.clock.now())
    assert li.name not in {s.name for s in actions.claim("live", limit=9, at=storm.clock.now())}


def test_what_a_line_had_in_hand_is_never_called_taken_back(storm, running):
    """It died over the message: the phone may have rung, and the evidence must not deny it."""
    li = storm.district.li_grid3
    (sms,) = [s for s in actions.claim("live", limit=9, at=storm.clock.now())
              if (s.name, s.channel) == (li.name, "SMS")]  # fmt: skip
    actions.answer(storm.row(running, li), kind="RECEIVED", by=li, at=storm.clock.now())
    storm.clock.forward(seconds=61)
    sweeps.release_leases(at=storm.clock.now())
    row = Attempt.objects.get(ref=sms.ref)
    assert (row.state, row.outcome, row.fault) == ("DONE", "", "通道取走后没有回报，可能已经发出")
    assert sms.ref not in {each.ref for each in storm.send()}
    # The line comes back and says that it did go out, and then that it arrived.
    assert actions.handed([sms.ref], line="live", at=storm.clock.now()) == 1
    assert actions.receipt(sms.ref, "DELIVERED", line="live", at=storm.clock.now())
    row.refresh_from_db()
    assert (row.outcome, row.line_id) == ("DELIVERED", "live")


def test_handed_over_just_after_the_lease_ran_out_is_not_sent_twice(storm, running):
    taken = actions.claim("live", limit=100, at=storm.clock.now())
    storm.clock.forward(seconds=61)
    sweeps.release_leases(at=storm.clock.now())
    refs = [each.ref for each in taken]
    assert actions.handed(refs, line="live", at=storm.clock.now()) == len(refs)
    assert actions.handed(refs, line="live", at=storm.clock.now()) == 0
    assert actions.claim("live", limit=100, at=storm.clock.now()) == []


def test_refused_five_times_it_has_failed_and_the_next_channel_is_tried(storm, running):
    li = storm.district.li_grid3
    for _ in range(5):
        for each in actions.claim("live", limit=100, at=storm.clock.now()):
            actions.refused(each.ref, fault="模板未报备", line="live", at=storm.clock.now())
    phone = Attempt.objects.filter(called__person=li, channel__in=["SMS", "VOICE"])
    assert set(phone.values_list("state", "outcome", "fault")) == {("DONE", "FAILED", "模板未报备")}
    assert actions.claim("live", limit=100, at=storm.clock.now()) == []


@pytest.mark.parametrize("outcome", ["ANSWERED", "BY_HAND", "", "nonsense"])
def test_a_receipt_cannot_answer_for_a_person(storm, running, outcome):
    storm.send()
    with pytest.raises(Invalid):
        storm.receipt(storm.district.li_grid3, "SMS", outcome)


def test_a_receipt_for_a_message_nobody_sent_changes_nothing(storm, running):
    ref = "00000000-0000-4000-8000-000000000000"
    assert not actions.receipt(ref, "DELIVERED", line="live", at=storm.clock.now())


def test_a_receipt_that_overtakes_the_hand_over_keeps_it_from_going_again(storm, running):
    (first, *_) = actions.claim("live", limit=100, at=storm.clock.now())
    actions.receipt(first.ref, "DELIVERED", line="live", at=storm.clock.now())
    storm.clock.forward(seconds=90)
    sweeps.release_leases(at=storm.clock.now())
    refs = {each.ref for each in actions.claim("live", limit=100, at=storm.clock.now())}
    assert first.ref not in refs


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    order=st.permutations(["NOTIFIED", "DELIVERED", "NO_ANSWER", "handed", "handed", "DELIVERED"]),
    twice=st.lists(st.sampled_from(["NOTIFIED", "DELIVERED", "NO_ANSWER"]), max_size=4),
)
def test_receipts_out_of_order_and_again_end_the_same(storm, grid_charge, order, twice):
    Called.objects.all().delete()
    storm.called(storm.district.grid3)
    first = actions.claim("live", limit=100, at=storm.clock.now())[0]
    for step in [*order, *twice]:
        if step == "handed":
            actions.handed([first.ref], line="live", at=storm.clock.now())
        else:
            facts = {"id": step}
            actions.receipt(first.ref, step, line="live", facts=facts, at=storm.clock.now())
    kept = Attempt.objects.get(ref=first.ref)
    assert (kept.outcome, kept.state) == ("NO_ANSWER", "DONE")
    assert kept.receipt["NO_ANSWER"] == {"id": "NO_ANSWER"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "：短时强降雨将至。请即到岗。"),
        ("请查看低洼处", "：短时强降雨将至。请查看低洼处。请即到岗。"),
        ("河堤可能漫溢！", "：短时强降雨将至。河堤可能漫溢！请即到岗。"),
    ],
)
def test_a_message_is_a_sentence_with_words_of_ones_own_and_without(
    storm, grid_charge, words, said
):
    callup = storm.called(storm.district.grid3, words=words)
    text = Attempt.objects.filter(called__callup=callup, channel="SMS").first().text
    assert said in text
    assert "。。" not in text


def test_a_person_is_reached_where_they_left_an_address(storm, grid_charge, tmp_path):
    li = storm.district.li_grid3
    actions.keep_address(channel="MAIL", address="li@wl.cn", by=li, at=storm.clock.now())
    assert storm.row(storm.called(storm.district.grid3), li).ways == [
        "SMS",
        "VOICE",
        "APP",
        "MAIL",
        "LOUDSPEAKER",
    ]
    actions.keep_address(channel="MAIL", address="", by=li, at=storm.clock.now())
    assert not Address.objects.exists()
    with pytest.raises(Invalid):
        actions.keep_address(channel="SMS", address="1", by=li, at=storm.clock.now())


def test_how_fast_each_town_answers(storm, grid_charge):
    where = storm.district
    storm.charge("flood_grid", where.grid7, where.grid7_post)
    storm.called(where.wenling)
    storm.send()
    for person, seconds in ((where.li_grid3, 20), (where.wang_taiping_leader, 40)):
        storm.clock.forward(seconds=seconds)
        actions.reply(person.phone, "1", line="live", at=storm.clock.now())
    towns = {line.label: line for line in answer_times("town", rows=True)}
    taiping, zeguo = towns["太平街道"], towns["泽国镇"]
    assert (taiping.people, taiping.answered, taiping.rate) == (2, 2, 1.0)
    assert (taiping.median, taiping.p95) == (40.0, 58.0)
    assert (zeguo.people, zeguo.answered, zeguo.median) == (1, 0, None)
    (whole,) = answer_times()
    assert whole.people == sum(len(line.ids) for line in towns.values()) == 3
    assert {line.label for line in answer_times("post")} == {
        "迎辉3号网格员",
        "太平街道分管领导",
        "牧屿7号网格员",
    }
    assert [line.key for line in answer_times("channel")] == ["", "SMS"]
    assert answer_times(drills=True) == []
