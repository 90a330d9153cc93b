"""Turns YAML nodes into values of the types a dataclass asks for, or says what is wrong where."""

import dataclasses
import difflib
import re
import types
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import yaml

from anlan.kernel.errors import Refused

Entry = TypeVar("Entry")
DEEPEST = 40  # an anchor that contains itself would otherwise be read for ever


class CatalogueError(Refused):
    """A catalogue cannot be used as written: which file and line, what to change (配置有误)."""

    def __init__(
        self, file: str, line: int, words: str, *, value: str = "", mend: str = ""
    ) -> None:
        super().__init__(f"配置文件 {file} 第 {line} 行：{words}", mend=mend)
        self.file = file
        self.line = line
        self.value = value

    @property
    def name(self) -> str:
        """The catalogue, as `load` knows it."""
        return self.file.replace("\\", "/").rpartition("/")[2].removesuffix(".yaml")


# --- values -----------------------------------------------------------------------------------


def _integer(text: str) -> int:
    if not re.fullmatch(r"[-+]?\d+(_\d+)*", text, re.ASCII):
        raise ValueError
    return int(text)


def _number(text: str) -> Decimal:
    if not re.fullmatch(r"[-+]?\d+(_\d+)*(\.\d+)?([eE][-+]?\d+)?", text, re.ASCII):
        raise ValueError
    return Decimal(text)


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError
    return date.fromisoformat(text)


def _clock_time(text: str) -> time:
    if not re.fullmatch(r"\d{1,2}:\d{2}", text, re.ASCII):
        raise ValueError
    hour, minute = text.split(":")
    return time(int(hour), int(minute))


_YES_NO = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}
_SCALARS: dict[Any, tuple[str, Callable[[str], Any]]] = {
    str: ("文字", str),
    bool: ("是或否（true / false）", lambda text: _YES_NO[text.lower()]),
    int: ("整数，如 15", _integer),
    float: ("数字，如 0.5", lambda text: float(_number(text))),
    Decimal: ("数字，如 0.5", _number),
    date: ("日期，如 2026-02-14", _day),
    time: ("时刻，如 08:30", _clock_time),
}
_SEQUENCES: dict[Any, Callable[[list[Any]], Any]] = {
    list: list,
    tuple: tuple,
    set: set,
    frozenset: frozenset,
}


