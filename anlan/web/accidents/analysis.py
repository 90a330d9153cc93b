"""The analysis of accidents (统计分析): by month, scope, category, hour, area, industry."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from anlan.accidents import access
from anlan.accidents.models import Accident, categories, scopes
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area

from ..ledgers.asker import Asker, asker_of
from ..reading import sector_label
from ..requests import Request

HOURS = ("0—4时", "4—8时", "8—12时", "12—16时", "16—20时", "20—24时")
FIRST_YEAR = 2000
Key = Callable[[Accident], str]


@dataclass(frozen=True)
class Bar:
    """One line of a breakdown: how many, dead, hurt; and the list that it opens."""

    label: str
    accidents: int
    deaths: int
    injured: int
    base: int  # the same span of last year
    href: str


@dataclass(frozen=True)
class Breakdown:
    """The accidents of the span told apart one way; the parts add up to the whole."""

    title: str
    bars: list[Bar]
    longest: int


@dataclass(frozen=True)
class Total:
    """One number of the head, beside the same days of last year."""

    label: str
    unit: str
    now: int
    base: int

    @property
    def words(self) -> str:
        """同比下降45.45%; said differently where the base is nothing."""
        if self.base == 0:
            return "上年同期为0" if self.now else "与上年同期均为0"
        if self.now == self.base:
            return "与上年同期持平"
        change = round((self.now - self.base) * 100 / self.base, 2)
        return f"同比{'上升' if change > 0 else '下降'}{abs(change):g}%"


@dataclass(frozen=True)
class Span:
    """From the first of January, or of a month, to its end or to today."""

    first: date
    last: date

    def year_before(self) -> "Span":
        return Span(_same_day(self.first, -1), _same_day(self.last, -1))

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        since, until = (datetime.combine(day, time(), LOCAL) for day in (self.first, self.last))
        return rows.filter(happened_at__gte=since, happened_at__lt=until + timedelta(days=1))


def page(request: Request) -> HttpResponse:
    """The span asked for (a year, or a month of it), production safety or all scopes."""
    asker = asker_of(request)
    span, year, month = _asked(request, asker)
    every = request.GET.get("scope") == "all"
    seen = access.visible_to(asker.scope).kept().select_related("area")
    rows = seen if every else seen.production()
    now, base = list(span.filter(rows)), list(span.year_before().filter(rows))
    narrow = {} if every else {"scope": "production"}
    context = {
        "span": span, "year": year, "month": month, "every": every,
        "years": range(asker.day.year, asker.day.year - 5, -1), "months": range(1, 13),
        "totals": _totals(now, base),
        "tables": _tables(now, base, span, narrow),
        "list_href": _href(span, narrow),
    }  # fmt: skip
    return render(request, "accidents/analysis.html", context)


def _asked(request: Request, asker: Asker) -> tuple[Span, int, int]:
    today = asker.day
    year = _number(request.GET.get("year", ""), FIRST_YEAR, today.year) or today.year
    month = _number(request.GET.get("month", ""), 1, 12)
    first = date(year, month or 1, 1)
    after = date(year + 1, 1, 1) if month in (0, 12) else date(year, month + 1, 1)
    last = min(after - _A_DAY, max(today, first))
    return Span(first, last), year, month


def _number(text: str, least: int, most: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and least <= int(text) <= most else 0


def _totals(now: list[Accident], base: list[Accident]) -> list[Total]:
    return [
        Total("事故", "起", len(now), len(base)),
        Total("死亡", "人", _deaths(now), _deaths(base)),
        Total("受伤", "人", _injured(now), _injured(base)),
        Total("较大及以上", "起", _larger(now), _larger(base)),
    ]


def _deaths(rows: Iterable[Accident]) -> int:
    return sum(one.deaths or 0 for one in rows)


def _injured(rows: Iterable[Accident]) -> int:
    return sum(one.injured for one in rows)


def _larger(rows: Iterable[Accident]) -> int:
    return sum(one.grade != Accident.Grade.GENERAL for one in rows)


def _tables(
    now: list[Accident], base: list[Accident], span: Span, narrow: dict[str, str]
) -> list[Breakdown]:
    """Every way to tell them apart; each opens the list narrowed to the same rows."""
    kinds, places = categories(), scopes()
    towns = dict(Area.objects.filter(level=Area.Level.TOWN).values_list("code", "name"))

    def table(title: str, key: Key, words: Callable[[str], str], field: str) -> Breakdown:
        parts, before = _grouped(now, key), Counter(key(one) for one in base)
        keys = sorted({*parts, *before}, key=lambda k: (-len(parts.get(k, ())), k))
        if field in ORDERED:
            keys.sort()
        bars = [
            Bar(words(k), len(rows := parts.get(k, [])), _deaths(rows), _injured(rows),
                before[k], _opens(span, narrow, field, k))
            for k in keys
        ]  # fmt: skip
        return Breakdown(title, bars, max((bar.accidents for bar in bars), default=1) or 1)

    unfilled = "未认定"
    return [
        table("按月份", _month, lambda k: f"{int(k)}月", "month"),
        table("按统计口径", lambda one: one.scope, lambda k: places[k].label, "scope"),
        table("按事故类别", lambda one: one.category,
              lambda k: kinds[k].label if k in kinds else unfilled, "category"),
        table("按发生时段", _hour, lambda k: HOURS[int(k)], "hour"),
        table("按镇街", _town, lambda k: towns.get(k, "本级"), "area"),
        table("按行业领域", lambda one: one.sector, lambda k: sector_label(k) if k else unfilled,
              "sector"),
    ]  # fmt: skip


ORDERED = ("month", "hour")


def _grouped(rows: list[Accident], key: Key) -> dict[str, list[Accident]]:
    found: dict[str, list[Accident]] = {}
    for one in rows:
        found.setdefault(key(one), []).append(one)
    return found


def _month(one: Accident) -> str:
    return f"{one.day.month:02d}"


def _hour(one: Accident) -> str:
    return str(one.happened_at.astimezone(LOCAL).hour // 4)


def _town(one: Accident) -> str:
    """The town's code: the second area below the root."""
    return (one.area_path.split("/") + ["", "", ""])[2]


def _opens(span: Span, narrow: dict[str, str], field: str, key: str) -> str:
    """The list narrowed to one part; nothing where the list has no such filter."""
    if not key or field == "hour":
        return ""
    if field == "month":
        first = span.first.replace(month=int(key), day=1)
        last = (first + 31 * _A_DAY).replace(day=1) - _A_DAY
        return _href(Span(first, min(last, span.last)), narrow)
    return _href(span, {**narrow, field: key})


def _href(span: Span, narrow: dict[str, str]) -> str:
    asked = {"day_from": span.first.isoformat(), "day_to": span.last.isoformat(), **narrow}
    return f"/accidents/?{urlencode(asked)}"


def _same_day(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


_A_DAY = timedelta(days=1)
