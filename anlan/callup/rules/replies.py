"""What somebody meant by an SMS (短信回复): digits of any width, words, noise around them.

Who is heard wrongly as on site is called no more: what is denied comes before what is said, and
what cannot be understood is said to be so.
"""

import re
import unicodedata
from dataclasses import dataclass

from .profiles import ANSWERS

BY_DIGIT = dict(enumerate(ANSWERS, 1))
# Refusals first: 收到，无法到达 is no mere 收到; 已到岗 before 收到 for the same reason.
BY_WORD = (
    ("NEED_HELP", ("支援", "需援", "救命", "帮忙", "来人", "求助")),
    ("CANNOT_COME", ("过不来", "过不去")),
    ("ON_SITE", ("到岗", "已到", "在岗", "到位", "到达", "在现场")),
    ("RECEIVED", ("收到", "知道", "好的", "明白", "是的", "收悉", "ok")),
)
_CANNOT_COME = re.compile(
    r"(?:无法|没法|没办法|(?<!能)不能|不可能)(?:再|按时|及时|马上|立即)?[到来去赶过]"
    r"|(?<!收)(?:到达|[到去来赶])不了|赶不[到上过]|走不[了开]"
)
_NO_HELP = re.compile(
    r"(?:(?<![用需要])不(?:用|需要?|要|必)|无需|无须|别)[再派人]*(?:支援|需援|帮忙|来人|求助)"
)
_SAID = "|".join(word for kind, words in BY_WORD[2:] for word in words)
_DENIED = re.compile(
    rf"(?<![能是])[不没未无](?:[有人曾能太很是看听全都]|怎么|完全|及时|[那这]么快)*(?:{_SAID}|[到在])"
    r"|收到?不[到了]"
)
_AUTOMATIC = ("自动回复", "自动应答", "autoreply")
MOST = 500  # characters that are kept
_CODE = re.compile(r"(?<!\d)(\d{1,3})(?!\d)")
# 1，马上去 is an answer; 3号桥, 2楼 and 1小时 are none, and neither is a digit further on.
_ANSWERS_FIRST = re.compile(
    r"\W*[1-4](?![.:]?\d|[号楼层点分小个名人户米里公天次组队村处台辆时半%])"
)


@dataclass(frozen=True)
class Said:
    """A reply as understood: kind of answer, the person's digit where a number is shared."""

    kind: str
    text: str
    code: int = 0


def heard(text: str, *, shared: bool = False) -> Said:
    """Understand a reply; OTHER is what nobody can be sure of.

    On a `shared` number the first digits say who speaks: 12 is person 1 with answer 2.
    """
    kept = text.strip()[:MOST]
    plain = unicodedata.normalize("NFKC", kept).casefold()
    bare = re.sub(r"[\s\u200b-\u200f\ufeff]", "", plain)
    talks = bool(re.search(r"[^\W\d_]", bare))  # more than a digit and punctuation
    code, digit = _digits(bare, shared)
    if talks and not shared and not _ANSWERS_FIRST.match(plain):
        digit = 0
    by_digit = BY_DIGIT.get(digit, "OTHER")
    return Said(_by_word(bare, by_digit) if talks else by_digit, kept, code)


def _digits(bare: str, shared: bool) -> tuple[int, int]:
    """The person's digits and the answer's; zeros where there are none."""
    found = _CODE.search(bare)
    if not found:
        return 0, 0
    number = found[1]
    if shared and len(number) > 1:
        return int(number[:-1]), int(number[-1])
    if shared:
        return int(number), 0
    return 0, int(number) if len(number) == 1 else 0


def _by_word(bare: str, by_digit: str) -> str:
    """What the words say; without any, the digit, unless a denial stands beside 收到 or 到岗."""
    if any(word in bare for word in _AUTOMATIC):
        return "OTHER"
    if _CANNOT_COME.search(bare):
        return "CANNOT_COME"
    affirmed, denied = _DENIED.subn(" ", _NO_HELP.sub(" ", bare))
    for kind, words in BY_WORD:
        if any(word in affirmed for word in words):
            return kind
    return "OTHER" if denied and by_digit in ("RECEIVED", "ON_SITE") else by_digit
