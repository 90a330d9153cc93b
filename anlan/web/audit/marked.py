"""The text of an audit in pieces, each figure with what was said of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from anlan.figures.rules.audit import Audit, Check, Verdict


@dataclass(frozen=True)
class Mark:
    """How a verdict looks and is called: never by its colour alone."""

    verdict: str
    word: str
    sign: str
    icon: str
    meaning: str


VERDICTS = (
    Mark(Verdict.MISMATCH, "矛盾", "✗", icon="circle-x", meaning="按文中的数字算出来不一样"),
    Mark(Verdict.QUESTION, "存疑", "?", icon="help-circle", meaning="口径可能不一致，请问作者"),
    Mark(Verdict.OK, "相符", "✓", icon="circle-check", meaning="复算一致"),
    Mark(Verdict.CANNOT, "无法核对", "–", icon="circle-minus", meaning="文中缺少复算要用的数"),
)
_BY_VERDICT = {mark.verdict: mark for mark in VERDICTS}
_GRAVEST = [mark.verdict for mark in VERDICTS]
_PLAIN = Mark("none", "", "", icon="", meaning="")


@dataclass(frozen=True)
class Piece:
    """A stretch of the text: plain words, or one figure."""

    text: str
    mark: Mark | None = None
    number: int = 0  # of the line in the list that speaks of it; 0 for none
    title: str = ""


@dataclass(frozen=True)
class Line:
    """One check in the list."""

    number: int
    check: Check
    sentence: str


@dataclass(frozen=True)
class Group:
    """The checks of one verdict."""

    mark: Mark
    lines: list[Line]


def groups_of(found: Audit) -> list[Group]:
    """The list: by verdict, the gravest first."""
    numbered = list(enumerate(found.checks, start=1))
    groups = []
    for mark in VERDICTS:
        lines = [
            Line(number, each, found.sentence(each.start, each.end))
            for number, each in numbered
            if each.verdict == mark.verdict
        ]
        groups.append(Group(mark, lines))
    return groups


def pieces_of(found: Audit) -> Iterator[Piece]:
    """The whole text, in order; a figure carries the gravest of what was said of it."""
    said: dict[int, tuple[int, Check]] = {}
    for number, each in enumerate(found.checks, start=1):
        known = said.get(each.start)
        if known is None or _rank(each) < _rank(known[1]):
            said[each.start] = (number, each)
    at = 0
    for figure in found.figures:
        if figure.start < at:
            continue
        if at < figure.start:
            yield Piece(found.text[at : figure.start])
        number, check = said.get(figure.start, (0, None))
        mark = _BY_VERDICT[check.verdict] if check else _PLAIN
        title = check.why if check else figure.counts
        yield Piece(found.text[figure.start : figure.end], mark, number, title)
        at = figure.end
    if at < len(found.text):
        yield Piece(found.text[at:])


def _rank(check: Check) -> int:
    return _GRAVEST.index(check.verdict)
