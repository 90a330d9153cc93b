"""The questions of SensorThings: resource paths, $filter and its fellows → values (OGC 18-088).

Nothing here knows what entities there are, nor which functions: a path is a list of steps, a filter
a tree, and whoever answers says what the names in it mean.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple

MOST = 1000  # entities on a page, whatever is asked
USUAL = 100
DEEPEST = 30  # brackets in a filter
MOST_EXPANDED = 6  # steps from an entity to what is told with it


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
    order: tuple[tuple["Node", bool], ...] = ()  # what by, descending
    top: int = USUAL
    skip: int = 0
    count: bool = False
    select: tuple[str, ...] = ()
    expand: Mapping[str, "Options"] = field(default_factory=dict)
    array: bool = False  # rows and columns instead of entities
    given: Mapping[str, str] = field(default_factory=dict)  # as asked: the next page asks it again


class Node(NamedTuple):
    """A filter: an operator or function and what it is of; the leaves are `path` (its name) and
    `value` (its kind: number, text, time, date, clock, span, truth or null; and itself)."""

    kind: str
    parts: tuple[Any, ...]


# --- paths ------------------------------------------------------------------------------------

_STEP = re.compile(r"([\w$@.]+)(?:\((?:'((?:[^']|'')*)'|(-?[0-9]{1,18}))\))?")


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

_KNOWN = ("$filter", "$orderby", "$top", "$skip", "$count", "$select", "$expand", "$resultFormat")


def options_of(given: Mapping[str, str], depth: int = 0) -> Options:
    """What is asked with a path; options that are not known are refused by name."""
    for name in given:
        if name.startswith("$") and name not in _KNOWN:
            raise BadQuestion(f"不支持 {name}，可用 {'、'.join(_KNOWN)}")
    if depth > MOST_EXPANDED:
        raise BadQuestion(f"$expand 最多 {MOST_EXPANDED} 层")
    if given.get("$resultFormat", "dataArray") != "dataArray" or (
        depth and "$resultFormat" in given
    ):
        raise BadQuestion("$resultFormat 只可用 dataArray，不写在 $expand 里")
    return Options(
        filter=parse(given["$filter"]) if given.get("$filter") else None,
        order=tuple(_ordering(each) for each in _split(given.get("$orderby", ""), ",")),
        top=min(_whole(given, "$top", USUAL), MOST),
        skip=_whole(given, "$skip", 0),
        count=_yes(given.get("$count", "false")),
        select=tuple(_split(given.get("$select", ""), ",")),
        expand=_expanding(given.get("$expand", ""), depth),
        array="$resultFormat" in given,
        given=dict(given),
    )


def _whole(given: Mapping[str, str], name: str, usual: int) -> int:
    text = given.get(name, str(usual))
    if not re.fullmatch("[0-9]{1,9}", text):
        raise BadQuestion(f"{name} 应当是不小于零、不满十亿的整数，写的是“{text[:20]}”")
    return int(text)


def _yes(text: str) -> bool:
    if text not in ("true", "false"):
        raise BadQuestion(f"$count 应当是 true 或 false，写的是“{text[:20]}”")
    return text == "true"


def _ordering(text: str) -> tuple["Node", bool]:
    node, rest = _joined(_tokens(text), 0)
    way = rest[0][1].lower() if rest else "asc"  # FROST's own client writes DESC
    if way not in ("asc", "desc") or len(rest) > 1:
        raise BadQuestion(f"$orderby 的方向应当是 asc 或 desc，写的是“{way[:20]}”")
    return node, way == "desc"


_EXPANDED = re.compile(r"(?P<name>\w+)(?:/(?P<below>.+)|\((?P<options>.*)\))?", re.DOTALL)


def _expanding(text: str, depth: int) -> dict[str, Options]:
    """Datastreams($top=1;$orderby=name),Locations; and A/B(…), which is A($expand=B(…))."""
    found: dict[str, dict[str, str]] = {}
    for each in _split(text, ","):
        match = _EXPANDED.fullmatch(each)
        if match is None:
            raise BadQuestion(f"$expand 的“{each[:60]}”看不懂")
        more = {"$expand": match["below"]} if match["below"] else _pairs(match["options"] or "")
        given = found.setdefault(match["name"], {})
        if "$expand" in given and "$expand" in more:
            more["$expand"] = f"{given['$expand']},{more['$expand']}"
        given.update(more)
    return {name: options_of(given, depth + 1) for name, given in found.items()}


def _pairs(text: str) -> dict[str, str]:
    pairs = {}
    for each in _split(text, ";"):
        name, sign, value = each.partition("=")
        if not sign or not name.startswith("$"):
            raise BadQuestion(
                f"$expand 的括号里应当是 $top=1;$select=name 这样的选项，写的是“{each[:40]}”"
            )
        pairs[name.strip()] = value.strip()
    return pairs


def _split(text: str, by: str) -> list[str]:
    """At the commas that are outside of brackets and quotes."""
    parts, depth, quoted, begin = [], 0, False, 0
    for place, sign in enumerate(text):
        if sign == "'":
            quoted = not quoted
        elif not quoted:
            depth += (sign == "(") - (sign == ")")
            if depth < 0:
                break
            if sign == by and not depth:
                parts.append(text[begin:place])
                begin = place + 1
    parts.append(text[begin:])
    if depth or quoted:
        raise BadQuestion(f"括号或引号没有配对：{text[:80]}")
    return [part.strip() for part in parts if part.strip()]


# --- filters ----------------------------------------------------------------------------------

# From what binds least to what binds most; `not` stands before a comparison and takes all of it.
_LEVELS = (("or",), ("and",), ("eq", "ne", "gt", "ge", "lt", "le"), ("add", "sub"),
           ("mul", "div", "mod"))  # fmt: skip
_COMPARED = 2
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<time>\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[ +-]\d\d:?\d\d)) | (?P<date>\d{4}-\d\d-\d\d)
    | (?P<clock>\d\d:\d\d(?::\d\d(?:\.\d+)?)?) | duration'(?P<span>-?P[0-9.YMWDTHS]+)'
    | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?) | '(?P<text>(?:[^']|'')*)'
    | (?P<sign>[(),]) | (?P<word>[@A-Za-z_][\w./@]*)
    )""",
    re.VERBOSE | re.ASCII,
)
_WORD = re.compile(r"\s*(?P<word>[@\w][\w./@-]*)")  # names in properties may be in any script
_PLAIN = {"true": ("truth", True), "false": ("truth", False), "null": ("null", None)}

