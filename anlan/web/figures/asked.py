"""What a figures page is asked for: a period and an area, each with a sensible beginning."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from anlan.figures.compute import check_begun
from anlan.figures.rules import BadPeriod, Period, parse_period
from anlan.kernel.errors import Invalid
from anlan.kernel.trail import LOCAL
from anlan.people.access import Scope
from anlan.people.models import Area
from anlan.web.requests import Request

BOTH = "-"  # between the two dimensions of a cell, in an address
BLANK = "-"  # how an empty key of a part is written in an address


@dataclass(frozen=True)
class Asked:
    """Period and area of one page, and how to say them in an address."""

    period: Period
    area: Area

    @property
    def query(self) -> str:
        return urlencode({"period": self.period.text, "area": self.area.code})

    def rows(self, name: str, by: str = "", part: str = "") -> str:
        """The address of the rows behind a number."""
        where = {"name": name, "period": self.period.text, "area": self.area.code}
        if not by:
            return reverse("figure-rows", kwargs=where)
        return reverse("figure-part", kwargs={**where, "by": by, "part": part or BLANK})

    def cell(self, name: str, by: tuple[str, str], keys: tuple[str, str]) -> str:
        """The address of the rows behind one cell of a cross-table."""
        # Keys are people's words, with any sign in them: the length of the first tells them apart.
        return self.rows(name, BOTH.join(by), f"{len(keys[0])}.{keys[0]}{keys[1]}")


def ways_to(by: str, part: str) -> list[tuple[str, str]]:
    """By what and to which part an address narrows: none, one, or both of a cell."""
    if not by:
        return []
    down, crossed, across = by.partition(BOTH)
    if not crossed:
        return [(down, "" if part == BLANK else part)]
    length, _, keys = part.partition(".")
    size = int(length) if length.isdigit() else 0
    return [(down, keys[:size]), (across, keys[size:])]


def asked(request: Request) -> Asked:
    """Period and area of the address; Invalid where they cannot be read or have not come."""
    today = request.at.astimezone(LOCAL).date()
    text = request.GET.get("period", "").strip() or f"{today.year}"
    period = period_of(text)
    check_begun(period, at=request.at)
    return Asked(period, area_of(request.GET.get("area", ""), request.scope))


def period_of(text: str) -> Period:
    try:
        return parse_period(text)
    except BadPeriod as wrong:
        raise Invalid(str(wrong), mend="请改写统计期", field="period") from wrong


def area_of(code: str, scope: Scope) -> Area:
    """The area of a code; one's own root where none is given, 404 beyond one's reach."""
    root = root_of(scope)
    if not code:
        return root
    found = Area.objects.filter(code=code).order_by("-valid_from").first()
    if found is None or not found.path.startswith(root.path):
        raise Http404(f"没有区域 {code}")
    return found


def root_of(scope: Scope) -> Area:
    """The widest area of one's posts; a firm counts in the district it lies in."""
    paths = sorted((reach.path for reach in scope.reaches), key=len)
    if paths:
        code = paths[0].rstrip("/").split("/")[-1]
        found = Area.objects.filter(path=paths[0]).first() or Area.objects.filter(code=code).first()
        if found:
            return found
    below = Area.objects.filter(level=Area.Level.DISTRICT).order_by("pk").first()
    if below is None:
        raise Http404("还没有载入区划")
    return below


def presets(today: date) -> list[tuple[str, str]]:
    """Periods that people ask for, as (text, words)."""
    year, month = today.year, today.month
    last_month = today.replace(day=1) - timedelta(days=1)
    week = today.isocalendar()
    half = "H1" if month <= 6 else "H2"
    quarter = (month - 1) // 3 + 1
    return [
        (f"{year}", "今年"),
        (f"{year}{half}", "上半年" if half == "H1" else "下半年"),
        (f"{year}Q{quarter}", f"第{'一二三四'[quarter - 1]}季度"),
        (f"{year}-{month:02d}", "本月"),
        (f"{last_month.year}-{last_month.month:02d}", "上月"),
        (f"{week.year}-W{week.week:02d}", "本周"),
        (today.isoformat(), "今天"),
        (f"{year - 1}", "去年"),
    ]
