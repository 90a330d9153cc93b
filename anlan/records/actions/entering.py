"""How a record comes into the books: written as a draft, or kept at once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.people.models import Person

from .. import access, events, rules
from ..flow import FLOW, Stage
from ..models import Record
from .beats import Entry, Shown, _begun, _completed, _describe, _hold, _note, _show, _surround
from .judging import _judge, _seen_before, _sent_before
from .raising import _proposed, _raise_all


@transaction.atomic
def draft(entry: Entry, *, on_behalf_of: Person | None = None, by: Person, at: datetime) -> Record:
    """Write a record that only its writer sees yet (登记)."""
    record = _written(entry, on_behalf_of=on_behalf_of, by=by, at=at)
    trail.write(record, "draft", by=by, under=record.post, on_behalf_of=on_behalf_of, at=at)
    return record


@transaction.atomic
def edit(record: Record, *, entry: Entry, by: Person, at: datetime) -> None:
    """Write a draft anew (修改草稿)."""
    under = access.check(by, "edit", record, at=at)
    _hold(record, "edit")
    given = _completed(entry, by=by)
    _describe(record, given)
    record.save()
    _surround(record, given)
    trail.write(record, "edit", by=by, under=under, at=at)


@transaction.atomic
def discard(record: Record, *, by: Person, at: datetime) -> None:
    """Throw a draft away; its entries in the trail stay (丢弃草稿)."""
    under = access.check(by, "discard", record, at=at)
    _hold(record, "discard")
    trail.write(record, "discard", by=by, under=under, at=at, number=record.number)
    record.evidence.all().delete()
    record.delete()


@transaction.atomic
def keep(
    entry: Entry,
    *,
    record: Record | None = None,
    evidence: Sequence[Shown] = (),
    on_behalf_of: Person | None = None,
    by: Person,
    at: datetime,
) -> Record:
    """Enter in the books what was done; what it found becomes matters at once (登记台账).

    `record` is the draft that the entry completes, if there was one. The same entry sent twice by
    a phone (`origin`) is one record; the same visit entered twice is refused with the first one's
    number.
    """
    if known := _sent_before(entry, by):
        return known
    given = _completed(entry, by=by)
    if record is None:
        record = _written(entry, on_behalf_of=on_behalf_of, by=by, at=at)
    else:
        access.check(by, "keep", record, at=at)
        _hold(record, "edit")
        _describe(record, given)
        record.save()
        _surround(record, given)
    _judge(given, shown=len(evidence) + record.evidence.count(), at=at)
    earlier = _seen_before(given, by=by, besides=record.pk, at=at)
    FLOW.move(record, "keep", at=at, again_of=earlier, entered_at=at)
    files = _show(record, evidence, by=by, at=at)
    if reasons := {key: getattr(given, key) for key in ("again", "late") if getattr(given, key)}:
        _note(record, **reasons)
    raised = _raise_all(record, _findings(record, given), by=by, at=at)
    trail.write(
        record, "keep", by=by, under=record.post, on_behalf_of=record.on_behalf_of, at=at,
        files=files, matters=raised, again_of=earlier.number if earlier else "", **reasons,
    )  # fmt: skip
    outbox.announce(events.RecordKept(record.pk))
    return record


def _written(entry: Entry, *, on_behalf_of: Person | None, by: Person, at: datetime) -> Record:
    """A new draft with everything around it."""
    given = _completed(entry, by=by)
    under = access.check_entering(
        by, given.kind, path=given.area.path, sector=given.sector,
        bodies=[visited.body.pk for visited in given.bodies], at=at,
    )  # fmt: skip
    record = _begun(given, by=by, under=under, at=at)
    record.on_behalf_of = None if on_behalf_of == by else on_behalf_of
    record.stage = Stage.DRAFT
    _describe(record, given)
    record.save(force_insert=True)
    _surround(record, given)
    return record


def _findings(record: Record, given: Entry) -> list[rules.Proposal]:
    """What the checklist speaks for, without what was settled; and what else was found."""
    proposed = [each for each in record.proposals() if each.check not in given.spared]
    return proposed + [_proposed(found) for found in given.found]