Tokens = Sequence[tuple[str, str]]


def parse(text: str) -> Node:
    """A filter as a tree; BadQuestion says what was not understood."""
    node, rest = _joined(_tokens(text), 0)
    if rest:
        raise BadQuestion(f"$filter 在“{rest[0][1]}”处多了内容")
    return node


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    text, place = text.rstrip(), 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup == "word":
            match = _WORD.match(text, place)
        if match is None:
            raise BadQuestion(f"$filter 在“{text[place : place + 20]}”处看不懂")
        kind = str(match.lastgroup)
        found.append((kind, match[kind]))
        place = match.end()
    return found


def _joined(tokens: Tokens, depth: int, level: int = 0) -> tuple[Node, Tokens]:
    """An expression as far as it goes, and what comes after it."""
    if depth > DEEPEST:
        raise BadQuestion("$filter 的括号太深")
    if level == len(_LEVELS):
        return _operand(tokens, depth)
    if level == _COMPARED and tokens and tokens[0] == ("word", "not"):
        node, rest = _joined(tokens[1:], depth + 1, level)
        return Node("not", (node,)), rest
    node, rest = _joined(tokens, depth, level + 1)
    while rest and rest[0][0] == "word" and rest[0][1] in _LEVELS[level]:
        word = rest[0][1]
        other, rest = _joined(rest[1:], depth, level + 1)
        node = Node(word, (node, other))
    return node, rest


def _operand(tokens: Tokens, depth: int) -> tuple[Node, Tokens]:
    if not tokens:
        raise BadQuestion("$filter 没有写完")
    (kind, text), rest = tokens[0], tokens[1:]
    if (kind, text) == ("sign", "("):
        node, rest = _joined(rest, depth + 1)
        return node, _past(rest, ")")
    if kind == "sign":
        raise BadQuestion(f"$filter 的“{text}”处应当是名称或值")
    if kind != "word":
        return Node("value", (kind, _literal(kind, text))), rest
    if text in _PLAIN:
        return Node("value", _PLAIN[text]), rest
    if rest and rest[0] == ("sign", "("):
        return _call(text, rest[1:], depth + 1)
    return Node("path", (text,)), rest


def _call(name: str, tokens: Tokens, depth: int) -> tuple[Node, Tokens]:
    parts: list[Node] = []
    while tokens and tokens[0] != ("sign", ")"):
        part, tokens = _joined(_past(tokens, ",") if parts else tokens, depth)
        parts.append(part)
    return Node(name, tuple(parts)), _past(tokens, ")")


def _past(tokens: Tokens, sign: str) -> Tokens:
    if not tokens or tokens[0] != ("sign", sign):
        raise BadQuestion(f"$filter 缺少“{sign}”")
    return tokens[1:]


def _literal(kind: str, text: str) -> Any:
    try:
        if kind == "time":  # a plus that was not escaped arrives as a blank
            return datetime.fromisoformat(text.replace(" ", "+"))
        if kind == "date":
            return date.fromisoformat(text)
        if kind == "clock":
            return time.fromisoformat(text)
        if kind == "number":
            return float(text) if set(text) & set(".eE") else int(text)
    except ValueError:
        raise BadQuestion(f"$filter 的“{text[:40]}”不是时间或数") from None
    return text.replace("''", "'")
