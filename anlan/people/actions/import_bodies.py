"""Many bodies at once (批量单位)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid

from .. import events
from ..models import Area, Body, Person
from ..rules import days
from ..rules.facts import BodyFacts
from ._refusing import _refuse_faults
from ._rows import Imported, _Judging
from .bodies import _check_kind, _kept


@dataclass(frozen=True)
class BodyRow:
    """One row: the facts, where it stands, and which facts the table has a column for."""

    facts: BodyFacts
    area: Area
    given: frozenset[str] = frozenset(BodyFacts.__dataclass_fields__)


@transaction.atomic
def import_bodies(
    rows: Sequence[BodyRow], *, source: str = "", by: Person | None, at: datetime
) -> Imported:
    """Enter many bodies, all or none (批量登记单位).

    A row is a body known by its origin, its credit code, or name and area. What the table has no
    column for stays as it is. Raises RowsRefused with every row at fault.
    """
    taking = _Bodies(rows, by=by, at=at)
    for position, row in enumerate(rows):
        with taking.judging.row(position):
            taking.take(row)
    taking.judging.done()
    done = taking.keep()
    if done.added or done.changed:
        note = {"added": done.added, "changed": done.changed, "source": source}
        trail.write(rows[0].area, "import_bodies", by=by, at=at, counts=note)
        outbox.announce(events.RowsImported("body", len(rows)))
    return done


class _Bodies:
    """The rows on their way in."""

    def __init__(self, rows: Sequence[BodyRow], *, by: Person | None, at: datetime) -> None:
        self.judging, self.today, self.rows = _Judging(by, at), days.day_of(at), len(rows)
        self.new: list[Body] = []
        self.changed: dict[int, Body] = {}
        names = {row.facts.name.strip() for row in rows}
        licences = {row.facts.credit_code for row in rows} - {""}
        origins = {row.facts.origin for row in rows} - {""}
        listed = Q(name__in=names) | Q(credit_code__in=licences) | Q(origin__in=origins)
        self.known: dict[object, Body] = {}
        for body in Body.objects.filter(listed).order_by("pk"):
            self._learn(body)

    def take(self, row: BodyRow) -> None:
        _refuse_faults(row.facts.faults())
        _check_kind(row.facts)
        body = next((self.known[key] for key in _keys(row) if key in self.known), None)
        if body is None:
            self._add(row)
        else:
            self._change(body, row)

    def _add(self, row: BodyRow) -> None:
        self.judging.check("register_body", row.area.path, field="area")
        body = Body(
            **_kept(row.facts), area=row.area, area_path=row.area.path, valid_from=self.today
        )
        self.new.append(body)
        self._learn(body)

    def _change(self, body: Body, row: BodyRow) -> None:
        if body.valid_to is not None:
            words = f"{body.name}已于 {body.valid_to} 注销"
            raise Invalid(words, mend="请删去本行；恢复经营的，请先重新登记", field="name")
        facts = {k: v for k, v in _kept(row.facts).items() if k in row.given or k == "initials"}
        after: dict[str, Any] = {**facts, "area": row.area, "area_path": row.area.path}
        changed = {name: value for name, value in after.items() if getattr(body, name) != value}
        if not changed:
            return
        if body.pk is None or body.pk in self.changed:
            mend = "请只留一行，或填写不同的统一社会信用代码"
            raise Invalid(f"{body.name}在表内出现两次，内容不同", mend=mend, field="name")
        self.judging.check("change_body", body.area_path, field="area")
        self.judging.check("change_body", row.area.path, field="area")
        for name, value in changed.items():
            setattr(body, name, value)
        self.changed[body.pk] = body

    def _learn(self, body: Body) -> None:
        if body.origin:
            self.known.setdefault(("origin", body.origin), body)
        if body.credit_code:
            self.known.setdefault(("licence", body.credit_code), body)
        if body.valid_to is None:
            self.known.setdefault(("name", body.name, body.area_id), body)

    def keep(self) -> Imported:
        Body.objects.bulk_create(self.new, batch_size=2000)
        fields = [*BodyFacts.__dataclass_fields__, "initials", "area", "area_path"]
        Body.objects.bulk_update(self.changed.values(), fields, batch_size=1000)
        added, changed = len(self.new), len(self.changed)
        return Imported(added, changed, self.rows - added - changed)


def _keys(row: BodyRow) -> Iterator[object]:
    """By what a row is known, the surest first; a name only where no licence says otherwise."""
    if row.facts.origin:
        yield "origin", row.facts.origin
    if row.facts.credit_code:
        yield "licence", row.facts.credit_code
    else:
        yield "name", row.facts.name.strip(), row.area.pk
