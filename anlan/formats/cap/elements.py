"""One element of a message, read strictly and told on calmly (元素).

A `Block` reads the children of one element: text, values of a list, instants, numbers. What is
wrong goes to the findings, with its line; what cannot be read is None, and grave where it is
needed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from lxml import etree

from . import times
from .faults import Fault, Kind, local
from .means import MOST_FAULTS, Means

SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_Choice = TypeVar("_Choice", bound=StrEnum)

# Values of other versions of the standard whose meaning is fixed (CAP 1.2 §3.2.2, certainty).
_OLD = {"very likely": "Likely"}


class Findings:
    """The faults of one message, or of a file itself, in the order of the file."""

    def __init__(self, means: Means | None = None) -> None:
        self.faults: list[Fault] = []
        self.means = means or Means()
        self._most = min(MOST_FAULTS, self.means.faults)

    def add(self, kind: Kind, node: etree._Element, **said: str) -> None:
        """One more, unless it is a note and there are too many already."""
        if self._has_room(kind.grave):
            self._keep(kind.at(node, **said))

    def take(
        self, faults: Iterable[Fault], placed: Callable[[Fault], Fault] = lambda fault: fault
    ) -> None:
        """Those that somebody else found; `placed` finds the line of one that is kept."""
        for fault in faults:
            if self._has_room(fault.grave):
                self._keep(placed(fault))

    def leave(self, kind: Kind, node: etree._Element, **said: str) -> None:
        """A place that cannot be used is no harm where the same area is given by another."""
        if self._has_room(grave=False):
            fault = kind.at(node, **said)
            words = Kind.PLACE_LEFT.said(detail=fault.words)
            self._keep(replace(fault, words=words, grave=False))

    def _has_room(self, grave: bool) -> bool:
        return len(self.faults) < self._most or (grave and not self.grave)

    def _keep(self, fault: Fault) -> None:
        self.faults.append(fault)
        self.means.faults -= 1

    @property
    def grave(self) -> bool:
        """Whether the message may not be used."""
        return any(fault.grave for fault in self.faults)


class Block:
    """An element whose children are read by name."""

    def __init__(self, node: etree._Element, found: Findings, known: Iterable[str]) -> None:
        self.node = node
        self.found = found
        self._children: dict[str, list[etree._Element]] = {}
        space = etree.QName(node).namespace or ""
        known = frozenset(known)
        for child in node.iterchildren(etree.Element):
            name = local(child)
            if (etree.QName(child).namespace or "") == space and name in known:
                self._children.setdefault(name, []).append(child)
            elif name in known and _is_cap(child):
                found.add(Kind.MIXED_NAMESPACES, child, name=name)
            elif etree.QName(child).namespace != SIGNATURE:
                found.add(Kind.UNKNOWN_ELEMENT, child, name=name)

    def all(self, name: str) -> list[etree._Element]:
        """The children of this name."""
        return self._children.get(name, [])

    def filled(self, name: str) -> Iterator[etree._Element]:
        """Those children of this name that hold anything: an empty one says nothing."""
        for child in self.all(name):
            if len(child) or (child.text or "").strip():
                yield child
            else:
                self.found.add(Kind.PLACE_EMPTY, child, name=name)

    def texts(self, name: str) -> tuple[str, ...]:
        """What stands in each child of this name, the empty ones left out."""
        read = (self._said(child) for child in self.all(name))
        return tuple(text for text in read if text)

    def text(self, name: str, *, must: bool = False, empty: bool = False) -> str:
        """What stands in the only child of this name; several must agree."""
        child = self._only(name, must=must)
        if child is None:
            return ""
        said = self._said(child)
        if must and not said and not empty:
            self.found.add(Kind.EMPTY, child, name=name)
        return said

    def moment(self, name: str, *, must: bool = False) -> datetime | None:
        """An instant with its zone."""
        child = self._only(name, must=must)
        if child is None:
            return None
        said = self._said(child)
        if not said:
            self.found.add(Kind.EMPTY if must else Kind.PLACE_EMPTY, child, name=name)
            return None
        try:
            moment, standard = times.read(said)
        except times.NoZone:
            self.found.add(Kind.TIME_WITHOUT_ZONE, child, name=name, value=said)
            return None
        except (ValueError, OverflowError):
            self.found.add(Kind.TIME_UNREADABLE, child, name=name, value=said)
            return None
        if not standard:
            self.found.add(Kind.TIME_FORM, child, name=name, value=said)
        return moment

    def choice(self, name: str, kind: type[_Choice]) -> _Choice | None:
        """The value of a list that must be there."""
        child = self._only(name, must=True)
        return self._chosen(child, name, kind) if child is not None else None

    def choices(self, name: str, kind: type[_Choice], *, must: bool) -> tuple[_Choice, ...]:
        """The values of a list, each once."""
        if must and not self.all(name):
            self.found.add(Kind.MISSING, self.node, name=name)
        read = (self._chosen(child, name, kind) for child in self.all(name))
        return tuple(dict.fromkeys(value for value in read if value is not None))

    def number(self, name: str, read: Callable[[str], float] = float) -> float | None:
        """A number; what is none is left out, for nobody acts on it."""
        child = self._only(name)
        said = self._said(child) if child is not None else ""
        if child is None or not said:
            return None
        try:
            value = read(said)
        except ValueError:
            value = float("nan")
        if value != value or value in (float("inf"), float("-inf")):
            self.found.add(Kind.NUMBER_UNREADABLE, child, name=name, value=said)
            return None
        return value

    def _chosen(self, child: etree._Element, name: str, kind: type[_Choice]) -> _Choice | None:
        said = self._said(child)
        if not said:
            self.found.add(Kind.EMPTY, child, name=name)
            return None
        for value in kind:
            if value.value == said:
                return value
        plain = _OLD.get(said.lower(), said).lower().replace(" ", "")
        for value in kind:
            if value.value.lower() == plain:
                self.found.add(Kind.VALUE_FORM, child, name=name, value=said, meant=value.value)
                return value
        self.found.add(Kind.UNKNOWN_VALUE, child, name=name, value=said)
        return None

    def _only(self, name: str, *, must: bool = False) -> etree._Element | None:
        children = self.all(name)
        if not children:
            if must:
                self.found.add(Kind.MISSING, self.node, name=name)
            return None
        if len(children) > 1:
            same = len({self._said(child) for child in children}) == 1
            self.found.add(Kind.SAID_TWICE if same else Kind.REPEATED, children[1], name=name)
        return children[0]

    def _said(self, child: etree._Element) -> str:
        if len(child) == 0:
            return (child.text or "").strip()
        self.found.add(Kind.MARKUP_IN_TEXT, child, name=local(child))
        return "".join(str(part) for part in child.itertext()).strip()


def _is_cap(child: etree._Element) -> bool:
    """Whether an element outside of its message's namespace may be meant as part of it: some
    readers would take it as such, others would not. What others add has namespaces of its own.
    """
    space = etree.QName(child).namespace or ""
    return not space or "emergency:cap" in space or "incident.com" in space
