"""Many charges at once: nine thousand responsible persons in seconds (批量责任)."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.refs import Ref

from .. import events
from ..models import Area, Charge, Person, Post
from ..rules import codes, days
from ..rules.charges import ChargeKind
from ..rules.facts import ChargeFacts
from ._chain import Superior, _rehang, _superiors
from ._refusing import _refuse_faults
from ._rows import Imported, _Judging
from .charges import _check_fits, _kind_of, _new_charge


@dataclass(frozen=True)
class ChargeRow:
    """One row: who answers for which area or thing, in which words, from when to when."""

    facts: ChargeFacts
    area: Area
    holder: Post | Person
    target: Ref | None = None

    @property
    def identity(self) -> Hashable:
        target = str(self.target) if self.target else ""
        return self.facts.kind, self.area.pk, target, str(Ref.of(self.holder))


@transaction.atomic
def import_charges(
    rows: Sequence[ChargeRow], *, source: str = "", by: Person | None, at: datetime
) -> Imported:
    """Name many responsible persons, all or none (批量落实责任).

    A row is a charge known by kind, area, thing and holder; the same table twice changes nothing.
    Another text of its duty or another end changes it. Raises RowsRefused with every row at fault.
    """
    taking = _Charges(rows, by=by, at=at)
    for position, row in enumerate(rows):
        with taking.judging.row(position):
            taking.take(row)
    taking.judging.done()
    done = taking.keep()
    if done.added or done.changed:
        root = Area.objects.get(code=codes.codes_on(rows[0].area.path)[0], valid_to=None)
        counts = {"added": done.added, "changed": done.changed, "source": source}
        trail.write(root, "import_charges", by=by, at=at, counts=counts)
        outbox.announce(events.RowsImported("charge", len(rows)))
    return done


class _Charges:
    """The rows on their way in."""

    def __init__(self, rows: Sequence[ChargeRow], *, by: Person | None, at: datetime) -> None:
        self.judging, self.by, self.today = _Judging(by, at), by, days.day_of(at)
        self.rows = len(rows)
        self.new: dict[Hashable, Charge] = {}
        self.changed: dict[int, Charge] = {}
        self.missing = _missing({row.target for row in rows if row.target})
        kinds = {row.facts.kind for row in rows}
        running = Q(until=None) | Q(until__gt=self.today)
        self.known = {
            _identity(each): each for each in Charge.objects.filter(running, kind__in=kinds)
        }
        self.taken = {_place(each): each for each in self.known.values()}
        self.above: dict[str, Superior] = {}

    def take(self, row: ChargeRow) -> None:
        kind = _kind_of(row.facts.kind)
        _refuse_faults(row.facts.faults())
        _check_fits(kind, row.area, row.holder, row.target)
        if row.target in self.missing:
            raise Invalid(f"没有找到对象 {row.target}", mend="请重新选择", field="target")
        charge = self.known.get(row.identity)
        if charge is None:
            self._add(kind, row)
        else:
            self._change(charge, row)

    def _add(self, kind: ChargeKind, row: ChargeRow) -> None:
        self.judging.check("give_charge", row.area.path, field="area")
        charge = _new_charge(kind, row.facts, row.area, row.holder, row.target)
        charge.opened = charge.confirmed_on = self.today
        charge.confirmed_by = self.by
        held = self.taken.get(_place(charge)) if kind.single else None
        if held is not None:
            words = f"{row.area}的“{kind.label}”现为{held.person or held.post}"
            raise NotAllowed(words, mend="请先解除原来的责任人，或只留一行")
        if kind.key not in self.above:
            self.above[kind.key] = _superiors(kind, today=self.today)
        charge.above = self.above[kind.key](charge)
        self.known[row.identity] = self.new[row.identity] = self.taken[_place(charge)] = charge

    def _change(self, charge: Charge, row: ChargeRow) -> None:
        duty, until = row.facts.duty or charge.duty, row.facts.until or charge.until
        if (duty, until) == (charge.duty, charge.until):
            return
        if charge.pk is None or charge.pk in self.changed:
            raise Invalid("同一责任在表内出现两次，内容不同", mend="请只留一行", field="duty")
        self.judging.check("give_charge", row.area.path, field="area")
        charge.duty, charge.until = duty, until
        self.changed[charge.pk] = charge

    def keep(self) -> Imported:
        Charge.objects.bulk_create(self.new.values(), batch_size=2000)
        Charge.objects.bulk_update(self.changed.values(), ["duty", "until"], batch_size=2000)
        _rehang({charge.kind for charge in self.new.values()}, today=self.today)
        added, changed = len(self.new), len(self.changed)
        return Imported(added, changed, self.rows - added - changed)


def _identity(charge: Charge) -> Hashable:
    target = f"{charge.target_kind}:{charge.target_id}" if charge.target_id is not None else ""
    label = Person._meta.label_lower if charge.person_id else Post._meta.label_lower
    return charge.kind, charge.area_id, target, f"{label}:{charge.person_id or charge.post_id}"


def _place(charge: Charge) -> Hashable:
    """What only one person at a time can answer for, where the kind says so."""
    if charge.target_id is not None:
        return charge.kind, charge.target_kind, charge.target_id
    return charge.kind, charge.area_id


def _missing(targets: set[Ref]) -> set[Ref | None]:
    """The references that lead nowhere; one query per kind of thing."""
    there: set[Ref] = set()
    for kind in {target.kind for target in targets}:
        ids = [target.id for target in targets if target.kind == kind]
        found = Ref(kind, 0).model()._default_manager.filter(pk__in=ids)
        there |= {Ref(kind, pk) for pk in found.values_list("pk", flat=True)}
    return set(targets - there)
