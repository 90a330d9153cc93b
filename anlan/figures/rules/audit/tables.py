"""Tables of bulletins: the row 合计, the columns 占比, 同比 and 率, recomputed (表).

A cell takes its unit from the heading of its column. One cell is contradicted only where the
cells beside it bear out what the row or the column is: else the table was read wrongly.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .divisions import are_apart
from .finding import Figure
from .numbers import SCALES, Number, plain
from .verdicts import Check, Kind, Verdict, check

MOST_COLUMNS, MOST_ROWS = 40, 400
_ROW = r"[^\n\t]*+\t[^\n]*+"
_LINES = re.compile(rf"(?:^|(?<=\n)){_ROW}(?:\n\n?{_ROW})+")
_VALUE = re.compile(
    r"(?P<way>上升|增长|增加|下降|减少|[↑↓+-])?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<unit>%|(?![年月日季第])[万亿]?[\u4e00-\u9fff]{0,2})[↑↓]?"
)
_TOTAL = re.compile(r"(?:合计|总计|共计|总数|全[市区县镇省](?:合计)?)(?:数|\([^)]*\))?")
_INNER = re.compile(r"其中|小计|#|含|-")
_SHARE = re.compile(r"占比|比重|占.*(?:%|比)")
_CHANGE = re.compile(r"同比|环比|增减|增幅|增长|升降|变化|涨跌")
_BASE = re.compile(r"(?:上年|去年)(?:同期)?|同期(?!比)|上月|上期|基期")
_IDLE = re.compile(
    r"序号|排名|名次|位次|平均|备注|编号|电话|得分|分数|人均|密度|℃|毫米|日期|时间|年份|月份|级|最[大高]|经度|纬度|累计"
)
_UNIT = re.compile(r"[万亿]?元|家次|人次|场次|[起人家处条项个件次支台辆户份座宗吨]")


@dataclass(frozen=True)
class _Cell:
    start: int
    text: str
    value: Fraction | None
    figure: Figure | None


@dataclass(frozen=True)
class _Table:
    titles: tuple[str, ...]
    rows: tuple[tuple[_Cell, ...], ...]
    label: int  # the column that names the rows

    def name(self, row: Sequence[_Cell]) -> str:
        return re.sub(r"\s", "", row[self.label].text)

    def sort(self, column: int) -> str:
        """What a column says: share, change, rate, base, count, or nothing to add up."""
        title = self.titles[column]
        if column <= self.label or all(row[column].value is None for row in self.rows):
            return ""
        for sort, words in (("share", _SHARE), ("change", _CHANGE)):
            if words.search(title):
                return sort
        if "率" in title:
            return "rate"
        if _IDLE.search(title) or "%" in title:
            return ""
        return "base" if _BASE.search(title) or self._is_year_before(title) else "count"

    def _is_year_before(self, title: str) -> bool:
        """2023年 beside 2024年."""
        years = {int(year) for each in self.titles for year in re.findall(r"20\d\d(?=年)", each)}
        said = re.search(r"20\d\d(?=年)", title)
        return len(years) == 2 and said is not None and int(said[0]) == min(years)


def read(text: str, known: Sequence[Figure]) -> tuple[list[Figure], list[Check]]:
    """The figures of cells that have no unit of their own, and what the tables come to (读表)."""
    by_start = {figure.start: figure for figure in known}
    found: list[Figure] = []
    checks: list[Check] = []
    for lines in _LINES.finditer(text):
        table = _table(lines[0], lines.start(), by_start)
        if table is None:
            continue
        cells = [cell.figure for row in table.rows for cell in row if cell.figure]
        found += [figure for figure in cells if figure.start not in by_start]
        for judged in (_totals(table), _columns(table)):
            checks += judged
    return found, checks


# --- from lines to cells --------------------------------------------------------------------------


def _table(lines: str, start: int, known: dict[int, Figure]) -> _Table | None:
    raw: list[list[tuple[int, str]]] = []
    for line in re.finditer(r"[^\n]+", lines):
        at = start + line.start()
        raw.append([])
        for text in line[0].split("\t"):
            raw[-1].append((at + len(text) - len(text.lstrip()), text.strip()))
            at += len(text) + 1
    raw = [row for row in raw if not all(re.fullmatch("[-:=]*", text) for _, text in row)]
    widths = [len(row) for row in raw]
    width = max(set(widths), key=widths.count, default=0)
    raw = [row for row in raw if len(row) == width][:MOST_ROWS]
    first = next((i for i, row in enumerate(raw) if _is_body(row)), 0)
    if not first or not 3 <= width <= MOST_COLUMNS:
        return None
    label = 0
    while label < width - 1 and all(_VALUE.fullmatch(r[label][1] or "0") for r in raw[first:]):
        label += 1  # the numbers of the rows
    titles = _titles([[text for _, text in row] for row in raw[:first]], width)
    rows = tuple(
        tuple(
            _cell(place, text, titles[column] if column > label else "", known)
            for column, (place, text) in enumerate(row)
        )
        for row in raw[first:]
    )
    return _Table(tuple(titles), rows, label)


def _is_body(row: Sequence[tuple[int, str]]) -> bool:
    told = [text for _, text in row[1:] if text not in ("", "-", "/")]
    return sum(_VALUE.fullmatch(text) is not None for text in told) * 2 >= max(len(told), 1)


def _titles(heads: Sequence[Sequence[str]], width: int) -> list[str]:
    """The headings of each column from above to below; one that spans several is said once."""
    titles = [""] * width
    for row, head in enumerate(heads):
        spanning = ""
        for column, text in enumerate(head):
            spanning = text or (spanning if row < len(heads) - 1 else "")
            titles[column] += spanning if spanning not in titles[column] else ""
    return titles


def _cell(place: int, text: str, title: str, known: dict[int, Figure]) -> _Cell:
    found = _VALUE.fullmatch(text)
    if not found or not title:
        return _Cell(place, text, Fraction(0) if text == "持平" and title else None, None)
    written = Decimal(found["digits"].replace(",", ""))
    falls = found["way"] in ("下降", "减少", "↓", "-") or text.endswith("↓")
    value = Fraction(-written if falls else written)
    unit = found["unit"] or ("%" if "%" in title else "")
    said = _UNIT.search(title)
    unit = unit or (said[0] if said else "")
    scale = unit[0] if unit[:1] in ("万", "亿") else ""
    number = Number(-written if falls else written, SCALES[scale])
    mine = Figure(place, place + len(text), text, number, unit[len(scale) :], title, "", title)
    return _Cell(place, text, value, known.get(place, mine))


# --- 合计 -----------------------------------------------------------------------------------------


def _totals(table: _Table) -> list[Check]:
    """The row 合计, each of its columns against the rows that it stands over or under."""
    ends = (table.rows[-1], table.rows[0])
    total = next((row for row in ends if _TOTAL.fullmatch(table.name(row))), None)
    body = [row for row in table.rows if row is not total]
    if total is None or len(body) < 2:
        return []
    names = [table.name(row) for row in body]
    if any(_INNER.match(name) or _TOTAL.fullmatch(name) for name in names):
        return []
    judged: list[tuple[bool, Check]] = []
    for column in range(table.label + 1, len(table.titles)):
        if table.sort(column) in ("count", "base") and total[column].value is not None:
            told = [row[column] for row in body]
            if all(cell.value is not None or cell.text in ("", "-", "/") for cell in told):
                judged += _added(table.titles[column], total[column], told)
    alone = len(judged) == 1 and (are_apart(names) or len({name[-1:] for name in names}) == 1)
    return _borne_out(judged, alone=alone)


def _added(title: str, total: _Cell, told: Sequence[_Cell]) -> Iterator[tuple[bool, Check]]:
    parts = [cell.figure for cell in told if cell.figure]
    added = sum((cell.value for cell in told if cell.value is not None), Fraction(0))
    if not total.figure or total.value is None or len(parts) < 2:
        return
    loose = [f for f in (total.figure, *parts) if not f.number.whole]
    off = abs(added - total.value)
    if off <= sum((f.number.step / f.number.scale for f in loose), Fraction(0)) / 2:
        why = f"“{title}”一列各行相加是{plain(added)},与合计{total.text}相符。"
        yield True, check(Kind.SUM, Verdict.OK, total.figure, parts, why, plain(added))
    else:
        why = f"“{title}”一列各行相加是{plain(added)},与所写合计{total.text}不符,请核对。"
        yield False, check(Kind.SUM, Verdict.MISMATCH, total.figure, parts, why, plain(added))


def _borne_out(judged: Sequence[tuple[bool, Check]], *, alone: bool = False) -> list[Check]:
    """All of a kind together: what does not fit is wrong only where the others do."""
    fine = [each for fits, each in judged if fits]
    wrong = [each for fits, each in judged if not fits]
    if not wrong or (fine and len(fine) >= len(wrong)) or (alone and len(judged) == 1):
        return [each for _, each in judged]
    return []


# --- 占比、同比、率 -------------------------------------------------------------------------------


def _columns(table: _Table) -> Iterator[Check]:
    group: list[int] = []  # counts told since the last column that says something of them
    for column in range(table.label + 1, len(table.titles)):
        sort = table.sort(column)
        if sort in ("count", "base"):
            group.append(column)
        elif sort == "share" and group:
            yield from _borne_out(list(_shares(table, column, group[-1])))
        elif sort == "change":
            bases = [each for each in group if table.sort(each) == "base"]
            present = [each for each in group if table.sort(each) == "count"]
            if len(bases) == len(present) == 1:
                pair = (present[0], bases[0])
                yield from _borne_out(list(_changes(table, column, pair)), alone=True)
            group = []
        elif sort == "rate" and len(group) > 1:
            yield from _borne_out(list(_rates(table, column, (group[-1], group[-2]))))


def _shares(table: _Table, column: int, of: int) -> Iterator[tuple[bool, Check]]:
    totals = [row for row in table.rows if _TOTAL.fullmatch(table.name(row))]
    if len(totals) != 1 or not totals[0][of].value:
        return
    for row in table.rows:
        if row is not totals[0]:
            yield from _percent(Kind.SHARE, row[column], row[of], totals[0][of])


def _rates(table: _Table, column: int, pair: tuple[int, int]) -> Iterator[tuple[bool, Check]]:
    for row in table.rows:
        yield from _percent(Kind.RATE, row[column], row[pair[0]], row[pair[1]])


def _changes(table: _Table, column: int, pair: tuple[int, int]) -> Iterator[tuple[bool, Check]]:
    in_percent = "%" in table.titles[column] or any("%" in row[column].text for row in table.rows)
    for row in table.rows:
        now, base = row[pair[0]], row[pair[1]]
        if in_percent:
            yield from _percent(Kind.YEAR_ON_YEAR, row[column], now, base)


def _percent(kind: Kind, stated: _Cell, part: _Cell, whole: _Cell) -> Iterator[tuple[bool, Check]]:
    """A percentage of two cells; a last digit that was cut off is let pass without a word."""
    said, one, other = stated.figure, part.figure, whole.figure
    if said is None or one is None or other is None:
        return
    if stated.value is None or part.value is None or not whole.value:
        return
    exact = part.value * 100 / whole.value - (100 if kind is Kind.YEAR_ON_YEAR else 0)
    step = said.number.step
    blur = sum(
        (f.number.step / f.number.scale for f in (one, other) if not f.number.whole), Fraction(0)
    )
    off, room = abs(exact - stated.value), blur * 100 / whole.value
    unsigned = kind is Kind.YEAR_ON_YEAR and abs(abs(exact) - stated.value) <= step
    shown = f"{plain(exact, max(said.number.decimals, 2))}%"
    if off <= step / 2 + room:
        why = f"按{part.text}和{whole.text}算是{shown},与所写{stated.text}相符。"
        yield True, check(kind, Verdict.OK, said, (one, other), why, shown)
    elif off > step + room and not unsigned:
        why = f"按{part.text}和{whole.text}算是{shown},与所写{stated.text}不符,请核对。"
        yield False, check(kind, Verdict.MISMATCH, said, (one, other), why, shown)
