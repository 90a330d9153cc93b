"""The cells of one table of observations, read as its mapping says; every bad one is named."""

import math
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from fnmatch import fnmatchcase
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from anlan.formats.spreadsheet import CellError, Row, Table, as_moment, as_number, plain, shown

from .mapping import MILLISECONDS, SECONDS, CellColumn, ObservationMap, Treat

MOST_SHOWN = 60  # characters of a cell that an error repeats
MOST_NAME = 80  # characters of a stream's name


class Seen(NamedTuple):
    """One value: whose, when (µs since 1970), how good, and the cell it stands in (观测值)."""

    stream: str
    station: str
    at: int
    value: float
    treat: Treat
    qualifier: str
    column: CellColumn
    table: Table
    row: int
    head: str


class Bad(NamedTuple):
    """One cell that cannot be taken (错误单元格): where it is, what stands there, the mend."""

    sheet: str
    row: int
    letter: str
    head: str
    value: str
    what: str
    mend: str


class _Wrong(Exception):
    def __init__(self, head: str, what: str, mend: str) -> None:
        super().__init__(what)
        self.head, self.what, self.mend = head, what, mend


class Sheet:
    """Reads one table of a file; `name` is the file's, without its ending (观测表)."""

    def __init__(self, mapping: ObservationMap, table: Table, name: str) -> None:
        self.mapping, self.table, self.name = mapping, table, name
        self.zone = ZoneInfo(mapping.time.zone)
        self.heads = {plain(head): head for head in table.headers}
        self.values = _by_head(mapping.values, table.headers)
        self.gaps = 0
        self.bad: list[Bad] = []
        self.fixed: datetime | None = None

    def fits(self) -> bool:
        """Whether the table has any of the columns: sheets of notes are passed over."""
        return bool(self.values)

    @property
    def ignored(self) -> list[str]:
        """The columns that mean nothing to the mapping."""
        used = {self.heads.get(plain(head)) for head in self.mapping.heads} | set(self.values)
        return [head for head in self.table.headers if head not in used]

    def read(self) -> Iterator[Seen]:
        """The values of all rows; what is wrong stands in `bad` afterwards."""
        if not self._heads_are_there():
            return
        for row in self.table.rows:
            try:
                at, station = self._time(row), self._station(row)
            except _Wrong as wrong:
                self._refuse(row, wrong)
                continue
            for head, columns in self.values.items():
                try:
                    found = self._cell(row, head, columns, station, at)
                except _Wrong as wrong:
                    self._refuse(row, wrong)
                    continue
                if found is None or found.treat == "gap":
                    self.gaps += 1
                else:
                    yield found

    # --- heads and rows ---------------------------------------------------------------------

    def _heads_are_there(self) -> bool:
        there = "、".join(self.table.headers[:20])
        wanted = [head for head in self.mapping.heads if plain(head) not in self.heads]
        wanted += [
            each.column
            for each in self.mapping.values
            if not any(each in columns for columns in self.values.values())
        ]
        for head in dict.fromkeys(wanted):
            self._name(0, "", f"找不到对照所写的“{head}”列", f"表头有：{there}")
        if self.mapping.time.file:
            try:
                self.fixed = self._moment(self.name, self.mapping.time.file)
            except ValueError:
                words = f"文件名“{self.name}”不合约定的写法 {self.mapping.time.file}"
                self._name(0, "", words, "请按约定改文件名，或改对照的 time")
        return not self.bad

    def _station(self, row: Row) -> str:
        if not self.mapping.station:
            return self.name  # what is made for it is named after the file
        parts = [shown(self._raw(row, head)) for head in self.mapping.station]
        if not all(part.strip() for part in parts):
            raise _Wrong(self.mapping.station[0], "没有写站名", "请补上站名，或删去这一行")
        return "".join(" ".join(part.split()) for part in parts)

    def _raw(self, row: Row, head: str) -> Any:
        return row.values.get(self.heads.get(plain(head), head))

    # --- times ------------------------------------------------------------------------------

    def _time(self, row: Row) -> int:
        given = self.mapping.time
        if self.fixed is not None:
            return _micros(self.fixed)
        raws = [self._raw(row, head) for head in given.columns]
        if any(raw is None for raw in raws):
            raise _Wrong(given.columns[0], "没有写时间", "请补上时间，或删去这一行")
        raw = raws[0] if len(raws) == 1 else " ".join(shown(each) for each in raws)
        try:
            return _micros(self._moment(raw, given.format))
        except (ValueError, OverflowError, OSError):
            how = given.format or "2024-06-12 16:00 这样的写法"
            words = f"“{_short(raw)}”不合约定的时间写法 {how}"
            raise _Wrong(given.columns[0], words, "请改正时间，或改对照的 time") from None

    def _moment(self, raw: Any, written: str) -> datetime:
        given = self.mapping.time
        found = _read_time(raw, written)
        if given.clock is not None:
            found = datetime.combine(found.date(), given.clock, found.tzinfo)
        return found if found.tzinfo is not None else found.replace(tzinfo=self.zone)

    # --- values -----------------------------------------------------------------------------

    def _cell(
        self, row: Row, head: str, columns: Sequence[CellColumn], station: str, at: int
    ) -> Seen | None:
        """The value of a cell; None where there is none, or where it is meant for no stream."""
        raw = row.values.get(head)
        mine = [each for each in columns if self._meant(row, each)]
        if not mine or raw is None or _is_gap(raw, self.mapping.gaps):
            return None
        treat, sign, bare = self._signed(raw)
        for column in mine:
            number = _number(bare, column)
            if number is None:
                continue
            treated, qualifier = self._qualified(row, column, treat, sign)
            name = column.stream.format(station=station, file=self.name, column=head)
            if not name.strip() or len(name) > MOST_NAME:
                raise _Wrong(head, f"测点名“{name[:20]}”应为 1 至 {MOST_NAME} 个字", "请改对照")
            return Seen(
                name, station, at, number, treated, qualifier, column, self.table, row.number, head
            )
        raise _Wrong(head, f"“{_short(raw)}”不是数", self._mend())

    def _meant(self, row: Row, column: CellColumn) -> bool:
        return all(
            shown(self._raw(row, head)).strip() == wanted for head, wanted in column.where.items()
        )

    def _signed(self, raw: Any) -> tuple[Treat, str, Any]:
        """What a sign before or behind the number makes of it: *2.82 is 2.82, doubted."""
        if isinstance(raw, str):
            for sign, treat in self.mapping.qualifiers.items():
                rest = raw.removeprefix(sign) if raw.startswith(sign) else raw.removesuffix(sign)
                if rest != raw and rest.strip():
                    return treat, sign, rest.strip()
        return "good", "", raw

    def _qualified(
        self, row: Row, column: CellColumn, treat: Treat, sign: str
    ) -> tuple[Treat, str]:
        """The worst of what is said of a value, and the words themselves."""
        said = [sign] if sign else []
        if column.qualifiers:
            written = shown(self._raw(row, column.qualifiers))
            for word in re.split(r"[\s,;，；、|]+", written.strip()):
                if not word:
                    continue
                if word not in self.mapping.qualifiers:
                    known = "、".join(self.mapping.qualifiers)
                    words = f"限定符“{_short(word)}”没有写在对照里"
                    raise _Wrong(column.qualifiers, words, f"已写明的有：{known}；请补进对照")
                said.append(word)
        treats = [treat, *(self.mapping.qualifiers[word] for word in said)]
        return max(treats, key=("good", "doubted", "gap").index), " ".join(said)

    def _mend(self) -> str:
        gaps = "、".join(self.mapping.gaps)
        return f"没有数据请留空或写 {gaps}；若是别的写法，请在对照的 pattern 或 qualifiers 里写明"

    # --- what is wrong ----------------------------------------------------------------------

    def _refuse(self, row: Row, wrong: _Wrong) -> None:
        self._name(row.number, self.heads.get(plain(wrong.head), wrong.head), wrong.what,
                   wrong.mend, _short(self._raw(row, wrong.head)))  # fmt: skip

    def _name(self, row: int, head: str, what: str, mend: str, value: str = "") -> None:
        letter = self.table.letters.get(head, "")
        number = row or self.table.header_row
        self.bad.append(Bad(self.table.sheet, number, letter, head, value, what, mend))


