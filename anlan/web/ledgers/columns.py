"""Columns (列): one definition for the screen, the sheet, the print and the text for a chat."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString

from anlan.kernel.trail import LOCAL

from ..markup import escaped, put
from .asker import Asker
from .paging import Order

Value = str | int | float | Decimal | date | datetime | None
Read = Callable[[Any, Asker], Value]
Draw = Callable[[Any, Asker], str]  # what it returns is escaped, unless it is markup
EMPTY = SafeString('<span class="none">—</span>')  # a screen reader calls it empty


@dataclass(frozen=True)
class Column:
    """What one column shows. `width` is in characters of the sheet, two to a Chinese sign."""

    key: str
    label: str
    read: Read
    draw: Draw | None = None
    under: Read | None = None  # a quiet second line on the screen
    unit: str = ""
    css: str = ""  # title light-cell number hide-phone nowrap
    width: int = 12
    sort: Order | None = None  # only over an index where the table may be large
    shown: bool = True
    fixed: bool = False  # cannot be switched off: the row would not be known without it
    opens: bool = False  # its words are the link to the thing's page

    @property
    def head(self) -> str:
        return f"{self.label}（{self.unit}）" if self.unit else self.label

    @property
    def named(self) -> bool:
        """Whether a phone's card must say what this is: a drawn cell speaks for itself."""
        return not self.opens and self.draw is None

    @cached_property
    def begins(self) -> SafeString:
        """How each of its cells begins: the tag, which is the same for every row."""
        name = put(' data-label="{}"', self.label) if self.named else SafeString("")
        return put('<td class="{}"{}>', self.css, name)

    def html(self, row: Any, asker: Asker) -> SafeString:
        """The cell on the screen, escaped."""
        if self.draw is not None:
            return escaped(self.draw(row, asker))
        words = words_of(self.read(row, asker))
        return escaped(words) if words else EMPTY

    def below(self, row: Any, asker: Asker) -> str:
        """The second line of the cell, as words."""
        return words_of(self.under(row, asker)) if self.under else ""

    def text(self, row: Any, asker: Asker) -> str:
        """The cell as words."""
        return words_of(self.read(row, asker))


def words_of(value: Value) -> str:
    """A value as an officer reads it: 2024-06-24 14:05, Beijing time; nothing for empty."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def attribute(path: str) -> Read:
    """Read a dotted attribute; a missing link on the way is an empty cell."""

    def read(row: Any, asker: Asker) -> Value:
        value = row
        for step in path.split("."):
            value = getattr(value, step, None)
            if value is None:
                return None
        return value if isinstance(value, int | float | Decimal | date | datetime) else str(value)

    return read


def choice(field: str) -> Read:
    """The Chinese word of a field with choices."""
    return lambda row, asker: str(getattr(row, f"get_{field}_display")())
