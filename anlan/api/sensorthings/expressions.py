"""What a filter means: its tree → an expression of the database, each part of a known kind.

A part has a face for each kind it can be taken as: what stands in `properties` is JSON, a number to
`gt 3` and a text to `eq '3'`. An operator or function takes the first of its forms that fits.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db.models import BooleanField, Field, Func
from django.db.models.expressions import RawSQL

from anlan.formats.odata import BadQuestion, Node

Faces = Mapping[str, Any]  # kind → expression; the first is the one to sort by
Leaf = Callable[[str], Faces]

ANY = "any"  # a face that is there where any of the others is
# How the kinds are called in the database.
_TYPES = {"number": "float8", "text": "text", "time": "timestamptz", "date": "date",
          "clock": "time", "span": "interval", "truth": "boolean"}  # fmt: skip
_SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}


class Told(Func):
    """A pattern of SQL over its parts: `{0} > {1}`."""

    def __init__(self, pattern: str, *parts: Any, kind: str = "") -> None:
        truth: Field[Any, Any] = BooleanField() if kind == "truth" else Field()
        super().__init__(*parts, output_field=truth)
        self.pattern = pattern

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        words: str = ""
        given: list[Any] = []
        for piece in re.split(r"(\{\d\})", self.pattern):
            if piece[:1] == "{":
                told, params = compiler.compile(self.source_expressions[int(piece[1])])
                words, given = words + told, given + list(params)
            else:
                words += piece.replace("%", "%%")
        return f"({words})", tuple(given)


class Form(NamedTuple):
    """What an operator or function takes, what it gives, and how the database says it."""

    takes: tuple[str, ...]
    gives: str
    pattern: str


def _form(text: str) -> Form:
    """`text text > truth: strpos({0}, {1}) > 0`."""
    kinds, _, pattern = text.partition(": ")
    takes, _, gives = kinds.partition("> ")
    return Form(tuple(takes.split()), gives.strip(), pattern)


# fmt: off
_FORMS = {name: tuple(map(_form, forms)) for name, forms in {
    "and": ["truth truth > truth: {0} AND {1}"],
    "or": ["truth truth > truth: {0} OR {1}"],
    "not": ["truth > truth: NOT coalesce({0}, false)"],
    "eq": [f"{kind} {kind} > truth: {{0}} = {{1}}" for kind in _TYPES],
    "ne": [f"{kind} {kind} > truth: {{0}} IS DISTINCT FROM {{1}}" for kind in _TYPES],
    **{name: [f"{kind} {kind} > truth: {{0}} {sign} {{1}}" for kind in _TYPES if kind != "truth"]
       for name, sign in _SIGNS.items()},
    "add": ["number number > number: {0} + {1}", "time span > time: {0} + {1}",
            "span span > span: {0} + {1}"],
    "sub": ["number number > number: {0} - {1}", "time span > time: {0} - {1}",
            "time time > span: {0} - {1}", "span span > span: {0} - {1}"],
    "mul": ["number number > number: {0} * {1}"],
    "div": ["number number > number: {0}::float8 / nullif({1}, 0)"],
    "mod": ["number number > number: mod({0}::numeric, nullif({1}, 0)::numeric)::float8"],
    "substringof": ["text text > truth: strpos({1}, {0}) > 0"],  # what is looked for comes first
    "contains": ["text text > truth: strpos({0}, {1}) > 0"],
    "startswith": ["text text > truth: starts_with({0}, {1})"],
    "endswith": ["text text > truth: right({0}, length({1})) = {1}"],
    "length": ["text > number: length({0})"],
    "indexof": ["text text > number: strpos({0}, {1}) - 1"],
    "substring": ["text number > text: substr({0}, {1}::int + 1)",
                  "text number number > text: substr({0}, {1}::int + 1, greatest({2}::int, 0))"],
    "tolower": ["text > text: lower({0})"],
    "toupper": ["text > text: upper({0})"],
    "trim": ["text > text: btrim({0})"],
    "concat": ["text text > text: {0} || {1}"],
    **{name: [f"time > number: extract({name} FROM {{0}} AT TIME ZONE 'UTC')::float8"]
       for name in ("year", "month", "day", "hour", "minute")},
    "second": ["time > number: floor(extract(second FROM {0}))::float8"],
    "fractionalseconds": ["time > number: (extract(second FROM {0}) % 1)::float8"],
    "date": ["time > date: ({0} AT TIME ZONE 'UTC')::date"],
    "time": ["time > clock: ({0} AT TIME ZONE 'UTC')::time"],
    "totaloffsetminutes": ["time > number: 0"],  # all of them are told in UTC
    "now": ["> time: now()"],
    "mindatetime": ["> time: '-infinity'::timestamptz"],
    "maxdatetime": ["> time: 'infinity'::timestamptz"],
    "round": ["number > number: round({0}::numeric)::float8"],
    "floor": ["number > number: floor({0})"],
    "ceiling": ["number > number: ceil({0})"],
}.items()}
# fmt: on


def meaning(node: Node, leaf: Leaf) -> Faces:
    """The expression that a tree stands for; `leaf` knows the names."""
    if node.kind == "path":
        return leaf(node.parts[0])
    if node.kind == "value":
        return constant(*node.parts)
    if node.kind not in _FORMS:
        raise BadQuestion(f"不支持函数“{node.kind}”，可用 {'、'.join(_FORMS)}")
    parts = [meaning(part, leaf) for part in node.parts]
    if node.kind in ("eq", "ne") and any("null" in part for part in parts):
        return {"truth": _missing(parts, node.kind)}
    for form in _FORMS[node.kind]:
        if len(form.takes) == len(parts) and all(
            kind in part for kind, part in zip(form.takes, parts, strict=True)
        ):
            chosen = [part[kind] for kind, part in zip(form.takes, parts, strict=True)]
            return {form.gives: Told(form.pattern, *chosen, kind=form.gives)}
    raise BadQuestion(_words(node, parts))


def _missing(parts: list[Faces], word: str) -> Told:
    """`name eq null`, from either side."""
    other = parts[0] if "null" in parts[1] else parts[1]
    face = other.get(ANY) or next(iter(other.values()))
    pattern = "{0} IS NULL" if word == "eq" else "{0} IS NOT NULL"
    return Told(pattern, face, kind="truth")


def _words(node: Node, parts: list[Faces]) -> str:
    given = "、".join(
        f"{each.parts[0] if each.kind == 'path' else next(iter(part))}"
        for each, part in zip(node.parts, parts, strict=True)
    )
    takes = "；".join(" ".join(form.takes) for form in _FORMS[node.kind])
    return f"“{node.kind}”不能用于 {given}，应当是：{takes}"


def truth(node: Node, leaf: Leaf) -> Any:
    """The expression of a filter, which must be true or false."""
    faces = meaning(node, leaf)
    if "truth" not in faces:
        raise BadQuestion("$filter 应当是一个判断：名称、比较词、值")
    return faces["truth"]


def order(node: Node, leaf: Leaf) -> Any:
    """The expression to sort by."""
    return next(iter(meaning(node, leaf).values()))


def constant(kind: str, value: Any) -> Faces:
    if kind == "null":
        return {"null": RawSQL("NULL", ())}
    wanted = "bigint" if type(value) is int and abs(value) < 2**63 else _TYPES[kind]
    said = RawSQL(f"%s::{wanted}", (value,))
    return {kind: Told("{0}", said, kind=kind)}


def of_json(inner: Any) -> dict[str, Any]:
    """What stands in JSON, as whatever it is."""
    number = "CASE jsonb_typeof({0}) WHEN 'number' THEN ({0})::text::float8 END"
    flag = "CASE jsonb_typeof({0}) WHEN 'boolean' THEN ({0})::text::boolean END"
    return {
        "text": Told("{0} #>> '{}'", inner),
        "number": Told(number, inner),
        "truth": Told(flag, inner, kind="truth"),
    }
