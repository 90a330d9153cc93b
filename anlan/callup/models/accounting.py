"""Where everybody stands (去向): answered, passed on to an answer, by hand, or unreached."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet

from ..flow import Stage, State
from .attempts import Answer
from .callups import Called, Callup


@dataclass(frozen=True)
class Account:
    """How many people were called in their own right, and what became of each of them.

    `by_next`: passed on, and the next one (or theirs) answered. `open`: still being called. Who
    answered that they cannot come counts as whoever goes in their place: `by_hand` where nobody
    is left to go and a human has to find somebody.
    """

    people: int
    answered: int
    by_next: int
    by_hand: int
    unreached: int
    stopped: int
    open: int
    late: int
    stand_ins: int

    @property
    def accounted(self) -> int:
        """All but those who are still being called."""
        return self.people - self.open

    @property
    def complete(self) -> bool:
        return self.open == 0 and self.by_hand == 0


def accounted(callup: Callup) -> Account:
    """What became of everybody (去向统计); nobody is left out, nobody counted twice."""
    known = _known(callup)
    rows = Called.objects.filter(callup=callup, stands_in_for=None)
    own = list(rows.values_list("pk", "late"))
    count = Counter(_became(known[pk][0], _end(pk, known)) for pk, _ in own)
    return Account(
        people=len(own),
        answered=count["answered"],
        by_next=count["by_next"],
        by_hand=count["by_hand"],
        unreached=count["unreached"],
        stopped=count["stopped"],
        open=count["open"],
        late=sum(late for _, late in own),
        stand_ins=len(known) - len(own),
    )


def ends_of(callup: Callup) -> dict[int, str]:
    """By person in the call-up: the state of whoever it was passed on to at last."""
    known = _known(callup)
    return {pk: _end(pk, known) for pk in known}


def left_open(people: QuerySet[Called]) -> QuerySet[Called]:
    """Who cannot come, and nobody is left to go: the duty officer finds somebody (无人接替)."""
    return people.filter(
        callup__stage=Stage.RUNNING,
        callup__notice=False,
        callup__plan__answers__contains=Answer.Kind.CANNOT_COME.value,
        answer=Answer.Kind.CANNOT_COME,
        passed_to=None,
        deadline=None,
    )


def _known(callup: Callup) -> dict[int, tuple[State, int | None]]:
    """By person: as what they count, and to whom it was passed on."""
    rows = Called.objects.filter(callup=callup)
    read = rows.only("state", "answer", "deadline", "passed_to_id")
    return {row.pk: (_counts_as(row, callup), row.passed_to_id) for row in read}


def _counts_as(row: Called, callup: Callup) -> State:
    """The state; of who cannot come that of the place they leave, where somebody has to go."""
    if row.answer != Answer.Kind.CANNOT_COME or not callup.sends_somebody:
        return State(row.state)
    if row.deadline is not None:
        return State.CALLING  # the next one is called within a second
    if row.passed_to_id:
        return State.PASSED_ON
    return State.BY_HAND if callup.stage == Stage.RUNNING else State.STOPPED


def _end(pk: int, known: dict[int, tuple[State, int | None]]) -> State:
    seen = set()
    state, to = known[pk]
    while state == State.PASSED_ON and to in known and to not in seen:
        seen.add(to)
        state, to = known[to]
    return state


def _became(state: State, end: State) -> str:
    if state == State.PASSED_ON and end == State.ANSWERED:
        return "by_next"
    found = {
        State.ANSWERED: "answered",
        State.BY_HAND: "by_hand",
        State.UNREACHED: "unreached",
        State.STOPPED: "stopped",
    }
    return found.get(end, "open")
