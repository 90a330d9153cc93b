"""What becomes of one message or call in the simulated network: by dice that fall the same way
for the same seed, number, channel and turn."""

from dataclasses import dataclass, field
from functools import cache
from math import exp
from random import Random

from anlan.wiring.lines import Behaviour

SPREAD = 0.8  # sigma of the lognormal times people take
DELIVERY = (1.0, 6.0)  # seconds until a delivery report
DIALLING = 4.0  # seconds before a phone rings
REJECTED = 3.0  # seconds until an exchange says that there is no such number


@dataclass(frozen=True)
class News:
    """Something the network will tell, some seconds after the beginning."""

    after: float
    what: str  # a receipt's outcome, or REPLY, KEY, READ
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Fate:
    """Whether and how long a phone is busy with it, and what will be told."""

    rings: bool
    busy: float  # seconds of a voice line
    news: tuple[News, ...] = ()


@dataclass(frozen=True)
class Subscriber:
    """Who is behind a number: the same at every turn."""

    dead: bool
    silent: bool
    off: bool
    wrong: bool
    by_sms: bool
    by_app: bool


@cache
def subscriber(behaviour: Behaviour, number: str) -> Subscriber:
    """The person of a number (用户)."""
    dice = Random(f"{behaviour.seed}|{number}")
    shares = ("dead", "silent", "off", "wrong", "by_sms", "by_app")
    return Subscriber(**{name: dice.random() < getattr(behaviour, name) for name in shares})


def fate(behaviour: Behaviour, number: str, channel: str, turn: int) -> Fate:
    """What becomes of the `turn`-th contact with this number over this channel."""
    dice = Random(f"{behaviour.seed}|{number}|{channel}|{turn}")
    whose = subscriber(behaviour, number)
    if channel == "VOICE":
        return _call(behaviour, whose, dice)
    if dice.random() < behaviour.loss or whose.off:
        return Fate(rings=False, busy=0.0)  # swallowed: not a word comes back
    if whose.dead and channel == "SMS":
        return Fate(rings=False, busy=0.0, news=(News(REJECTED, "DEAD_NUMBER"),))
    return _message(behaviour, whose, channel, dice)


def _call(behaviour: Behaviour, whose: Subscriber, dice: Random) -> Fate:
    if dice.random() < behaviour.loss:
        return Fate(False, DIALLING, (News(DIALLING, "FAILED", {"words": "线路拥塞"}),))
    if whose.dead:
        return Fate(False, DIALLING, (News(DIALLING, "DEAD_NUMBER"),))
    if whose.off:
        return Fate(False, DIALLING, (News(DIALLING, "NO_ANSWER", {"words": "已关机"}),))
    if whose.silent:
        rung = DIALLING + behaviour.rings_out
        return Fate(True, rung, (News(rung, "NO_ANSWER"),))
    picked_up = DIALLING + min(behaviour.rings_out, _about(behaviour.ring, dice))
    ended = picked_up + behaviour.talk
    if whose.wrong:
        return Fate(True, ended, (News(ended, "PROXY", {"words": "接听人不是本人"}),))
    pressed = picked_up + behaviour.talk * (0.3 + 0.7 * dice.random())
    spoken: dict[str, object] = {"seconds": round(behaviour.talk)}
    return Fate(True, ended, (News(pressed, "KEY", {"key": "1"}), News(ended, "DELIVERED", spoken)))


def _message(behaviour: Behaviour, whose: Subscriber, channel: str, dice: Random) -> Fate:
    after = DELIVERY[0] + (DELIVERY[1] - DELIVERY[0]) * dice.random()
    news: list[News | None] = [_back(behaviour, whose, channel, after, dice)]
    if dice.random() < behaviour.reports:
        news.insert(0, News(after, "DELIVERED"))
    return Fate(True, 0.0, tuple(each for each in news if each))


def _back(
    behaviour: Behaviour, whose: Subscriber, channel: str, after: float, dice: Random
) -> News | None:
    """What the person does with the message, if anything."""
    if whose.silent or whose.wrong:
        return None
    if channel == "SMS" and whose.by_sms:
        return News(after + _about(behaviour.reply_after, dice), "REPLY", {"text": "1"})
    if channel in ("APP", "PUSH") and whose.by_app:
        return News(after + _about(behaviour.read_after, dice), "READ")
    return None


def _about(median: float, dice: Random) -> float:
    return median * exp(dice.gauss(0.0, SPREAD))
