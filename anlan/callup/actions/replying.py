"""An SMS comes in (短信应答): whose it is, what it answers, and what to do when nobody can tell."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from anlan.kernel import outbox, trail

from .. import events, rules
from ..flow import Stage, State
from ..models import Answer, Attempt, Called, Cover, Line
from ..models.links import number_key
from .answering import MOST_TEXT, Word, _answer, _kept

SMS = Attempt.Channel.SMS
ON_THE_PHONE = (SMS, Attempt.Channel.VOICE)
STILL_OPEN = (State.CALLING, State.BY_HAND, State.PASSED_ON)
REPLIES_COUNT = timedelta(days=3)  # an SMS that comes later answers nothing any more


@dataclass(frozen=True)
class Replied:
    """What became of an SMS: whose answers it was, and whether it could be understood."""

    answers: tuple[Answer, ...]
    understood: bool


@transaction.atomic
def reply(number: str, text: str, *, line: str, at: datetime) -> Replied:
    """Take in an SMS: it answers what was sent to this number last, and what is open (短信应答).

    Where several persons share the number, the digit before the answer or the name in the text
    says who speaks; else it is nobody's answer. What cannot be understood is kept and ends no
    calling. Of both the duty officer is told.
    """
    world = Line.objects.values_list("world", flat=True).get(pk=line)
    mine = Called.objects.filter(
        number_key=number_key(number), world=world, called_at__gt=at - REPLIES_COUNT
    )
    known = list(mine.exclude(number_key="").select_related("person", "callup").order_by("pk"))
    sent = _sent(known)
    rows = [row for row in known if row.pk in sent]
    if not rows:
        return Replied((), understood=False)
    shared = len({row.person_id for row in rows}) > 1 or any(row.code for row in rows)
    said = rules.heard(text, shared=shared)
    speaking = _who_speaks(rows, said, text) if shared else rows
    if not speaking:
        _tell_unclear(rows, text, at=at)
        return Replied((), understood=False)
    words = [(row, _word(said, sent[row.pk])) for row in _asked(speaking, sent, at=at)]
    if said.kind == "OTHER":
        kept = tuple(_kept(row, word, None, at=at) for row, word in words)
        _tell_unclear([row for row, _ in words if row.state in STILL_OPEN], text, at=at)
        return Replied(kept, understood=False)
    answers = tuple(_answer(row, word, by=row.person, at=at) for row, word in words)
    return Replied(answers, understood=True)


# --- within --------------------------------------------------------------------------------------


def _sent(rows: Sequence[Called]) -> Mapping[int, list[Attempt]]:
    """By person in a call-up what went out for it over the telephone, shared messages as well."""
    found: dict[int, list[Attempt]] = defaultdict(list)
    pks = [row.pk for row in rows]
    out = Attempt.objects.filter(Attempt.LEFT_THE_HOUSE, channel__in=ON_THE_PHONE).defer("text")
    for attempt in out.filter(called__in=pks):
        found[attempt.called_id].append(attempt)
    lent = Cover.objects.filter(called__in=pks).values_list("called_id", "attempt_id")
    spoke = out.in_bulk({attempt for _, attempt in lent}) if lent else {}
    for called, attempt_id in lent:
        if attempt_id in spoke:
            found[called].append(spoke[attempt_id])
    return dict(found)


def _asked(
    rows: Sequence[Called], sent: Mapping[int, list[Attempt]], *, at: datetime
) -> list[Called]:
    """All that the latest message spoke for, and whatever else was sent and is still open."""
    messages = [each for row in rows for each in sent[row.pk]]
    last = max(messages, key=lambda each: (each.handed_at or at, each.pk))
    return [
        row
        for row in rows
        if last in sent[row.pk] or (row.state in STILL_OPEN and row.callup.stage == Stage.RUNNING)
    ]


def _word(said: rules.Said, sent: Sequence[Attempt]) -> Word:
    """What was said, and the message that it answers."""
    messages = [each for each in sent if each.channel == SMS]
    last = max(messages, key=lambda each: each.pk, default=None)
    return Word(said.kind, said.text, SMS, last)


def _who_speaks(rows: Sequence[Called], said: rules.Said, text: str) -> list[Called]:
    if said.code:
        named = {row.person_id for row in rows if row.code == said.code}
    else:
        named = {row.person_id for row in rows if row.person.name in text}
    return [row for row in rows if row.person_id in named] if len(named) == 1 else []


def _tell_unclear(rows: Sequence[Called], text: str, *, at: datetime) -> None:
    for callup in {row.callup_id: row.callup for row in rows}.values():
        asked = [row.pk for row in rows if row.callup_id == callup.pk]
        trail.write(callup, "reply_unclear", by=None, at=at, called=asked, said=text[:MOST_TEXT])
        outbox.announce(events.ReplyUnclear(callup.pk, callup.world, asked))