class Reader:
    """Turns the nodes of one file into values of the types asked for."""

    def __init__(self, file: str) -> None:
        self.file = file

    def refuse(self, node: yaml.Node, words: str, *, mend: str = "") -> CatalogueError:
        line = node.start_mark.line + 1
        return CatalogueError(self.file, line, words, value=_shown_value(node), mend=mend)

    def is_null(self, node: yaml.Node) -> bool:
        return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"

    def pairs(self, node: yaml.Node) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            words = f"这里应当是“名称: 内容”的一组，写的是「{_shown_value(node)}」"
            raise self.refuse(node, words, mend="请写成每行一个“名称: 内容”，并缩进对齐")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.refuse(key, "名称应当是一个词", mend="请不要用列表或分组作名称")
            if key.value in found:
                mend = "请删去多余的一处，或改成别的名称"
                raise self.refuse(key, f"「{key.value}」重复出现", mend=mend)
            found[key.value] = value
        return found

    def record(self, node: yaml.Node, kind: type[Entry], *, key: str = "", depth: int = 0) -> Entry:
        """One dataclass from one mapping; `key` is the name under which an entry stands."""
        fields = _fields_of(cast(Any, kind))
        given = {} if self.is_null(node) else self.pairs(node)
        values: dict[str, Any] = {"key": key} if key and "key" in fields else {}
        open_fields = {name: field for name, field in fields.items() if name not in values}
        for name, value in given.items():
            if name not in open_fields:
                words = f"不认识的名称「{name}」"
                raise self.refuse(_key_node(node, name), words, mend=nearest(name, open_fields))
            field, hint = open_fields[name]
            values[field.name] = self.value(value, hint, name, depth + 1)
        missing = [name for name, (field, _) in fields.items() if _is_required(field, given=values)]
        if missing:
            owner = f"「{key}」" if key else "这一项"
            words = f"{owner}缺少必填的「{'」「'.join(missing)}」"
            raise self.refuse(node, words, mend=f"请补上：{'、'.join(missing)}")
        return self.built(node, kind, values)

    def built(self, node: yaml.Node, kind: type[Entry], values: dict[str, Any]) -> Entry:
        try:
            return kind(**values)
        except CatalogueError:  # another catalogue that it leans on: not this one's fault
            raise
        except Refused as error:  # the dataclass judges what types cannot say
            place = _child(node, error.field) or node
            raise self.refuse(place, error.words, mend=error.mend) from error
        except ValueError as error:
            raise self.refuse(node, str(error)) from error

    def value(self, node: yaml.Node, hint: Any, name: str, depth: int) -> Any:
        """The node as the type `hint`; `name` is the field it stands in, for the error."""
        if depth > DEEPEST:
            raise self.refuse(node, "层次太深，或锚点引用了自己", mend="请去掉循环引用")
        outer = get_origin(hint) or hint
        if outer in (Union, types.UnionType):
            return self.one_of(node, get_args(hint), name, depth)
        if outer in _SEQUENCES:
            return self.sequence(node, hint, name, depth)
        if outer in (dict, Mapping):
            return self.mapping(node, hint, name, depth)
        if dataclasses.is_dataclass(hint):
            return self.record(node, cast(type[Any], hint), depth=depth)
        return self.single(node, hint, name)

    def single(self, node: yaml.Node, hint: Any, name: str) -> Any:
        if get_origin(hint) is Literal or (isinstance(hint, type) and issubclass(hint, Enum)):
            return self.choice(node, hint, name)
        if hint in _SCALARS:
            return self.scalar(node, hint, name)
        if hint in (Any, object):
            return yaml.SafeLoader("").construct_object(node, deep=True)
        raise TypeError(f"{self.file}: a catalogue cannot hold {hint!r} (field {name})")

    def one_of(self, node: yaml.Node, hints: tuple[Any, ...], name: str, depth: int) -> Any:
        if type(None) in hints and self.is_null(node):
            return None
        real = [hint for hint in hints if hint is not type(None)]
        for hint in real[:-1]:
            try:
                return self.value(node, hint, name, depth)
            except CatalogueError:
                continue
        return self.value(node, real[-1], name, depth)

    def choice(self, node: yaml.Node, hint: Any, name: str) -> Any:
        options: Iterable[Any] = get_args(hint) if get_origin(hint) is Literal else hint
        named = {str(getattr(each, "value", each)): each for each in options}
        text = node.value if isinstance(node, yaml.ScalarNode) else _shown_value(node)
        if not isinstance(text, str) or text not in named:
            words = f"「{name}」不能是「{text}」"
            raise self.refuse(node, words, mend=nearest(str(text), named))
        return named[text]

    def scalar(self, node: yaml.Node, hint: Any, name: str) -> Any:
        meant, read = _SCALARS[hint]
        if isinstance(node, yaml.ScalarNode) and not self.is_null(node):
            try:
                return read(node.value)
            except (ValueError, KeyError):
                pass
        given = f"写的是「{_shown_value(node)}」" if not self.is_null(node) else "但是没有写"
        words = f"「{name}」应当是{meant}，{given}"
        raise self.refuse(node, words, mend=f"请改成{meant}")

    def sequence(self, node: yaml.Node, hint: Any, name: str, depth: int) -> Any:
        if not isinstance(node, yaml.SequenceNode):
            words = f"「{name}」应当是列表，写的是「{_shown_value(node)}」"
            raise self.refuse(node, words, mend="请写成 [甲, 乙]，或每行一个以“- ”开头")
        hints = get_args(hint) or (Any,)
        if get_origin(hint) is tuple and Ellipsis not in hints:
            if len(node.value) != len(hints):
                words = f"「{name}」应当有 {len(hints)} 个值，写了 {len(node.value)} 个"
                raise self.refuse(node, words, mend=f"请写满 {len(hints)} 个，不多不少")
            each = zip(node.value, hints, strict=True)
        else:
            each = ((item, hints[0]) for item in node.value)  # type: ignore[assignment]
        values = [self.value(item, wanted, name, depth + 1) for item, wanted in each]
        return _SEQUENCES[get_origin(hint) or hint](values)

    def mapping(self, node: yaml.Node, hint: Any, name: str, depth: int) -> dict[Any, Any]:
        key_hint, value_hint = get_args(hint) or (str, Any)
        pairs = self.pairs(node)
        keys = {key.value: self.value(key, key_hint, name, depth + 1) for key, _ in node.value}
        return {
            keys[key]: self.value(value, value_hint, key, depth + 1) for key, value in pairs.items()
        }


@cache
def _fields_of(kind: type[Any]) -> dict[str, tuple[dataclasses.Field[Any], Any]]:
    """The fields by the name they have in YAML: `from_` is written `from`."""
    hints = get_type_hints(kind)
    fields = [field for field in dataclasses.fields(kind) if field.init]
    return {field.name.rstrip("_"): (field, hints[field.name]) for field in fields}


def _is_required(field: dataclasses.Field[Any], *, given: Mapping[str, Any]) -> bool:
    has_default = (
        field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
    )
    return field.name not in given and not has_default


def _key_node(node: yaml.Node, name: str) -> yaml.Node:
    return next(cast(yaml.Node, key) for key, _ in node.value if key.value == name)


def _child(node: yaml.Node, name: str) -> yaml.Node | None:
    """What is written under a name, where a refusal names the field it is about."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for key, value in pairs if name and key.value == name), None)


def nearest(word: str, known: Iterable[str]) -> str:
    """How to mend a word that is not among the known ones: the nearest, and all there are."""
    words = list(known)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.5)
    hint = f"是不是「{close[0]}」？" if close else ""
    return f"{hint}可以用的有：{'、'.join(words)}" if words else "这里不能再写别的"


def _shown_value(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    return "一个列表" if isinstance(node, yaml.SequenceNode) else "一组内容"
