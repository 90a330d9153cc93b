"""The catalogues of this room, checked against those of the rooms below (应做目录、督促阶梯)."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid
from anlan.kernel.expressions import Expression, ExpressionError, compile_expression
from anlan.matters.models import kinds as matters
from anlan.papers.models import kinds as paper_kinds
from anlan.people.models import charge_kinds
from anlan.records.models import kinds as record_kinds
from anlan.registry.models import Sector
from anlan.registry.models import kinds as item_kinds

from ..rules import COUNTED, SUMMED, Due, Ladder

OF_A_ROW: Mapping[str, type] = {
    "name": str,
    "code": str,
    "villages": int,
    "grids": int,
    "month": int,
    "days": int,
}
OF_A_RUNG: Mapping[str, type] = {"late_days": int, "in_a_row": int, "since_last": int}


def dues() -> dict[str, Due]:
    """All that is owed (应做目录), in the order of the catalogue."""
    return dict(catalogues.once("dues", _checked))


def due_named(key: str) -> Due:
    """One due; Invalid where the catalogue has none of that name."""
    known = dues()
    if key not in known:
        raise Invalid(f"没有“{key}”这项应做", mend=catalogues.nearest(key, known), field="due")
    return known[key]


def ladders() -> dict[str, Ladder]:
    """All ladders (督促阶梯), their conditions compiled."""
    return dict(catalogues.once("dues_ladders", _climbable))


def condition(text: str, file: str, key: str, *, of_a_rung: bool = False) -> Expression:
    """An expression of this room's catalogues; refused with file and line."""
    try:
        return _compiled(text, of_a_rung)
    except ExpressionError as wrong:
        raise catalogues.refused(file, wrong.words, key=key, value=text, mend=wrong.mend) from wrong


@lru_cache(maxsize=512)
def _compiled(text: str, of_a_rung: bool) -> Expression:
    return compile_expression(text, OF_A_RUNG if of_a_rung else OF_A_ROW)


def _checked() -> dict[str, Due]:
    """Refuse dues that name what does not exist below; judged once a reading."""
    known, sectors, steps = catalogues.load("dues", Due), _sectors(), ladders()
    for due in known.values():
        _kinds_exist(due)
        _items_exist(due)
        if due.sector and due.sector not in sectors:
            raise catalogues.unknown("dues", due.key, due.sector, "没有的重点领域", sectors)
        if due.ladder and due.ladder not in steps:
            raise catalogues.unknown("dues", due.key, due.ladder, "没有的督促阶梯", steps)
        for text in filter(None, (due.least, due.owed_if)):
            condition(text, "dues", due.key)
    return known


def _sectors() -> dict[str, Sector]:
    return catalogues.load("sectors", Sector)


def _climbable() -> dict[str, Ladder]:
    """Refuse rungs whose condition, matter or paper does not exist."""
    known, opened, papers = catalogues.load("dues_ladders", Ladder), matters.kinds(), paper_kinds()
    for ladder in known.values():
        for rung in ladder.rungs:
            condition(rung.when, "dues_ladders", ladder.key, of_a_rung=True)
            if rung.matter and rung.matter not in opened:
                raise catalogues.unknown(
                    "dues_ladders", ladder.key, rung.matter, "没有的事项种类", opened
                )
            if rung.paper and rung.paper not in papers:
                raise catalogues.unknown(
                    "dues_ladders", ladder.key, rung.paper, "没有的文书种类", papers
                )
    return known


def _kinds_exist(due: Due) -> None:
    catalogues_below: dict[str, Iterable[str]] = {
        "records": record_kinds(),
        "visited": record_kinds(),
        "charges": charge_kinds(),
        "matters": matters.kinds(),
    }
    known = set(catalogues_below.get(due.counts, ()))
    for key in due.kinds:
        if known and key not in known:
            raise catalogues.unknown("dues", due.key, key, "没有的种类", known)
    if due.take.startswith(COUNTED):
        _unit_fits(due, due.take.removeprefix(COUNTED))


def _unit_fits(due: Due, wanted: str) -> None:
    """A number of the records, in the unit in which they count it."""
    for key in due.kinds:
        kind = record_kinds()[key]
        units = {count.key: count.unit for count in kind.counts}
        if wanted not in units:
            raise catalogues.unknown("dues", due.key, due.take, f"{kind.label}没有的计数项", units)
        if units[wanted] != due.unit:
            words = f"单位「{due.unit}」与{kind.label}的计数单位「{units[wanted]}」不符"
            mend = f"请改为 unit: {units[wanted]}"
            raise catalogues.refused("dues", words, key=due.key, value=due.unit, mend=mend)


def _items_exist(due: Due) -> None:
    if not due.items:
        return
    known = item_kinds()
    if due.items not in known:
        raise catalogues.unknown("dues", due.key, due.items, "没有的对象类别", known)
    kind = known[due.items]
    attributes = {each.key: each for each in kind.attributes}
    summed = due.take.removeprefix(SUMMED) if due.take.startswith(SUMMED) else ""
    for name in filter(None, (*due.where, due.attribute, summed)):
        if name not in attributes:
            raise catalogues.unknown("dues", due.key, name, f"{kind.label}没有的项目", attributes)
    if summed and (unit := attributes[summed].unit) != due.unit:
        words = f"单位「{due.unit}」与{kind.label}“{attributes[summed].label}”的单位「{unit}」不符"
        mend = f"请改为 unit: {unit}"
        raise catalogues.refused("dues", words, key=due.key, value=due.unit, mend=mend)
