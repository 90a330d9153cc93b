"""A template as a clerk writes it, read line by line (模板解析).

Text with placeholders in braces:

    {发现隐患}  {整改率.同比}  {发现隐患@累计.万}  {发现隐患[重点领域=燃气]}  {培训完成率.目标}
    {同比分别:事故起数、死亡人数、受伤人数}  {其中:发现隐患 按区域 前3}  {占比:重大隐患/发现隐患}
    {最高:整改率 按区域}  {最低:整改率 按区域}  {期间} {地区} {全域} {截至} {年} {单位} {下期}

and lines that are a command:

    【如果 死亡人数 > 0】text of this line          【否则】text of this line
    【表 标题】发现隐患、整改率 按区域 前10          【图 标题】发现隐患 按月
    【排名 标题】整改率 按区域 后3                   # a remark

A figure is named by its Chinese label or by its key in figures.yaml.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from .asking import BEFORE, MONTH, SPANS, Ask, Known

FACTS = ("期间", "地区", "全域", "截至", "年", "单位", "下期")
ASPECTS = ("", "数", "万", "亿", "同比", "环比", "增减", "上年同期", "上期", "变化", "目标")
HOLE = re.compile(r"\{([^{}]*)\}")
_COMMAND = re.compile(r"【(如果|否则|表|图|排名)\s*([^】]*)】\s*(.*)")
_VALUE = re.compile(r"([^.@\[\]]+?)(?:\[([^=\]]+)=([^\]]+)\])?(?:@([^.]+))?(?:\.(.+))?")
_LIST = re.compile(r"(.+?)(?:\s+按(\S+?))?(?:\s+(前|后)(\d+))?")
_FUNCTION = re.compile(r"(同比分别|其中|占比|最高|最低)[:：]\s*(.+)")
BY_MONTH = "月"
NARROW = str.maketrans("（）", "()")  # a label is found whichever brackets a clerk types


class TemplateError(ValueError):
    """A line of a template that cannot be used: which one, and how to mend it."""

    def __init__(self, line: int, words: str, *, mend: str = "") -> None:
        super().__init__(f"第{line}行：{words}")
        self.line, self.words, self.mend = line, words, mend


@dataclass(frozen=True)
class Value:
    """{发现隐患@累计.同比}: one figure, one span, one aspect; `by` and `part` for a part of it."""

    ask: Ask
    aspect: str = ""
    part: str = ""


@dataclass(frozen=True)
class Function:
    """{其中:发现隐患 按区域 前3}: several values made into one phrase."""

    name: str
    asks: tuple[Ask, ...]
    first: int = 0  # so many from the top; negative from the bottom; 0 all


@dataclass(frozen=True)
class Fact:
    """{期间}: something the report knows of itself."""

    name: str


Piece = str | Value | Function | Fact


@dataclass(frozen=True)
class Condition:
    """如果: an expression of CEL over names, each of which is an asked value."""

    text: str
    names: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Line:
    """One line: pieces of a sentence, or a table, chart or rank list of figures."""

    number: int
    pieces: tuple[Piece, ...] = ()
    condition: Condition | None = None
    otherwise: bool = False
    show: str = ""  # 表 图 排名
    title: tuple[Piece, ...] = ()
    listed: Function | None = None


def read(text: str, figures: Mapping[str, Known]) -> tuple[Line, ...]:
    """The lines of a template; TemplateError where one names what does not exist."""
    reader = _Reader(figures)
    return tuple(reader.lines(text))


def needs(lines: tuple[Line, ...]) -> set[Ask]:
    """Every figure, span and breakdown that the lines ask for."""
    found: set[Ask] = set()
    for line in lines:
        pieces = [*line.pieces, *line.title]
        if line.listed:
            pieces.append(line.listed)
        if line.condition:
            pieces += [value for _, value in line.condition.names]
        for piece in pieces:
            found |= set(_asks(piece))
    return found


def _asks(piece: Piece) -> Iterator[Ask]:
    if isinstance(piece, Value):
        yield piece.ask
        if piece.aspect in ("环比", "上期"):
            yield Ask(piece.ask.figure, BEFORE, piece.ask.by)
    elif isinstance(piece, Function):
        yield from piece.asks


class _Reader:
    """Knows the figures, by key and by label."""

    def __init__(self, figures: Mapping[str, Known]) -> None:
        self.figures = figures
        self.labels: dict[str, list[str]] = {}
        for known in figures.values():
            self.labels.setdefault(known.label.translate(NARROW), []).append(known.key)
        self.number = 0

    def lines(self, text: str) -> Iterator[Line]:
        before: Line | None = None
        for self.number, raw in enumerate(text.splitlines(), start=1):
            words = raw.strip()
            if not words or words.startswith("#"):
                continue
            line = self.line(words)
            if line.otherwise and (before is None or before.condition is None):
                raise self.wrong("【否则】前面没有【如果】", "请紧接在【如果】那一行之后写")
            yield line
            before = line

    def line(self, words: str) -> Line:
        found = _COMMAND.fullmatch(words)
        if found is None:
            if words.startswith("【") and "】" in words and words[1] in "如否表图排":
                can = "可用：【如果】【否则】【表】【图】【排名】"
                raise self.wrong(f"认不出“{words[:20]}”", can)
            return Line(self.number, self.pieces(words))
        name, head, rest = found.groups()
        if name == "如果":
            inner = self.line(rest) if rest else None
            if inner is None:
                raise self.wrong("【如果】后面没有内容", "请在同一行写满足条件时的句子")
            return _with(inner, condition=self.condition(head))
        if name == "否则":
            return _with(self.line(rest), otherwise=True)
        listed = self.listed(name, rest)
        return Line(self.number, show=name, title=self.pieces(head), listed=listed)

    # --- sentences --------------------------------------------------------------------------------

    def pieces(self, words: str) -> tuple[Piece, ...]:
        if words.count("{") != words.count("}"):
            raise self.wrong("花括号不成对", "每个 { 都要有对应的 }")
        cut = HOLE.split(words)
        return tuple(
            self.hole(piece.strip()) if place % 2 else piece
            for place, piece in enumerate(cut)
            if piece or place % 2
        )

    def hole(self, words: str) -> Piece:
        if words in FACTS:
            return Fact(words)
        if function := _FUNCTION.fullmatch(words):
            return self.function(function[1], function[2].strip())
        return self.value(words)

    def value(self, words: str) -> Value:
        found = _VALUE.fullmatch(words)
        if found is None:
            raise self.wrong(f"认不出“{{{words}}}”", "如 {发现隐患} {整改率.同比} {发现隐患@累计}")
        name, by, part, span, aspect = (group and group.strip() for group in found.groups())
        known = self.figure(name or "")
        if (span or "") not in SPANS:
            raise self.wrong(f"认不出统计期“@{span}”", f"可用：{'、'.join(filter(None, SPANS))}")
        if (aspect or "") not in ASPECTS:
            raise self.wrong(f"认不出“.{aspect}”", f"可用：{'、'.join(filter(None, ASPECTS))}")
        ask = Ask(known.key, span or "", self.dimension(by, known) if by else "")
        return Value(ask, aspect or "", part or "")

    def function(self, name: str, words: str) -> Function:
        if name == "占比":
            names = words.split("/")
            if len(names) != 2:
                raise self.wrong("占比要写成 部分/整体", "如 {占比:发现重大事故隐患/发现隐患}")
        else:
            found = self.listed(name, words)
            if name in ("其中", "最高", "最低") and not found.asks[0].by:
                raise self.wrong(f"{name}要写明按什么分", f"如 {{{name}:发现隐患 按区域}}")
            return found
        return Function(name, tuple(self.value(each).ask for each in names))

    def listed(self, name: str, words: str) -> Function:
        """发现隐患、整改率 按区域 前10."""
        found = _LIST.fullmatch(words.strip())
        if found is None:
            raise self.wrong(f"认不出“{words}”", "应为：指标、指标 按区域 前10")
        names, by, end, count = found.groups()
        values = [self.value(each) for each in re.split("[、,，]", names) if each.strip()]
        asks = []
        for value in values:
            known = self.figures[value.ask.figure]
            asks.append(Ask(known.key, value.ask.span, self.dimension(by, known) if by else ""))
        if name in ("图", "排名") and not by:
            raise self.wrong(f"【{name}】要写明按什么分", "如 发现隐患 按区域 或 按月")
        size = int(count or 0)
        return Function(name, tuple(asks), -size if end == "后" else size)

    # --- conditions -------------------------------------------------------------------------------

    def condition(self, words: str) -> Condition:
        """Names become variables of the expression: v0, v1 …; 且 或 非 may be written."""
        names: dict[str, Value] = {}

        def variable(found: re.Match[str]) -> str:
            value = self.value(found[0].strip())
            for name, known in names.items():
                if known == value:
                    return name
            names[f"v{len(names)}"] = value
            return f"v{len(names) - 1}"

        plain = words.replace("且", "&&").replace("或", "||").replace("不是", "!=")
        text = re.sub(r"[一-龥a-z_][^\s<>=!&|()]*", variable, plain)
        if not names:
            raise self.wrong("【如果】里没有指标", "如 【如果 死亡人数 > 0】")
        return Condition(text, tuple(names.items()))

    # --- names ------------------------------------------------------------------------------------

    def figure(self, name: str) -> Known:
        name = name.strip()
        if name in self.figures:
            return self.figures[name]
        keys = self.labels.get(name.translate(NARROW), [])
        if len(keys) == 1:
            return self.figures[keys[0]]
        if keys:
            raise self.wrong(f"有{len(keys)}个指标都叫“{name}”", f"请写英文名：{'、'.join(keys)}")
        near = get_close_matches(name, [*self.labels, *self.figures], 3, 0.4)
        hint = f"是否为“{'”“'.join(near)}”？" if near else "请在统计指标页面查名称"
        raise self.wrong(f"没有指标“{name}”", hint)

    def dimension(self, words: str, known: Known) -> str:
        if words == BY_MONTH:
            return MONTH
        for key, label in known.dimensions.items():
            if words in (key, label):
                return key
        can = "、".join([*known.dimensions.values(), BY_MONTH])
        raise self.wrong(f"“{known.label}”不能按“{words}”分", f"可用：{can}")

    def wrong(self, words: str, mend: str) -> TemplateError:
        return TemplateError(self.number, words, mend=mend)


def _with(line: Line, *, condition: Condition | None = None, otherwise: bool = False) -> Line:
    return Line(line.number, line.pieces, condition, otherwise, line.show, line.title, line.listed)
