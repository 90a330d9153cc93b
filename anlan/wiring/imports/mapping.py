"""A mapping file: how a table from another system is to be read (对照文件)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml

from anlan.formats.spreadsheet import Row
from anlan.kernel.catalogues import CatalogueError, nearest
from anlan.kernel.catalogues.reading import Reader
from anlan.registry.rules import Field, Problem, is_empty, text_of

SECONDS, MILLISECONDS = "epoch_seconds", "epoch_milliseconds"
ANYTHING_ELSE = "*"
Entry = TypeVar("Entry")


@dataclass(frozen=True)
class ImportMap:
    """Which column feeds which field, and what its words mean.

    Several columns may feed one field: their contents are joined, by default with a comma.
    """

    columns: dict[str, str | tuple[str, ...]]  # head of the source → field, or several
    constants: dict[str, str] = field(default_factory=dict)  # field → what every row has
    defaults: dict[str, str] = field(default_factory=dict)  # field → what empty cells mean
    values: dict[str, dict[str, str]] = field(default_factory=dict)  # field → source word → word
    formats: dict[str, str] = field(default_factory=dict)  # field → epoch_seconds, or %d.%m.%Y
    joined: dict[str, str] = field(default_factory=dict)  # field → what stands between
    notes: dict[str, str] = field(default_factory=dict)  # head → label; kept in the description
    coordinate_system: str = ""
    default_area: str = ""  # for rows that name none
    origin_prefix: str = ""  # before each origin: whose numbers they are
    sheet: str = ""  # only this sheet of the workbook
    on_error: Literal["refuse_all", "skip_row"] = "refuse_all"

    def fields_of(self, head: str) -> tuple[str, ...]:
        given = self.columns[head]
        return (given,) if isinstance(given, str) else given


def load(path: Path, kind: type[Entry] = ImportMap) -> Entry:  # type: ignore[assignment]
    """Read a mapping file; raise CatalogueError with file, line and mend."""
    reader = Reader(path.name)
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        mend = "请检查缩进、冒号后的空格和引号，并以 UTF-8 保存"
        raise CatalogueError(path.name, line, "YAML 写法不对", mend=mend) from error
    if root is None:
        raise CatalogueError(path.name, 1, "文件是空的", mend="请至少写明 columns")
    return reader.record(root, kind)


def check(mapping: ImportMap, fields: tuple[Field, ...], *, file: str) -> None:
    """Raise CatalogueError for the first field of the map that the kind does not have."""
    known = {each.key for each in fields}
    named = [key for head in mapping.columns for key in mapping.fields_of(head)]
    for part in (mapping.constants, mapping.defaults, mapping.values, mapping.formats):
        named += list(part)
    for key in named:
        if key not in known:
            raise CatalogueError(file, 1, f"没有“{key}”这一项", mend=nearest(key, known))


@dataclass(frozen=True)
class Cell:
    """A raw value on its way to a field, and the column it came from."""

    raw: Any
    header: str


class Mapped:
    """Reads the rows of a table as a mapping file says."""

    def __init__(self, mapping: ImportMap, headers: list[str]) -> None:
        self.mapping = mapping
        self.missing = [head for head in mapping.columns if head not in headers]
        self.sources: dict[str, list[str]] = {}
        for head in mapping.columns:
            for key in mapping.fields_of(head):
                self.sources.setdefault(key, []).append(head)
        self.parsers = {key: _parser(words) for key, words in mapping.formats.items()}

    def header_of(self, key: str) -> str:
        return self.sources.get(key, [""])[0]

    def used(self) -> set[str]:
        return set(self.mapping.columns) | set(self.mapping.notes)

    def row(self, row: Row) -> dict[str, Any]:
        """The raw values of a row by field; raises Problem for a cell of a stated format."""
        given = {key: self._one(key, row) for key in self.sources}
        given |= self.mapping.constants
        for key, value in self.mapping.defaults.items():
            if is_empty(given.get(key)):
                given[key] = value
        if self.mapping.notes:
            given["description"] = self._described(given.get("description"), row)
        if self.mapping.coordinate_system and not is_empty(given.get("lon")):
            given["position_source"] = self.mapping.coordinate_system
        if self.mapping.origin_prefix and not is_empty(given.get("origin")):
            given["origin"] = f"{self.mapping.origin_prefix}:{text_of(given['origin'])}"
        if self.mapping.default_area and is_empty(given.get("area")):
            given["area"] = self.mapping.default_area
        return given

    def _one(self, key: str, row: Row) -> Any:
        heads = self.sources[key]
        if len(heads) > 1:
            parts = [text_of(row.values.get(head)) for head in heads]
            raw: Any = self.mapping.joined.get(key, "，").join(part for part in parts if part)
        else:
            raw = row.values.get(heads[0])
        if (words := self.mapping.values.get(key)) and not is_empty(raw):
            text = text_of(raw)
            raw = words.get(text, words.get(ANYTHING_ELSE, raw))
        if key in self.parsers and not is_empty(raw):
            raw = self._parsed(key, raw)
        return raw

    def _parsed(self, key: str, raw: Any) -> Any:
        try:
            return self.parsers[key](raw)
        except (ValueError, OverflowError, OSError):
            words = f"“{text_of(raw)}”不合约定的写法 {self.mapping.formats[key]}"
            raise Problem(words, "请核对原数据或对照文件", field=key, value=text_of(raw)) from None

    def _described(self, before: Any, row: Row) -> str:
        told = [
            f"{label}：{text_of(row.values.get(head))}"
            for head, label in self.mapping.notes.items()
            if not is_empty(row.values.get(head))
        ]
        return "\n".join([*([] if is_empty(before) else [str(before)]), *told])


def _parser(words: str) -> Callable[[Any], Any]:
    if words in (SECONDS, MILLISECONDS):
        scale = 1000 if words == MILLISECONDS else 1
        return lambda raw: datetime.fromtimestamp(float(text_of(raw)) / scale, UTC)
    return lambda raw: datetime.strptime(text_of(raw), words)  # noqa: DTZ007 (Beijing, unless said)
