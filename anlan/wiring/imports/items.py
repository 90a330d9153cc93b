"""Items of any kind, by table: everything follows from the kind's block in the catalogue."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from anlan.registry import actions
from anlan.registry.models import kind_of, sector_words
from anlan.registry.rules import check_position, form_of

from .context import Context
from .outcome import Stored


class Items:
    """Imports one kind of item (底数)."""

    def __init__(self, kind: str) -> None:
        spec = kind_of(kind)
        self.key = kind
        self.label = spec.label
        self.fields = form_of(spec, sector_words())
        self.sector = spec.sector

    def identity(self, values: Mapping[str, Any]) -> Hashable:
        for key in ("origin", "code"):
            if values.get(key):
                return key, values[key]
        return "place", values["name"], values["area"].pk, values.get("address", "")

    def judge(self, values: Mapping[str, Any]) -> None:
        check_position(values.get("lon"), values.get("lat"))

    def store(self, rows: Sequence[Mapping[str, Any]], context: Context) -> Stored:
        done = actions.import_items(
            kind=self.key, rows=rows, source=context.source, by=context.by, at=context.at
        )
        return Stored(done.added, done.changed, done.unchanged)
