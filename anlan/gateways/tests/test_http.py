"""SMS, voice and loudspeakers over HTTP, against a real server of this machine."""

import logging
import threading
from datetime import UTC, datetime

import pytest

from anlan.formats import signatures
from anlan.gateways import loudspeaker, posting, sms_http, voice_http
from anlan.gateways.contract import OutOfOrder
from anlan.wiring.lines import LineEntry, Template

from .outside import Provider, Spoken, provider

NOON = datetime(2024, 6, 12, 4, 0, tzinfo=UTC)
SECRET = "ji-mi-4f1c9a"
TEXT = Template("SMS_101", "【安澜】{title}预警，请{deed}")
CHANNEL = {"sms_http": "SMS", "voice_http": "VOICE", "loudspeaker": "LOUDSPEAKER"}


@pytest.fixture
def telecom(monkeypatch):
    monkeypatch.setenv("ANLAN_SMS_SECRET", SECRET)
    with provider() as kept:
        yield kept


def line(telecom: Provider, kind: str = "sms_http", **more: object) -> LineEntry:
    given: dict[str, object] = {"rate": 50.0, "lines": 30, "templates": (TEXT,)}
    return LineEntry(
        key="telecom",
        label="电信",
        world="LIVE",
        kind=kind,  # type: ignore[arg-type]
        channels=(CHANNEL[kind],),  # type: ignore[arg-type]
        secret_env="ANLAN_SMS_SECRET",
        **(given | {"url": telecom.url} | more),  # type: ignore[arg-type]
    )


def test_the_provider_can_check_who_sent_it_when_and_what(telecom):
    sent = sms_http.made(line(telecom)).send([Spoken()], at=NOON)
    assert [each.taken for each in sent] == [True]
    ((path, headers, body),) = telecom.asked
    asked = signatures.Asked("POST", path, body)
    assert path == "/v1/send?app=7"
    assert signatures.verify(asked, SECRET, headers, at=NOON)
    with pytest.raises(signatures.BadSignature):
        signatures.verify(signatures.Asked("POST", path, body + b" "), SECRET, headers, at=NOON)
    with pytest.raises(signatures.BadSignature):
        signatures.verify(asked, "another", headers, at=NOON)


def test_a_text_goes_out_with_its_approved_template_and_its_words(telecom):
    message = Spoken(number="13957601234")
    sms_http.made(line(telecom)).send([message], at=NOON)
    assert telecom.messages() == [
        {
            "ref": str(message.ref),
            "to": "13957601234",
            "text": message.text,
            "urgent": True,
            "sender": "",
            "template": "SMS_101",
            "words": {"title": "台风红色", "deed": "立即到岗"},
        }
    ]


def test_a_text_nobody_approved_is_refused_here_in_words_and_the_others_go(telecom):
    fine, own_words = Spoken(), Spoken(text="大家快去看看")
    sent = {s.ref: s for s in sms_http.made(line(telecom)).send([fine, own_words], at=NOON)}
    assert sent[fine.ref].taken
    assert sent[own_words.ref].fault == "短信内容不符合任何已报备模板"
    assert [each["ref"] for each in telecom.messages()] == [str(fine.ref)]


@pytest.mark.parametrize(
    ("link", "passes"),
    [
        ("https://a.wl.gov.cn/a/x1", True),
        ("a.wl.gov.cn/a/x1", True),
        ("https://a.wl.gov.cn.evil.com/a", False),
        ("http://bit.ly/3x", False),
        ("bit.ly/3x", False),
        ("https://a.wl.gov.cn@evil.com/", False),
        ("WWW.EVIL.COM/x", False),
    ],
)
def test_only_links_of_approved_domains_pass(telecom, link, passes):
    message = Spoken(text=f"【安澜】台风预警，请点{link} 应答")
    entry = line(telecom, link_domains=("a.wl.gov.cn",))
    (sent,) = sms_http.made(entry).send([message], at=NOON)
    assert sent.taken == passes
    assert passes or "未报备" in sent.fault


