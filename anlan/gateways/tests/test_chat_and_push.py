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

from anlan.callup import actions
from anlan.callup.models import Address, Attempt
from anlan.gateways import chat, webpush
from anlan.gateways.contract import OutOfOrder
from anlan.gateways.running import Running
from anlan.kernel import catalogues, trail
from anlan.kernel.refs import Ref
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


GROUP = """
notice:
  label: 告知
  notice: yes
  steps: [{channels: [SMS, CHAT], retry_after: 300}]
  pass_on_after: 400
  by_hand_after: 400
"""


@pytest.fixture
def told_in_the_group(tmp_path, settings):
    (tmp_path / "callup.yaml").write_text(GROUP, encoding="utf-8")
    settings.ANLAN_CATALOGUES = tmp_path
    catalogues.reload()
    yield
    catalogues.reload()


def test_the_group_is_told_once_and_nobodys_link_is_posted_there(
    robot, monkeypatch, district, clock, told_in_the_group
):
    monkeypatch.setenv("ANLAN_GROUP_KEY", robot.url.replace("http://", "json://"))
    entry = line("chat", "CHAT", rate=1000.0, link_domains=("a.wl.gov.cn",))
    actions.load_lines([entry], at=clock.now())
    people = (district.li_grid3, district.sun_grid7)
    about = Ref("duty.shift", 1)
    notice = actions.Notice("今晚值班加强", "", district.wenling, people, about)
    callup = actions.notify(notice, at=clock.now())
    Running(entry, chat.made(entry), read_clock=clock.now).round()
    assert [body["message"] for body in robot.bodies()] == ["今晚值班加强。"]
    posted = Attempt.objects.get(called__callup=callup, channel="CHAT")
    assert (posted.state, posted.outcome, posted.line_id) == ("HANDED", "NOTIFIED", "group")


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


# --- a call-up over push, whole -------------------------------------------------------------------


ENTRY = line("webpush", "PUSH", rate=1000.0)


@pytest.fixture
def li(district, clock, robot):
    """The grid officer, with push turned on; `browser` is the device it comes to."""
    actions.load_lines([ENTRY], at=clock.now())
    person = district.li_grid3
    person.grid, person.browser = district.grid3, Browser(robot.url)
    subscription = person.browser.subscription
    actions.keep_address(channel="PUSH", address=subscription, by=person, at=clock.now())
    return person


def told(li, clock):
    """What the grid officer is told by every way there is."""
    about = Ref("duty.shift", 1)
    notice = actions.Notice("明早八时换班", "请提前十分钟到岗", li.grid, (li,), about)
    return actions.notify(notice, at=clock.now())


def pushed(callup):
    return Attempt.objects.get(called__callup=callup, channel="PUSH")


def test_who_turned_push_on_reads_the_notice_on_that_device(li, clock, robot, push):
    callup = told(li, clock)
    Running(ENTRY, push, read_clock=clock.now).round()
    (body,) = [body for _, _, body in robot.asked]
    said = li.browser.read(body)
    assert "明早八时换班" in said["text"]
    assert said["ref"] == str(pushed(callup).ref)
    assert (pushed(callup).state, pushed(callup).outcome) == ("HANDED", "NOTIFIED")


def test_a_subscription_that_is_gone_is_forgotten_and_the_trail_says_so(li, clock, robot, push):
    robot.status = 410
    callup = told(li, clock)
    Running(ENTRY, push, read_clock=clock.now).round()
    assert (pushed(callup).outcome, pushed(callup).fault) == ("FAILED", "推送订阅已失效")
    assert not Address.objects.filter(person=li).exists()
    assert trail.verbs_of(li)[-1] == "address_gone"
    clock.forward(minutes=1)
    assert not Attempt.objects.filter(called__callup=told(li, clock), channel="PUSH").exists()


def test_a_late_answer_about_the_old_device_takes_no_new_one_away(li, clock, robot, push):
    callup = told(li, clock)
    clock.forward(seconds=5)
    new = Browser(robot.url).subscription
    actions.keep_address(channel="PUSH", address=new, by=li, at=clock.now())
    assert not actions.address_gone(pushed(callup).ref, at=clock.now())
    assert Address.objects.get(person=li).address == new
