"""What somebody says, over whatever way it comes: kept, and what is queued for them stops."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.kernel.refs import Ref
from anlan.people.models import Person

from .. import access, events, rules
from ..flow import Stage, State
from ..models import Answer, Attempt, Called, Cover
from ..models.links import carried_by, read_token
from .withdrawing import _withdraw

LATE = (State.PASSED_ON, State.UNREACHED, State.STOPPED)
WAITING = (State.CALLING, State.BY_HAND)
MOST_TEXT = 500


@dataclass(frozen=True)
class Word:
    """One answer on its way in: kind, free text, over what, and who wrote it down."""

    kind: str
    text: str = ""
    channel: str = Attempt.Channel.APP
    attempt: Attempt | None = None
    proxy_name: str = ""


@transaction.atomic
def answer(called: Called, *, kind: str, text: str = "", by: Person, at: datetime) -> Answer:
    """Answer for oneself in the app; other things that wait for one count as well (应答)."""
    if called.person_id != by.pk:
        raise Forbidden("只能替自己应答", mend="他人的应答请在叫应板上登记人工电话")
    access.check(by, "answer", called, at=at)
    return _answer(called, Word(_kind(kind), text), by=by, at=at)


@transaction.atomic
def answer_by_link(token: str, *, kind: str, text: str = "", at: datetime) -> list[Answer]:
    """Answer through a link without signing in, once a link (链接应答).

    Call-ups that the same message spoke for are answered with it. `links.issue_token` gives the
    link for what one says next.
    """
    called, channel = read_token(token, at=at), carried_by(token)
    word = Word(_kind(kind), text, channel, _carrier(called, channel))
    held = Called.objects.select_for_update(no_key=True).get(pk=called.pk)
    if held.turn != called.turn:
        raise NotAllowed("这个链接已经用过，您的应答已收到", mend="情况有变，请用页面上的按钮")
    return [_answer(each, word, by=called.person, at=at) for each in [held, *_together(held)]]


@transaction.atomic
def key_pressed(ref: UUID | str, key: str, *, line: str, at: datetime) -> list[Answer]:
    """Take in a key pressed during a call; a key that means nothing answers nothing (按键应答)."""
    kind = rules.heard(key.strip()).kind if len(key.strip()) == 1 else "OTHER"
    return _by_ref(ref, Word(kind, f"按键{key.strip()}", Attempt.Channel.VOICE), line, at)


@transaction.atomic
def confirmed(ref: UUID | str, *, line: str, at: datetime) -> list[Answer]:
    """Take in that a message was opened and confirmed, where the way out says so (确认已读)."""
    return _by_ref(ref, Word(Answer.Kind.RECEIVED, "", Attempt.Channel.APP), line, at)


# --- within --------------------------------------------------------------------------------------


def _answer(called: Called, word: Word, *, by: Person | None, at: datetime) -> Answer:
    """Keep an answer. The first one stops what is queued; each one is kept, late or not.

    `by` is whose word it is; who wrote it down for another stands in `recorded_by`.
    """
    held = Called.objects.select_for_update(no_key=True, of=("self",))
    row = held.select_related("callup", "person").get(pk=called.pk)
    if not row.callup.started_at:
        raise NotAllowed("这次叫应还没有启动", mend="请稍后再试")
    recorded = by if by and by.pk != row.person_id else None
    kept = _kept(row, word, recorded, at=at)
    if row.state != State.ANSWERED:
        row.late, row.state, row.answered_at = row.state in LATE, State.ANSWERED, at
    row.answer, row.turn = word.kind, row.turn + 1
    # Who cannot come has answered, and yet somebody has to go: the sweep calls the next one.
    row.deadline = at if _leaves_a_gap(row) else None
    row.save(update_fields=["state", "answered_at", "late", "answer", "turn", "deadline"])
    _quieten(row, word, at=at)
    trail.write(
        Ref.of(row.callup), "answer", by=recorded, on_behalf_of=row.person, at=at,
        called=row.pk, kind=word.kind, channel=word.channel, late=kept.late,
    )  # fmt: skip
    outbox.announce(events.PersonAnswered(row.callup_id, row.pk, row.world, word.kind, kept.late))
    for name in ("state", "answered_at", "late", "answer", "turn", "deadline"):
        setattr(called, name, getattr(row, name))
    return kept


def _kept(row: Called, word: Word, recorded: Person | None, *, at: datetime) -> Answer:
    return Answer.objects.create(
        called=row,
        attempt=word.attempt if word.attempt and word.attempt.called_id == row.pk else None,
        channel=word.channel,
        kind=word.kind,
        text=word.text[:MOST_TEXT],
        at=at,
        late=row.state in LATE or row.late,
        proxy_name=word.proxy_name,
        recorded_by=recorded,
    )


def _leaves_a_gap(row: Called) -> bool:
    """Whether somebody has to go instead, and nobody was called for it or is still on the way."""
    callup = row.callup
    if row.answer != Answer.Kind.CANNOT_COME or not callup.sends_somebody:
        return False
    goes = Called.objects.filter(pk=row.passed_to_id or 0).exclude(state=State.STOPPED)
    return callup.stage == Stage.RUNNING and not goes.exists()


def _by_ref(ref: UUID | str, word: Word, line: str, at: datetime) -> list[Answer]:
    """The answer to one message, for all it spoke for; none where it means nothing in any."""
    attempts = Attempt.objects.select_related("called__callup", "called__person")
    found = attempts.filter(Attempt.had_by(line), ref=ref).first()
    if found is None:
        return []
    lent = Called.objects.filter(covered_by__attempt=found).select_related("callup", "person")
    spoken_for = [found.called, *lent]
    if not any(word.kind in rules.read_plan(row.callup.plan).answers for row in spoken_for):
        return []
    word = replace(word, attempt=found, channel=found.channel)
    rows = [row for row in spoken_for if row == found.called or row.state != State.ANSWERED]
    return [_answer(row, word, by=row.person, at=at) for row in rows]


def _quieten(row: Called, word: Word, *, at: datetime) -> None:
    """Take back what is queued for who answered, and for a stand-in nobody needs any more."""
    if word.attempt is not None:
        by_hand = word.channel == Attempt.Channel.HAND
        outcome = Attempt.Outcome.BY_HAND if by_hand else Attempt.Outcome.ANSWERED
        Attempt.objects.filter(pk=word.attempt.pk).update(
            outcome=outcome, state=Attempt.State.DONE, receipt_at=at
        )
    _cancel_queued([row.pk])
    if not row.passed_to_id or row.answer == Answer.Kind.CANNOT_COME:
        return
    next_one = Called.objects.select_for_update(no_key=True).filter(
        pk=row.passed_to_id or 0, state__in=WAITING, stands_in_for__isnull=False
    )
    # Who answered that they cannot come needs the stand-in as much as who did not answer.
    comes = Q(state=State.ANSWERED) & ~Q(answer=Answer.Kind.CANNOT_COME)
    waits_on = Called.objects.filter(passed_to=row.passed_to_id).exclude(comes)
    for stand_in in next_one:
        if not waits_on.exists():
            Called.objects.filter(pk=stand_in.pk).update(state=State.STOPPED, deadline=None)
            _cancel_queued([stand_in.pk])


def _cancel_queued(called: Sequence[int]) -> None:
    """Take back what waits for these persons; what is said to their whole area stays."""
    others = Cover.objects.filter(attempt=OuterRef("pk"), called__state__in=WAITING)
    queued = Attempt.objects.filter(state=Attempt.State.QUEUED).exclude(channel__in=rules.PLACES)
    _withdraw(queued.filter(called__in=called).exclude(Exists(others)))
    # One that spoke for them as well, and whose own person needs it no longer.
    spoke = list(Cover.objects.filter(called__in=called).values_list("attempt_id", flat=True))
    if spoke:
        needed = Q(called__state__in=WAITING) | Exists(others)
        lent = list(queued.filter(pk__in=spoke).exclude(needed).values_list("pk", flat=True))
        _withdraw(Attempt.objects.filter(pk__in=lent))


def _kind(kind: str) -> str:
    if kind not in Answer.Kind.values:
        raise Invalid(f"没有“{kind}”这种应答", mend="请选择页面上的选项", field="kind")
    return kind


def _carrier(called: Called, channel: str) -> Attempt | None:
    """The message that brought a link: the person's own, or one that spoke for this as well."""
    sent = Attempt.objects.filter(Attempt.LEFT_THE_HOUSE, channel=channel).order_by("-pk")
    return sent.filter(called=called).first() or sent.filter(covers__called=called).first()


def _together(called: Called) -> list[Called]:
    """The other call-ups that went to the same person in one message."""
    mine = Q(covered_by__attempt__called=called) | Q(attempts__covers__called=called)
    rows = Called.objects.filter(mine, person=called.person_id, world=called.world)
    return list(rows.exclude(pk=called.pk).exclude(state=State.ANSWERED).distinct())
