"""What a page of dues is asked for: which days, below which area; and the cell of an address."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import Http404

from anlan.dues.models import Asked, coverage, due_named
from anlan.dues.rules import Coverage, Due, Row, Span, heads_of
from anlan.kernel.errors import Invalid
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area

from ..figures.asked import area_of
from ..ledgers.asker import asker_of
from ..requests import Request

WHOLE = "-"  # how the one row of a whole district is written in an address
BACK = {"day": 13, "week": 7 * 11, "month": 330, "quarter": 500, "half": 500, "year": 700, "": 400}
# In which days the overview judges who is late and who never was: shorter, for it asks all dues.
RECENT = {"day": 7, "week": 28, "month": 62, "quarter": 120, "half": 200, "year": 366, "": 366}
LONGEST = timedelta(days=1100)
STEP = {"day": 7, "week": 28, "month": 180, "quarter": 365, "half": 365, "year": 730, "": 365}


@dataclass(frozen=True)
class Look:
    """One matrix as it is looked at."""

    due: Due
    area: Area
    since: date
    until: date
    at: datetime
    found: Coverage
    narrowed: bool = False  # its first day was asked for, as the overview does

    @property
    def query(self) -> str:
        return self._query(timedelta(0))

    def moved(self, sign: int) -> str:
        """The same matrix some periods earlier or later."""
        return self._query(timedelta(days=sign * STEP[self.due.every]))

    def _query(self, step: timedelta) -> str:
        days = {"since": self.since + step} if self.narrowed else {}
        days["until"] = self.until + step
        told = {name: day.isoformat() for name, day in days.items()}
        return urlencode({"area": self.area.code, **told})

    @property
    def heads(self) -> list[str]:
        return heads_of(self.found.spans)

    @property
    def window(self) -> str:
        """The days shown, whole periods: what 从未 and 有欠缺 are said of."""
        if not self.found.spans:
            return ""
        last = min(self.found.spans[-1].last, self.at.astimezone(LOCAL).date())
        return f"{self.found.spans[0].first:%Y-%m-%d} 至 {last:%Y-%m-%d}"

    def href(self, row: Row, span: Span) -> str:
        """The address of one cell."""
        key = row.who.key or WHOLE
        return f"/dues/{self.due.key}/{key}/{span.first.isoformat()}/?area={self.area.code}"


def due_of(key: str) -> Due:
    """The due of an address; one that the catalogue has not is no page."""
    try:
        return due_named(key)
    except Invalid as unknown:
        raise Http404(str(unknown)) from unknown


def look_at(request: Request, key: str) -> Look:
    """The matrix that an address asks for; 404 for whom it has no row."""
    due = due_of(key)
    area = area_of(request.GET.get("area", ""), request.scope)
    until = day_of(request.GET.get("until", "")) or asker_of(request).day
    begun = day_of(request.GET.get("since", ""))
    narrowed = begun is not None and until - LONGEST <= begun <= until
    since = begun if begun and narrowed else until - timedelta(days=BACK[due.every])
    return replace(_look(request, due, area, since, until), narrowed=narrowed)


def _look(request: Request, due: Due, area: Area, since: date, until: date) -> Look:
    found = coverage(due, since=since, until=until, area=area, scope=request.scope, at=request.at)
    return Look(due, area, since, until, request.at, found)


def cell_of(request: Request, key: str, row: str, first: str) -> tuple[Look, Row, Span, int]:
    """One cell: its row, its span, and the number of the span; 404 where there is none."""
    due, day = due_of(key), day_of(first)
    if day is None:
        raise Http404(first)
    area = area_of(request.GET.get("area", ""), request.scope)
    look = _look(request, due, area, day, day)
    wanted = "" if row == WHOLE else row
    rows = [each for each in look.found.rows if each.who.key == wanted]
    spans = [n for n, span in enumerate(look.found.spans) if span.first == day]
    if not rows or not spans:
        raise Http404(row)
    return look, rows[0], look.found.spans[spans[0]], spans[0]


def asked_of(look: Look, request: Request) -> Asked:
    return Asked(look.since, look.until, look.area, request.scope, request.at)


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
