"""A template and its answers made into the blocks of a document (成稿)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from anlan.formats.official import (
    Block,
    Cell,
    Chart,
    Run,
    Series,
    Table,
    Text,
    blocks,
    tidied,
)

from . import phrases
from .asking import MONTH, UNFILLED, Ask, Part, Told
from .clauses import spoken_only
from .reading import Condition, Fact, Function, Line, Piece, Value

MOST_TIED = 5  # so many of equal rank are named
Judge = Callable[[str, Mapping[str, float]], bool]
Answers = Mapping[Ask, Told]


@dataclass(frozen=True)
class Frame:
    """What a report knows of itself: 期间, 地区 …; and who judges its conditions."""

    facts: Mapping[str, str]
    judge: Judge
    whole: str = "全域"  # what the row of the sum is called
    answers: Answers = field(default_factory=dict)


def write(lines: tuple[Line, ...], frame: Frame) -> tuple[Block, ...]:
    """The blocks of a report, headings closed up."""
    return tidied(_blocks(lines, frame))


def sentence(pieces: tuple[Piece, ...], frame: Frame) -> Text:
    """One line as runs; a computed piece carries what opens its rows."""
    return tuple(run for piece in pieces for run in _runs(piece, frame))


def _blocks(lines: tuple[Line, ...], frame: Frame) -> Iterator[Block]:
    waiting: list[Text] = []
    failed = False
    for line in lines:
        if line.otherwise and not failed:
            continue
        failed = line.condition is not None and not _holds(line.condition, frame)
        if failed:
            continue
        if not line.show:
            waiting.append(spoken_only(sentence(line.pieces, frame)))
            continue
        yield from blocks(waiting)
        waiting = []
        yield from _shown(line, frame)
    yield from blocks(waiting)


def _holds(condition: Condition, frame: Frame) -> bool:
    """Whether it is so; where a number is missing it is not."""
    values: dict[str, float] = {}
    for name, value in condition.names:
        found = _number(value, frame)
        if found is None:
            return False
        values[name] = float(found)
    return frame.judge(condition.text, values)


def _number(value: Value, frame: Frame) -> Decimal | None:
    """The number that a condition compares: a change in per cent where it asks for one."""
    told = frame.answers[value.ask]
    now = _part(told, value).value if value.part else told.value
    if value.aspect in ("", "数", "万", "亿"):
        return now
    base = told.before if value.aspect in ("环比", "上期") else told.base
    if value.aspect in ("上年同期", "上期"):
        return base
    if now is None or base is None:
        return None
    if value.aspect == "增减" or told.known.is_rate:
        return now - base
    return (now - base) * 100 / base if base else None


# --- sentences ---------------------------------------------------------------------


def _runs(piece: Piece, frame: Frame) -> Iterator[Run]:
    if isinstance(piece, str):
        yield Run(piece)
    elif isinstance(piece, Fact):
        yield Run(frame.facts[piece.name])
    elif isinstance(piece, Value):
        told = frame.answers[piece.ask]
        if piece.part:
            part = _part(told, piece)
            words = _aspect(Told(told.known, part.value), piece.aspect)
            yield Run(words, part.ref)
        else:
            yield Run(_aspect(told, piece.aspect), told.ref)
    else:
        yield from _FUNCTIONS[piece.name](piece, frame)


def _aspect(told: Told, aspect: str) -> str:
    known = told.known
    value, unit, is_rate = told.value, known.unit, known.is_rate
    bases = {"上年同期": told.base, "上期": told.before}
    if aspect in bases:
        return phrases.value_words(bases[aspect], unit, is_rate=is_rate)
    if aspect == "数":
        return phrases.value_words(value, "", is_rate=is_rate)
    if aspect in _SHORTENED:
        return _SHORTENED[aspect](value, unit)
    if aspect == "目标":
        return known.goal or phrases.NO_DATA
    if aspect in ("同比", "变化"):
        return phrases.change_words(value, told.base, unit, is_rate=is_rate)
    if aspect == "环比":
        return phrases.change_words(value, told.before, unit, is_rate=is_rate, against="环比")
    if aspect == "增减":
        return phrases.difference_words(value, told.base, unit)
    return told.words or phrases.value_words(value, unit, is_rate=is_rate)


_SHORTENED: dict[str, Callable[[Decimal | None, str], str]] = {
    "万": phrases.in_ten_thousands,
    "亿": phrases.in_hundred_millions,
}


def _part(told: Told, value: Value) -> Part:
    """One part of a breakdown; one that does not appear is nothing: 0."""
    for part in told.parts:
        if value.part in (part.key, part.label):
            return part
    return Part(value.part, value.part, None if told.known.is_rate else Decimal(0))


def _respectively(piece: Function, frame: Frame) -> Iterator[Run]:
    told = [frame.answers[ask] for ask in piece.asks]
    pairs = [(one.value, one.base, one.known.unit) for one in told]
    yield Run(phrases.respectively(pairs), told[0].ref)


def _among(piece: Function, frame: Frame) -> Iterator[Run]:
    told = frame.answers[piece.asks[0]]
    chosen = ranked(told.parts, piece.first)
    if not chosen:
        yield Run(phrases.NO_DATA)
    for place, part in enumerate(chosen):
        yield Run(f"{'、' if place else ''}{part.label}")
        words = phrases.value_words(part.value, told.known.unit, is_rate=told.known.is_rate)
        yield Run(words, part.ref)


def _share(piece: Function, frame: Frame) -> Iterator[Run]:
    part, whole = (frame.answers[ask] for ask in piece.asks)
    yield Run(phrases.share_words(part.value, whole.value), part.ref)


def _extreme(piece: Function, frame: Frame) -> Iterator[Run]:
    told = frame.answers[piece.asks[0]]
    ordered = ranked(told.parts, len(told.parts) * (1 if piece.name == "最高" else -1))
    chosen = [part for part in ordered if part.value == ordered[0].value]
    if not chosen:
        yield Run(phrases.NO_DATA)
        return
    words = phrases.value_words(chosen[0].value, told.known.unit, is_rate=told.known.is_rate)
    for place, part in enumerate(chosen[:MOST_TIED]):
        yield Run(f"{'、' if place else ''}{part.label}（")
        yield Run(words, part.ref)
        yield Run("）")
    if len(chosen) > MOST_TIED:
        yield Run(f"等{len(chosen)}个并列")


_FUNCTIONS: dict[str, Callable[[Function, Frame], Iterator[Run]]] = {
    "同比分别": _respectively,
    "其中": _among,
    "占比": _share,
    "最高": _extreme,
    "最低": _extreme,
}


def ranked(parts: tuple[Part, ...], first: int) -> list[Part]:
    """Parts by value, the highest first; negative: so many of the lowest, the lowest first.

    Equal ones keep the order of their names, so that a list never changes by chance.
    """
    known = [part for part in parts if part.value is not None]
    if first < 0:
        return sorted(known, key=lambda part: (part.value, part.label))[:-first]
    ordered = sorted(known, key=lambda part: (-(part.value or 0), part.label))
    return ordered[:first] if first else ordered


# --- tables, charts, ranks ---------------------------------------------------------


def _shown(line: Line, frame: Frame) -> Iterator[Block]:
    assert line.listed is not None
    title = "".join(run.text for run in sentence(line.title, frame))
    told = [frame.answers[ask] for ask in line.listed.asks]
    if _is_unfilled(told):
        return
    if line.show == "图":
        yield _chart(title, line.listed, told)
    elif line.show == "排名":
        yield _ranks(title, line.listed, told)
    elif line.listed.asks[0].by:
        yield _breakdown(title, line.listed, told, frame)
    else:
        yield _overview(title, told)


def _is_unfilled(told: list[Told]) -> bool:
    """Nobody has filled in by what it is broken down: a table of one such row tells nothing."""
    labels = {part.label for one in told for part in one.parts}
    return labels == {UNFILLED}


def _overview(title: str, told: list[Told]) -> Table:
    """Figures down, value, base and change across."""
    rows = []
    for one in told:
        unit, is_rate = one.known.unit, one.known.is_rate
        rows.append(
            (
                _cell(one.known.label),
                _cell(unit),
                _number_cell(phrases.value_words(one.value, "", is_rate=is_rate), one.ref),
                _number_cell(phrases.value_words(one.base, "", is_rate=is_rate)),
                _cell(phrases.change_words(one.value, one.base, unit, is_rate=is_rate)),
            )
        )
    return Table(title, ("指标", "单位", "本期", "上年同期", "同比"), tuple(rows))


def _breakdown(title: str, listed: Function, told: list[Told], frame: Frame) -> Table:
    """Parts down, figures across; the whole in the first row."""
    head = told[0].known.dimensions.get(listed.asks[0].by, "月份")
    labels = {part.key: part.label for one in told for part in one.parts}
    if listed.first or listed.asks[0].by != MONTH:
        chosen = ranked(told[0].parts, listed.first)
        left = [key for key in labels if key not in {part.key for part in chosen}]
        keys = [part.key for part in chosen] + ([] if listed.first else left)
    else:
        keys = list(labels)
    rows = [(_cell(frame.whole), *(_told_cell(one, one.value, one.ref) for one in told))]
    for key in keys:
        found = [next((p for p in one.parts if p.key == key), None) for one in told]
        cells = (
            _told_cell(one, part.value, part.ref) if part else _told_cell(one, _nothing(one), "")
            for one, part in zip(told, found, strict=True)
        )
        rows.append((_cell(labels[key]), *cells))
    columns = (f"{one.known.label}（{one.known.unit}）" for one in told)
    return Table(title, (head, *columns), tuple(rows))


def _ranks(title: str, listed: Function, told: list[Told]) -> Table:
    one = told[0]
    head = one.known.dimensions.get(listed.asks[0].by, "月份")
    chosen = ranked(one.parts, listed.first)
    values = [part.value for part in chosen]
    rows = tuple(  # equal ones share the better place
        (
            _number_cell(str(values.index(part.value) + 1)),
            _cell(part.label),
            _told_cell(one, part.value, part.ref),
        )
        for part in chosen
    )
    return Table(title, ("名次", head, f"{one.known.label}（{one.known.unit}）"), rows)


def _chart(title: str, listed: Function, told: list[Told]) -> Chart:
    by_month = listed.asks[0].by == MONTH
    first = told[0].parts if by_month else tuple(ranked(told[0].parts, listed.first))
    series = tuple(
        Series(one.known.label, tuple(_of(one, part.key) for part in first)) for one in told
    )
    labels = tuple(part.label for part in first)
    return Chart(title, labels, series, "line" if by_month else "bar", told[0].known.unit)


def _of(one: Told, key: str) -> float | None:
    value = next((part.value for part in one.parts if part.key == key), None)
    return None if value is None else float(value)


def _nothing(one: Told) -> Decimal | None:
    return None if one.known.is_rate else Decimal(0)


def _cell(words: str) -> Cell:
    return Cell((Run(words),))


def _number_cell(words: str, ref: str = "") -> Cell:
    return Cell((Run(words, ref),), is_number=True)


def _told_cell(one: Told, value: Decimal | None, ref: str) -> Cell:
    words = "—" if value is None else phrases.value_words(value, "", is_rate=one.known.is_rate)
    return _number_cell(words, ref)
