"""SMS that came in and said nothing one could go by (听不清的回复): for a human to look into."""

from dataclasses import dataclass
from datetime import datetime

from anlan.kernel import trail

from ..flow import State
from .callups import Called, Callup

STILL_OPEN = (State.CALLING, State.BY_HAND, State.PASSED_ON)


@dataclass(frozen=True)
class Unclear:
    """What an SMS said, and of whom it may have come."""

    at: datetime
    said: str
    called: tuple[Called, ...]


def unclear(callup: Callup) -> list[Unclear]:
    """Replies that do not say who speaks, or what they mean, newest first (听不清的回复).

    Each as long as one of those it may be of has not answered otherwise.
    """
    entries = list(trail.entries_of(callup).filter(verb="reply_unclear").order_by("-pk"))
    rows = Called.objects.filter(callup=callup, state__in=STILL_OPEN).select_related("person")
    open_ = rows.in_bulk({pk for entry in entries for pk in entry.note["called"]})
    found = [
        Unclear(
            entry.at,
            entry.note["said"],
            tuple(open_[pk] for pk in entry.note["called"] if pk in open_),
        )
        for entry in entries
    ]
    return [each for each in found if each.called]
