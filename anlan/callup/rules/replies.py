"""What somebody meant by an SMS (短信回复): digits of any width, words, noise around them."""

import re
import unicodedata
from dataclasses import dataclass

from .profiles import ANSWERS

BY_DIGIT = dict(enumerate(ANSWERS, 1))
# Refusals first: 收到，无法到达 is no mere 收到; 已到岗 before 收到 for the same reason.
BY_WORD = (
    ("CANNOT_COME", ("无法到", "到不了", "不能到", "去不了", "来不了", "赶不到", "不能来")),
    ("NEED_HELP", ("支援", "需援", "救命", "帮忙", "来人", "求助")),
    ("ON_SITE", ("到岗", "已到", "在岗", "到位", "到达", "在现场")),
    ("RECEIVED", ("收到", "知道", "好的", "明白", "是的", "收悉", "ok", "1收")),
)
NOT_YET = ("没收到", "未收到", "收不到", "没到岗", "未到岗", "还没到", "未到", "没到")
MOST = 500  # characters that are kept
_CODE = re.compile(r"(?<!\d)(\d{1,3})(?!\d)")


@dataclass(frozen=True)
class Said:
    """A reply as understood: kind of answer, the person's digit where a number is shared."""

    kind: str
    text: str
    code: int = 0


def heard(text: str, *, shared: bool = False) -> Said:
    """Understand a reply; what cannot be understood is an answer all the same (OTHER).

    On a `shared` number the first digits say who speaks: 12 is person 1 with answer 2.
    """
    kept = text.strip()[:MOST]
    plain = unicodedata.normalize("NFKC", kept).casefold()
    bare = re.sub(r"[\s\u200b-\u200f\ufeff]", "", plain)
    code, digit = _digits(bare, shared)
    if digit in BY_DIGIT and not _talks(bare):
        return Said(BY_DIGIT[digit], kept, code)
    by_word = _by_word(bare)
    if by_word:
        return Said(by_word, kept, code)
    if digit in BY_DIGIT:
        return Said(BY_DIGIT[digit], kept, code)
    return Said("OTHER", kept, code)


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


def _talks(bare: str) -> bool:
    """Whether there is more than a digit and punctuation: then words count first."""
    return bool(re.search(r"[^\W\d_]", bare))


def _by_word(bare: str) -> str:
    if any(word in bare for word in NOT_YET):
        return "OTHER"
    for kind, words in BY_WORD:
        if any(word in bare for word in words):
            return kind
    return ""
