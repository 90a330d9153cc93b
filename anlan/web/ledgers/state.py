"""What a list shows stands in its address, so that it can be sent in a chat and kept as a tab."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.http import QueryDict

# These say where one stands in the list, not which list it is.
PASSING = ("after", "before", "as")
_LEGIBLE = ",:"


@dataclass(frozen=True)
class State:
    """The query of the address, read once; every link of the page is made from it."""

    given: QueryDict
    # What it names, once looked up: the page asks for its area five times.
    named: dict[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def parse(cls, query: str) -> "State":
        return cls(QueryDict(query))

    def one(self, key: str) -> str:
        return (self.given.get(key) or "").strip()

    def many(self, key: str) -> list[str]:
        """All values of a key, given as `k=a&k=b`, empty ones left out."""
        return [value for value in self.given.getlist(key) if value]

    def query(self, **changes: str | Iterable[str] | None) -> str:
        """The same list with changes: a new value, several, or None to drop; from its beginning."""
        fresh = {key: values for key, values in self.given.lists() if key not in PASSING}
        for key, value in changes.items():
            fresh[key] = [value] if isinstance(value, str) else list(value or ())
        return _canonical(fresh)

    def without(self, *keys: str) -> str:
        return self.query(**dict.fromkeys(keys))

    @property
    def canonical(self) -> str:
        """The list itself, however its address was typed: what a saved view keeps and compares."""
        return self.query()


def _canonical(given: dict[str, list[str]]) -> str:
    # By hand: a page asks for some sixty, and a QueryDict copies itself for each of them.
    return "&".join(
        f"{quote(key, _LEGIBLE)}={quote(value, _LEGIBLE)}"
        for key in sorted(given)
        for value in given[key]
        if value
    )
