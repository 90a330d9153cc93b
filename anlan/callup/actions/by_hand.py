"""What the duty officer does with the telephone in their hand (人工叫应)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.refs import Ref
from anlan.people.models import Person
from anlan.people.rules.privacy import mask_phone

from .. import access, events
from ..flow import Stage, State, World
from ..models import Answer, Attempt, Called
from .answering import Word, _answer

RINGING = timedelta(minutes=10)  # so long nobody else is told to ring the same person
HAND_OUTCOMES = ("ANSWERED", "NO_ANSWER", "DEAD_NUMBER", "PROXY")
DONE = (State.ANSWERED,)


@dataclass(frozen=True)
class Ringing:
    """Whom to ring: the number in full, for whoever is about to dial it; masked in a drill."""

    attempt: Attempt
    name: str
    number: str

    @classmethod
    def of(cls, attempt: Attempt, called: Called) -> "Ringing":
        """A drill reaches nobody: its number is one that cannot be dialled."""
        full = called.person.phone
        number = full if called.world == World.LIVE else mask_phone(full)
        return cls(attempt, called.person.name, number)


@dataclass(frozen=True)
class HandCall:
    """How a call by hand went (人工电话结果)."""

    outcome: str  # ANSWERED, NO_ANSWER, DEAD_NUMBER or PROXY (代接)
    kind: str = ""  # what they answered
    text: str = ""
    proxy_name: str = ""  # who picked up instead


@transaction.atomic
def ring_by_hand(called: Called, *, by: Person, at: datetime) -> Ringing:
    """Take it on oneself to ring somebody: shows the number, and tells the others (人工拨打)."""
    post = access.check(by, "ring_by_hand", called, at=at)
    row = (
        Called.objects.select_for_update(no_key=True, of=("self",))
        .select_related("person")
        .get(pk=called.pk)
    )
    _still_open(row)
    latest = row.attempts.filter(channel=Attempt.Channel.HAND).order_by("-pk").first()
    busy = latest is not None and not latest.outcome and latest.queued_at > at - RINGING
    if latest is not None and busy and latest.by_id != by.pk:
        raise NotAllowed(f"{latest.by}正在拨打{row.person}", mend="请拨打下一位，或稍后刷新")
    if latest is None or not busy:
        latest = _new_attempt(row, by, at)
    if row.state == State.BY_HAND:
        row.deadline = max(row.deadline or at, at + RINGING)
        row.save(update_fields=["deadline"])
    trail.write(
        Ref.of(row.callup), "ring_by_hand", by=by, under=post, at=at,
        called=row.pk, revealed=row.world == World.LIVE,
    )  # fmt: skip
    return Ringing.of(latest, row)


@transaction.atomic
def record_hand_call(called: Called, call: HandCall, *, by: Person, at: datetime) -> Answer | None:
    """Write down how a call by hand went; an answer counts as any other (登记人工电话)."""
    post = access.check(by, "record_hand_call", called, at=at)
    if call.outcome not in HAND_OUTCOMES:
        raise Invalid("请选择通话结果", mend="应答、未接、停机空号或代接", field="outcome")
    if call.outcome == "PROXY" and not call.proxy_name.strip():
        raise Invalid("请填写代接人", mend="代接要写明是谁接的", field="proxy_name")
    row = Called.objects.select_for_update(no_key=True).get(pk=called.pk)
    attempt = row.attempts.filter(channel=Attempt.Channel.HAND, outcome="").order_by("-pk").first()
    attempt = attempt or _new_attempt(row, by, at)
    attempt.state, attempt.outcome = Attempt.State.DONE, call.outcome
    attempt.receipt_at, attempt.by = at, by
    attempt.receipt = {"proxy": call.proxy_name.strip()} if call.proxy_name.strip() else {}
    attempt.text = call.text[:500]
    attempt.save(update_fields=["state", "outcome", "receipt_at", "by", "receipt", "text"])
    if call.outcome == "ANSWERED":
        kind = call.kind or Answer.Kind.RECEIVED
        if kind not in Answer.Kind.values:
            raise Invalid(f"没有“{kind}”这种应答", mend="请选择页面上的选项", field="kind")
        return _answer(called, Word(kind, call.text, Attempt.Channel.HAND, attempt), by=by, at=at)
    trail.write(
        Ref.of(row.callup),
        "record_hand_call",
        by=by,
        under=post,
        at=at,
        called=row.pk,
        outcome=call.outcome,
    )
    called.refresh_from_db()
    return None


@transaction.atomic
def give_up(called: Called, *, reason: str, by: Person, at: datetime) -> None:
    """List somebody as unreached, with a reason: the duty officer's word (列为未叫到)."""
    post = access.check(by, "give_up", called, at=at)
    if not reason.strip():
        raise Invalid("请填写原因", mend="写明试过哪些办法", field="reason")
    left = Called.objects.filter(pk=called.pk, state__in=[State.BY_HAND, State.CALLING])
    if not left.update(state=State.UNREACHED, deadline=None):
        raise NotAllowed("此人已不在待叫名单上", mend="请刷新页面")
    ref = Ref.of(called.callup)
    trail.write(ref, "give_up", by=by, under=post, at=at, called=called.pk, reason=reason.strip())
    outbox.announce(events.PeopleUnreached(called.callup_id, called.world, [called.pk]))
    called.refresh_from_db()


def _new_attempt(row: Called, by: Person, at: datetime) -> Attempt:
    before = row.attempts.filter(channel=Attempt.Channel.HAND, step=row.step).count()
    return Attempt.objects.create(
        called=row,
        world=row.world,
        channel=Attempt.Channel.HAND,
        step=row.step,
        tries=before + 1,
        state=Attempt.State.HANDED,
        number_masked=mask_phone(row.person.phone),
        text="",
        rank=row.rank,
        queued_at=at,
        handed_at=at,
        by=by,
    )


def _still_open(row: Called) -> None:
    if row.state in DONE:
        raise NotAllowed(f"{row.person}已经应答", mend="请刷新页面")
    if row.callup.stage != Stage.RUNNING:
        raise NotAllowed("这次叫应已经结束", mend="无须再拨打")
