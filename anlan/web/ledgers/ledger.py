"""A ledger (台账), declared: where its rows come from, its columns, filters, tabs and deeds."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from .asker import Asker
from .columns import Column
from .filters import Filter, Under, Words
from .paging import Order
from .state import State


@dataclass(frozen=True)
class Tab:
    """A view that everybody has; one's own stand behind it (视图)."""

    name: str
    query: str = ""


@dataclass(frozen=True)
class Link:
    """A way to another page over the list, for those who may go it."""

    label: str
    href: str
    icon: str
    right: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Deed:
    """Something that can be done to the ticked rows at once (批量办理).

    `form` makes the form from what was posted (or nothing), `do` does it to one row and is told
    the cleaned values; it raises Refused for a row that cannot be done.
    """

    key: str
    label: str
    right: str  # the deed asked of the scope: "matters.dispatch"
    form: Callable[[Asker, list[Any], Any], Any]
    do: Callable[[Any, dict[str, Any], Asker], None]
    warning: str = ""  # what will happen to whom, said before


@dataclass(frozen=True)
class Ledger:
    """One list of one kind of thing, for whoever may see it."""

    key: str
    title: str
    unit: str  # the measure word of a row: 件 处 家 人
    rows: Callable[[Asker], QuerySet[Any]]
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...]
    sort: str  # key of a column, "-" before it for the other direction
    address: str  # the path of the list
    href: Callable[[Any], str]
    line: Callable[[Any, Asker], str]  # one row as people say it in a chat
    within: Callable[[Asker, str], QuerySet[Any]] | None = None  # those under the path of an area
    tabs: tuple[Tab, ...] = (Tab("全部"),)
    deeds: tuple[Deed, ...] = ()
    empty: str = "没有符合条件的记录。"
    begin: str = ""  # what to do where there is nothing yet
    import_kind: str = ""  # what /import/ calls it, where it can be imported
    links: tuple[Link, ...] = ()
    back: tuple[str, str] | None = None  # the page it was opened from: words and address

    def column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)


@dataclass(frozen=True)
class Look:
    """A ledger as one person looks at it now: which rows, which columns, in which order."""

    ledger: Ledger
    state: State
    asker: Asker

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """Everything the filters let through, unordered."""
        rows, filters = self._begun
        for one in filters:
            rows = one.narrow(rows, self.state, self.asker)
        return rows

    @cached_property
    def sifted(self) -> QuerySet[Any]:
        """The same rows, without the index of words: to be walked in the order of the list."""
        rows, filters = self._begun
        for one in filters:
            if isinstance(one, Words):
                rows = one.sift(rows, self.state)
            else:
                rows = one.narrow(rows, self.state, self.asker)
        return rows

    @property
    def _begun(self) -> tuple[QuerySet[Any], list[Filter]]:
        """The rows to begin with, and the filters that still narrow them."""
        ledger, filters = self.ledger, list(self.ledger.filters)
        under = next((one for one in filters if isinstance(one, Under)), None)
        area = under.area(self.state, self.asker) if ledger.within and under else None
        if area is None or under is None or ledger.within is None:
            return ledger.rows(self.asker), filters
        filters.remove(under)
        return ledger.within(self.asker, area.path), filters

    @property
    def searches(self) -> bool:
        """Whether words were typed that can also be met by walking."""
        words = (one for one in self.ledger.filters if isinstance(one, Words))
        return any(one.test and one.typed(self.state) for one in words)

    @property
    def sort(self) -> str:
        """The sort that counts: the one asked for, if there is such a column."""
        wanted = self.state.one("sort")
        column = self.ledger.column(wanted.lstrip("-"))
        return wanted if column and column.sort else self.ledger.sort

    @property
    def order(self) -> Order:
        column = self.ledger.column(self.sort.lstrip("-"))
        assert column is not None, f"{self.ledger.key} is sorted by an unknown column"
        assert column.sort is not None, f"{column.key} cannot be sorted by"
        natural = column.sort
        turned = self.sort.startswith("-")
        return Order(natural.field, natural.descending ^ turned, natural.nullable)

    @property
    def columns(self) -> list[Column]:
        """The chosen columns in the chosen order; fixed ones are always there."""
        wanted = self.state.many("cols")
        chosen = [column for key in wanted if (column := self.ledger.column(key))]
        if not chosen:
            return [column for column in self.ledger.columns if column.shown or column.fixed]
        return [c for c in self.ledger.columns if c.fixed and c not in chosen] + chosen

    @cached_property
    def chips(self) -> list[tuple[Filter, str]]:
        """Every filter with the words of what it lets through."""
        return [(one, one.words(self.state, self.asker)) for one in self.ledger.filters]

    def description(self) -> str:
        """The filters in words, for the head of a sheet."""
        said = [f"{one.label}：{words}" for one, words in self.chips if words]
        return "；".join(said) or "全部"
