"""Formulas over figures: sums and quotients of named numbers, exact, with their units (公式).

A formula is CEL of the simplest sort: names, numbers, + - * /, brackets, min, max. It is worked out
in fractions rather than by CEL's decimals, so that a tie stays a tie until GB/T 8170 rounds it.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

Unit = Mapping[str, int]  # 条/天 is {"条": 1, "天": -1}; a pure number has none
PURE: Unit = {}
OF_HUNDRED = "%"
_PLAIN = "公式只能写指标名、数字、加减乘除、括号、min 和 max"
_WORKED: dict[type, Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_CHOICES: dict[str, Callable[..., Fraction]] = {"min": min, "max": max}


class BadFormula(ValueError):
    """A formula that cannot be: how it is written, or what it adds up."""


@dataclass(frozen=True)
class Quantity:
    """What a part of a formula stands for: its unit, and the sources it was counted from."""

    unit: Unit
    sources: frozenset[str]
    words: str
    plain: bool = False  # a number that was written down


def parsed(text: str) -> ast.expr:
    """The formula as a tree; BadFormula where it is not of the simplest sort."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as trouble:
        raise BadFormula(f"公式「{text}」写法不对:{_PLAIN}") from trouble
    for node in ast.walk(tree):
        if not _is_simple(node):
            raise BadFormula(f"公式「{text}」中的「{ast.unparse(node)}」不能用:{_PLAIN}")
    return tree


def names_in(text: str) -> list[str]:
    """The figures a formula speaks of, in the order in which it names them."""
    found = [
        node.id
        for node in ast.walk(parsed(text))
        if isinstance(node, ast.Name) and node.id not in _CHOICES
    ]
    return list(dict.fromkeys(found))


def worked_out(text: str, values: Mapping[str, Fraction | None]) -> Fraction | None:
    """The value of a formula; nothing where a part has no value or a divisor is nothing."""
    try:
        return _value(parsed(text), values)
    except (ZeroDivisionError, _NoValue):
        return None


def quantity_of(text: str, known: Mapping[str, Quantity]) -> Quantity:
    """The unit of a formula; BadFormula where it adds units or sources that do not go together."""
    return _quantity(parsed(text), known)


def unit_of(text: str) -> Unit:
    """件/万人 and 条 as powers; the empty unit is a pure number."""
    over, *under = text.split("/")
    powers: dict[str, int] = {}
    for word, power in ((over, 1), *((word, -1) for word in under)):
        if word not in ("", "1", "倍"):
            powers[word] = powers.get(word, 0) + power
    return {word: power for word, power in powers.items() if power}


class _NoValue(Exception):
    """A figure without a value stands in the formula."""


def _is_simple(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _CHOICES and not node.keywords
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float) and not isinstance(node.value, bool)
    if isinstance(node, ast.BinOp):
        return type(node.op) in _WORKED
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub)
    return isinstance(node, ast.Name | ast.Load | ast.operator | ast.USub)


def _value(node: ast.expr, values: Mapping[str, Fraction | None]) -> Fraction:
    if isinstance(node, ast.Constant):
        return Fraction(str(node.value))
    if isinstance(node, ast.Name):
        value = values[node.id]
        if value is None:
            raise _NoValue
        return value
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, values)
    if isinstance(node, ast.Call):
        choose = _CHOICES[ast.unparse(node.func)]
        return choose(*[_value(each, values) for each in node.args])
    assert isinstance(node, ast.BinOp)
    work = _WORKED[type(node.op)]
    return work(_value(node.left, values), _value(node.right, values))


def _quantity(node: ast.expr, known: Mapping[str, Quantity]) -> Quantity:
    if isinstance(node, ast.Constant):
        return Quantity(PURE, frozenset(), str(node.value), plain=True)
    if isinstance(node, ast.Name):
        return known[node.id]
    if isinstance(node, ast.UnaryOp):
        return _quantity(node.operand, known)
    if isinstance(node, ast.Call):
        first, *others = (_quantity(each, known) for each in node.args)
        for each in others:
            first = _together(first, each, "比较")
        return first
    assert isinstance(node, ast.BinOp)
    left, right = _quantity(node.left, known), _quantity(node.right, known)
    if isinstance(node.op, ast.Add | ast.Sub):
        return _together(left, right, "加减")
    power = 1 if isinstance(node.op, ast.Mult) else -1
    unit = dict(left.unit)
    for word, times in right.unit.items():
        unit[word] = unit.get(word, 0) + power * times
    return Quantity(
        {word: times for word, times in unit.items() if times},
        left.sources | right.sources,
        f"{left.words}与{right.words}",
        left.plain and right.plain,
    )


def _together(left: Quantity, right: Quantity, deed: str) -> Quantity:
    """Two quantities that are added or compared must be of one unit and one source."""
    if left.unit != right.unit:
        raise BadFormula(
            f"单位不一致:「{left.words}」的单位是“{shown(left.unit)}”,"
            f"「{right.words}」的单位是“{shown(right.unit)}”,不能{deed}"
        )
    if left.sources != right.sources and not (left.plain or right.plain):
        raise BadFormula(
            f"「{left.words}」与「{right.words}」出自不同的数据来源"
            f"({'、'.join(sorted(left.sources))};{'、'.join(sorted(right.sources))}),不能{deed}"
        )
    words = f"{left.words}与{right.words}"
    return Quantity(left.unit, left.sources | right.sources, words, left.plain and right.plain)


def shown(unit: Unit) -> str:
    """A unit as it is written: 条/天; a pure number is 无单位."""
    over = "·".join(word for word, power in unit.items() if power > 0)
    under = "".join(f"/{word}" for word, power in unit.items() if power < 0)
    return f"{over}{under}" or "无单位"
