"""Work groups and push messages, against a server of this machine."""

import base64
import json
import logging
from datetime import UTC, datetime

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from anlan.gateways import chat, webpush
from anlan.gateways.contract import OutOfOrder
from anlan.wiring.lines import LineEntry

from .outside import Spoken, provider

NOON = datetime(2024, 6, 12, 4, 0, tzinfo=UTC)


def line(kind: str, channel: str, **more: object) -> LineEntry:
    return LineEntry(
        key="group",
        label="工作群",
        world="LIVE",
        kind=kind,  # type: ignore[arg-type]
        channels=(channel,),  # type: ignore[arg-type]
        secret_env="ANLAN_GROUP_KEY",
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture
def robot():
    with provider("/robot/geheim") as kept:
        yield kept


# --- work groups ----------------------------------------------------------------------------------


def test_a_group_reads_what_was_said(robot, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("ANLAN_GROUP_KEY", robot.url.replace("http://", "json://"))
    (sent,) = chat.made(line("chat", "CHAT")).send([Spoken(channel="CHAT")], at=NOON)
    assert sent.taken
    (body,) = robot.bodies()
    assert body["message"] == "【安澜】台风红色预警，请立即到岗"
    assert "geheim" not in caplog.text


@pytest.mark.parametrize(
    "name", ["wecombot://0123456789", "dingtalk://abcdefabcdef", "feishu://abcdefabcdef"]
)
def test_the_three_groups_of_the_country_are_known(name, monkeypatch):
    from apprise import Apprise

    assert Apprise().add(name)


def test_a_robot_that_refuses_is_a_line_out_of_order_and_its_key_stays_secret(
    robot, monkeypatch, caplog
):
    caplog.set_level(logging.DEBUG)
    robot.status = 500
    monkeypatch.setenv("ANLAN_GROUP_KEY", robot.url.replace("http://", "json://"))
    with pytest.raises(OutOfOrder, match="没有接收"):
        chat.made(line("chat", "CHAT")).send([Spoken(channel="CHAT")], at=NOON)
    assert "geheim" not in caplog.text


@pytest.mark.parametrize("key", ["", "geheim-und-unbekannt"])
def test_without_a_usable_key_it_says_which_variable_is_meant(key, monkeypatch, caplog):
    monkeypatch.setenv("ANLAN_GROUP_KEY", key)
    with pytest.raises(OutOfOrder, match="ANLAN_GROUP_KEY") as fault:
        chat.made(line("chat", "CHAT")).send([Spoken(channel="CHAT")], at=NOON)
    assert "geheim" not in caplog.text + fault.value.words


# --- push -----------------------------------------------------------------------------------------


class Browser:
    """A browser that subscribed: only it can read what was pushed."""

    def __init__(self, url: str) -> None:
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef"
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": _base64(point), "auth": _base64(self.auth)}
        self.subscription = json.dumps({"endpoint": url, "keys": keys})

    def read(self, body: bytes) -> dict[str, object]:
        opened = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth)
        found: dict[str, object] = json.loads(opened)
        return found


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def push(monkeypatch):
    key = Vapid02()
    key.generate_keys()
    raw = key.private_key.private_numbers().private_value.to_bytes(32, "big")
    monkeypatch.setenv("ANLAN_GROUP_KEY", _base64(raw))
    return webpush.made(
        line("webpush", "PUSH", sender="anlan@wl.gov.cn", link_domains=("127.0.0.1",))
    )


def test_only_the_browser_that_subscribed_can_read_it(robot, push):
    robot.status = 201
    browser = Browser(robot.url)
    message = Spoken(number=browser.subscription, channel="PUSH")
    (sent,) = push.send([message], at=NOON)
    assert sent.taken
    ((_, headers, body),) = robot.asked
    assert browser.read(body)["text"] == message.text
    assert message.text.encode() not in body
    assert headers["Authorization"].startswith("vapid t=")
    assert headers["Urgency"] == "high"


def test_a_subscription_that_was_given_up_is_said_so(robot, push):
    robot.status = 410
    (sent,) = push.send([Spoken(number=Browser(robot.url).subscription, channel="PUSH")], at=NOON)
    assert sent.fault == "推送订阅已失效"


@pytest.mark.parametrize("number", ["", "13900000001", "{}", '{"endpoint": 7, "keys": {}}', "[]"])
def test_what_is_no_subscription_is_refused(push, number):
    (sent,) = push.send([Spoken(number=number, channel="PUSH")], at=NOON)
    assert sent.fault == "没有可用的推送订阅"


def test_a_push_service_that_is_down_says_nothing_about_the_others(robot, push):
    robot.status = 201
    there, gone = Browser(robot.url), Browser("http://127.0.0.1:9/x")
    batch = [Spoken(number=each.subscription, channel="PUSH") for each in (gone, there)]
    sent = push.send(batch, at=NOON)
    assert [each.taken for each in sent] == [False, True]


@pytest.mark.parametrize(
    "url", ["http://10.0.0.5/admin", "https://evil.example/x", "file:///etc/passwd"]
)
def test_a_subscription_cannot_make_us_call_any_address_it_likes(push, url):
    (sent,) = push.send([Spoken(number=Browser(url).subscription, channel="PUSH")], at=NOON)
    assert not sent.taken
