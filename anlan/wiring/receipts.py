"""What the outside tells us (回执): said to the call-up in its own words, whoever heard it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from anlan.callup import actions
from anlan.callup.rules import REPORTED as OUTCOMES

__all__ = ["OUTCOMES", "Heard", "Key", "Read", "Receipt", "Reply", "take"]


@dataclass(frozen=True)
class Receipt:
    """How an attempt fared."""

    ref: UUID
    outcome: str  # one of OUTCOMES
    facts: dict[str, Any] = field(default_factory=dict)
    id: int = 0  # of the outside's own, for `told`


@dataclass(frozen=True)
class Reply:
    """A message came back from a number."""

    number: str
    text: str
    id: int = 0


@dataclass(frozen=True)
class Key:
    """A key was pressed during a call."""

    ref: UUID
    key: str
    id: int = 0


@dataclass(frozen=True)
class Read:
    """It was opened and confirmed in the app."""

    ref: UUID
    id: int = 0


Heard = Receipt | Reply | Key | Read


@transaction.atomic
def take(heard: Sequence[Heard], *, line: str, at: datetime) -> int:
    """Say to the call-up what was heard on a line, all or nothing; how many had news (收取回执)."""
    reports = [
        actions.Report(each.ref, each.outcome, each.facts)
        for each in heard
        if isinstance(each, Receipt)
    ]
    news = actions.receipts(reports, line=line, at=at) if reports else 0
    return news + sum(_take(each, line, at) for each in heard)


def _take(heard: Heard, line: str, at: datetime) -> bool:
    match heard:
        case Reply(number, text):
            return bool(actions.reply(number, text, line=line, at=at).answers)
        case Key(ref, key):
            return bool(actions.key_pressed(ref, key, line=line, at=at))
        case Read(ref):
            return bool(actions.confirmed(ref, line=line, at=at))
        case _:
            return False
