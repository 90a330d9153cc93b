"""Filters (筛选): each is a chip that says in words what it lets through."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db.models import Q, QuerySet

from anlan.kernel.trail import LOCAL
from anlan.people.access import areas_visible_to
from anlan.people.models import Area

from .asker import Asker
from .state import State

Rows = QuerySet[Any]
Options = Callable[[Asker], list[tuple[str, str]]]


@dataclass(frozen=True)
class Filter(ABC):
    """One way to narrow a list. `keys` are its words in the address."""

    key: str
    label: str
    control: ClassVar[str]  # the part of templates/ledgers/filters/ that draws it

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.key,)

    @abstractmethod
    def narrow(self, rows: Rows, state: State, asker: Asker) -> Rows:
        """The rows let through; all of them when the filter is not set."""

    @abstractmethod
    def words(self, state: State, asker: Asker) -> str:
        """What the chip says; empty when the filter is not set."""

    def offers(self, state: State, asker: Asker) -> Any:
        """What the opened control shows."""
        return None


@dataclass(frozen=True)
class Choice(Filter):
    """Some of a few values, by one field or by a rule for each value."""

    options: Options
    field: str = ""
    rule: Callable[[str, Asker], Q] | None = None
    unset: Q | None = None  # what counts while nothing is chosen
    control: ClassVar[str] = "choice"

    def chosen(self, state: State, asker: Asker) -> list[tuple[str, str]]:
        """Those of the options that the address names; others are left out."""
        wanted = set(state.many(self.key))
        return [option for option in self.options(asker) if option[0] in wanted]

    def offers(self, state: State, asker: Asker) -> list[tuple[str, str, bool]]:
        """Every option, and whether it is chosen."""
        wanted = set(state.many(self.key))
        return [(value, label, value in wanted) for value, label in self.options(asker)]

    def narrow(self, rows: Rows, state: State, asker: Asker) -> Rows:
        values = [value for value, _ in self.chosen(state, asker)]
        if not values:
            return rows.filter(self.unset) if self.unset else rows
        if self.rule is None:
            return rows.filter(**{f"{self.field}__in": values})
        return rows.filter(reduce(or_, (self.rule(value, asker) for value in values)))

    def words(self, state: State, asker: Asker) -> str:
        return "、".join(label for _, label in self.chosen(state, asker))


@dataclass(frozen=True)
class Under(Filter):
    """One area with everything below it; only areas within one's reach are offered."""

    field: str = "area_path"
    control: ClassVar[str] = "area"

    def area(self, state: State, asker: Asker) -> Area | None:
        code = state.one(self.key)
        if code and self.key not in state.named:
            known = areas_visible_to(asker.scope).filter(code=code).defer("outline")
            state.named[self.key] = known.order_by("-valid_from").first()
        return state.named.get(self.key)

    def offers(self, state: State, asker: Asker) -> list[tuple[str, str, bool]]:
        """The areas one step below where one stands, as links; the search finds the others."""
        here = self.area(state, asker)
        inside = areas_visible_to(asker.scope).valid_on(asker.day)
        below = inside.filter(parent=here) if here else inside.filter(level=Area.Level.TOWN)
        return [
            (area.name, state.query(**{self.key: area.code}), area == here)
            for area in below.order_by("code")[:60]
        ]

    def narrow(self, rows: Rows, state: State, asker: Asker) -> Rows:
        area = self.area(state, asker)
        return rows if area is None else rows.filter(**{f"{self.field}__startswith": area.path})

    def words(self, state: State, asker: Asker) -> str:
        area = self.area(state, asker)
        return area.name if area else ""


