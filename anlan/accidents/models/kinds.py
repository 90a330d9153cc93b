"""The catalogues of this room (等级、口径、类别、时限), each checked against the others."""

from datetime import date
from typing import TypeVar

from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid

from .. import rules
from ..rules import Category, ClockRule, Edition, GradeRule, ScopeRule

Entry = TypeVar("Entry")


def scale() -> tuple[GradeRule, ...]:
    """The grades from the least to the gravest (等级标准)."""
    known = catalogues.load("accident_grades", GradeRule)
    missing = [key for key in rules.GRADES if key not in known]
    if missing or len(known) != len(rules.GRADES):
        mend = f"应正好有 {'、'.join(rules.GRADES)} 四级"
        raise Invalid("accident_grades.yaml 的等级不全", mend=mend)
    return tuple(known[key] for key in rules.GRADES)


def scopes() -> dict[str, ScopeRule]:
    """All scopes (统计口径)."""
    return catalogues.load("accident_scopes", ScopeRule)


def scope_named(key: str) -> ScopeRule:
    return _named(scopes(), key, "统计口径", "scope")


def production_scopes() -> tuple[str, ...]:
    """The scopes that count as production safety (生产安全事故)."""
    return tuple(key for key, each in scopes().items() if each.production)


def clocks() -> dict[str, ClockRule]:
    """All statutory clocks (时限), each following only one that exists."""
    return catalogues.once("accident_clocks", _running)


def _running() -> dict[str, ClockRule]:
    known, places = catalogues.load("accident_clocks", ClockRule), scopes()
    for rule in known.values():
        if rule.after and rule.after not in known:
            raise catalogues.unknown("accident_clocks", rule.key, rule.after, "没有的时限", known)
        if strange := sorted(set(rule.scopes) - set(places)):
            raise catalogues.unknown("accident_clocks", rule.key, strange[0], "没有的口径", places)
        _begins_somewhere(rule, known)
    return known


def _begins_somewhere(rule: ClockRule, known: dict[str, ClockRule]) -> None:
    """Refuse clocks that wait for each other: none of them would ever start."""
    way = [rule.key]
    while (before := known[way[-1]].after) in known:
        if before in way:
            circle = " → ".join((*way[way.index(before) :], before))
            words = f"时限绕成了圈：{circle}，谁也不会开始"
            mend = "请让其中一个从 reported 等时刻起算"
            raise catalogues.refused(
                "accident_clocks", words, key=rule.key, value=before, mend=mend
            )
        way.append(before)


def clock_named(key: str) -> ClockRule:
    return _named(clocks(), key, "时限", "clock")


def editions() -> dict[str, Edition]:
    return catalogues.load("accident_editions", Edition)


def categories() -> dict[str, Category]:
    """The categories of all editions (事故类别); an heir that does not exist is refused."""
    known, books = catalogues.load("accident_categories", Category), editions()
    for each in known.values():
        wrong = [key for key in each.became if key not in known]
        if wrong or each.edition not in books:
            known_ones = known if wrong else books
            raise catalogues.unknown(
                "accident_categories", each.key, (wrong or [each.edition])[0],
                "没有的类别" if wrong else "没有的版本", known_ones,
            )  # fmt: skip
    return known


def category_named(key: str) -> Category:
    return _named(categories(), key, "事故类别", "category")


def categories_on(day: date) -> dict[str, Category]:
    """The categories by which an accident of that day is coded."""
    edition = rules.edition_on(day, editions().values())
    wanted = edition.key if edition else ""
    return {key: each for key, each in categories().items() if each.edition == wanted}


def check_category(key: str, day: date) -> str:
    """The category; Invalid where the day's edition has no such, naming what it became."""
    if not key:
        return ""
    chosen, now = category_named(key), categories_on(day)
    if key in now:
        return key
    edition = rules.edition_on(day, editions().values())
    heirs = [now[each].label for each in chosen.became if each in now]
    mend = f"可改为：{'、'.join(heirs)}" if heirs else "请从这一版的类别中选择"
    raise Invalid(
        f"{day}发生的事故按{edition.label if edition else '—'}分类，没有“{chosen.label}”",
        mend=mend,
        field="category",
    )


def _named(known: dict[str, Entry], key: str, what: str, field: str) -> Entry:
    if key not in known:
        mend = catalogues.nearest(key, known)
        raise Invalid(f"没有“{key}”这种{what}", mend=mend, field=field)
    return known[key]
