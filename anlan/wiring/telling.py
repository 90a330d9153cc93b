"""Who is told of what (告知): the events of duty and approval that must reach a person.

The screens show all of it; but an hour nobody covers, a swap that waits for a yes, somebody called
in by name: those must not wait until somebody looks. What belongs to a drill tells nobody.
"""

from datetime import datetime, timedelta

from django.db.models import Model

from anlan.callup import actions as calls
from anlan.callup import events as callup
from anlan.callup.actions import Notice
from anlan.callup.flow import Stage, State, World
from anlan.callup.models import Callup, Check, Checked
from anlan.callup.models.accounting import left_open
from anlan.duty import events as duty
from anlan.duty.models import Desk, Handover, Shift, Summons, Swap, Uncovered, on_duty
from anlan.kernel.refs import Ref
from anlan.kernel.trail import LOCAL, local
from anlan.people.access import nearest_who_may
from anlan.people.models import Area, Person

from .approvers import who_may

SUMMONS = "summons"
AGAIN = timedelta(minutes=10)  # the same about one call-up is told no sooner


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
    people = _who_approve(waiting, at)
    words = f"{waiting.number}，{waiting.drafter}拟，请登录批准或电话答复值班室。"
    _tell(waiting, (f"叫应待您批准：{waiting.title}", words), waiting.root, *people, at=at)


def started_urgently(event: callup.CallupStartedUrgently, *, at: datetime) -> None:
    """What saves lives waited for nobody: those who could have approved it hear of it at once."""
    begun = Callup.objects.select_related("root", "logged_by").get(pk=event.callup_id)
    if event.world != World.LIVE or begun.confirm_by is None:
        return
    words = (
        f"{begun.number}，{begun.logged_by}未等批准即启动，理由：{begun.urgent_reason}。"
        f"请在 {local(begun.confirm_by)} 前登录补办确认；不同意的，请结束叫应。"
    )
    people = _who_approve(begun, at)
    _tell(begun, (f"已紧急启动：{begun.title}", words), begun.root, *people, at=at)


def approval_unconfirmed(event: callup.ApprovalUnconfirmed, *, at: datetime) -> None:
    """An approval over the phone, or an urgent start, that nobody has confirmed."""
    given = Callup.objects.select_related("root", "approver").get(pk=event.callup_id)
    if event.world != World.LIVE:
        return
    what = "电话批准" if given.approver else "紧急启动"
    people = [given.approver] if given.approver else _who_approve(given, at)
    words = f"{given.number}，请登录补办确认。"
    _tell(given, (f"{what}待确认：{given.title}", words), given.root, *people, at=at)


def left_to_hand(event: callup.PeopleLeftToHand, *, at: datetime) -> None:
    """Nobody is left to pass on to: whoever is on duty rings, and must not wait to look."""
    call = _running(event.callup_id)
    if call is None:
        return
    silent = call.called.filter(state=State.BY_HAND).count()
    gone = left_open(call.called.all()).count()
    said = [f"{silent}人一直没有应答，请打开叫应板逐人拨打"] if silent else []
    said += [f"{gone}人去不了又无人可接，请打开叫应板另派人"] if gone else []
    if said:
        words = f"{call.number}，{'；'.join(said)}。"
        _tell_desk(call, (f"待人工拨打：{call.title}", words), at=at)


def reply_unclear(event: callup.ReplyUnclear, *, at: datetime) -> None:
    """An SMS that no machine can make out: whoever is on duty rings back."""
    if call := _running(event.callup_id):
        words = f"{call.number}，收到分不清是谁、什么意思的短信应答，请打开叫应板回拨核实。"
        _tell_desk(call, (f"短信应答不明：{call.title}", words), at=at)


def people_unreached(event: callup.PeopleUnreached, *, at: datetime) -> None:
    """Nobody reached them by any way: whoever set the call-up going decides who goes there."""
    call = _running(event.callup_id)
    if call is None:
        return
    lost = call.called.filter(state=State.UNREACHED).count()
    words = f"{call.number}，{lost}人用尽办法仍未叫到，请打开叫应板查看，派人上门或另派人。"
    _tell_desk(call, (f"有人未叫到：{call.title}", words), *_makers(call), at=at)


