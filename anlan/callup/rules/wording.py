"""What is said over which channel, and how long an SMS gets (叫应用语)."""

import re
from dataclasses import dataclass, fields

from .profiles import ANSWERS

PLACEHOLDERS = ("title", "words", "hazard", "colour", "area", "name", "answer")
SINGLE, JOINED = 70, 67  # characters of one SMS in UCS-2, and of each part of a longer one
LINK = "{link}"  # stands in the kept text: the link itself is a key, and is kept nowhere
_BRACES = re.compile(r"\{(.*?)\}")


@dataclass(frozen=True)
class Wording:
    """The texts of one hazard by channel; an entry of catalogues/callup_wording.yaml."""

    key: str
    sms: str = ""
    voice: str = ""
    app: str = ""
    push: str = ""
    mail: str = ""
    chat: str = ""
    loudspeaker: str = ""

    def __post_init__(self) -> None:
        for each in fields(self):
            for name in _BRACES.findall(getattr(self, each.name)):
                if name not in PLACEHOLDERS:
                    known = "、".join(f"{{{one}}}" for one in PLACEHOLDERS)
                    raise ValueError(f"用语里的「{{{name}}}」不认识，可以用的有：{known}")

    def of(self, channel: str) -> str:
        return str(getattr(self, channel.lower(), ""))


def segments(text: str) -> int:
    """How many SMS a text costs: 70 characters, or 67 each when it takes more than one."""
    length = len(text.encode("utf-16-le")) // 2
    return 1 if length <= SINGLE else -(-length // JOINED)


def reply_phrase(answers: tuple[str, ...], *, code: int = 0) -> str:
    """回复1收到2到岗3支援4不能到; with the person's digit before where a number is shared."""
    short = {"RECEIVED": "收到", "ON_SITE": "到岗", "NEED_HELP": "需援", "CANNOT_COME": "不能到"}
    digits = {kind: number for number, kind in enumerate(ANSWERS, 1)}
    before = str(code) if code else ""
    told = "".join(f"{before}{digits[kind]}{short[kind]}" for kind in answers if kind in digits)
    return f"回复{told}"


def keys_phrase(answers: tuple[str, ...]) -> str:
    """收到请按1，已到岗请按2: what the voice says at the end."""
    digits = {kind: number for number, kind in enumerate(ANSWERS, 1)}
    told = (f"{ANSWERS[kind]}请按{digits[kind]}" for kind in answers if kind in digits)
    return "，".join(told)
