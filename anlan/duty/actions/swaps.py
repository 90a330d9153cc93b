"""Swapping shifts by agreement (换班)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.people.models import Person

from .. import access, events
from ..flow import FLOW, Level, Stage
from ..models import LogKind, Shift, Swap
from ._roster import Planned, _arrive_by, _fitting_post, _lapse, _locked, _note


@dataclass(frozen=True)
class SwapFacts:
    """With whom, for which of their shifts (none: they take it over), and why."""

    other: Person
    back: Shift | None
    reason: str


@transaction.atomic
def ask_swap(shift: Shift, facts: SwapFacts, *, by: Person, at: datetime) -> Swap:
    """Ask a colleague to take one's shift, perhaps for one of theirs (申请换班)."""
    access.check_swap(by, "ask_swap", shift, at=at)
    desk, back = _locked(shift.desk), facts.back
    _check_coming(shift, at)
    if facts.other.pk == by.pk:
        raise Invalid("不能和自己换班", mend="请选择另一位值班人员", field="other")
    if not facts.reason.strip():
        raise Invalid("没有写明换班事由", mend="如“出差”“参加培训”", field="reason")
    if back is not None:
        _check_coming(back, at)
        if back.person_id != facts.other.pk or back.desk_id != desk.pk:
            mend = "请选择对方在同一值班室的班"
            raise Invalid(f"{back}不是{facts.other}的班", mend=mend, field="back")
    if Swap.objects.filter(shift=shift, stage=Stage.ASKED).exists():
        raise NotAllowed(f"{shift}已在等待换班答复", mend="请先撤回原来的申请")
    post = _fitting_post(desk, _as(shift, facts.other))
    swap = Swap.objects.create(
        shift=shift,
        back=back,
        asker=by,
        other=facts.other,
        other_post=post,
        reason=facts.reason.strip(),
        asked_at=at,
        lapses_at=min(shift.starts, back.starts) if back else shift.starts,
    )
    trail.write(swap, "ask_swap", by=by, at=at, other=facts.other.pk, reason=swap.reason)
    outbox.announce(events.SwapAsked(swap.pk))
    return swap


@transaction.atomic
def accept_swap(swap: Swap, *, by: Person, at: datetime) -> None:
    """Agree; from now on the shifts are exchanged (同意换班)."""
    access.check_swap(by, "accept_swap", swap, at=at)
    desk = _locked(swap.shift.desk)
    _check_in_time(swap, at)
    FLOW.move(swap, "accept_swap", at=at, answered_at=at)
    _hand_on(swap.shift, desk_of=swap, to=swap.other, at=at)
    if swap.back is not None:
        _hand_on(swap.back, desk_of=swap, to=swap.asker, at=at)
    trail.write(swap, "accept_swap", by=by, at=at)
    _note(desk, _said(swap), LogKind.ROSTER, by=by, at=at)
    outbox.announce(events.SwapAgreed(swap.pk))


@transaction.atomic
def decline_swap(swap: Swap, *, reason: str, by: Person, at: datetime) -> None:
    """Say no; the shift stays with whoever has it (不同意换班)."""
    access.check_swap(by, "decline_swap", swap, at=at)
    FLOW.move(swap, "decline_swap", at=at, answer=reason.strip()[:200], answered_at=at)
    trail.write(swap, "decline_swap", by=by, at=at, reason=reason)
    outbox.announce(events.SwapDeclined(swap.pk))


@transaction.atomic
def withdraw_swap(swap: Swap, *, by: Person, at: datetime) -> None:
    """Take one's own request back (撤回换班)."""
    access.check_swap(by, "withdraw_swap", swap, at=at)
    FLOW.move(swap, "withdraw_swap", at=at, answered_at=at)
    trail.write(swap, "withdraw_swap", by=by, at=at)
    outbox.announce(events.SwapWithdrawn(swap.pk))


@transaction.atomic
def lapse_swap(swap: Swap, *, at: datetime) -> None:
    """The shift begins and nobody agreed: it stays with whoever has it (换班作罢)."""
    _lapse(swap, why="开班前对方没有答复", at=at)
    words = f"{swap.asker}申请与{swap.other}换班，开班前没有答复，仍由{swap.asker}值班"
    _note(swap.shift.desk, words, LogKind.ROSTER, by=None, at=at)


# --- within -----------------------------------------------------------------------------------


def _check_coming(shift: Shift, at: datetime) -> None:
    shift.refresh_from_db(fields=["dropped_at", "starts", "ends"])
    if shift.dropped_at is not None or shift.starts <= at:
        mend = "已经开班或撤下的班不能换，请联系排班人改派"
        raise NotAllowed(f"{shift}已经开始或撤下", mend=mend)


def _check_in_time(swap: Swap, at: datetime) -> None:
    if swap.lapses_at <= at:
        words = f"{swap}已于 {trail.local(swap.lapses_at)} 开班，不能再换"
        raise NotAllowed(words, mend="请联系排班人改派")


def _as(shift: Shift, person: Person) -> Planned:
    return Planned(shift.level, person, shift.starts, shift.ends, None, shift.seat, shift.watch)


def _hand_on(shift: Shift, *, desk_of: Swap, to: Person, at: datetime) -> None:
    """The shift is another's now; refused where it changed since, or they are there already."""
    before = desk_of.asker_id if to.pk == desk_of.other_id else desk_of.other_id
    planned = _as(shift, to)
    exchanged = [each for each in (desk_of.shift_id, desk_of.back_id) if each]
    there = shift.desk.shifts.standing().between(shift.starts, shift.ends)
    if there.filter(person=to, level=shift.level).exclude(pk__in=exchanged).exists():
        raise NotAllowed(f"{to}这段时间已经在班", mend="请另选时间或联系排班人")
    changed = (
        Shift.objects.standing()
        .filter(pk=shift.pk, person=before)
        .update(
            person=to,
            post=_fitting_post(shift.desk, planned),
            arrive_by=_arrive_by(shift.desk, planned, at),
        )
    )
    if not changed:
        raise NotAllowed(f"{shift}已改由他人值班", mend="请刷新页面，重新申请")


def _said(swap: Swap) -> str:
    label = Level(swap.shift.level).label
    words = f"{swap.other}顶替{swap.asker}值{swap.shift.day}{label}班"
    if swap.back is not None:
        words += f"，{swap.asker}值{swap.back.day}班"
    return f"{words}（{swap.reason}）"
