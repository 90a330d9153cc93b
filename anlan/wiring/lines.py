"""The lines a site has to the outside (线路): catalogues/gateways.yaml, checked as it is read.

It stands in the wiring because both who sends (gateways) and who hears (api) need it. A secret is
never in the file: the file names an environment variable, and its value is read where it is used.
"""

import base64
import ipaddress
import os
import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid

CATALOGUE = "gateways"
WorldName = Literal["LIVE", "DRILL"]
KindName = Literal["simulated", "sms_http", "voice_http", "mail", "chat", "webpush", "loudspeaker"]
ChannelName = Literal["SMS", "VOICE", "APP", "PUSH", "MAIL", "CHAT", "LOUDSPEAKER"]
CARRIES: dict[str, tuple[str, ...]] = {
    "simulated": ("SMS", "VOICE", "APP", "PUSH", "MAIL", "CHAT", "LOUDSPEAKER"),
    "sms_http": ("SMS",),
    "voice_http": ("VOICE",),
    "mail": ("MAIL",),
    "chat": ("CHAT",),
    "webpush": ("PUSH",),
    "loudspeaker": ("LOUDSPEAKER",),
}
_OVER_HTTP = ("sms_http", "voice_http", "loudspeaker")
_SMTP = ("smtp", "smtps", "smtp+starttls")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{2,}")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*", re.ASCII)
_HOLE = re.compile(r"\{[a-z_]+\}")


@dataclass(frozen=True)
class Template:
    """A text that the SMS provider approved (报备模板); {words in braces} vary."""

    id: str
    text: str

    def __post_init__(self) -> None:
        if re.search(r"[{}]", _HOLE.sub("", self.text)):
            raise Invalid(f"模板 {self.id} 的花括号不成对", mend="变量写成 {words} 这样的小写英文")


@dataclass(frozen=True)
class Behaviour:
    """How people and phones behave in the simulated network (模拟行为); shares from 0 to 1.

    `silent` people answer nothing; of the others `by_sms` reply to a message, and `by_app` read the
    app. `loss` is for each message and call, `reports` the share of messages whose delivery is
    told. Seconds are medians; `dedupes`: a gateway that got the same thing twice rings once, as the
    contract asks of a real one. `answers_after`: how long the gateway's own answer is on its way
    back, while phones ring already.
    """

    seed: int = 1
    silent: float = 0.2
    dead: float = 0.05
    wrong: float = 0.01
    off: float = 0.01
    loss: float = 0.02
    by_sms: float = 0.5
    by_app: float = 0.3
    reply_after: float = 120.0
    read_after: float = 60.0
    ring: float = 12.0
    talk: float = 25.0
    rings_out: float = 30.0
    reports: float = 1.0
    dedupes: bool = True
    answers_after: float = 0.0

    def __post_init__(self) -> None:
        shares = ("silent", "dead", "wrong", "off", "loss", "by_sms", "by_app", "reports")
        if bad := [name for name in shares if not 0 <= getattr(self, name) <= 1]:
            raise Invalid(f"「{'、'.join(bad)}」应在 0 到 1 之间", mend="百分之二十写 0.2")


@dataclass(frozen=True)
class LineEntry:
    """One way out of the house (线路).

    `place`: order of preference within a channel and world, 1 first. `rate`: messages a second of
    this line alone. `lines`: calls at the same time (voice). `secret_env`: the environment variable
    that holds the secret. `link_domains`: what SMS may link to; answer links lead to the first.
    """

    key: str
    label: str
    world: WorldName
    kind: KindName
    channels: tuple[ChannelName, ...]
    place: int = 1
    active: bool = True
    rate: float = 10.0
    lines: int = 0
    url: str = ""
    secret_env: str = ""
    user: str = ""
    sender: str = ""
    templates: tuple[Template, ...] = ()
    link_domains: tuple[str, ...] = ()
    behaviour: Behaviour = field(default_factory=Behaviour)

    def __post_init__(self) -> None:
        self._own_world()
        self._own_channels()
        if self.rate <= 0:
            raise Invalid(f"「{self.key}」的速率 rate 应大于 0", mend="每秒条数，如 50 或 0.5")
        if self.secret_env and not _VARIABLE.fullmatch(self.secret_env):
            raise Invalid(
                "secret_env 写环境变量的名字，不能写密钥本身",
                mend="如 ANLAN_SMS_SECRET；密钥放进运行环境，已写进文件的请立即更换",
            )
        if self.kind != "simulated":
            self._reachable()
        if bad := [each for each in self.link_domains if not _DOMAIN.fullmatch(each)]:
            raise Invalid(f"链接域名写法不对：{'、'.join(bad)}", mend="只写域名，如 a.wl.gov.cn")

    def _own_world(self) -> None:
        if self.world == "DRILL" and self.kind != "simulated":
            raise Invalid(
                f"「{self.key}」是演练线路，类型只能是 simulated",
                mend="演练不能连到真实通道；真实线路请写 world: LIVE",
            )

    def _own_channels(self) -> None:
        able = CARRIES[self.kind]
        if not self.channels or set(self.channels) - set(able):
            raise Invalid(
                f"「{self.key}」的 channels 与类型 {self.kind} 不符",
                mend=f"可用：{'、'.join(able)}",
            )
        if "VOICE" in self.channels and self.lines < 1:
            raise Invalid(f"「{self.key}」没有写同时可打几路（lines）", mend="如 lines: 30")

    def _reachable(self) -> None:
        if not self.secret_env and self.kind != "mail":
            raise Invalid(f"「{self.key}」没有写 secret_env", mend="写存放密钥的环境变量名")
        if self.kind in _OVER_HTTP:
            _check_address(self.url)
        if self.kind == "mail" and (urlsplit(self.url).scheme not in _SMTP or not self.sender):
            raise Invalid(
                f"「{self.key}」的 url 或 sender 不对",
                mend="url 写 smtp://主机:端口、smtps:// 或 smtp+starttls://，sender 写发件人",
            )
        if "@" in urlsplit(self.url).netloc:
            raise Invalid("url 里不能带用户名和密码", mend="用户写 user，密码放进 secret_env")
        if self.kind == "sms_http" and not self.templates:
            raise Invalid(f"「{self.key}」没有报备模板", mend="在 templates 下逐条写 id 和 text")


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Invalid(
            f"网址写法不对：「{url}」", mend="写完整网址，如 https://sms.example.cn/v1/send"
        )
    if parts.scheme == "http" and not _is_inside(parts.hostname):
        raise Invalid(f"{parts.hostname} 在公网上，不能用 http", mend="请改用 https")


def _is_inside(host: str) -> bool:
    """An address of one's own network, or a name without a dot."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host


def entries() -> dict[str, LineEntry]:
    """All lines of the site, by key (线路配置)."""
    return catalogues.load(CATALOGUE, LineEntry)


def secret_of(entry: LineEntry) -> str:
    """The secret of a line, from the environment; empty when it is not there."""
    return os.environ.get(entry.secret_env, "") if entry.secret_env else ""


def push_key() -> str:
    """What a browser must know to subscribe: the public half of the push line's key; or empty.

    Empty as well where the key in the environment is none: the line's health says so.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from py_vapid import Vapid, VapidException

    lines = [each for each in entries().values() if each.kind == "webpush" and each.active]
    secret = secret_of(lines[0]) if lines else ""
    if not secret:
        return ""
    try:
        public = Vapid.from_string(secret).public_key
    except (VapidException, ValueError):
        return ""
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")
