"""The one expression language of every catalogue: CEL, checked when it is loaded (条件表达式).

A catalogue says `grade == '重大' && overdue_days > 3`; the code that loads it says which names
there are and of which type. A name or function that does not exist, a comparison that the types
cannot make and a syntax error are refused at load, with the position; so a rule that sleeps for a
year does not fail on the night it is needed.

CEL does not mix whole numbers and decimals in arithmetic (`days * 2.0` wants `double(days) * 2.0`),
though it compares them. Days and moments are timestamps: a date stands for its first moment in
Beijing. Besides what CEL brings there are `min`, `max`, `abs`, `date`, `days_between` and `length`,
which counts characters where the `size` of this library counts the bytes of a text.
"""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from types import ModuleType
from typing import Any, get_origin
from zoneinfo import ZoneInfo

from .catalogues import nearest
from .errors import Refused

# The library loads its own command line with itself, and with that a terminal's whole toolkit:
# a seventh of the time until any process of ours is at work.
sys.modules.setdefault("cel.cli", ModuleType("cel.cli"))

import cel  # noqa: E402 (after what it must not load)

LONGEST = 2000
_BEIJING = ZoneInfo("Asia/Shanghai")
_STRING = re.compile(r'"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
_BOUND = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_]\w*)\s*,")
_WORD = re.compile(r"[A-Za-z_]\w*")
_BY_VALUE = (ValueError, LookupError, RuntimeError, ArithmeticError)
_PLAIN = (bool, int, float, str, type(None))


class ExpressionError(Refused):
    """An expression cannot be used: where in it and why (条件有误)."""

    def __init__(self, words: str, *, mend: str = "", line: int = 1, column: int = 1) -> None:
        super().__init__(words, mend=mend)
        self.line = line
        self.column = column


# --- what an expression may call ----------------------------------------------------------------


def _first_moment(text: str) -> datetime:
    return _as_cel(date.fromisoformat(text))  # type: ignore[no-any-return]


def _days_between(start: datetime, end: datetime) -> int:
    return (end.astimezone(_BEIJING).date() - start.astimezone(_BEIJING).date()).days


_HELPERS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "length": len,
    "date": _first_moment,
    "days_between": _days_between,
}
_BUILT_IN = frozenset(
    _WORD.findall(
        "size contains startsWith endsWith matches has type all exists exists_one map filter"
        " int uint double string bytes timestamp duration"
        " getFullYear getMonth getDayOfYear getDayOfMonth getDate getDayOfWeek"
        " getHours getMinutes getSeconds getMilliseconds"
    )
)
_SAMPLES: dict[type, Any] = {
    bool: True,
    int: 1,
    float: 1.5,
    Decimal: 1.5,
    str: "甲",
    date: datetime(2026, 1, 1, tzinfo=UTC),
    datetime: datetime(2026, 1, 1, tzinfo=UTC),
    timedelta: timedelta(days=1),
}


@dataclass(frozen=True)
class Expression:
    """An expression that was found good for its context (条件)."""

    text: str
    names: frozenset[str]  # the names of the context that it uses
    helpers: frozenset[str] = field(default=frozenset(), repr=False)
    _program: Any = field(default=None, repr=False, compare=False)

    def evaluate(self, **values: Any) -> Any:
        """What the expression says about these values; a Refused when it cannot say anything."""
        missing = self.names - values.keys()
        if missing:
            raise TypeError(f"no value for {', '.join(sorted(missing))} in {self.text!r}")
        given = {name: _as_cel(values[name]) for name in self.names}
        try:
            return self._run(given)
        except (TypeError, *_BY_VALUE) as error:
            words = f"条件「{self.text}」算不出来：{_reason(error, given)}"
            raise Refused(words, mend="请检查条件，或补上缺少的数据") from error

    def holds(self, **values: Any) -> bool:
        """Whether the condition is met (条件成立)."""
        answer = self.evaluate(**values)
        if not isinstance(answer, bool):
            words = f"条件「{self.text}」的结果是「{answer}」，不是“是”或“否”"
            raise Refused(words, mend="请写成比较，如 days > 3")
        return answer

    def _run(self, given: dict[str, Any]) -> Any:
        if not self.helpers:
            return self._program.execute(given)
        functions = {name: _HELPERS[name] for name in self.helpers}
        return self._program.execute(cel.Context(variables=given, functions=functions))


