"""What a source of figures is: one query, its instants, its states, what can be added up of it.

A figure's value, its parts and its rows all come from the query made here, so that a number
always equals the rows it opens.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.db.models import DecimalField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, NullIf

from anlan.kernel.trail import LOCAL
from anlan.people.access import Scope

Way = Literal["count", "sum", "distinct"]
Words = Callable[[], Mapping[str, str]]
STANDING = "standing"


@dataclass(frozen=True)
class Moment:
    """A column that must fall into the period: an instant, or a whole day."""

    column: str
    days: bool = False


@dataclass(frozen=True)
class Measure:
    """What of the rows is counted or added, besides the rows themselves.

    `joins` names a relation that makes several rows of one: such measures are taken apart from the
    others. `place` is the path by which they are broken down by area, where it is not the row's.
    """

    way: Way
    of: str
    units: tuple[str, ...] = ()  # the only units it may be written in; any where none is named
    joins: str = ""
    place: str = ""

    def expression(self) -> Combinable:
        return F(self.of)


@dataclass(frozen=True)
class Number(Measure):
    """A number inside a JSON column: counts.trained, attributes.capacity."""

    key: str = ""

    def expression(self) -> Combinable:
        text = KeyTextTransform(self.key, self.of)
        return Cast(text, DecimalField(max_digits=24, decimal_places=4))


@dataclass(frozen=True)
class Said(Measure):
    """A word inside a JSON column, told apart: the rounds of unannounced visits."""

    key: str = ""

    def expression(self) -> Combinable:
        return KeyTextTransform(self.key, self.of)


@dataclass(frozen=True)
class Town(Measure):
    """The town that a path lies in, told apart: the second area below the root."""

    def expression(self) -> Combinable:
        parts = (F(self.of), Value("/"), Value(3))
        town = Func(*parts, function="split_part", output_field=TextField())
        return NullIf(town, Value("", output_field=TextField()))


@dataclass(frozen=True)
class Dimension:
    """One way to break a source down, and the words for its keys.

    With `key` it is a word inside a JSON column, such as the level of a shelter.
    """

    label: str
    column: str
    words: Words = dict
    key: str = ""

    def expression(self) -> Combinable:
        return KeyTextTransform(self.key, self.column) if self.key else F(self.column)


@dataclass(frozen=True)
class Source:
    """A named set of rows, before period and area are applied."""

    key: str
    label: str
    rows: Callable[[Scope | None], QuerySet[Any]]
    ledger: str  # whose rows they are: the list that a number opens
    narrow: Q = field(default_factory=Q)  # which of those rows
    moments: Mapping[str, Moment] = field(default_factory=dict)
    standing: Callable[[datetime], Q] | None = None  # what was there at an instant
    states: Mapping[str, Callable[[datetime], Q]] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    numbers: Mapping[str, Callable[[tuple[str, ...]], Mapping[str, str]]] = field(
        default_factory=dict
    )  # JSON column → the keys that rows of these kinds carry there, with their units
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)  # what `where` may ask → lookup
    kind: str = "kind"  # the column that a figure's `kinds` narrow
    kinds: Words | None = None  # the kinds there are
    path: str = "area_path"
    order: str = "pk"  # the column by which rows are listed
    begins: Callable[[], date | None] | None = None  # the first day the books know of

    def measure(self, of: str) -> Measure | None:
        """What `of` names, or none where this source has nothing of that name."""
        if of in self.measures:
            return self.measures[of]
        column, dot, key = of.partition(".")
        if dot and column in self.numbers:
            return Number("sum", column, key=key)
        return None


def day_before(end: datetime) -> date:
    """The last day of a period that ends before this instant, in the district."""
    return (end - timedelta(microseconds=1)).astimezone(LOCAL).date()
