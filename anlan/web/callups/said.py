"""What will be said over each channel, shown before anything is sent, with what an SMS costs."""

from dataclasses import dataclass

from anlan.callup import rules
from anlan.callup.actions import TO_THE_GROUP
from anlan.callup.flow import World
from anlan.callup.models import Attempt, Callup
from anlan.callup.models.profiles import COLOURS, LIKE_LINK, hazard_named, wording_for

from .audience import Audience

IN_A_DRILL = "【演练】"
WRITTEN = ("MAIL", "PUSH")  # a link and no digits to reply with


@dataclass(frozen=True)
class Said:
    """One channel's text as somebody will get it."""

    channel: str
    label: str
    text: str
    length: int
    messages: int  # SMS only: as how many it is sent


def channels_of(profile: rules.Profile) -> list[str]:
    """The channels a profile uses, in the order in which they come."""
    return list(dict.fromkeys(each for step in profile.steps for each in step.channels))


def wording_for_one(
    callup: Callup, profile: rules.Profile, audience: Audience | None
) -> list[Said]:
    """The text as the first of the list gets it; for nobody in particular without a list."""
    if audience is None or not audience.rows:
        return wording_of(callup, profile, name="某某某", area="某某村")
    first = audience.rows[0].who
    return wording_of(callup, profile, name=first.person.name, area=first.area.name)


def wording_of(callup: Callup, profile: rules.Profile, *, name: str, area: str) -> list[Said]:
    """The text of each channel for one person; one who shares a number is told a digit more."""
    found = []
    for channel in channels_of(profile):
        told = _told(callup) | {
            "{name}": name,
            "{area}": area,
            "{answer}": _answer(channel, profile.answers),
        }
        if channel == Attempt.Channel.CHAT:
            told |= TO_THE_GROUP | {"{area}": callup.root.name}
        text = wording_for(callup.hazard, channel)
        for mark, words in told.items():
            text = text.replace(mark, words)
        text = (IN_A_DRILL if callup.world == World.DRILL else "") + text
        label = str(Attempt.Channel(channel).label)
        parts = rules.segments(text) if channel == Attempt.Channel.SMS else 0
        found.append(Said(channel, label, text, len(text), parts))
    return found


def _told(callup: Callup) -> dict[str, str]:
    words = callup.words
    if words and words[-1] not in "。！；，":
        words += "。"
    return {
        "{title}": callup.title,
        "{words}": words,
        "{hazard}": hazard_named(callup.hazard).label,
        "{colour}": COLOURS.get(callup.colour, ""),
    }


def _answer(channel: str, answers: tuple[str, ...]) -> str:
    if channel == Attempt.Channel.VOICE:
        return rules.keys_phrase(answers)
    if channel == Attempt.Channel.SMS:
        return f"点{LIKE_LINK} 或{rules.reply_phrase(answers)}"
    return f"点{LIKE_LINK} 应答" if channel in WRITTEN else ""
