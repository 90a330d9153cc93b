"""Receipts over HTTP: forged, replayed, late, out of order, from another line."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from anlan.callup import actions
from anlan.callup.models import Answer, Attempt
from anlan.formats import signatures
from anlan.gateways.tests.scene import answered, attempts, called_up, line, villagers
from anlan.kernel.clock import moved
from anlan.kernel.models import SpentNonce
from anlan.wiring import lines

SECRET = "hui-zhi-mi-yao"
TELECOM, UNICOM = (
    line("telecom", secret_env="ANLAN_TELECOM"),
    line("unicom", secret_env="ANLAN_UNICOM"),
)
VOICE = line("voice", "VOICE", secret_env="ANLAN_TELECOM")
BARE = line("bare", "PUSH")


@pytest.fixture
def site(district, clock, monkeypatch):
    """A call-up that the line 电信 has sent out."""
    monkeypatch.setenv("ANLAN_TELECOM", SECRET)
    monkeypatch.setenv("ANLAN_UNICOM", "another")
    known = {each.key: each for each in (TELECOM, UNICOM, VOICE, BARE)}
    monkeypatch.setattr(lines, "entries", lambda: known)
    villagers(district, 4)
    actions.load_lines(known.values(), at=clock.now())
    callup = called_up(district, at=clock.now())
    for key in ("telecom", "voice"):
        out = actions.claim(key, limit=50, at=clock.now())
        actions.handed([each.ref for each in out], line=key, at=clock.now())
    return callup


class Gateway:
    """The provider's program."""

    def __init__(self, clock, key="telecom", secret=SECRET):
        self.clock, self.key, self.secret = clock, key, secret
        self.client = Client(enforce_csrf_checks=True)

    def signed(self, path, body, nonce=None, at=None):
        asked = signatures.Asked("POST", path, body)
        nonce = nonce or uuid4().hex
        return signatures.sign(asked, self.secret, nonce=nonce, at=at or self.clock.now())

    def post(self, path, body, headers):
        with moved(self.clock.now()):
            return self.client.post(path, body, content_type="application/json", headers=headers)

    def tells(self, *receipts, door="receipt", **more):
        path = f"/gateways/{door}/{self.key}/"
        name = "receipts" if door == "receipt" else "messages"
        body = json.dumps({name: list(receipts)}).encode()
        return self.post(path, body, self.signed(path, body, **more))


def kept():
    rows = Attempt.objects.order_by("pk").values_list("outcome", "state", "receipt")
    return [*rows], Answer.objects.count(), SpentNonce.objects.count()


def test_a_receipt_of_the_gateway_is_kept(site, clock):
    first = attempts(site)[0]
    said = Gateway(clock).tells({"ref": str(first.ref), "outcome": "DELIVERED", "seconds": 3})
    assert (said.status_code, said.json()) == (200, {"taken": 1, "news": 1})
    first.refresh_from_db()
    assert first.outcome == "DELIVERED"
    assert first.receipt["DELIVERED"] == {"seconds": "3"}


def test_a_key_pressed_on_the_phone_is_an_answer(site, clock):
    call = attempts(site, "VOICE")[0]
    Gateway(clock, "voice").tells({"ref": str(call.ref), "key": "2", "outcome": "DELIVERED"})
    call.called.refresh_from_db()
    assert (call.called.state, call.called.answer) == ("ANSWERED", "ON_SITE")


def test_a_short_message_is_an_answer(site, clock):
    who = attempts(site)[0].called
    Gateway(clock).tells({"from": who.person.phone, "text": " 1 "}, door="inbound")
    who.refresh_from_db()
    assert who.answer == "RECEIVED"


def test_a_forged_one_changes_nothing_and_tells_the_forger_nothing(site, clock, caplog):
    before, ref = kept(), str(attempts(site)[0].ref)
    row = {"ref": ref, "outcome": "DEAD_NUMBER"}
    said = [
        Gateway(clock, secret="guessed").tells(row),
        Gateway(clock, key="unicom").tells(row),  # the secret of one line opens no other
        Gateway(clock, key="no-such-line").tells(row),
        Gateway(clock, key="bare", secret="").tells(row),
        Gateway(clock).tells(row, at=clock.now() - timedelta(minutes=6)),
        Gateway(clock).tells(row, at=clock.now() + timedelta(minutes=6)),
        Gateway(clock).post("/gateways/receipt/telecom/", b"{}", {}),
    ]
    assert [each.status_code for each in said] == [403] * len(said)
    assert len({each.content for each in said}) == 1
    assert kept() == before
    assert SECRET not in caplog.text


def test_an_altered_body_or_address_is_a_forgery(site, clock):
    gateway, before = Gateway(clock), kept()
    ref = str(attempts(site)[0].ref)
    path, body = "/gateways/receipt/telecom/", b'{"receipts": []}'
    other = json.dumps({"receipts": [{"ref": ref, "outcome": "DEAD_NUMBER"}]}).encode()
    headers = gateway.signed(path, body)
    assert gateway.post(path, other, headers).status_code == 403
    assert gateway.post("/gateways/inbound/telecom/", body, headers).status_code == 403
    assert gateway.post(path + "?x=1", body, headers).status_code == 403
    assert kept() == before


def test_what_was_overheard_and_sent_again_is_not_taken_again(site, clock):
    gateway, who = Gateway(clock), attempts(site)[0].called
    path = "/gateways/inbound/telecom/"
    body = json.dumps({"messages": [{"from": who.person.phone, "text": "3"}]}).encode()
    headers = gateway.signed(path, body)
    assert gateway.post(path, body, headers).status_code == 200
    before = kept()
    for _ in range(3):
        assert gateway.post(path, body, headers).status_code == 409
    assert kept() == before
    clock.forward(minutes=6)  # its number may be forgotten one day; by then its time is over
    SpentNonce.objects.all().delete()
    assert gateway.post(path, body, headers).status_code == 403


