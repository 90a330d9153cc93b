"""A sentence that somebody edited: which of its numbers are still computed (改稿).

The old runs say which words were computed; the new text is compared with them piece by piece. A
number that stands where a computed one stood keeps what it opens, and is marked as typed by hand;
so is a number that came from nowhere.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from anlan.formats.official import Run, Text

_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?%?|.", re.DOTALL)


def rewritten(old: Text, new: str) -> Text:
    """The new words as runs, those that were computed still open their rows."""
    before = [(token, run) for run in old for token in _TOKEN.findall(run.text)]
    after = _TOKEN.findall(new)
    match = SequenceMatcher(None, [token for token, _ in before], after, autojunk=False)
    told: list[Run] = []
    for kind, a, b, c, d in match.get_opcodes():
        if kind == "equal":
            told += [Run(token, run.ref, run.by_hand) for token, run in before[a:b]]
        elif kind != "delete":
            told += _typed([run for token, run in before[a:b] if _is_number(token)], after[c:d])
    return _joined(told)


def numbers_by_hand(runs: Iterable[Run]) -> list[Run]:
    """The numbers that somebody typed."""
    return [run for run in runs if run.by_hand]


def _typed(lost: list[Run], words: list[str]) -> list[Run]:
    """New words; their numbers take the places of the numbers that went, in order."""
    told = []
    waiting = [run.ref for run in lost if run.ref]
    for token in words:
        if _is_number(token):
            told.append(Run(token, waiting.pop(0) if waiting else "", by_hand=True))
        else:
            told.append(Run(token))
    return told


def _is_number(token: str) -> bool:
    return token[0].isdigit()


def _joined(told: list[Run]) -> Text:
    kept: list[Run] = []
    for run in told:
        last = kept[-1] if kept else None
        if last and (last.ref, last.by_hand) == (run.ref, run.by_hand):
            kept[-1] = Run(last.text + run.text, run.ref, run.by_hand)
        else:
            kept.append(run)
    return tuple(kept)
