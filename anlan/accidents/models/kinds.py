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
    known = catalogues.load("accident_clocks", ClockRule)
    places = set(scopes())
    for rule in known.values():
        if rule.after and rule.after not in known:
            mend = catalogues.nearest(rule.after, known)
            raise Invalid(f"时限“{rule.label}”接在没有的“{rule.after}”之后", mend=mend)
        if strange := sorted(set(rule.scopes) - places):
            mend = "请核对 accident_clocks.yaml 和 accident_scopes.yaml"
            raise Invalid(f"时限“{rule.label}”写了没有的口径“{strange[0]}”", mend=mend)
    return known


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
            words = f"类别“{each.label}”引用的“{(wrong or [each.edition])[0]}”不存在"
            raise Invalid(words, mend="请核对 accident_categories.yaml")
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
