"""What will be said over each channel, shown before anything is sent, with what an SMS costs."""

from dataclasses import dataclass

from anlan.callup import rules
from anlan.callup.models import Attempt, Callup
from anlan.callup.models.profiles import LIKE_LINK
from anlan.callup.models.saying import phrase_for, text_for

from .audience import Audience


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
        answer = phrase_for(channel, profile.answers).replace(rules.LINK, f"{LIKE_LINK} ")
        text = text_for(callup, channel)
        for mark, words in {"{name}": name, "{area}": area, "{answer}": answer}.items():
            text = text.replace(mark, words)
        label = str(Attempt.Channel(channel).label)
        parts = rules.segments(text) if channel == Attempt.Channel.SMS else 0
        found.append(Said(channel, label, text, len(text), parts))
    return found