def test_what_the_provider_refuses_is_said_and_what_it_leaves_out_stays_unsent(telecom):
    taken, black, forgotten = Spoken(), Spoken(), Spoken()
    telecom.answer = lambda content: {
        "results": [
            {"ref": str(taken.ref), "taken": True},
            {"ref": str(black.ref), "taken": False, "fault": "黑名单"},
            {"ref": "a stranger's", "taken": True},
        ]
    }
    sent = sms_http.made(line(telecom)).send([taken, black, forgotten], at=NOON)
    assert {each.ref: each.fault for each in sent} == {
        taken.ref: "",
        black.ref: "通道拒收：黑名单",
    }


@pytest.mark.parametrize("status", [302, 401, 429, 500, 503])
def test_anything_but_200_is_a_line_out_of_order(telecom, status):
    telecom.status = status
    with pytest.raises(OutOfOrder, match=f"对方返回 HTTP {status}"):
        sms_http.made(line(telecom)).send([Spoken()], at=NOON)


@pytest.mark.parametrize("answer", [None, lambda c: [], lambda c: {"results": 7}, lambda c: "好"])
def test_an_answer_that_cannot_be_read_is_a_line_out_of_order(telecom, answer):
    telecom.answer = answer
    with pytest.raises(OutOfOrder):
        sms_http.made(line(telecom)).send([Spoken()], at=NOON)


def test_a_provider_that_hangs_holds_the_line_no_longer_than_the_lease_allows(telecom, monkeypatch):
    monkeypatch.setattr(posting, "WITHIN", posting.CONNECT_WITHIN + 0.3)
    telecom.delay = threading.Event()
    with pytest.raises(OutOfOrder, match="ReadTimeout") as slow:
        sms_http.made(line(telecom)).send([Spoken()], at=NOON)
    telecom.delay.set()
    with pytest.raises(OutOfOrder) as nobody_there:
        sms_http.made(line(telecom, url="http://127.0.0.1:9/send")).send([Spoken()], at=NOON)
    # It heard us and may be ringing; where nobody listens, nothing rings.
    assert (slow.value.perhaps_taken, nobody_there.value.perhaps_taken) == (True, False)


def test_a_call_says_which_keys_mean_what(telecom, db):
    entry = line(telecom, "voice_http", sender="057686200000")
    (sent,) = voice_http.made(entry).send([Spoken(channel="VOICE")], at=NOON)
    assert sent.taken
    (call,) = telecom.messages()
    assert call["keys"]["1"] == "收到"
    assert call["caller"] == "057686200000"


def test_a_loudspeaker_is_told_the_area_and_no_persons_number(telecom):
    message = Spoken(number="331081100212", channel="LOUDSPEAKER")
    loudspeaker.made(line(telecom, "loudspeaker")).send([message], at=NOON)
    (told,) = telecom.messages()
    assert told["area"] == "331081100212"
    assert told["times"] == 3
    assert "to" not in told


def test_without_its_secret_nothing_is_sent(telecom, monkeypatch):
    monkeypatch.delenv("ANLAN_SMS_SECRET")
    with pytest.raises(OutOfOrder, match="ANLAN_SMS_SECRET"):
        sms_http.made(line(telecom)).send([Spoken()], at=NOON)
    assert telecom.asked == []


def test_neither_secret_nor_number_nor_address_gets_into_the_log(telecom, caplog):
    caplog.set_level(logging.DEBUG)
    gateway = sms_http.made(line(telecom, url=telecom.url + "&key=geheim"))
    gateway.send([Spoken()], at=NOON)
    telecom.status = 500
    faults = []
    for url in (telecom.url, "http://127.0.0.1:9/send?key=geheim"):
        with pytest.raises(OutOfOrder) as fault:
            sms_http.made(line(telecom, url=url)).send([Spoken()], at=NOON)
        faults.append(fault.value)
    told = caplog.text + "".join(f"{f!r} {f.__cause__!r} {f.__suppress_context__}" for f in faults)
    assert all(fault.__suppress_context__ for fault in faults if "连接失败" in fault.words)
    for hidden in (SECRET, "13900000001", "geheim"):
        assert hidden not in told
