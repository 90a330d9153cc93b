"""Tables to typed rows: heads matched, cells read, every bad one named. Knows of no database."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from anlan.formats.spreadsheet import Row, Table, plain
from anlan.registry.rules import LOOKED_UP, Field, Finder, Problem, reader_of, text_of

from .mapping import Mapped
from .outcome import NUMBER, WHAT, Fault

MOST_SHOWN = 60  # characters of a cell that an error repeats


class Importer(Protocol):
    """What the engine must know of a kind of import; its `store` is for `run`."""

    @property
    def fields(self) -> tuple[Field, ...]: ...

    @property
    def sector(self) -> str:
        """The sector of rows that state none."""

    def identity(self, values: Mapping[str, Any]) -> Hashable:
        """What two rows that mean the same thing have in common; None when nothing tells."""

    def judge(self, values: Mapping[str, Any]) -> None:
        """Raise Problem for what is wrong between the cells of one row."""


@dataclass
class Line:
    """One row that could be read: its typed values, and where it stood."""

    table: Table
    row: Row
    values: dict[str, Any]


@dataclass
class Judged:
    """What the tables of a file came to."""

    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    repeats: list[Fault] = field(default_factory=list)
    refused: list[tuple[Table, Row]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    rows: int = 0


Allowed = Callable[[Any, str], bool]  # whether the importer may bring rows of an area and sector


@dataclass(frozen=True)
class Columns:
    """Which column of one table feeds which field."""

    headers: dict[str, str]  # field → head
    ignored: tuple[str, ...]
    mapped: Mapped | None = None

    def raw(self, row: Row) -> dict[str, Any]:
        if self.mapped:
            return self.mapped.row(row)
        return {key: row.values[header] for key, header in self.headers.items()}


def expected(fields: Iterable[Field]) -> list[str]:
    """Every head under which a column may stand: what helps to find the header row."""
    return list(
        dict.fromkeys(
            word for each in fields for word in (each.heading, each.label, each.key, *each.synonyms)
        )
    )


def match(table: Table, fields: Sequence[Field]) -> tuple[Columns, list[Fault]]:
    """The columns of a table by their heads; a Fault for each that is missing or stands twice."""
    known = {plain(word): each.key for each in fields for word in expected([each])}
    headers: dict[str, str] = {}
    faults: list[Fault] = []
    ignored: list[str] = []
    for header in table.headers:
        key = known.get(plain(header))
        if key is None:
            ignored.append(header)
        elif key in headers:
            words = f"与“{headers[key]}”列重复"
            faults.append(_head_fault(table, header, words, "请只保留一列"))
        else:
            headers[key] = header
    return Columns(headers, tuple(h for h in ignored if h not in (NUMBER, WHAT))), faults


def map_columns(table: Table, mapped: Mapped) -> tuple[Columns, list[Fault]]:
    """The columns of a table as a mapping file names them."""
    mend = f"表头有：{'、'.join(table.headers[:20])}"
    faults = [
        _head_fault(table, "", f"找不到对照文件所写的“{head}”列", mend) for head in mapped.missing
    ]
    headers = {key: mapped.header_of(key) for key in mapped.sources}
    ignored = tuple(header for header in table.headers if header not in mapped.used())
    return Columns(headers, ignored, mapped), faults


def missing_heads(table: Table, fields: Sequence[Field], given: Iterable[str]) -> list[Fault]:
    """A Fault for each required field that has no column."""
    have = set(given)
    return [
        _head_fault(table, "", f"缺少“{each.heading}”列", "请补上这一列，可先下载导入模板")
        for each in fields
        if each.required and each.key not in have
    ]


def judge(
    tables: Sequence[tuple[Table, Columns]],
    importer: Importer,
    finders: Mapping[str, Finder],
    allowed: Allowed,
) -> Judged:
    """Read all rows of all tables; what is looked up is looked up once for all of them."""
    judged = Judged(ignored=[head for _, columns in tables for head in columns.ignored])
    raws: list[tuple[Table, Columns, Row, dict[str, Any]]] = []
    for table, columns in tables:
        for row in table.rows:
            judged.rows += 1
            try:
                raws.append((table, columns, row, columns.raw(row)))
            except Problem as problem:
                _refuse(judged, table, columns, row, [problem])
    reading = _Reading(importer, finders, [raw for *_, raw in raws], allowed)
    for table, columns, row, raw in raws:
        values, problems = reading.read(raw)
        if problems:
            _refuse(judged, table, columns, row, problems)
        else:
            judged.lines.append(Line(table, row, values))
    _drop_repeats(judged, dict((id(table), columns) for table, columns in tables), importer)
    return judged


class _Reading:
    """The readers of all fields, made once for ten thousand rows."""

    def __init__(
        self,
        importer: Importer,
        finders: Mapping[str, Finder],
        raws: Sequence[Mapping[str, Any]],
        allowed: Allowed,
    ) -> None:
        self.importer = importer
        self.allowed = allowed
        self.seen: dict[tuple[int, str], bool] = {}
        found = _look_up(importer.fields, finders, raws)
        self.readers = [
            (each.key, reader_of(each, found.get(each.type)), each) for each in importer.fields
        ]

    def read(self, raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for key, reader, spec in self.readers:
            cell = raw.get(key)
            if cell is None or cell == "":
                if spec.required:
                    problems.append(Problem("必填，不能为空", f"请填写{spec.label}", field=key))
                continue
            try:
                values[key] = reader(cell)
            except Problem as problem:
                # Shown also when sensitive: to whoever brought the table, and to nobody else.
                shown = text_of(cell)[:MOST_SHOWN]
                problems.append(Problem(problem.words, problem.mend, field=key, value=shown))
        if not problems:
            problems = self._whole(values)
        return values, problems

    def _whole(self, values: Mapping[str, Any]) -> list[Problem]:
        try:
            self.importer.judge(values)
        except Problem as problem:
            return [problem]
        area = values.get("area")
        if area is None:
            return []
        sector = values.get("sector") or self.importer.sector
        place = (area.pk, sector)
        if place not in self.seen:
            self.seen[place] = self.allowed(area, sector)
        if not self.seen[place]:
            mend = "请联系管理员核对岗位和责任区域，或删去这些行"
            return [Problem(f"您不能导入“{area}”的数据", mend, field="area", value=str(area))]
        return []


def _look_up(
    fields: Iterable[Field], finders: Mapping[str, Finder], raws: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    wanted: dict[str, set[str]] = {}
    for each in fields:
        if each.type in LOOKED_UP:
            cells = {raw.get(each.key) for raw in raws}
            texts = {text_of(cell) for cell in cells if isinstance(cell, str | int | float)}
            wanted.setdefault(each.type, set()).update(texts - {""})
    return {kind: finders[kind](frozenset(texts)) for kind, texts in wanted.items()}


def _drop_repeats(judged: Judged, columns: Mapping[int, Columns], importer: Importer) -> None:
    """A row that repeats an earlier one is counted; one that contradicts it is refused."""
    first: dict[Hashable, Line] = {}
    kept: list[Line] = []
    for line in judged.lines:
        identity = importer.identity(line.values)
        earlier = None if identity is None else first.setdefault(identity, line)
        if earlier is None or earlier is line:
            kept.append(line)
        elif earlier.values == line.values:
            words = f"与第{earlier.row.number}行完全相同，未重复登记"
            judged.repeats.append(_row_fault(line.table, line.row, words, ""))
        else:
            words = f"与第{earlier.row.number}行是同一个，但内容不同"
            problem = Problem(words, "请删去其中一行，或填写不同的编号")
            _refuse(judged, line.table, columns[id(line.table)], line.row, [problem])
    judged.lines = kept


def refuse_lines(
    judged: Judged,
    columns: Mapping[int, Columns],
    problems: Iterable[tuple[int, Problem]],
) -> None:
    """Take lines out again that could not be stored; positions are those of `judged.lines`."""
    bad: dict[int, list[Problem]] = {}
    for position, problem in problems:
        bad.setdefault(position, []).append(problem)
    for position, found in bad.items():
        line = judged.lines[position]
        _refuse(judged, line.table, columns[id(line.table)], line.row, found)
    judged.lines = [line for n, line in enumerate(judged.lines) if n not in bad]


def _refuse(
    judged: Judged, table: Table, columns: Columns, row: Row, problems: Iterable[Problem]
) -> None:
    judged.refused.append((table, row))
    for problem in problems:
        header = columns.headers.get(problem.field, "")
        value = problem.value or ("" if not header else text_of(row.values.get(header)))
        judged.faults.append(
            Fault(
                sheet=table.sheet,
                row=row.number,
                column=table.letters.get(header, ""),
                header=header,
                value=value[:MOST_SHOWN],
                what=problem.words,
                mend=problem.mend,
            )
        )


def _head_fault(table: Table, header: str, what: str, mend: str) -> Fault:
    column = table.letters.get(header, "")
    return Fault(table.sheet, table.header_row, column, header, header, what, mend)


def _row_fault(table: Table, row: Row, what: str, mend: str) -> Fault:
    return Fault(table.sheet, row.number, "", "", "", what, mend)
