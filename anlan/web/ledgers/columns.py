"""Columns (列): one definition for the screen, the sheet, the print and the text for a chat."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.html import conditional_escape, format_html

from anlan.kernel.trail import LOCAL

from .asker import Asker
from .paging import Order

Value = str | int | float | Decimal | date | datetime | None
Read = Callable[[Any, Asker], Value]
Draw = Callable[[Any, Asker], str]


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

    def html(self, row: Any, asker: Asker) -> str:
        """The cell on the screen, escaped."""
        if self.draw is not None:
            return self.draw(row, asker)
        return plain(self.read(row, asker))

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


def plain(value: Value) -> str:
    """A value in a cell; an empty one is a dash that a screen reader calls empty."""
    words = words_of(value)
    return conditional_escape(words) if words else format_html('<span class="none">{}</span>', "—")


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
