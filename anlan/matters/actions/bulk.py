"""The same deed for many matters; each is told its own outcome, nothing is silent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from anlan.kernel.errors import Refused
from anlan.people.models import Person

from ..models import Matter
from .closing import merge
from .handling import Order, dispatch, grade_matter


@dataclass(frozen=True)
class Outcome:
    """What became of one matter of a bulk deed."""

    matter: Matter
    done: bool
    words: str = ""  # why not, and how to mend it


def dispatch_many(
    matters: Sequence[Matter], *, order: Order, by: Person, at: datetime
) -> list[Outcome]:
    """Dispatch each by the same order; posts left empty are each one's own (批量交办)."""
    return _each(matters, lambda one: dispatch(one, order=order, by=by, at=at))


def grade_many(
    matters: Sequence[Matter], *, grade: str, clause: str = "", by: Person, at: datetime
) -> list[Outcome]:
    """Grade each by the same clause (批量定级)."""
    return _each(matters, lambda one: grade_matter(one, grade=grade, clause=clause, by=by, at=at))


def merge_many(
    matters: Sequence[Matter], *, into: Matter, reason: str = "", by: Person, at: datetime
) -> list[Outcome]:
    """Merge each into the same one (批量并案)."""
    return _each(matters, lambda one: merge(one, into=into, reason=reason, by=by, at=at))


def _each(matters: Sequence[Matter], deed: Callable[[Matter], None]) -> list[Outcome]:
    """Every row stands or falls by itself, in a transaction of its own."""
    outcomes = []
    for matter in matters:
        try:
            with transaction.atomic():
                deed(matter)
        except Refused as no:
            outcomes.append(Outcome(matter, done=False, words=str(no)))
        else:
            outcomes.append(Outcome(matter, done=True))
    return outcomes
