"""What came of an import: counts, what was refused and why, and the sheet of errors to mend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from anlan.formats import spreadsheet
from anlan.formats.spreadsheet import Row, Table, Value

NUMBER, WHAT = "原行号", "错误说明"  # heads of the error sheet; an import passes them over


@dataclass(frozen=True)
class Fault:
    """One cell that cannot be taken: where, what stands in it, what is wrong, the mend."""

    sheet: str
    row: int
    column: str  # letter; empty when the whole row is meant
    header: str
    value: str
    what: str
    mend: str = ""

    @property
    def words(self) -> str:
        cell = f"{self.column}列“{self.header}”" if self.column else ""
        value = f"“{self.value}”" if self.value and self.value not in self.what else ""
        mend = f"（{self.mend}）" if self.mend else ""
        return f"工作表“{self.sheet}”第{self.row}行{cell}：{value}{self.what}{mend}"


@dataclass(frozen=True)
class Stored:
    """How many rows became new things, changed known ones, or said what was known."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class Outcome:
    """What came of one import."""

    kind: str
    label: str
    source: str
    rows: int  # as read, empty ones left out
    stored: Stored | None  # None when nothing was taken
    repeated: int = 0  # rows that say again what an earlier row of the same table said
    faults: tuple[Fault, ...] = ()
    repeats: tuple[Fault, ...] = ()  # which rows those were
    ignored: tuple[str, ...] = ()  # columns that belong to no field
    dry_run: bool = False
    seconds: float = 0.0
    more: Mapping[str, int] = field(default_factory=dict)  # what else is counted, by its word
    refused_rows: tuple[tuple[Table, Row], ...] = field(default=(), repr=False)

    @property
    def ok(self) -> bool:
        """Whether it did what was asked: everything that could be read is in, or would be."""
        return self.stored is not None

    @property
    def refused(self) -> int:
        return len({(fault.sheet, fault.row) for fault in self.faults})

    @property
    def words(self) -> str:
        """The outcome in one sentence."""
        found = f"{self.label}：读到{self.rows}行"
        if self.stored is None:
            return f"{found}，有{len(self.faults)}处错误，全部未导入。请按下列说明修改后重新导入"
        done = "检查通过（未写入）" if self.dry_run else "已导入"
        parts = [
            f"新增{self.stored.added}",
            f"变更{self.stored.changed}",
            f"与已有相同{self.stored.unchanged}",
            *([f"表内重复{self.repeated}"] if self.repeated else []),
            *([f"不予接收{self.refused}"] if self.refused else []),
            *(f"{word}{many}" for word, many in self.more.items()),
        ]
        return f"{found}，{done}：{'，'.join(parts)}"

    def as_dict(self) -> dict[str, Any]:
        """For the command line and other systems."""
        stored = self.stored or Stored()
        return {
            "ok": self.ok,
            "kind": self.kind,
            "words": self.words,
            "rows": self.rows,
            "new": stored.added,
            "changed": stored.changed,
            "unchanged": stored.unchanged,
            "repeated": self.repeated,
            "refused": self.refused,
            "faults": [_plain(fault) for fault in self.faults],
            "repeats": [_plain(fault) for fault in self.repeats],
            "ignored_columns": list(self.ignored),
            "more": dict(self.more),
            "dry_run": self.dry_run,
            "seconds": round(self.seconds, 3),
        }


def _plain(fault: Fault) -> dict[str, Any]:
    return {
        "sheet": fault.sheet,
        "row": fault.row,
        "column": fault.column,
        "header": fault.header,
        "value": fault.value,
        "what": fault.what,
        "mend": fault.mend,
        "words": fault.words,
    }


def error_sheet(outcome: Outcome) -> bytes:
    """The refused rows as an .xlsx, each with what is wrong (错误清单).

    Mended in place it can be imported as it is: the two added columns are passed over.
    """
    headers = list(dict.fromkeys(h for table, _ in outcome.refused_rows for h in table.headers))
    columns = [spreadsheet.Column(title) for title in (NUMBER, WHAT, *headers)]
    rows: list[list[Value]] = []
    for table, row in outcome.refused_rows:
        told: list[Value] = [f"{table.sheet}!{row.number}", _reasons(outcome.faults, table, row)]
        rows.append(told + [row.values.get(header) for header in headers])
    out = BytesIO()
    spreadsheet.write(out, columns, rows, sheet="错误清单")
    return out.getvalue()


def _reasons(faults: Sequence[Fault], table: Table, row: Row) -> str:
    here = [f for f in faults if (f.sheet, f.row) == (table.sheet, row.number)]
    told = [f"{f.column}列“{f.header}”：" * bool(f.column) + f"{f.what}；{f.mend}" for f in here]
    return "\n".join(told)
