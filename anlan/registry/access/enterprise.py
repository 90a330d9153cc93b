"""One file per enterprise (一企一档): everything ever tied to it, from every room that has some."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from anlan.kernel.refs import Ref
from anlan.people.access import Scope
from anlan.people.models import Body

LATEST = 10  # rows shown of a section; its count is of all


@dataclass(frozen=True)
class Line:
    """One row of a section: what, when, how it stands, and what it opens."""

    title: str
    state: str = ""
    at: date | datetime | None = None
    ref: Ref | None = None


@dataclass(frozen=True)
class Section:
    """One part of the file: how many there are, and the latest of them."""

    key: str
    title: str
    count: int
    lines: tuple[Line, ...] = ()


Source = Callable[[Body, Scope], Section]
_sources: dict[str, tuple[int, Source]] = {}


def register_section(key: str, *, order: int, source: Source) -> None:
    """Let a room add its part to the file; `wiring` calls it, for rooms above and beside."""
    _sources[key] = (order, source)


def enterprise_file(body: Body, scope: Scope) -> tuple[Section, ...]:
    """The file of a body as this person sees it; each room shows only what is visible to them."""
    ordered = sorted(_sources.values(), key=lambda entry: entry[0])
    return tuple(source(body, scope) for _, source in ordered)
