"""One field of a form or one column of a table: what may stand in it (填报项)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

FieldType = Literal[
    "text", "number", "choice", "date", "moment", "yes_no", "phone", "credit_code",
    "area", "body", "post", "person", "item",
]  # fmt: skip
LOOKED_UP = (
    "area",
    "body",
    "post",
    "person",
    "item",
)  # stored as a reference to a registered thing


class Problem(Exception):
    """A value that cannot be taken: what is wrong with it, and how to mend it."""

    def __init__(self, words: str, mend: str = "", *, field: str = "", value: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.mend = mend
        self.field = field
        self.value = value

    def __str__(self) -> str:
        return f"{self.words}({self.mend})" if self.mend else self.words


Found = Mapping[str, "Any | Problem"]  # what each written name turned out to be
Finder = Callable[[frozenset[str]], Found]  # looks many written names up at once


@dataclass(frozen=True)
class Field:
    """A field: its key in code, its Chinese label, its type, and the limits of its values."""

    key: str
    label: str
    type: FieldType = "text"
    unit: str = ""
    required: bool = False
    choices: Mapping[str, Any] = field(default_factory=dict)  # word on the screen → value kept
    synonyms: tuple[str, ...] = ()  # other headings under which tables carry it
    help: str = ""
    sensitive: bool = False  # masked unless revealed by right
    least: Decimal | None = None
    most: Decimal | None = None
    longest: int = 200  # characters of a text
    lines: bool = False  # a text of several lines

    @property
    def heading(self) -> str:
        """The heading of its column: 储存面积(平方米)."""
        return f"{self.label}({self.unit})" if self.unit else self.label
