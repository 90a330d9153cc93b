"""Which registered thing a written name means: many names in a few queries (按名称或编码查找)."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import Model, Q

from anlan.people.models import Area, AreaAlias, Body, Person, Post

from ..models import Item
from ..rules import Finder, Found, Problem

CODED = re.compile(r"\d{4}|\d{6}|\d{9}|\d{12}[0-9A-Z]{0,8}")  # of an area, or of a grid
BETWEEN = re.compile(r"[/、>—·\s]+")
SHOWN = 4  # candidates named in an error
BY_AREA = "请填区划代码，或写“镇+村”"
BY_BODY = "请填统一社会信用代码或单位全称"
BY_POST = "请写成“单位/岗位”"
BY_ITEM = "请填底数的编号"
BY_PERSON = "请写成“单位/姓名”，或填手机号"


@dataclass(frozen=True)
class Fit:
    """A thing that a written name may mean: where it lies, and how to tell it from others."""

    thing: Model
    path: str
    words: str


def finders(*, day: date, under: str = "/") -> dict[str, Finder]:
    """How each type of reference is looked up on a day; `under` is the asker's part of the tree.

    A name that fits several things means the one below `under`, if there is only one.
    """
    return {
        "area": partial(find_areas, day=day, under=under),
        "body": partial(find_bodies, day=day, under=under),
        "post": partial(find_posts, day=day, under=under),
        "person": partial(find_persons, day=day),
        "item": partial(find_items, under=under),
    }


# --- areas ------------------------------------------------------------------------------------


def find_areas(texts: Iterable[str], *, day: date, under: str = "/") -> Found:
    """Areas by code, former code, name, other name, or town and village together."""
    wanted = set(texts)
    codes = {text for text in wanted if CODED.fullmatch(text)}
    coded = _areas_by_code({_padded(code) for code in codes}, day)
    towns = _towns(day)
    split = {text: _below(text, towns) for text in wanted - codes}
    named = _areas_by_name({rest for _, rest in split.values()}, day)
    found = {code: _the_one(code, coded[_padded(code)], under, BY_AREA) for code in codes}
    for text, (path, rest) in split.items():
        fits = [fit for fit in named[rest] if fit.path.startswith(path)]
        found[text] = _the_one(text, fits, under, BY_AREA)
    return found


def _padded(code: str) -> str:
    """The statistical code at its full length: 331081 is 331081000000."""
    return code.ljust(12, "0")


def _areas_by_code(codes: set[str], day: date) -> defaultdict[str, list[Fit]]:
    fits: defaultdict[str, list[Fit]] = defaultdict(list)
    for area in Area.objects.valid_on(day).filter(code__in=codes):
        fits[area.code].append(_area_fit(area))
    old = AreaAlias.objects.filter(code__in=codes - set(fits)).select_related("area")
    for alias in old.exclude(area__valid_to__lte=day):
        fits[alias.code].append(_area_fit(alias.area))
    return fits


def _areas_by_name(names: set[str], day: date) -> defaultdict[str, list[Fit]]:
    fits: defaultdict[str, list[Fit]] = defaultdict(list)
    for area in Area.objects.valid_on(day).filter(name__in=names).select_related("parent"):
        fits[area.name].append(_area_fit(area))
    others = AreaAlias.objects.filter(name__in=names - {""}).select_related("area__parent")
    for alias in others.exclude(area__valid_to__lte=day):
        if all(alias.area_id != fit.thing.pk for fit in fits[alias.name]):
            fits[alias.name].append(_area_fit(alias.area))
    return fits


def _area_fit(area: Area) -> Fit:
    above = area.parent.name if area.parent else ""
    return Fit(area, area.path, f"{above}{area.name}({area.code})")


def _towns(day: date) -> list[tuple[str, str]]:
    """Names that may stand before a village's, with their paths; the longest first."""
    levels = (Area.Level.CITY, Area.Level.DISTRICT, Area.Level.TOWN)
    rows = Area.objects.valid_on(day).filter(level__in=levels).values_list("name", "path")
    return sorted(rows, key=lambda row: -len(row[0]))


def _below(text: str, towns: list[tuple[str, str]]) -> tuple[str, str]:
    """The path of what stands in front, and the name that is left: 温岭市泽国镇 / 牧屿街居委会."""
    path, rest = "/", BETWEEN.sub("", text)
    stripped = True
    while stripped:
        stripped = False
        for name, below in towns:
            if rest.startswith(name) and rest != name and below.startswith(path):
                path, rest, stripped = below, rest.removeprefix(name), True
                break
    return path, rest


