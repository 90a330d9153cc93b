"""From what was typed, pasted or kept in Excel to a typed value, or to what is wrong with it.

How a cell is written is for `formats.spreadsheet.cells` to know; here is what a field allows.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from stdnum.cn import uscc

from anlan.formats.spreadsheet import cells
from anlan.formats.spreadsheet.cells import BEIJING, CellError

from .fields import LOOKED_UP, Field, Found, Problem

MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"(0\d{2,3}-?)?[2-9]\d{6,7}(-\d{1,5})?|[48]00-?\d{3}-?\d{4}")
SHORT = re.compile(r"1\d{2}|1[02]\d{3}")  # 119, 12345
ZONED = re.compile(r".*[T ].*(Z|[+-]\d{2}:?\d{2})", re.ASCII)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
DAYS = (date(1900, 1, 1), date(2100, 1, 1))  # a day beyond them is a slip of the pen

Reader = Callable[[Any], Any]


def kept(value: Any) -> Any:
    """A typed value as JSON keeps it: a day as text, a registered thing as its number."""
    if isinstance(value, date):
        return value.isoformat()
    return getattr(value, "pk", value)


def is_empty(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def text_of(raw: Any) -> str:
    """What stands in a cell, as one line."""
    text = raw if isinstance(raw, str) else cells.as_text(cells.clean(raw), strict=False)
    return " ".join(text.split())


def lines_of(raw: Any) -> str:
    """A text that may have several lines, without trailing blanks."""
    text = raw if isinstance(raw, str) else text_of(raw)
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def reader_of(spec: Field, found: Found | None = None) -> Reader:
    """A function that reads one value of this field; it raises Problem.

    `found` holds, for a field that is looked up, what each written name turned out to be.
    """
    if spec.type in LOOKED_UP:
        return _looked_up(spec, found or {})
    if spec.type == "choice":
        return _choice(spec)
    if spec.type == "number":
        return _number(spec)
    if spec.type == "text":
        return _text(spec)
    return _PLAIN[spec.type]


def read(
    given: Mapping[str, Any], fields: tuple[Field, ...], found: Mapping[str, Found]
) -> tuple[dict[str, Any], list[Problem]]:
    """Every given field as a typed value, and a Problem for each that cannot be read.

    A field that is given empty is emptied (None); one that is not given is left out.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for spec in (each for each in fields if each.key in given):
        raw = given[spec.key]
        try:
            if is_empty(raw):
                values[spec.key] = None
                if spec.required:
                    raise Problem("必填，不能为空", f"请填写{spec.label}")
            else:
                values[spec.key] = reader_of(spec, found.get(spec.type))(raw)
        except Problem as problem:
            words = f"{spec.label}：{problem.words}"
            shown = "" if spec.sensitive else text_of(raw)
            problems.append(Problem(words, problem.mend, field=spec.key, value=shown))
    return values, problems


def _text(spec: Field) -> Reader:
    clean, longest = (lines_of if spec.lines else text_of), spec.longest

    def read_text(raw: Any) -> str:
        value = clean(raw)
        if len(value) > longest:
            raise Problem(f"有{len(value)}个字，太长", f"请不要超过{longest}个字")
        if CONTROL.search(value):
            raise Problem("含有不可见的控制字符", "请删去后重新填写")
        return value

    return read_text


def _number(spec: Field) -> Reader:
    low = float("-inf") if spec.least is None else float(spec.least)
    high = float("inf") if spec.most is None else float(spec.most)

    def read_number(raw: Any) -> int | float:
        number = _cell(cells.as_number, _without_unit(raw, spec.unit))
        if not abs(number) < float("inf"):
            raise Problem("不是数字", "请填写数字")
        if not low <= number <= high:
            raise Problem(f"{number}超出范围", f"应{_range(spec.least, spec.most)}")
        whole = isinstance(number, float) and number.is_integer()
        return int(number) if whole else number

    return read_number


def _without_unit(raw: Any, unit: str) -> Any:
    """12.5吨, in a column that says so in its head, is 12.5."""
    if isinstance(raw, bool):
        raise Problem(f"“{text_of(raw)}”不是数字", "请填写数字")
    return raw.strip().removesuffix(unit) if unit and isinstance(raw, str) else raw


