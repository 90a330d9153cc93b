"""The catalogues of this room, checked against each other (台账种类、检查表)."""

from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid
from anlan.matters.models import Source
from anlan.matters.models import kinds as matters

from ..rules import Checklist, RecordKind

KINDS, LISTS = "record_kinds", "checklists"


def kinds() -> dict[str, RecordKind]:
    """All kinds of records (台账种类), in the order of the catalogue."""
    return catalogues.once(KINDS, _checked)


def kind_named(key: str) -> RecordKind:
    """One kind; Invalid where the catalogue has none of that name."""
    known = kinds()
    if key not in known:
        mend = catalogues.nearest(key, known)
        raise Invalid(f"没有“{key}”这种台账", mend=mend, field="kind")
    return known[key]


def checklists() -> dict[str, Checklist]:
    """The library of checklists (检查表库), graded by the clauses they name."""
    return catalogues.once(LISTS, _graded)


def checklist_named(key: str) -> Checklist:
    """One checklist; Invalid where the library has none of that name."""
    known = checklists()
    if key not in known:
        mend = catalogues.nearest(key, known)
        raise Invalid(f"检查表库里没有“{key}”", mend=mend, field="checklist")
    return known[key]


def _checked() -> dict[str, RecordKind]:
    """Refuse kinds that name a checklist, matter or source that does not exist."""
    known, lists, opened = catalogues.load(KINDS, RecordKind), checklists(), matters.kinds()
    prefixes: dict[str, str] = {}
    for kind in known.values():
        if other := prefixes.get(kind.prefix):
            words = f"“{kind.label}”与“{other}”的编号前缀都是{kind.prefix}"
            raise catalogues.refused(
                KINDS, words, key=kind.key, value=kind.prefix, mend="请改用别的前缀"
            )
        prefixes[kind.prefix] = kind.label
        for key in kind.checklists:
            if key not in lists:
                raise catalogues.unknown(KINDS, kind.key, key, "检查表库里没有的", lists)
        if kind.opens and kind.opens not in opened:
            raise catalogues.unknown(KINDS, kind.key, kind.opens, "没有的事项种类", opened)
        if kind.source and kind.source not in Source.values:
            raise catalogues.unknown(KINDS, kind.key, kind.source, "没有的来源", Source.values)
    return known


def _graded() -> dict[str, Checklist]:
    """Refuse items whose clause does not exist, or says another grade."""
    known, clauses = catalogues.load(LISTS, Checklist), matters.clauses()
    for checklist in known.values():
        for item in (item for edition in checklist.editions for item in edition.items):
            if not item.clause:
                continue
            if item.clause not in clauses:
                what = f"（“{item.key}”）没有的条款"
                raise catalogues.unknown(LISTS, checklist.key, item.clause, what, clauses)
            if clauses[item.clause].grade != item.grade:
                words = f"“{checklist.label}”的“{item.key}”的等级与条款“{item.clause}”不符"
                mend = f"请改为 grade: {clauses[item.clause].grade}"
                raise catalogues.refused(
                    LISTS, words, key=checklist.key, value=item.clause, mend=mend
                )
    return known