def test_a_receipt_for_a_message_of_another_line_is_passed_over(site, clock):
    first = attempts(site)[0]
    said = Gateway(clock, "unicom", "another").tells(
        {"ref": str(first.ref), "outcome": "DEAD_NUMBER"}
    )
    assert said.json() == {"taken": 1, "news": 0}
    first.refresh_from_db()
    assert first.outcome == "NOTIFIED"


def test_the_order_in_which_receipts_come_says_nothing(site, clock):
    first, second = attempts(site)[:2]
    gateway = Gateway(clock)
    for outcome in ("DEAD_NUMBER", "DELIVERED", "NOTIFIED", "DEAD_NUMBER"):
        gateway.tells({"ref": str(first.ref), "outcome": outcome})
    gateway.tells(
        *({"ref": str(second.ref), "outcome": each} for each in ("DELIVERED", "NOTIFIED"))
    )
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.outcome, second.outcome) == ("DEAD_NUMBER", "DELIVERED")


def test_a_receipt_may_overtake_the_record_that_it_was_sent(district, clock, site):
    """The provider is quicker than our own commit."""
    attempt = attempts(site)[0]
    Attempt.objects.filter(pk=attempt.pk).update(
        state="CLAIMED", outcome="", lease_until=clock.now() + timedelta(minutes=1)
    )
    Gateway(clock).tells({"ref": str(attempt.ref), "outcome": "DELIVERED"})
    actions.handed([attempt.ref], line="telecom", at=clock.now())
    attempt.refresh_from_db()
    assert (attempt.outcome, attempt.state) == ("DELIVERED", "HANDED")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"receipts": 1}',
        b'{"receipts": [1]}',
        b'{"receipts": [{}]}',
        b'{"receipts": [{"ref": "x", "outcome": "DELIVERED"}]}',
        b'{"receipts": [{"ref": "%b", "outcome": "ANSWERED"}]}',
        b'{"receipts": [{"ref": "%b", "outcome": {}}]}',
        b'{"receipts": [{"ref": "%b", "key": []}]}',
        b"[" * 100_000,
        b'{"receipts": [' + b",".join([b"{}"] * 1001) + b"]}",
    ],
)
def test_signed_nonsense_is_answered_in_words_and_spends_no_number(site, clock, body):
    gateway, before = Gateway(clock), kept()
    path, body = "/gateways/receipt/telecom/", body.replace(b"%b", str(uuid4()).encode())
    said = gateway.post(path, body, gateway.signed(path, body))
    assert said.status_code == 400
    assert said.json()["error"]
    assert kept() == before


def test_one_that_is_too_large_is_not_even_read(site, clock):
    gateway, body = Gateway(clock), b" " * 1_000_001
    path = "/gateways/receipt/telecom/"
    assert gateway.post(path, body, gateway.signed(path, body)).status_code == 413


def test_only_sent_never_read(site, clock):
    assert Client().get("/gateways/receipt/telecom/").status_code == 405


def test_what_the_gateway_adds_is_kept_short_and_the_rest_dropped(site, clock):
    first = attempts(site)[0]
    row = {"ref": str(first.ref), "outcome": "FAILED", "words": "停\0机" * 999, "to": "13900000000"}
    Gateway(clock).tells(row)
    first.refresh_from_db()
    assert set(first.receipt["FAILED"]) == {"words"}
    assert len(first.receipt["FAILED"]["words"]) <= 200


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        json_like
        | st.fixed_dictionaries(
            {},
            optional={
                "ref": st.text() | st.uuids().map(str),
                "outcome": json_like,
                "key": json_like,
                "from": json_like,
                "text": json_like,
                "words": json_like,
            },
        ),
        max_size=4,
    ),
    door=st.sampled_from(["receipt", "inbound"]),
)
def test_whatever_a_gateway_says_it_is_never_answered_with_a_fault_of_ours(site, clock, rows, door):
    said = Gateway(clock).tells(*rows, door=door)
    assert said.status_code in (200, 400)


def test_noise_in_short_messages_answers_or_is_kept_for_the_duty_officer(site, clock):
    who = attempts(site)[0].called
    for text in ("１", "1。", "收到，马上去", "？？？", "", "TD", "\u200b2", "1" * 500):
        said = Gateway(clock).tells(
            {"from": f"+86 {who.person.phone}", "text": text}, door="inbound"
        )
        assert said.status_code == 200
    who.refresh_from_db()
    assert who.state == "ANSWERED"
    assert answered(site) == 1


def test_the_same_request_from_two_sides_at_once_counts_once(own_database, clock, monkeypatch):
    from anlan.demo.district import District

    district = District(clock)
    monkeypatch.setenv("ANLAN_TELECOM", SECRET)
    monkeypatch.setattr(lines, "entries", lambda: {"telecom": TELECOM})
    people = villagers(district, 1)
    actions.load_lines([TELECOM], at=clock.now())
    called_up(district, at=clock.now())
    actions.claim("telecom", limit=9, at=clock.now())
    body = json.dumps({"messages": [{"from": people[0].phone, "text": "1"}]}).encode()
    gateway, path = Gateway(clock), "/gateways/inbound/telecom/"
    headers = gateway.signed(path, body)

    def send(_):
        try:
            return (
                Client()
                .post(path, body, content_type="application/json", headers=headers)
                .status_code
            )
        finally:
            connection.close()

    with moved(clock.now()), ThreadPoolExecutor(4) as hands:
        said = sorted(hands.map(send, range(4)))
    assert said == [200, 409, 409, 409]
    assert Answer.objects.count() == 1