# --- compiling ----------------------------------------------------------------------------------


def compile_expression(text: str, context: Mapping[str, type]) -> Expression:
    """Check an expression against the names and types it may use (检查条件)."""
    if len(text) > LONGEST:
        words = f"条件太长（{len(text)} 字，最多 {LONGEST} 字）"
        raise ExpressionError(words, mend="请拆成几条")
    try:
        program = cel.compile(text)
    except ValueError as error:
        raise _syntax(text, str(error)) from error
    bare = _STRING.sub(lambda match: " " * len(match.group()), text)
    bound = set(_BOUND.findall(bare))
    functions = [name for name in program.functions() if _WORD.fullmatch(name)]
    _refuse_unknown(text, bare, functions, _BUILT_IN | _HELPERS.keys(), what="函数")
    names = set(program.variables()) - bound - _BUILT_IN
    _refuse_unknown(text, bare, sorted(names), context.keys(), what="名称")
    helpers = frozenset(functions) & _HELPERS.keys()
    expression = Expression(text, frozenset(names), helpers, program)
    _refuse_impossible(expression, context)
    return expression


def _refuse_unknown(
    text: str, bare: str, used: Iterable[str], known: Iterable[str], *, what: str
) -> None:
    allowed = set(known)
    for name in used:
        if name in allowed:
            continue
        found = re.search(rf"\b{re.escape(name)}\b", bare)
        line, column = _position(text, found.start() if found else 0)
        words = f"条件「{text}」第 {line} 行第 {column} 个字：没有「{name}」这个{what}"
        raise ExpressionError(words, mend=nearest(name, sorted(allowed)), line=line, column=column)


def _refuse_impossible(expression: Expression, context: Mapping[str, type]) -> None:
    """Try it on one value of each type: what cannot be compared now never can be."""
    samples = {name: _sample(context[name]) for name in expression.names}
    try:
        expression._run(samples)
    except TypeError as error:
        words = f"条件「{expression.text}」的类型对不上：{_reason(error, samples)}"
        mend = "文字要加引号；整数和小数一起运算时写 double(…)，如 double(days) * 0.5"
        raise ExpressionError(words, mend=mend) from error
    except _BY_VALUE:
        pass  # that depends on the value, not on the type


def _sample(kind: Any) -> Any:
    outer = get_origin(kind) or kind
    if isinstance(outer, type) and issubclass(outer, Enum):
        return _as_cel(next(iter(outer)))
    if outer in _SAMPLES:
        return _SAMPLES[outer]
    if outer in (list, tuple, set, frozenset):
        return []
    return {}


def _as_cel(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return _as_cel(value.value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC)  # CEL takes no named zones
    if isinstance(value, date):
        return _as_cel(datetime.combine(value, time(), _BEIJING))
    if isinstance(value, Mapping):
        return {key: _as_cel(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_as_cel(each) for each in value]
    return value


def _syntax(text: str, said: str) -> ExpressionError:
    found = re.search(r"ERROR: <input>:(\d+):(\d+): (?:Syntax error: )?(.*)", said)
    line, column = (int(found[1]), int(found[2])) if found else (1, 1)
    why = found[3] if found else said
    words = f"条件「{text}」第 {line} 行第 {column} 个字写法不对"
    mend = f"请检查括号、引号是否成对，“并且”写 &&，“或者”写 ||，“等于”写 ==；解析器说：{why}"
    return ExpressionError(words, mend=mend, line=line, column=column)


def _reason(error: Exception, given: Mapping[str, Any]) -> str:
    empty = sorted(name for name, value in given.items() if value is None)
    if isinstance(error, ZeroDivisionError):
        return "除数为零"
    if isinstance(error, KeyError):
        return f"没有「{error.args[0]}」这一项"
    if empty:
        return f"「{'」「'.join(empty)}」没有值"
    if isinstance(error, TypeError):
        values = "，".join(f"{name} 是{_called(value)}" for name, value in sorted(given.items()))
        return (
            f"不同类型的值不能这样运算或比较（{values}）" if values else "不同类型的值不能这样运算"
        )
    return str(error).splitlines()[0]


def _called(value: Any) -> str:
    names = {bool: "是否", int: "整数", float: "小数", str: "文字", datetime: "时间", list: "列表"}
    return names.get(type(value), "一组内容")


def _position(text: str, index: int) -> tuple[int, int]:
    before = text[:index]
    return before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1
