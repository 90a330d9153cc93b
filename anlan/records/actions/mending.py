"""What happens to a record that stands in the books; nothing of it is ever lost."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid
from anlan.people.models import Person

from .. import access, events
from ..flow import FLOW
from ..models import Record
from ..rules import Proposal
from .beats import Entry, Shown, _completed, _demand, _describe, _hold, _note, _show, _surround
from .judging import _judge
from .raising import _raise_all


@transaction.atomic
def correct(
    record: Record, *, entry: Entry, reason: str, by: Person, at: datetime
) -> dict[str, Any]:
    """Put right what was entered wrongly; the old values stay in the trail (更正).

    Answers and findings are evidence of the visit and stay as they were given. Returns what
    changed: field → [before, after].
    """
    under = access.check(by, "correct", record, at=at)
    _hold(record, "correct")
    reason = _demand(reason, what="更正原因")
    if entry.kind != record.kind:
        raise Invalid("台账种类不能更正", mend="请作废后按正确的种类重新登记", field="kind")
    before, hidden, edition, answers = record.told(), record.hidden, record.edition, record.answers
    given = _completed(entry, by=record.entered_by or by)
    _judge(_as_answered(given), shown=record.evidence.count(), at=at)
    results = dict(record.visits.values_list("body", "result"))
    origin = record.origin
    _describe(record, given)
    record.hidden, record.edition, record.answers = hidden, edition, answers
    record.origin = origin
    record.save()
    _surround(record, given)
    for visit in record.visits.filter(body__in=results, result=""):
        record.visits.filter(pk=visit.pk).update(result=results[visit.body_id])
    after = record.told()
    changed = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    if not changed:
        raise Invalid("没有任何改动", mend="请修改后再更正，或返回")
    trail.write(record, "correct", by=by, under=under, at=at, reason=reason, changed=changed)
    outbox.announce(events.RecordCorrected(record.pk))
    return changed


def _as_answered(given: Entry) -> Entry:
    """The entry without what a correction leaves alone, so that old answers need no repeating."""
    return Entry(
        **{
            **{name: getattr(given, name) for name in given.__dataclass_fields__},
            "checklist": "", "answers": {}, "found": (), "late": given.late or "更正",
        }
    )  # fmt: skip


@transaction.atomic
def void(record: Record, *, reason: str, by: Person, at: datetime) -> None:
    """Take a record out of every count, with a reason; it stays readable (作废)."""
    under = access.check(by, "void", record, at=at)
    reason = _demand(reason, what="作废原因")
    FLOW.move(record, "void", at=at)
    record.refresh_from_db(fields=["details"])
    _note(record, void=reason)
    trail.write(record, "void", by=by, under=under, at=at, reason=reason)
    outbox.announce(events.RecordVoided(record.pk))


@transaction.atomic
def release(record: Record, *, by: Person, at: datetime) -> list[str]:
    """Let everyone concerned see an unannounced visit; what it found becomes matters (公开暗访).

    Returns the numbers of the matters that were opened.
    """
    under = access.check(by, "release", record, at=at)
    _hold(record, "release")
    if not record.hidden:
        raise Invalid(f"{record}已经公开", mend="请刷新页面")
    record.hidden = False
    Record.objects.filter(pk=record.pk).update(hidden=False)
    waiting = [Proposal(**each) for each in record.details.get("findings", [])]
    raised = _raise_all(record, waiting, by=by, at=at)
    trail.write(record, "release", by=by, under=under, at=at, matters=raised)
    outbox.announce(events.RecordReleased(record.pk))
    return raised


@transaction.atomic
def attach(
    record: Record, *, evidence: Sequence[Shown], words: str = "", by: Person, at: datetime
) -> None:
    """Add photos or papers that show that it was done (补充佐证)."""
    under = access.check(by, "attach", record, at=at)
    _hold(record, "attach")
    if not evidence:
        raise Invalid("没有选择文件", mend="请至少选择一个文件", field="evidence")
    files = _show(record, evidence, by=by, at=at)
    trail.write(record, "attach", by=by, under=under, at=at, files=files, words=words)
