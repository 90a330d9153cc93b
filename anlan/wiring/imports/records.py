"""Records by table: any kind of the catalogue; several firms or people in one cell."""

import json
from collections.abc import Hashable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from anlan.people.access import scope_of
from anlan.people.models import Person
from anlan.records import access
from anlan.records.actions import Entry, Visited, import_records
from anlan.records.models import kind_named
from anlan.registry.actions import InvalidRows
from anlan.registry.rules import Problem, check_position

from .context import Context, needs_somebody
from .outcome import Stored

LISTED = ("bodies", "people")


class Records:
    """Imports one kind of record (台账); a row is one thing that was done, once."""

    def __init__(self, kind: str) -> None:
        rule = kind_named(kind)
        self.key = kind
        self.label = rule.label
        self.fields = access.form_fields(rule)
        self.sector = rule.sector

    def identity(self, values: Mapping[str, Any]) -> Hashable:
        return _origin(self.key, values)

    def judge(self, values: Mapping[str, Any]) -> None:
        check_position(values.get("lon"), values.get("lat"))
        ended = values.get("ended_at")
        if ended and ended < values["started_at"]:
            raise Problem("结束时间早于开始时间", "请核对这两个时间", field="ended_at")

    def store(self, rows: Sequence[Mapping[str, Any]], context: Context) -> Stored:
        by = needs_somebody(context)
        entries = self._entries(rows, by, context)
        batch = import_records(entries, kind=self.key, name=context.source, by=by, at=context.at)
        return Stored(batch.added, 0, batch.known)

    def _entries(
        self, rows: Sequence[Mapping[str, Any]], by: Person, context: Context
    ) -> list[Entry]:
        reaches = scope_of(by, at=context.at).reaches
        under = min((reach.path for reach in reaches), key=len, default="/")
        cells = {field: [row[field] for row in rows if row.get(field)] for field in LISTED}
        named = access.named_in(cells, day=context.day, under=under)
        entries: list[Entry] = []
        problems: list[tuple[int, Problem]] = []
        for position, row in enumerate(rows):
            values, wrong = access.typed(self.key, row, named)
            problems += ((position, problem) for problem in wrong)
            if not wrong:
                entries.append(self._entry(row, values))
        if problems:
            raise InvalidRows(problems)
        return entries

    def _entry(self, row: Mapping[str, Any], values: dict[str, Any]) -> Entry:
        values["bodies"] = tuple(Visited(body) for body in values["bodies"])
        values["origin"] = _origin(self.key, row)
        # What stands in a table is no secret any more.
        return Entry(kind=self.key, unannounced=False, **values)


def _origin(kind: str, values: Mapping[str, Any]) -> str:
    """The number it came with, or one made of what it says: the same row twice is one record."""
    if given := values.get("origin"):
        return f"{kind}:{given}"[:80]
    told = {key: str(getattr(value, "pk", value)) for key, value in sorted(values.items())}
    return f"{kind}:{sha256(json.dumps(told).encode()).hexdigest()[:24]}"
