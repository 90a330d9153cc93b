"""What a list shows stands in its address, so that it can be sent in a chat and kept as a tab."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

# These say where one stands in the list, not which list it is.
PASSING = ("after", "before", "as")


@dataclass(frozen=True)
class State:
    """The query of the address, read once; every link of the page is made from it."""

    given: QueryDict

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
        fresh = self.given.copy()
        for key in PASSING:
            fresh.pop(key, None)
        for key, value in changes.items():
            fresh.pop(key, None)
            if value is not None:
                fresh.setlist(key, [value] if isinstance(value, str) else list(value))
        return _canonical(fresh)

    def without(self, *keys: str) -> str:
        return self.query(**dict.fromkeys(keys))

    @property
    def canonical(self) -> str:
        """The list itself, however its address was typed: what a saved view keeps and compares."""
        return self.query()


def _canonical(given: QueryDict) -> str:
    kept = QueryDict(mutable=True)
    for key in sorted(given):
        values = [value for value in given.getlist(key) if value]
        if values:
            kept.setlist(key, values)
    return kept.urlencode(safe=",:")
