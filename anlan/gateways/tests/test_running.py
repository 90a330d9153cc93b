"""The lines at work: who is called when a line fails, when it is full, when somebody dies."""

import time
from datetime import timedelta

import pytest
from django.db import connection

from anlan.callup import actions
from anlan.callup.models import Line
from anlan.callup.sweeps import call_on, release_leases
from anlan.gateways import running as house
from anlan.gateways.contract import Message, OutOfOrder, Sent
from anlan.gateways.running import Rate
from anlan.gateways.simulated import Network
from anlan.wiring.lines import Behaviour, Template

from .scene import answered, attempts, called_up, line, running, villagers

SOON = timedelta(seconds=30)


@pytest.fixture
def network(tmp_path):
    made = Network(tmp_path / "network.sqlite3")
    yield made
    made.close()


def load(*entries, at):
    actions.load_lines(entries, at=at)


def test_a_message_goes_out_its_receipt_and_the_reply_come_back(district, clock, network):
    villagers(district, 8)
    load(sms := line(), at=clock.now())
    callup = called_up(district, at=clock.now())
    running(sms, network, clock).round()
    assert {a.state for a in attempts(callup)} == {"HANDED"}
    assert {a.outcome for a in attempts(callup)} == {"NOTIFIED"}
    clock.forward(hours=6)
    running(sms, network, clock).round()
    assert answered(callup) == len(attempts(callup)) >= 8
    assert {a.outcome for a in attempts(callup)} == {"ANSWERED"}


def test_the_phone_rings_with_the_words_and_in_the_order_of_danger(district, clock, network):
    villagers(district, 3)
    load(sms := line(), at=clock.now())
    callup = called_up(district, at=clock.now())
    running(sms, network, clock).round()
    rang = network.rang()
    assert "台风红色预警" in rang[0].text
    by_rank = sorted(attempts(callup), key=lambda a: (a.rank, a.pk))
    assert [each.ref for each in rang] == [each.ref for each in by_rank]


def test_a_line_that_fails_rests_and_the_next_in_order_takes_over_at_once(district, clock, network):
    villagers(district, 5)
    load(first := line("first"), spare := line("spare", place=2), at=clock.now())
    network.fail("first", since=clock.now(), until=clock.now() + timedelta(minutes=1))
    callup = called_up(district, at=clock.now())
    best, second = running(first, network, clock), running(spare, network, clock)
    second.round()
    assert network.rang() == []  # while the first is thought well, the spare one waits
    best.round()
    assert Line.objects.get(pk="first").failures == 1
    assert Line.objects.get(pk="first").last_fault == "模拟线路中断"
    second.round()
    assert {a.line_id for a in attempts(callup)} == {"spare"}
    assert len(network.rang()) == len(attempts(callup))


def test_what_a_slow_provider_may_be_ringing_already_is_not_rung_by_the_spare_line_as_well(
    district, clock, network, monkeypatch
):
    villagers(district, 5)
    first = line("first", behaviour=FORGETFUL)
    spare = line("spare", place=2, behaviour=FORGETFUL)
    load(first, spare, at=clock.now())
    callup = called_up(district, at=clock.now())
    slow = running(first, network, clock)

    def takes_them_and_says_nothing(messages, *, at):
        network.hand(first, messages, at=at)
        raise OutOfOrder("连接失败（ReadTimeout）", perhaps_taken=True)

    with monkeypatch.context() as provider:
        provider.setattr(slow.gateway, "send", takes_them_and_says_nothing)
        slow.round()
    running(spare, network, clock).round()
    assert {(a.state, a.line_id) for a in attempts(callup)} == {("CLAIMED", "first")}
    clock.forward(seconds=10)
    slow.hear()  # its receipts say that they did get out
    clock.forward(seconds=61)
    release_leases(at=clock.now())
    running(spare, network, clock).round()
    assert network.duplicates() == 0
    assert {(a.state, a.outcome) for a in attempts(callup)} == {("HANDED", "DELIVERED")}