def check_drawn(event: callup.CheckDrawn, *, at: datetime) -> None:
    """Whoever is on duty there may be asked to ring the sample; those drawn must not be warned."""
    check = Check.objects.select_related("area", "drawn_by").get(pk=event.check_id)
    drawn = set(check.checked.values_list("person", flat=True)) | {check.drawn_by_id}
    people = [each for each in _on_duty(check.area_path, at) if each.pk not in drawn]
    if people:
        words = f"{check.number}，{check.drawn_by}抽取{event.people}个，请打开抽查逐个登记结果。"
        title = f"{check.get_kind_display()}待进行：{check.area}"
        _tell(check, (title, words), check.area, *people, at=at)


def check_recorded(event: callup.CheckRecorded, *, at: datetime) -> None:
    """Who did not pass is trained again, whoever keeps what is broken repairs it: they hear so."""
    joined = Checked.objects.select_related("check_of", "person", "item__keeper", "area")
    row = joined.get(pk=event.checked_id)
    if row.due_on is None or row.settled_on is not None:
        return
    what, who = ("补训", [row.person]) if row.person else ("修复", _keepers(row, at))
    result = f"{row.check_of.get_kind_display()}{row.get_outcome_display()}"
    about = "" if row.person else f"{row.item or row.call_sign}，"
    words = f"{row.check_of.number}，{about}请于 {row.due_on} 前完成{what}。"
    _tell(row, (f"{result}，请按期{what}", words), row.area, *who, at=at)


# --- within ---------------------------------------------------------------------------------------


def _tell(about: Model, said: tuple[str, str], place: Desk | Area, *who: Person,
          at: datetime, profile: str = calls.NOTICE) -> None:  # fmt: skip
    """Title and words, to each person once."""
    title, words = said
    area = place.area if isinstance(place, Desk) else place
    told = tuple(dict.fromkeys(who))
    calls.notify(Notice(title, words, area, told, Ref.of(about), profile), at=at)


def _running(callup_id: int) -> Callup | None:
    """A call-up in earnest that is under way; neither a drill nor a notice such as these."""
    found = Callup.objects.select_related("root", "drafter", "logged_by")
    live = found.filter(world=World.LIVE, notice=False, stage=Stage.RUNNING)
    return live.filter(pk=callup_id).first()


def _tell_desk(call: Callup, said: tuple[str, str], *besides: Person, at: datetime) -> None:
    """Whoever is on duty there, else who set it going; not for every batch of a stormy minute."""
    ref = Ref.of(call)
    told = Callup.objects.filter(notice=True, source_kind=ref.kind, source_id=ref.id)
    if told.filter(title=said[0][:120], started_at__gt=at - AGAIN).exists():
        return
    on_duty_now = _on_duty(call.area_path, at) or _makers(call)
    _tell(call, said, call.root, *on_duty_now, *besides, at=at)


def _makers(call: Callup) -> list[Person]:
    """Who set it going, else who drafted it."""
    return [person for person in (call.logged_by, call.drafter) if person][:1]


def _on_duty(path: str, at: datetime) -> list[Person]:
    """The officers of the nearest desk that has some now, else who leads there."""
    for level in ("OFFICER", "LEADER"):
        if shifts := on_duty(path, level=level, at=at):
            return [each.person for each in shifts if each.desk_id == shifts[0].desk_id]
    return []


def _keepers(row: Checked, at: datetime) -> list[Person]:
    """Who holds the post that keeps the device."""
    if row.item is None or row.item.keeper is None:
        return []
    held = row.item.keeper.tenures.valid_on(at.astimezone(LOCAL).date())
    return [tenure.person for tenure in held.select_related("person").order_by("deputy", "pk")]


def _who_approve(asked: Callup, at: datetime) -> list[Person]:
    """Who may approve it: several people, and never whoever made it."""
    makers = (asked.drafter_id, asked.logged_by_id)
    return who_may("callup.approve", path=asked.area_path, but=makers, at=at)


def _swap(pk: int) -> Swap:
    joined = Swap.objects.select_related("shift__desk__area", "shift__person", "asker", "other")
    return joined.get(pk=pk)


def _until(swap: Swap) -> str:
    return f"{local(swap.lapses_at)} 前未答复即作罢。"


def _roster_makers(desk: Desk, at: datetime) -> list[Person]:
    return nearest_who_may("duty.assign", path=desk.area_path, at=at)


def _leaders(desk: Desk, at: datetime) -> list[Person]:
    return [shift.person for shift in on_duty(desk.area_path, level="LEADER", at=at)[:1]]
