"""Who is told of what (告知): the events of duty and approval that must reach a person.

The screens show all of it; but an hour nobody covers, a swap that waits for a yes, somebody called
in by name: those must not wait until somebody looks. What belongs to a drill tells nobody.
"""

from datetime import datetime

from django.db.models import Model

from anlan.callup import actions as calls
from anlan.callup import events as callup
from anlan.callup.actions import Notice
from anlan.callup.flow import World
from anlan.callup.models import Callup
from anlan.duty import events as duty
from anlan.duty.models import Desk, Handover, Shift, Summons, Swap, Uncovered, on_duty
from anlan.kernel.refs import Ref
from anlan.kernel.trail import local
from anlan.people.access import nearest_who_may
from anlan.people.models import Area, Person

SUMMONS = "summons"


def uncovered_hour(event: duty.HourUncovered, *, at: datetime) -> None:
    """Whoever makes the roster, and who leads on duty now."""
    gap = Uncovered.objects.select_related("desk__area").get(pk=event.uncovered_id)
    words = f"{local(gap.starts)} 至 {local(gap.ends)} 没有人值班，请尽快排人。"
    said = f"{gap.desk}{gap.get_level_display()}将空班", words
    _tell(gap, said, gap.desk, *_roster_makers(gap.desk, at), *_leaders(gap.desk, at), at=at)


def swap_asked(event: duty.SwapAsked, *, at: datetime) -> None:
    swap = _swap(event.swap_id)
    words = f"{swap.shift}。事由：{swap.reason}。请登录后在值班表上答复，{_until(swap)}"
    _tell(swap, (f"{swap.asker}请与您换班", words), swap.shift.desk, swap.other, at=at)


def swap_answered(
    event: duty.SwapAgreed | duty.SwapDeclined | duty.SwapLapsed, *, at: datetime
) -> None:
    """Whoever asked hears what became of it: the shift is theirs unless somebody said yes."""
    swap = _swap(event.swap_id)
    said = {
        duty.SwapAgreed: f"{swap.other}同意换班",
        duty.SwapDeclined: f"{swap.other}不同意换班",
        duty.SwapLapsed: f"{swap.other}没有答复，换班作罢",
    }[type(event)]
    whose = swap.other if isinstance(event, duty.SwapAgreed) else swap.asker
    told = said, f"{swap.shift}由{whose}值班。"
    _tell(swap, told, swap.shift.desk, swap.asker, whose, at=at)


def given_a_shift(event: duty.ShiftReassigned, *, at: datetime) -> None:
    """Both: who is on duty now, and who no longer is."""
    shift = Shift.objects.select_related("desk__area", "person").get(pk=event.shift_id)
    before = Person.objects.get(pk=event.before_id)
    words = f"{shift}，由{before}改为{shift.person}。"
    _tell(shift, ("值班改派", words), shift.desk, shift.person, before, at=at)


def summoned(event: duty.PersonSummoned, *, at: datetime) -> None:
    """Called in by name: rung as well, whatever the hour."""
    summons = Summons.objects.select_related("desk__area", "person").get(pk=event.summons_id)
    words = f"请于 {local(summons.arrive_by or at)} 前到岗。事由：{summons.reason}。"
    said = f"请到{summons.desk}", words
    _tell(summons, said, summons.desk, summons.person, at=at, profile=SUMMONS)


def nobody_came(event: duty.ArrivalMissed, *, at: datetime) -> None:
    """The person who was to be there, and who leads on duty now."""
    ref = Ref.parse(event.of)
    missed = ref.model()._default_manager.select_related("desk__area", "person").get(pk=ref.id)
    assert isinstance(missed, Shift | Summons)  # what the duty room writes into the event
    above = _leaders(missed.desk, at) or _roster_makers(missed.desk, at)
    said = f"{missed.person}未按时到岗", f"{missed}。"
    _tell(missed, said, missed.desk, missed.person, *above, at=at)


def nobody_took_over(event: duty.HandoverNotTaken, *, at: datetime) -> None:
    """Whoever gave it is still bound, and who leads on duty should know."""
    handover = Handover.objects.select_related("desk__area", "given_by").get(pk=event.handover_id)
    words = f"应于 {local(handover.due_by)} 前接班，尚无人签收。"
    said = f"{handover}无人接班", words
    _tell(handover, said, handover.desk, handover.given_by, *_leaders(handover.desk, at), at=at)


def approval_wanted(event: callup.CallupSubmitted, *, at: datetime) -> None:
    """A call-up waits for somebody else's approval: those who may give it hear of it at once."""
    waiting = Callup.objects.select_related("root", "drafter").get(pk=event.callup_id)
    if event.world != World.LIVE or waiting.stage != Callup.Stage.SUBMITTED:
        return
    may = nearest_who_may("callup.approve", path=waiting.area_path, at=at)
    people = [person for person in may if person.pk != waiting.drafter_id]
    words = f"{waiting.number}，{waiting.drafter}拟，请登录批准或电话答复值班室。"
    _tell(waiting, (f"叫应待您批准：{waiting.title}", words), waiting.root, *people, at=at)


def approval_unconfirmed(event: callup.ApprovalUnconfirmed, *, at: datetime) -> None:
    """An approval over the phone that its giver has not confirmed."""
    given = Callup.objects.select_related("root", "approver").get(pk=event.callup_id)
    if event.world != World.LIVE or given.approver is None:
        return
    words = f"{given.number}，请登录补办确认。"
    _tell(given, (f"电话批准待确认：{given.title}", words), given.root, given.approver, at=at)


# --- within ---------------------------------------------------------------------------------------


def _tell(about: Model, said: tuple[str, str], place: Desk | Area, *who: Person,
          at: datetime, profile: str = calls.NOTICE) -> None:  # fmt: skip
    """Title and words, to each person once."""
    title, words = said
    area = place.area if isinstance(place, Desk) else place
    told = tuple(dict.fromkeys(who))
    calls.notify(Notice(title, words, area, told, Ref.of(about), profile), at=at)


def _swap(pk: int) -> Swap:
    joined = Swap.objects.select_related("shift__desk__area", "shift__person", "asker", "other")
    return joined.get(pk=pk)


def _until(swap: Swap) -> str:
    return f"{local(swap.lapses_at)} 前未答复即作罢。"


def _roster_makers(desk: Desk, at: datetime) -> list[Person]:
    return nearest_who_may("duty.assign", path=desk.area_path, at=at)


def _leaders(desk: Desk, at: datetime) -> list[Person]:
    return [shift.person for shift in on_duty(desk.area_path, level="LEADER", at=at)[:1]]