def _by_head(values: Sequence[CellColumn], heads: Sequence[str]) -> dict[str, list[CellColumn]]:
    """The columns of values by the heads that they name, in the order of the table."""
    found = {
        head: [each for each in values if fnmatchcase(plain(head), plain_pattern(each.column))]
        for head in heads
    }
    return {head: columns for head, columns in found.items() if columns}


def plain_pattern(head: str) -> str:
    """A head with wildcards as heads are compared: * is a star here and not a mark (通配)."""
    return "*".join(plain(part).replace("[", "[[]") for part in head.split("*"))


def _read_time(raw: Any, written: str) -> datetime:
    if isinstance(raw, datetime):
        return raw
    if isinstance(raw, date):
        return datetime.combine(raw, time_of_day())
    if written in (SECONDS, MILLISECONDS):
        return datetime.fromtimestamp(float(shown(raw)) / (1000 if "milli" in written else 1), UTC)
    if written:
        return datetime.strptime(shown(raw), written)  # noqa: DTZ007 (the mapping names the zone)
    if isinstance(raw, str):
        try:
            return datetime.fromisoformat(raw)
        except ValueError:
            pass
    found = as_moment(raw)  # raises CellError, a ValueError
    if found is None:
        raise ValueError
    return found.replace(tzinfo=None)


def _number(raw: Any, column: CellColumn) -> float | None:
    """The number in a cell; None where the cell does not look like the column's."""
    if column.pattern:
        match = re.fullmatch(column.pattern, shown(raw))
        if match is None:
            return None
        raw = match[1]
    try:
        number = as_number(raw)
    except (CellError, ValueError):
        return None
    return float(number) if number is not None and math.isfinite(number) else None


def _is_gap(raw: Any, gaps: Sequence[str]) -> bool:
    if isinstance(raw, str):
        return not raw.strip() or raw.strip() in gaps
    if isinstance(raw, float) and math.isnan(raw):
        return True
    return isinstance(raw, int | float) and not isinstance(raw, bool) and shown(raw) in gaps


def _micros(moment: datetime) -> int:
    away = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (away.days * 86_400 + away.seconds) * 1_000_000 + away.microseconds


def _short(raw: Any) -> str:
    return ("" if raw is None else shown(raw))[:MOST_SHOWN]
