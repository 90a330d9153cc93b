"""The catalogues of this room, checked against each other (台账种类、检查表)."""

from collections.abc import Callable, Iterable
from typing import Any

from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid
from anlan.matters.models import Source
from anlan.matters.models import kinds as matters

from ..rules import Checklist, RecordKind


def kinds() -> dict[str, RecordKind]:
    """All kinds of records (台账种类), in the order of the catalogue."""
    found: dict[str, RecordKind] = _once(
        "record_kinds", catalogues.load("record_kinds", RecordKind).values(), _checked
    )
    return found


def kind_named(key: str) -> RecordKind:
    """One kind; Invalid where the catalogue has none of that name."""
    known = kinds()
    if key not in known:
        mend = catalogues.nearest(key, known)
        raise Invalid(f"没有“{key}”这种台账", mend=mend, field="kind")
    return known[key]


def checklists() -> dict[str, Checklist]:
    """The library of checklists (检查表库), graded by the clauses they name."""
    found: dict[str, Checklist] = _once(
        "checklists", catalogues.load("checklists", Checklist).values(), _graded
    )
    return found


def checklist_named(key: str) -> Checklist:
    """One checklist; Invalid where the library has none of that name."""
    known = checklists()
    if key not in known:
        mend = catalogues.nearest(key, known)
        raise Invalid(f"检查表库里没有“{key}”", mend=mend, field="checklist")
    return known[key]


_judged: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {}


def _once(name: str, entries: Iterable[Any], judge: Callable[..., dict[str, Any]]) -> Any:
    """Judge the entries when they were read anew; asked for every row of an import.

    Compared rather than hashed: the same entries are told by identity, their hash would walk
    through every field of every kind.
    """
    given = tuple(entries)
    if name not in _judged or _judged[name][0] != given:
        _judged[name] = given, judge(given)
    return _judged[name][1]


def _checked(given: tuple[RecordKind, ...]) -> dict[str, RecordKind]:
    """Refuse kinds that name a checklist, matter or source that does not exist."""
    lists, opened = checklists(), matters.kinds()
    prefixes: dict[str, str] = {}
    for kind in given:
        where = f"record_kinds.yaml 中“{kind.label}”"
        if other := prefixes.get(kind.prefix):
            raise Invalid(f"{where}与“{other}”的编号前缀都是{kind.prefix}", mend="请改用别的前缀")
        prefixes[kind.prefix] = kind.label
        for key in kind.checklists:
            if key not in lists:
                mend = catalogues.nearest(key, lists)
                raise Invalid(f"{where}写了检查表库里没有的“{key}”", mend=mend)
        if kind.opens and kind.opens not in opened:
            mend = catalogues.nearest(kind.opens, opened)
            raise Invalid(f"{where}写了没有的事项种类“{kind.opens}”", mend=mend)
        if kind.source and kind.source not in Source.values:
            mend = catalogues.nearest(kind.source, Source.values)
            raise Invalid(f"{where}写了没有的来源“{kind.source}”", mend=mend)
    return {kind.key: kind for kind in given}


def _graded(given: tuple[Checklist, ...]) -> dict[str, Checklist]:
    """Refuse items whose clause does not exist, or says another grade."""
    clauses = matters.clauses()
    for checklist in given:
        for item in (item for edition in checklist.editions for item in edition.items):
            where = f"checklists.yaml 中“{checklist.label}”的“{item.key}”"
            if not item.clause:
                continue
            if item.clause not in clauses:
                mend = catalogues.nearest(item.clause, clauses)
                raise Invalid(f"{where}写了没有的条款“{item.clause}”", mend=mend)
            if clauses[item.clause].grade != item.grade:
                words = f"{where}的等级与条款“{item.clause}”不符"
                raise Invalid(words, mend=f"请改为 grade: {clauses[item.clause].grade}")
    return {checklist.key: checklist for checklist in given}