@dataclass(frozen=True)
class Thing(Filter):
    """One thing by its id, as links from its own page set it; drawn only when it is set."""

    seen: Callable[[Asker], QuerySet[Any]]  # what the asker may see of its kind
    field: str
    control: ClassVar[str] = "thing"

    def narrow(self, rows: Rows, state: State, asker: Asker) -> Rows:
        wanted = state.one(self.key)
        return rows.filter(**{self.field: wanted}) if wanted.isdigit() else rows

    def words(self, state: State, asker: Asker) -> str:
        wanted = state.one(self.key)
        if not wanted.isdigit():
            return ""
        return str(self.seen(asker).filter(pk=wanted).first() or wanted)


@dataclass(frozen=True)
class Span(Filter):
    """From one day to another, both included, by the calendar of Beijing time."""

    field: str
    moment: bool = True  # the column holds an instant rather than a day
    control: ClassVar[str] = "span"

    @property
    def keys(self) -> tuple[str, ...]:
        return (f"{self.key}_from", f"{self.key}_to")

    def days(self, state: State) -> tuple[date | None, date | None]:
        first, last = (_day(state.one(key)) for key in self.keys)
        return first, last

    def narrow(self, rows: Rows, state: State, asker: Asker) -> Rows:
        first, last = self.days(state)
        if first:
            rows = rows.filter(**{f"{self.field}__gte": self._edge(first)})
        if last:
            rows = rows.filter(**{f"{self.field}__lt": self._edge(last + timedelta(days=1))})
        return rows

    def words(self, state: State, asker: Asker) -> str:
        first, last = self.days(state)
        if first and last:
            return f"{first}" if first == last else f"{first} 至 {last}"
        if first:
            return f"{first} 起"
        return f"{last} 止" if last else ""

    def offers(self, state: State, asker: Asker) -> dict[str, Any]:
        """The two days chosen, and the spans that people ask for every day, as links."""
        first, last = self.days(state)
        return {"first": first, "last": last, "presets": self._presets(state, asker)}

    def _presets(self, state: State, asker: Asker) -> list[tuple[str, str]]:
        today = asker.day
        monday = today - timedelta(days=today.weekday())
        spans = {
            "今天": (today, today),
            "本周": (monday, today),
            "近30天": (today - timedelta(days=29), today),
            "本月": (today.replace(day=1), today),
            "今年": (today.replace(month=1, day=1), today),
        }
        first, last = self.keys
        return [
            (words, state.query(**{first: str(one), last: str(other)}))
            for words, (one, other) in spans.items()
        ]

    def _edge(self, day: date) -> date | datetime:
        return datetime.combine(day, time(), LOCAL) if self.moment else day


@dataclass(frozen=True)
class Words(Filter):
    """Rows that contain every word typed."""

    search: Callable[[Rows, str], Rows]
    test: Callable[[Rows, str], Rows] | None = None  # the same rows, by looking into each
    hint: str = ""
    least: int = 2  # signs to a word: one sign alone would read the whole table
    control: ClassVar[str] = "words"

    def typed(self, state: State) -> list[str]:
        return [word for word in state.one(self.key).split() if len(word) >= self.least]

    def narrow(self, rows: Rows, state: State, asker: Asker) -> Rows:
        words = self.typed(state)
        return self.search(rows, " ".join(words)) if words else rows

    def sift(self, rows: Rows, state: State) -> Rows:
        """The rows let through, for a list that is walked in its own order."""
        words = self.typed(state)
        return (self.test or self.search)(rows, " ".join(words)) if words else rows

    def words(self, state: State, asker: Asker) -> str:
        return " ".join(self.typed(state))

    def trouble(self, state: State) -> str:
        """What to tell about words that were left out."""
        short = [word for word in state.one(self.key).split() if len(word) < self.least]
        return f"“{'、'.join(short)}”不足{self.least}个字，未参加检索" if short else ""


def containing(rows: Any, words: str) -> Rows:
    """The search of a query set that has one over its search column."""
    found: Rows = rows.containing(words)
    return found


def matching(rows: Any, words: str) -> Rows:
    """The search of a query set by name, initials or code."""
    found: Rows = rows.matching(words)
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