def _range(least: Decimal | None, most: Decimal | None) -> str:
    if least is not None and most is not None:
        return f"在{least}到{most}之间"
    return f"不小于{least}" if least is not None else f"不大于{most}"


def _choice(spec: Field) -> Reader:
    known = {_word(word): value for word, value in spec.choices.items()}
    known |= {str(value).lower(): value for value in spec.choices.values()}
    # Several words may mean one value: the first of them is the one that is offered.
    first = {value: word for word, value in reversed(list(spec.choices.items()))}
    offered = [word for word, value in spec.choices.items() if first[value] == word]

    def read_choice(raw: Any) -> Any:
        try:
            return known[raw]
        except (KeyError, TypeError):
            word = _word(text_of(raw))
        if word in known:
            return known[word]
        raise Problem(f"“{text_of(raw)}”不在可选范围", nearest(word, offered))

    return read_choice


def _word(text: str) -> str:
    return str(cells.clean(text) or "").replace(" ", "").lower()


def _looked_up(spec: Field, found: Found) -> Reader:
    def read_reference(raw: Any) -> Any:
        if not isinstance(raw, str | int | float):
            return raw  # already the thing itself
        thing = found.get(text_of(raw))
        if thing is None:
            raise Problem(f"查不到“{text_of(raw)}”", f"请核对{spec.label}的名称或编码")
        if isinstance(thing, Problem):
            raise thing
        return thing

    return read_reference


def nearest(word: str, offered: list[str]) -> str:
    """How to mend a word that is none of the offered ones: the nearest, and what there is."""
    close = get_close_matches(word, offered, n=1, cutoff=0.5)
    hint = f"是不是“{close[0]}”？" if close else ""
    shown = "、".join(offered[:12]) + ("等" if len(offered) > 12 else "")
    return f"{hint}可填：{shown}"


def day_of(raw: Any) -> date:
    """A day, however it is written; an instant is the day it was in Beijing."""
    if isinstance(raw, datetime) and raw.tzinfo:
        day: date = raw.astimezone(BEIJING).date()
    else:
        day = _day(raw) if isinstance(raw, str) else _cell(cells.as_date, raw)
    if not DAYS[0] <= day < DAYS[1]:
        raise Problem(f"“{text_of(raw)}”不是合理的日期", "请写成 2024-06-12 的样子")
    return day


@lru_cache(maxsize=65_536)  # a table has ten thousand days and few different ones
def _day(text: str) -> date:
    day: date = _cell(cells.as_date, text)
    return day


def moment_of(raw: Any) -> datetime:
    """An instant in UTC; what carries no zone of its own is Beijing time."""
    if isinstance(raw, datetime) and raw.tzinfo:
        return raw.astimezone(UTC)
    if isinstance(raw, str) and ZONED.fullmatch(raw.strip()):
        return _zoned(raw.strip())
    day_of(raw)
    moment: datetime = _cell(cells.as_moment, raw)
    return moment.astimezone(UTC)


def _zoned(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Problem(f"“{text}”不是时间", "请写成 2024-06-12T08:30:00+08:00 的样子") from None


def _yes_no(raw: Any) -> Any:
    return _cell(cells.as_yes_no, raw)


def _cell(read_as: Callable[[Any], Any], raw: Any) -> Any:
    try:
        value = read_as(raw)
    except CellError as error:
        raise Problem(error.words, error.mend) from error
    if value is None:
        raise Problem("是空白", "请填写内容")
    return value


def _phone(raw: Any) -> str:
    number = text_of(cells.clean(raw)).replace(" ", "").removeprefix("+86")
    if any(known.fullmatch(number) for known in (MOBILE, LANDLINE, SHORT)):
        return number
    # The number itself is personal: an error may travel further than the table it stands in.
    raise Problem("不是有效的电话号码", "手机应为11位，座机写成 0576-86120000，一格只填一个号码")


def _credit_code(raw: Any) -> str:
    code = text_of(cells.clean(raw)).upper().replace(" ", "")
    if not uscc.is_valid(code):
        words = f"“{code}”不是有效的统一社会信用代码"
        raise Problem(words, "应为18位且校验码相符，请对照营业执照")
    return code


_PLAIN: dict[str, Reader] = {
    "date": day_of,
    "moment": moment_of,
    "yes_no": _yes_no,
    "phone": _phone,
    "credit_code": _credit_code,
}
