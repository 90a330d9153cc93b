"""The questions of SensorThings: resource paths, $filter and its fellows → values (OGC 18-088).

Nothing here knows what entities there are: a path is a list of steps, a filter a tree, and whoever
answers says which names it has.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

MOST = 1000  # entities on a page, whatever is asked
USUAL = 100
DEEPEST = 30  # brackets in a filter


class BadQuestion(ValueError):
    """What is asked cannot be understood, and where."""


class Step(NamedTuple):
    """One part of a path: `Things(1)` or `name`."""

    name: str
    id: int | str | None


@dataclass(frozen=True)
class Options:
    """What a reader wants of an entity set."""

    filter: "Node | None" = None
    order: tuple[tuple[str, bool], ...] = ()  # path, descending
    top: int = USUAL
    skip: int = 0
    count: bool = False
    select: tuple[str, ...] = ()
    expand: Mapping[str, "Options"] = field(default_factory=dict)


class Node(NamedTuple):
    """A filter: an operator and what it joins; `path` and `value` are leaves."""

    kind: str
    parts: tuple[Any, ...]


# --- paths ------------------------------------------------------------------------------------

_STEP = re.compile(r"([A-Za-z$@.]+)(?:\((?:'((?:[^']|'')*)'|(-?\d+))\))?")


def path_of(text: str) -> list[Step]:
    """The steps of a resource path; BadQuestion where there is something else."""
    steps = []
    for part in filter(None, text.split("/")):
        found = _STEP.fullmatch(part)
        if found is None:
            raise BadQuestion(f"路径中的“{part[:60]}”看不懂")
        number = int(found[3]) if found[3] is not None else None
        steps.append(Step(found[1], number if number is not None else found[2]))
    return steps


# --- options ----------------------------------------------------------------------------------


def options_of(given: Mapping[str, str]) -> Options:
    """$filter, $orderby, $top, $skip, $count, $select, $expand; others are refused by name."""
    known = {"$filter", "$orderby", "$top", "$skip", "$count", "$select", "$expand"}
    for name in given:
        if name.startswith("$") and name not in known:
            raise BadQuestion(f"不支持 {name}，可用 {'、'.join(sorted(known))}")
    return Options(
        filter=parse(given["$filter"]) if given.get("$filter") else None,
        order=tuple(_ordering(each) for each in _split(given.get("$orderby", ""), ",")),
        top=min(_whole(given, "$top", USUAL), MOST),
        skip=_whole(given, "$skip", 0),
        count=_yes(given.get("$count", "false")),
        select=tuple(_split(given.get("$select", ""), ",")),
        expand=_expanding(given.get("$expand", "")),
    )


def _whole(given: Mapping[str, str], name: str, usual: int) -> int:
    text = given.get(name, str(usual))
    if not text.isdigit():
        raise BadQuestion(f"{name} 应当是不小于零的整数，写的是“{text[:20]}”")
    return int(text)


def _yes(text: str) -> bool:
    if text not in ("true", "false"):
        raise BadQuestion(f"$count 应当是 true 或 false，写的是“{text[:20]}”")
    return text == "true"


def _ordering(text: str) -> tuple[str, bool]:
    path, _, way = text.strip().partition(" ")
    way = way.strip().lower()  # FROST's own client writes DESC
    if way not in ("", "asc", "desc"):
        raise BadQuestion(f"$orderby 的方向应当是 asc 或 desc，写的是“{way[:20]}”")
    return path, way == "desc"


def _expanding(text: str) -> dict[str, Options]:
    """Datastreams($top=1;$orderby=name),Locations or Datastreams/Observations."""
    found: dict[str, Options] = {}
    for each in _split(text, ","):
        name, _, rest = each.partition("(")
        inner = dict(part.split("=", 1) for part in _split(rest[:-1], ";")) if rest else {}
        name, _, below = name.partition("/")
        options = options_of(inner)
        if below:
            was = found[name].expand if name in found else {}
            options = Options(expand={**was, **_expanding(f"{below}")})
        found[name] = options
    return found


def _split(text: str, by: str) -> list[str]:
    """At the commas that are outside of brackets and quotes."""
    parts, depth, quoted, begin = [], 0, False, 0
    for place, sign in enumerate(text):
        if sign == "'":
            quoted = not quoted
        elif not quoted:
            depth += (sign == "(") - (sign == ")")
            if sign == by and not depth:
                parts.append(text[begin:place])
                begin = place + 1
    parts.append(text[begin:])
    if depth or quoted:
        raise BadQuestion(f"括号或引号没有配对：{text[:80]}")
    return [part.strip() for part in parts if part.strip()]


# --- filters ----------------------------------------------------------------------------------

COMPARED = ("eq", "ne", "gt", "ge", "lt", "le")
FUNCTIONS = ("substringof", "startswith", "endswith", "contains")
_TOKEN = re.compile(
    r"""\s*(?:(?P<time>\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:?\d\d))|(?P<number>-?\d+(?:\.\d+)?
        (?:[eE][-+]?\d+)?)|'(?P<text>(?:[^']|'')*)'|(?P<sign>[(),])|(?P<word>[@A-Za-z_][\w./@]*))""",
    re.VERBOSE,
)


