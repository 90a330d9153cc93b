"""What somebody says, over whatever way it comes: kept, and what is queued for them stops."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.kernel.refs import Ref
from anlan.people.models import Person

from .. import access, events, rules
from ..flow import Stage, State
from ..models import Answer, Attempt, Called, Cover, Line
from ..models.links import number_key, read_token
from .withdrawing import _withdraw

LATE = (State.PASSED_ON, State.UNREACHED, State.STOPPED)
WAITING = (State.CALLING, State.BY_HAND)
REPLIES_COUNT = timedelta(days=3)  # an SMS that comes later answers nothing any more
ON_THE_PHONE = (Attempt.Channel.SMS, Attempt.Channel.VOICE)
MOST_TEXT = 500


@dataclass(frozen=True)
class Word:
    """One answer on its way in: kind, free text, over what, and who wrote it down."""

    kind: str
    text: str = ""
    channel: str = Attempt.Channel.APP
    attempt: Attempt | None = None
    proxy_name: str = ""


@dataclass(frozen=True)
class Replied:
    """What became of an SMS: whose answers it was, and whether it could be understood."""

    answers: tuple[Answer, ...]
    understood: bool


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
    called = read_token(token, at=at)
    attempt = called.attempts.filter(channel="SMS").order_by("-pk").first()
    word = Word(_kind(kind), text, Attempt.Channel.SMS, attempt)
    held = Called.objects.select_for_update(no_key=True).get(pk=called.pk)
    if held.turn != called.turn:
        raise NotAllowed("这个链接已经用过，您的应答已收到", mend="情况有变，请用页面上的按钮")
    return [_answer(each, word, by=called.person, at=at) for each in [held, *_together(held)]]


@transaction.atomic
def reply(number: str, text: str, *, line: str, at: datetime) -> Replied:
    """Take in an SMS: it answers all that was sent to this number and is open (短信应答).

    Where several persons share the number, the digit before the answer or the name in the text
    says who speaks; else it is nobody's answer, and the duty officer is told.
    """
    world = Line.objects.values_list("world", flat=True).get(pk=line)
    mine = Called.objects.filter(
        number_key=number_key(number), world=world, called_at__gt=at - REPLIES_COUNT
    )
    rows = list(mine.exclude(number_key="").select_related("person", "callup").order_by("pk"))
    if not rows:
        return Replied((), understood=False)
    shared = len({row.person_id for row in rows}) > 1 or any(row.code for row in rows)
    said = rules.heard(text, shared=shared)
    speaking = _who_speaks(rows, said, text) if shared else rows
    if not speaking:
        _tell_unclear(rows, text, at=at)
        return Replied((), understood=False)
    open_ = [row for row in speaking if row.state != State.ANSWERED] or speaking[-1:]
    return Replied(
        tuple(
            _answer(row, _by_phone(row, said, Attempt.Channel.SMS), by=row.person, at=at)
            for row in open_
        ),
        understood=said.kind != "OTHER",
    )


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
    late, first = row.state in LATE, row.state != State.ANSWERED
    recorded = by if by and by.pk != row.person_id else None
    kept = Answer.objects.create(
        called=row,
        attempt=word.attempt if word.attempt and word.attempt.called_id == row.pk else None,
        channel=word.channel,
        kind=word.kind,
        text=word.text[:MOST_TEXT],
        at=at,
        late=late or row.late,
        proxy_name=word.proxy_name,
        recorded_by=recorded,
    )
    if first:
        row.state, row.answered_at, row.late = State.ANSWERED, at, late
    row.answer, row.turn = word.kind, row.turn + 1
    running = row.callup.stage == Stage.RUNNING
    # Who cannot come has answered, and yet somebody has to go: the sweep calls the next one.
    goes = word.kind == Answer.Kind.CANNOT_COME and not row.passed_to_id and running
    row.deadline = at if goes else None
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


def _by_ref(ref: UUID | str, word: Word, line: str, at: datetime) -> list[Answer]:
    """The answer to one message, for all it spoke for; none where it means nothing there."""
    attempts = Attempt.objects.select_related("called__callup", "called__person")
    found = attempts.filter(ref=ref, line_id=line).first()
    if found is None or word.kind not in rules.read_plan(found.called.callup.plan).answers:
        return []
    word = replace(word, attempt=found, channel=found.channel)
    rows = [found.called, *_covered(found)]
    return [_answer(row, word, by=row.person, at=at) for row in rows]


def _quieten(row: Called, word: Word, *, at: datetime) -> None:
    """Take back what is queued for who answered, and for a stand-in nobody needs any more."""
    if word.attempt is not None:
        Attempt.objects.filter(pk=word.attempt.pk).update(
            outcome=Attempt.Outcome.ANSWERED, state=Attempt.State.DONE, receipt_at=at
        )
    _cancel_queued([row.pk])
    if not row.passed_to_id or row.answer == Answer.Kind.CANNOT_COME:
        return
    next_one = Called.objects.select_for_update(no_key=True).filter(
        pk=row.passed_to_id or 0, state__in=WAITING, stands_in_for__isnull=False
    )
    waits_on = Called.objects.filter(passed_to=row.passed_to_id).exclude(state=State.ANSWERED)
    for stand_in in next_one:
        if not waits_on.exists():
            Called.objects.filter(pk=stand_in.pk).update(state=State.STOPPED, deadline=None)
            _cancel_queued([stand_in.pk])


def _cancel_queued(called: Sequence[int]) -> None:
    others = Cover.objects.filter(attempt=OuterRef("pk"), called__state__in=WAITING)
    queued = Attempt.objects.filter(state=Attempt.State.QUEUED)
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


def _covered(attempt: Attempt) -> list[Called]:
    """Whom else a message spoke for, and who has not answered that yet."""
    rows = Called.objects.filter(covered_by__attempt=attempt).exclude(state=State.ANSWERED)
    return list(rows.select_related("callup", "person"))


def _together(called: Called) -> list[Called]:
    """The other call-ups that went to the same person in one message."""
    mine = Q(covered_by__attempt__called=called) | Q(attempts__covers__called=called)
    rows = Called.objects.filter(mine, person=called.person_id, world=called.world)
    return list(rows.exclude(pk=called.pk).exclude(state=State.ANSWERED).distinct())


def _who_speaks(rows: Sequence[Called], said: rules.Said, text: str) -> list[Called]:
    if said.code:
        return [row for row in rows if row.code == said.code]
    named = {row.person_id for row in rows if row.person.name in text}
    return [row for row in rows if row.person_id in named] if len(named) == 1 else []


def _by_phone(row: Called, said: rules.Said, channel: str) -> Word:
    sent = row.attempts.filter(channel__in=ON_THE_PHONE).order_by("-pk")
    return Word(said.kind, said.text, channel, sent.filter(channel=channel).first())


def _tell_unclear(rows: Sequence[Called], text: str, *, at: datetime) -> None:
    for callup in {row.callup_id: row.callup for row in rows}.values():
        asked = [row.pk for row in rows if row.callup_id == callup.pk]
        trail.write(callup, "reply_unclear", by=None, at=at, called=asked, said=text[:MOST_TEXT])
        outbox.announce(events.ReplyUnclear(callup.pk, callup.world, asked))
