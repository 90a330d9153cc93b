"""Who looks at a ledger, what they reach, and at which instant."""

from dataclasses import dataclass
from datetime import date, datetime

from anlan.kernel.trail import LOCAL
from anlan.people.access import Scope
from anlan.people.models import Person

from ..requests import Request


@dataclass(frozen=True)
class Asker:
    """The person before the screen; every list is theirs, at this instant."""

    person: Person
    scope: Scope
    at: datetime

    @property
    def day(self) -> date:
        """Today, as the calendar on the wall says."""
        return self.at.astimezone(LOCAL).date()


def asker_of(request: Request) -> Asker:
    """Take what the middleware worked out once for this request."""
    return Asker(person=request.person, scope=request.scope, at=request.at)