def parse(text: str) -> Node:
    """A filter as a tree; BadQuestion says what was not understood."""
    tokens = _tokens(text)
    node, rest = _either(tokens, 0)
    if rest:
        raise BadQuestion(f"$filter 在“{rest[0][1]}”处多了内容")
    return node


Tokens = Sequence[tuple[str, str]]


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None:
            raise BadQuestion(f"$filter 在“{text[place : place + 20]}”处看不懂")
        kind = str(match.lastgroup)
        found.append((kind, match[kind]))
        place = match.end()
    return found


def _either(tokens: Tokens, depth: int) -> tuple[Node, Tokens]:
    node, rest = _both(tokens, depth)
    while rest and rest[0] == ("word", "or"):
        other, rest = _both(rest[1:], depth)
        node = Node("or", (node, other))
    return node, rest


def _both(tokens: Tokens, depth: int) -> tuple[Node, Tokens]:
    node, rest = _one(tokens, depth)
    while rest and rest[0] == ("word", "and"):
        other, rest = _one(rest[1:], depth)
        node = Node("and", (node, other))
    return node, rest


def _one(tokens: Tokens, depth: int) -> tuple[Node, Tokens]:
    if depth > DEEPEST:
        raise BadQuestion("$filter 的括号太深")
    if tokens and tokens[0] == ("word", "not"):
        node, rest = _one(tokens[1:], depth + 1)
        return Node("not", (node,)), rest
    if tokens and tokens[0] == ("sign", "("):
        node, rest = _either(tokens[1:], depth + 1)
        return node, _past(rest, ")")
    left, rest = _operand(tokens)
    if left.kind in FUNCTIONS and not (rest and rest[0][1] in COMPARED):
        return left, rest
    if not rest or rest[0][1] not in COMPARED:
        raise BadQuestion(f"$filter 缺少比较：可用 {' '.join(COMPARED)}")
    right, after = _operand(rest[1:])
    if left.kind in FUNCTIONS:  # `substringof(...) eq true`
        same = (right.parts[0] is True) == (rest[0][1] == "eq")
        return (left if same else Node("not", (left,))), after
    return Node(rest[0][1], (left, right)), after


def _operand(tokens: Tokens) -> tuple[Node, Tokens]:
    if not tokens:
        raise BadQuestion("$filter 没有写完")
    (kind, text), rest = tokens[0], tokens[1:]
    if kind == "word" and text in FUNCTIONS:
        return _call(text, _past(rest, "("))
    if kind == "word":
        plain = {"true": True, "false": False, "null": None}
        return (Node("value", (plain[text],)) if text in plain else Node("path", (text,))), rest
    if kind == "sign":
        raise BadQuestion(f"$filter 的“{text}”处应当是名称或值")
    return Node("value", (_literal(kind, text),)), rest


def _call(name: str, tokens: Tokens) -> tuple[Node, Tokens]:
    first, rest = _operand(tokens)
    second, rest = _operand(_past(rest, ","))
    if name == "substringof":  # what is looked for comes first
        first, second = second, first
    if first.kind != "path" or second.kind != "value":
        raise BadQuestion(f"{name} 应当写名称和一段文字")
    return Node("contains" if name == "substringof" else name, (first, second)), _past(rest, ")")


def _past(tokens: Tokens, sign: str) -> Tokens:
    if not tokens or tokens[0] != ("sign", sign):
        raise BadQuestion(f"$filter 缺少“{sign}”")
    return tokens[1:]


def _literal(kind: str, text: str) -> Any:
    if kind == "time":
        return datetime.fromisoformat(text)
    if kind == "number":
        return float(text) if set(text) & set(".eE") else int(text)
    return text.replace("''", "'")
