"""Writing at a desk: the log, the handover, and hours that nobody covers (值班日志、交接班)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.kernel.refs import Ref
from anlan.people.models import Person, Post

from .. import access, events
from ..models import Desk, Handover, LogEntry, LogKind, Shift, Uncovered
from ..models.coverage import coming_gaps
from ..rules.cover import Gap

LONGEST = 4000  # letters of one entry


@dataclass(frozen=True)
class Note:
    """One entry of the log as it is handed in; `happened_at` empty is now."""

    kind: str
    words: str
    happened_at: datetime | None = None
    related: Ref | None = None


@dataclass(frozen=True)
class OpenThing:
    """Something that the next shift goes on with (未了事项)."""

    words: str
    ref: Ref | None = None

    def kept(self) -> dict[str, str]:
        return {"words": self.words, "ref": str(self.ref or "")}


@transaction.atomic
def write_log(desk: Desk, note: Note, *, by: Person, at: datetime) -> LogEntry:
    """Write one entry into the duty log (记值班日志)."""
    access.check(by, "write_log", desk, at=at)
    if note.kind not in LogKind.values:
        raise Invalid("没有选择类别", mend="如来电、信息报送", field="kind")
    happened = note.happened_at or at
    if happened > at:
        raise Invalid("发生时间在将来", mend="日志只记已经发生的事", field="happened_at")
    entry = _write(desk, note, happened, None, by, at)
    trail.write(entry, "write_log", by=by, at=at, kind=note.kind)
    outbox.announce(events.LogWritten(entry.pk))
    return entry


@transaction.atomic
def correct_log(entry: LogEntry, *, words: str, by: Person, at: datetime) -> LogEntry:
    """Correct an entry by a new one; the former stays as it was (更正日志)."""
    access.check(by, "correct_log", entry.desk, at=at)
    note = Note(entry.kind, words, entry.happened_at, entry.related)
    made = _write(entry.desk, note, entry.happened_at, entry, by, at)
    trail.write(entry, "correct_log", by=by, at=at, by_entry=made.pk)
    outbox.announce(events.LogWritten(made.pk))
    return made


def _write(
    desk: Desk, note: Note, happened: datetime, corrects: LogEntry | None, by: Person, at: datetime
) -> LogEntry:
    words = note.words.strip()
    if not words:
        raise Invalid("没有写内容", mend="写明谁、什么事、怎样处理", field="words")
    if len(words) > LONGEST:
        raise Invalid(f"内容超过 {LONGEST} 字", mend="请分条记录", field="words")
    return LogEntry.objects.create(
        desk=desk,
        kind=note.kind,
        words=words,
        happened_at=happened,
        written_at=at,
        person=by,
        post=_post_at(desk, by, at),
        corrects=corrects,
        related_kind=note.related.kind if note.related else "",
        related_id=note.related.id if note.related else None,
    )


def _post_at(desk: Desk, person: Person, at: datetime) -> Post | None:
    """The post under which they serve at the desk at that moment."""
    mine = Shift.objects.on_at(at).filter(desk=desk, person=person).select_related("post")
    shift = mine.first()
    return shift.post if shift else None


# --- handing over -----------------------------------------------------------------------------


@transaction.atomic
def give_handover(
    shift: Shift, *, words: str, open_things: Sequence[OpenThing] = (), by: Person, at: datetime
) -> Handover:
    """Write down what the next shift must know and go on with (交班)."""
    access.check(by, "give_handover", shift.desk, at=at)
    if shift.person_id != by.pk:
        mend = f"由{shift.person}本人交班"
        raise Forbidden(f"这一班由{shift.person}值守，不能代为交班", mend=mend)
    if shift.dropped_at is not None or shift.starts > at:
        raise NotAllowed(f"{shift}还没有开始或已撤下", mend="当班或刚下班时交班")
    if not words.strip():
        raise Invalid("没有写交班内容", mend="没有特别情况的写“无异常”", field="words")
    if Handover.objects.filter(shift=shift).exists():
        raise NotAllowed(f"{shift}已经交班", mend="交班后不能修改，补充情况请记值班日志")
    handover = Handover.objects.create(
        desk=shift.desk,
        shift=shift,
        given_by=by,
        given_at=at,
        words=words.strip(),
        open_things=[thing.kept() for thing in open_things if thing.words.strip()],
        due_by=max(at, shift.ends) + timedelta(minutes=shift.desk.spec.take_within),
    )
    trail.write(handover, "give_handover", by=by, at=at, open=len(handover.open_things))
    outbox.announce(events.HandoverGiven(handover.pk))
    return handover


@transaction.atomic
def take_handover(handover: Handover, *, remark: str = "", by: Person, at: datetime) -> None:
    """Take over from the shift before, with one's signature; nothing changes afterwards (接班)."""
    access.check(by, "take_handover", handover.desk, at=at)
    if handover.given_by_id == by.pk:
        raise Forbidden("交班人不能自己接班", mend="请由下一班值班人员接班")
    signed = {"taken_by": by, "taken_at": at, "remark": remark.strip()[:200]}
    if not Handover.objects.waiting().filter(pk=handover.pk).update(**signed):
        handover.refresh_from_db()
        words = f"{handover.taken_by}已接班，不能再次接班"
        raise NotAllowed(words, mend="请刷新页面查看")
    for name, value in signed.items():
        setattr(handover, name, value)
    trail.write(handover, "take_handover", by=by, at=at, remark=handover.remark)
    outbox.announce(events.HandoverTaken(handover.pk))


@transaction.atomic
def mark_not_taken(handover: Handover, *, at: datetime) -> bool:
    """The limit ran out and nobody took over: told once (记为未接班)."""
    waiting = Handover.objects.waiting().filter(pk=handover.pk, late_at=None)
    if not waiting.update(late_at=at):
        return False
    handover.late_at = at
    trail.write(handover, "mark_not_taken", by=None, at=at)
    outbox.announce(events.HandoverNotTaken(handover.pk))
    return True


# --- what nobody covers -----------------------------------------------------------------------


@transaction.atomic
def tell_uncovered(desk: Desk, *, at: datetime) -> list[Uncovered]:
    """Tell of each coming hour that nobody covers, once (空班提醒)."""
    told = {(u.level, u.seat_id, u.ends) for u in desk.uncovered.filter(ends__gt=at)}
    new = [gap for gap in coming_gaps(desk, at=at) if (gap.level, gap.seat, gap.ends) not in told]
    # Two sweeps at once: the second one's rows are there already and are left out.
    rows = [_uncovered(desk, gap, at) for gap in new]
    made = [row for row in rows if row is not None]
    for row in made:
        span = f"{trail.local(row.starts)}—{trail.local(row.ends)}"
        trail.write(desk, "tell_uncovered", by=None, at=at, level=row.level, span=span)
        outbox.announce(events.HourUncovered(row.pk))
    return made


def _uncovered(desk: Desk, gap: Gap, at: datetime) -> Uncovered | None:
    which: dict[str, Any] = {"level": gap.level, "seat_id": gap.seat, "ends": gap.ends}
    row, new = Uncovered.objects.get_or_create(
        desk=desk, **which, defaults={"starts": gap.starts, "told_at": at}
    )
    return row if new else None
