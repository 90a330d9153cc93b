"""What is said over which channel, and how one answers there (叫应用语)."""

from collections.abc import Sequence
from typing import Any

from .. import rules
from ..flow import World
from .attempts import Attempt
from .callups import Callup
from .profiles import COLOURS, hazard_named, wording_for

IN_A_DRILL = "【演练】"
# A group is spoken to as a whole: no person's name stands there, and never anybody's link.
TO_THE_GROUP = {"{name}": "有关责任人", "{answer}": ""}


def text_for(callup: Callup, channel: str) -> str:
    """What is said over a channel, but for what differs from person to person."""
    words = (
        callup.words if not callup.words or callup.words[-1] in "。！；，" else f"{callup.words}。"
    )
    told = {
        "{title}": callup.title,
        "{words}": words,
        "{hazard}": hazard_named(callup.hazard).label,
        "{colour}": COLOURS.get(callup.colour, ""),
    }
    if channel == Attempt.Channel.CHAT:
        told |= TO_THE_GROUP | {"{area}": callup.root.name}
    text = wording_for("notice" if callup.notice else callup.hazard, channel)
    for mark, said in told.items():
        # Braces that somebody typed into a title must not be taken for a mark of ours.
        text = text.replace(mark, said.replace("{", "｛").replace("}", "｝"))
    return _before(callup) + text


def text_for_all(callup: Callup, channel: str) -> str:
    """What is said when one message speaks for several call-ups."""
    return _before(callup) + wording_for("bundle", channel)


def told_by_channel(
    texts: dict[str, str], channels: Sequence[str], answers: tuple[str, ...], codes: Sequence[int]
) -> dict[str, Any]:
    """The texts by channel, and how to answer by channel and digit: columns for a statement."""
    spoken = [(code, channel) for code in codes for channel in channels]
    return {
        "channels": list(channels),
        "texts": [texts[channel] for channel in channels],
        "codes": [code for code, _ in spoken],
        "spoken": [channel for _, channel in spoken],
        "phrases": [phrase_for(channel, answers, code) for code, channel in spoken],
    }


def phrase_for(channel: str, answers: tuple[str, ...], code: int = 0) -> str:
    """How one answers over a channel; ``rules.LINK`` stands where the link will be."""
    if channel == Attempt.Channel.VOICE:
        return rules.keys_phrase(answers)
    if channel == Attempt.Channel.SMS:
        return f"点{rules.LINK}或{rules.reply_phrase(answers, code=code)}"
    return f"点{rules.LINK}应答" if channel in ("MAIL", "PUSH") else ""


def _before(callup: Callup) -> str:
    return IN_A_DRILL if callup.world == World.DRILL else ""