def test_a_slip_in_one_gateways_program_hands_its_messages_to_the_next(
    district, clock, network, monkeypatch
):
    villagers(district, 5)
    load(first := line("first"), spare := line("spare", place=2), at=clock.now())
    callup = called_up(district, at=clock.now())
    broken = running(first, network, clock)
    monkeypatch.setattr(broken.gateway, "send", lambda *_, **__: {}["results"])
    with pytest.raises(KeyError):  # its thread logs it and goes round again
        broken.round()
    assert Line.objects.get(pk="first").last_fault == "通道程序出错（KeyError）"
    running(spare, network, clock).round()
    assert {a.state for a in attempts(callup)} == {"HANDED"}
    assert {a.line_id for a in attempts(callup)} == {"spare"}


def test_a_gateway_that_cannot_even_be_made_holds_up_neither_the_others_nor_its_messages(
    district, clock, network, monkeypatch
):
    monkeypatch.setattr(house, "gateway_of", lambda entry: 1 // 0)
    monkeypatch.setattr(house, "now", clock.now)
    villagers(district, 2)
    load(first := line("first"), spare := line("spare", place=2), at=clock.now())
    callup = called_up(district, at=clock.now())
    with pytest.raises(ZeroDivisionError):
        house.Starting(first).round()
    running(spare, network, clock).round()
    assert {a.line_id for a in attempts(callup)} == {"spare"}
    assert "ZeroDivisionError" in Line.objects.get(pk="first").last_fault


def test_a_line_comes_back_after_its_rest(district, clock, network):
    villagers(district, 2)
    load(sms := line(), at=clock.now())
    network.fail("sms", since=clock.now(), until=clock.now() + timedelta(seconds=12))
    called_up(district, at=clock.now())
    one = running(sms, network, clock)
    rests = []
    for _ in range(40):
        one.round()
        found = Line.objects.get(pk="sms")
        rests.append(found.failures)
        clock.forward(seconds=1)
    assert max(rests) in (2, 3)  # it is not asked every second
    assert rests[-1] == 0
    assert len(network.rang()) > 0


def test_what_the_line_refuses_fails_and_holds_up_nobody(district, clock, network):
    """A text that no template fits would come first again, before everybody behind it."""
    villagers(district, 4)
    narrow = line(templates=(Template("1", "应0：{words}"),))
    load(narrow, at=clock.now())
    callup = called_up(district, at=clock.now())
    running(narrow, network, clock).round()
    told = {a.called.person.name: (a.outcome, a.fault) for a in attempts(callup)}
    assert told.pop("应0") == ("NOTIFIED", "")
    assert set(told.values()) == {("FAILED", "短信内容不符合任何已报备模板")}


def test_never_more_calls_than_there_are_lines(district, clock, network):
    villagers(district, 9)
    load(voice := line("voice", "VOICE", lines=2), at=clock.now())
    called_up(district, at=clock.now())
    one = running(voice, network, clock)
    most = 0
    for _ in range(240):
        one.round()
        now = clock.now()
        busy = [r for r in network.rang() if r.began <= now]
        most = max(most, 2 - network.room(voice, at=now))
        assert all(r.began <= now for r in busy)
        clock.forward(seconds=1)
    assert most == 2
    assert len({r.number for r in network.rang()}) >= 9


class Dies(BaseException):
    """kill -9."""


FORGETFUL = Behaviour(silent=1, dead=0, wrong=0, off=0, loss=0, dedupes=False)


def dies_after_sending(one):
    def die(sent):
        raise Dies

    one._keep = die
    with pytest.raises(Dies):
        one.round()


def test_who_dies_between_sending_and_recording_rings_at_most_once_more(district, clock, network):
    villagers(district, 6)
    load(sms := line(behaviour=FORGETFUL), at=clock.now())
    callup = called_up(district, at=clock.now())
    dies_after_sending(running(sms, network, clock))
    assert {a.state for a in attempts(callup)} == {"CLAIMED"}
    again = running(sms, network, clock)
    again.gateway.heard = lambda at: []  # and no receipt gets through
    again.round()  # at once: whoever has the line alone need not wait for the lease
    assert network.most_for_one() == 2
    assert {a.state for a in attempts(callup)} == {"HANDED"}


def test_a_receipt_proves_that_it_went_out_and_nobody_is_rung_again(district, clock, network):
    villagers(district, 6)
    load(sms := line(behaviour=FORGETFUL), at=clock.now())
    callup = called_up(district, at=clock.now())
    dies_after_sending(one := running(sms, network, clock))
    clock.forward(seconds=61)
    release_leases(at=clock.now())
    del one._keep
    one.round()
    assert network.duplicates() == 0
    assert {a.outcome for a in attempts(callup)} == {"DELIVERED"}


def test_a_network_that_remembers_the_ref_rings_once_even_then(district, clock, network):
    villagers(district, 6)
    load(sms := line(), at=clock.now())
    called_up(district, at=clock.now())
    dies_after_sending(running(sms, network, clock))
    again = running(sms, network, clock)
    again.gateway.heard = lambda at: []
    again.round()
    assert network.duplicates() == 0


class Forgets:
    """A gateway that answers for every second message only."""

    batch = 50

    def __init__(self) -> None:
        self.got: list[Message] = []

    def send(self, messages, *, at):
        self.got += messages
        return [Sent(each.ref) for each in messages[::2]]

    def room(self, *, at):
        return self.batch

    def heard(self, *, at):
        return []

    def told(self, heard):
        return


def test_what_the_gateway_left_out_comes_again_after_the_lease(district, clock, network):
    villagers(district, 6)
    load(sms := line(), at=clock.now())
    callup = called_up(district, at=clock.now())
    one = running(sms, network, clock)
    one.gateway = Forgets()
    for _ in range(8):
        one.round()
        clock.forward(seconds=61)
        release_leases(at=clock.now())
    unsent = [a for a in attempts(callup) if a.state != "HANDED"]
    assert not [a for a in unsent if a.outcome != "FAILED"]


def test_a_drill_never_takes_a_live_message_nor_the_other_way(district, clock, network):
    villagers(district, 4)
    live, drill = line("live"), line("drill", world="DRILL")
    load(live, drill, at=clock.now())
    exercise = called_up(district, at=clock.now(), profile="drill")
    running(live, network, clock).round()
    assert network.rang() == []
    running(drill, network, clock).round()
    assert len(network.rang()) == len(attempts(exercise)) > 0
    assert all("【演练】" in each.text for each in network.rang())


def test_somebody_who_never_answers_is_called_again_by_the_plan(district, clock, network):
    villagers(district, 2)
    silent = Behaviour(silent=1, dead=0, off=0, loss=0, wrong=0)
    voice = line("voice", "VOICE", behaviour=silent, lines=9)
    load(voice, at=clock.now())
    callup = called_up(district, at=clock.now())
    one = running(voice, network, clock)
    for _ in range(100):
        one.round()
        call_on(at=clock.now())
        clock.forward(seconds=2)
    calls = [r for r in network.rang() if r.number == "13957600000"]
    assert len(calls) == 2
    assert calls[1].began - calls[0].began >= timedelta(seconds=90)
    assert {a.outcome for a in attempts(callup, "VOICE") if a.called.person.name == "应0"} == {
        "NO_ANSWER"
    }


def test_a_rate_is_kept_by_each_line_for_itself():
    slow, fast = Rate(20.0), Rate(10_000.0)
    begun, sent = time.monotonic(), 0
    slow.spend(slow.left())
    while time.monotonic() - begun < 0.5:
        sent += (count := slow.left())
        slow.spend(count)
        assert fast.left() > 100
        time.sleep(0.01)
    assert 7 <= sent <= 11


def test_two_machines_do_not_run_one_line(district, clock, network):
    """Its rate would be doubled, and an exchange with thirty lines would be asked for sixty."""
    import psycopg

    villagers(district, 1)
    load(sms := line("contended"), at=clock.now())
    called_up(district, at=clock.now())
    given = connection.get_connection_params()
    login = {k: given[k] for k in ("dbname", "user", "password", "host", "port") if given.get(k)}
    with psycopg.connect(**login) as elsewhere:
        elsewhere.execute("SELECT pg_advisory_lock(hashtext('anlan.line'), hashtext('contended'))")
        running(sms, network, clock).round()
        assert network.rang() == []
        # Said aloud: a closed connection lets go only when its server process has ended.
        elsewhere.execute(
            "SELECT pg_advisory_unlock(hashtext('anlan.line'), hashtext('contended'))"
        )
    running(sms, network, clock).round()
    assert len(network.rang()) > 0