# --- bodies, posts, persons -------------------------------------------------------------------


def find_bodies(texts: Iterable[str], *, day: date, under: str = "/") -> Found:
    """Bodies by credit code, full name or short name."""
    wanted = set(texts)
    fits: defaultdict[str, dict[int, Fit]] = defaultdict(dict)
    rows = Body.objects.filter(
        Q(name__in=wanted) | Q(short_name__in=wanted) | Q(credit_code__in=wanted)
    ).exclude(valid_to__lte=day)
    for body in rows.select_related("area"):
        for word in {body.name, body.short_name, body.credit_code} & wanted:
            fits[word][body.pk] = Fit(body, body.area_path, f"{body.name}({body.area.name})")
    return {text: _the_one(text, [*fits[text].values()], under, BY_BODY) for text in wanted}


def find_posts(texts: Iterable[str], *, day: date, under: str = "/") -> Found:
    """Posts by name, or by body and post together: 泽国镇/应急消防管理站."""
    wanted = {text: _unit_and_name(text) for text in texts}
    rows = Post.objects.filter(name__in={name for _, name in wanted.values()})
    fits: defaultdict[str, list[tuple[Body | None, Fit]]] = defaultdict(list)
    for post in rows.exclude(valid_to__lte=day).select_related("body"):
        fit = Fit(post, post.area_path, f"{post.body.name}/{post.name}")
        fits[post.name].append((post.body, fit))
    return _within_units(wanted, fits, under, BY_POST)


def find_persons(texts: Iterable[str], *, day: date) -> Found:
    """Persons by name, by unit and name together (泽国镇/黄磊), or by mobile number."""
    wanted = {text: _unit_and_name(text) for text in texts}
    known = {name for _, name in wanted.values()}
    rows = Person.objects.filter(Q(name__in=known) | Q(phone__in=known - {""}))
    fits: defaultdict[str, list[tuple[Body | None, Fit]]] = defaultdict(list)
    for person in rows.exclude(left_on__lte=day).select_related("body"):
        remark = f"({person.remark})" if person.remark else ""
        fit = Fit(person, "", f"{person.body or '无单位'}/{person.name}{remark}")
        for word in {person.name, person.phone} & known:
            fits[word].append((person.body, fit))
    return _within_units(wanted, fits, "/", BY_PERSON)


def find_items(texts: Iterable[str], *, under: str = "/") -> Found:
    """Registered things by code or name; those that were retired are not meant."""
    wanted = set(texts)
    fits: defaultdict[str, list[Fit]] = defaultdict(list)
    for item in Item.objects.standing().filter(Q(code__in=wanted) | Q(name__in=wanted)):
        fit = Fit(item, item.area_path, f"{item.name}({item.code})")
        for word in {item.code, item.name} & wanted:
            fits[word].append(fit)
    return {text: _the_one(text, fits[text], under, BY_ITEM) for text in wanted}


def _unit_and_name(text: str) -> tuple[str, str]:
    unit, _, name = text.rpartition("/")
    return unit.strip(), name.strip()


def _within_units(
    wanted: dict[str, tuple[str, str]],
    fits: defaultdict[str, list[tuple[Body | None, Fit]]],
    under: str,
    mend: str,
) -> Found:
    found = {}
    for text, (unit, name) in wanted.items():
        there = [fit for body, fit in fits[name] if not unit or _is_named(body, unit)]
        found[text] = _the_one(text, there, under, mend)
    return found


def _is_named(body: Body | None, word: str) -> bool:
    return body is not None and word in (body.name, body.short_name, body.credit_code)


def _the_one(text: str, fits: list[Fit], under: str, mend: str) -> Model | Problem:
    """The thing meant, or why it cannot be told."""
    if not fits:
        return Problem(f"查不到“{text}”", mend)
    if len(fits) > 1:
        fits = [fit for fit in fits if fit.path.startswith(under)] or fits
    if len(fits) == 1:
        return fits[0].thing
    shown = "、".join(fit.words for fit in fits[:SHOWN]) + ("等" if len(fits) > SHOWN else "")
    return Problem(f"“{text}”对应{len(fits)}个：{shown}", mend)
