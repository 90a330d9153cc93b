"""Where everybody stands (去向): answered, passed on to an answer, by hand, or unreached."""

from collections import Counter
from dataclasses import dataclass

from ..flow import State
from .callups import Called, Callup


@dataclass(frozen=True)
class Account:
    """How many people were called in their own right, and what became of each of them.

    `by_next`: passed on, and the next one (or theirs) answered. `open`: still being called.
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
    rows = Called.objects.filter(callup=callup)
    ends = ends_of(callup)
    own = list(rows.filter(stands_in_for=None).values_list("pk", "state", "late"))
    count = Counter(_became(state, ends[pk]) for pk, state, _ in own)
    return Account(
        people=len(own),
        answered=count["answered"],
        by_next=count["by_next"],
        by_hand=count["by_hand"],
        unreached=count["unreached"],
        stopped=count["stopped"],
        open=count["open"],
        late=sum(late for _, _, late in own),
        stand_ins=len(ends) - len(own),
    )


def ends_of(callup: Callup) -> dict[int, str]:
    """By person in the call-up: the state of whoever it was passed on to at last."""
    rows = Called.objects.filter(callup=callup)
    known: dict[int, tuple[str, int | None]] = {
        pk: (state, to) for pk, state, to in rows.values_list("pk", "state", "passed_to_id")
    }
    return {pk: _end(pk, known) for pk in known}


def _end(pk: int, known: dict[int, tuple[str, int | None]]) -> str:
    seen = set()
    state, to = known[pk]
    while state == State.PASSED_ON and to in known and to not in seen:
        seen.add(to)
        state, to = known[to]
    return state


def _became(state: str, end: str) -> str:
    if state == State.PASSED_ON and end == State.ANSWERED:
        return "by_next"
    found = {
        State.ANSWERED: "answered",
        State.BY_HAND: "by_hand",
        State.UNREACHED: "unreached",
        State.STOPPED: "stopped",
    }
    return found.get(State(end), "open")
