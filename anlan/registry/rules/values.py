"""From what somebody typed, pasted or kept in Excel to a typed value, or to what is wrong with it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from stdnum.cn import uscc

from .fields import LOOKED_UP, Field, Found, Problem

BEIJING = ZoneInfo("Asia/Shanghai")
YES = frozenset({"是", "有", "已", "y", "yes", "true", "1", "√", "对", "t"})
NO = frozenset({"否", "无", "没有", "未", "n", "no", "false", "0", "×", "x", "f", "不是"})
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"(0\d{2,3}-?)?[2-9]\d{6,7}(-\d{1,5})?|[48]00-?\d{3}-?\d{4}|1\d{2,4}")
DAY = re.compile(
    r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)[T ]*"
    r"(?:(\d{1,2})[:时点](\d{1,2})分?(?:[:](\d{1,2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
EXCEL_DAY_ZERO = date(1899, 12, 30)
EXCEL_DAYS = range(18_264, 73_051)  # 1950 to 2099: what a bare number in a date column can mean

Reader = Callable[[Any], Any]


def is_empty(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def text_of(raw: Any) -> str:
    """What stands in a cell, as one line: a telephone kept as a number has no decimals."""
    if isinstance(raw, str):
        return " ".join(raw.split())
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.strftime("%Y-%m-%d %H:%M:%S" if raw.time() != time() else "%Y-%m-%d")
    return "" if raw is None else str(raw)


def narrow(raw: Any) -> str:
    """The text with full-width digits and letters made ordinary: １３８ is 138."""
    return unicodedata.normalize("NFKC", text_of(raw)).strip()


def lines_of(raw: Any) -> str:
    """A text that may have several lines, without trailing blanks and control characters."""
    rows = str(raw).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c for c in row if c >= " ").rstrip() for row in rows).strip()


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


def read(given: Mapping[str, Any], fields: tuple[Field, ...], found: Mapping[str, Found]) -> Any:
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
                    raise Problem("必填,不能为空", f"请填写{spec.label}")
            else:
                values[spec.key] = reader_of(spec, found.get(spec.type))(raw)
        except Problem as problem:
            words = f"{spec.label}:{problem.words}"
            shown = "" if spec.sensitive else text_of(raw)
            problems.append(Problem(words, problem.mend, field=spec.key, value=shown))
    return values, problems


def _text(spec: Field) -> Reader:
    clean, longest = (lines_of if spec.lines else text_of), spec.longest

    def read_text(raw: Any) -> str:
        value = clean(raw)
        if len(value) > longest:
            raise Problem(f"有{len(value)}个字,太长", f"请不要超过{longest}个字")
        if "\x00" in value:
            raise Problem("含有不可见的控制字符", "请删去后重新填写")
        return value

    return read_text


def _number(spec: Field) -> Reader:
    least, most = spec.least, spec.most
    low, high = float(least) if least is not None else None, float(most) if most is not None else None

    def read_number(raw: Any) -> int | float:
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            raw = _written_number(raw, spec.unit)
        if raw != raw or raw in (float("inf"), float("-inf")):
            raise Problem("不是数字", "请填写数字")
        if (low is not None and raw < low) or (high is not None and raw > high):
            raise Problem(f"{raw}超出范围", f"应{_range(least, most)}")
        return int(raw) if isinstance(raw, float) and raw.is_integer() else raw

    return read_number


def _written_number(raw: Any, unit: str) -> float:
    text = narrow(raw).replace(",", "").removesuffix(unit).strip() if unit else narrow(raw)
    try:
        return float(Decimal(text.replace(",", "")))
    except InvalidOperation:
        raise Problem(f"“{text_of(raw)}”不是数字", "请只填写数字,不要带文字") from None


def _range(least: Decimal | None, most: Decimal | None) -> str:
    if least is not None and most is not None:
        return f"在{least}到{most}之间"
    return f"不小于{least}" if least is not None else f"不大于{most}"


def _choice(spec: Field) -> Reader:
    known = {narrow(word).lower(): value for word, value in spec.choices.items()}
    known |= {str(value).lower(): value for value in spec.choices.values()}
    # Two words may mean the same value; only the first of them is offered.
    offered = list({value: word for word, value in reversed(spec.choices.items())}.values())[::-1]

    def read_choice(raw: Any) -> Any:
        try:
            return known[raw.lower() if isinstance(raw, str) else text_of(raw)]
        except KeyError:
            word = narrow(raw)
        if word.lower() in known:
            return known[word.lower()]
        raise Problem(f"“{text_of(raw)}”不在可选范围", nearest(word, offered))

    return read_choice


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
    hint = f"是不是“{close[0]}”?" if close else ""
    shown = "、".join(offered[:12]) + ("等" if len(offered) > 12 else "")
    return f"{hint}可填:{shown}"


def day_of(raw: Any) -> date:
    """A day, however it is written: 2024-06-12, 2024/6/12, 2024年6月12日, 20240612, Excel's number."""
    if isinstance(raw, datetime):
        return raw.astimezone(BEIJING).date() if raw.tzinfo else raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, int | float) and not isinstance(raw, bool) and int(raw) in EXCEL_DAYS:
        return EXCEL_DAY_ZERO + timedelta(days=int(raw))
    return _written_moment(text_of(raw)).date()


def moment_of(raw: Any) -> datetime:
    """An instant in UTC; what carries no zone of its own is Beijing time."""
    if isinstance(raw, datetime):
        return (raw if raw.tzinfo else raw.replace(tzinfo=BEIJING)).astimezone(UTC)
    if isinstance(raw, date):
        return datetime.combine(raw, time(), BEIJING).astimezone(UTC)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and int(raw) in EXCEL_DAYS:
        midnight = datetime.combine(EXCEL_DAY_ZERO, time(), BEIJING)
        return (midnight + timedelta(days=float(raw))).astimezone(UTC)
    return _written_moment(text_of(raw)).astimezone(UTC)


@lru_cache(maxsize=65_536)
def _written_moment(text: str) -> datetime:
    plain = unicodedata.normalize("NFKC", text)
    matched = DAY.fullmatch(plain) or COMPACT_DAY.fullmatch(plain)
    if matched is None:
        raise Problem(f"“{text}”不是日期", "请写成 2024-06-12 的样子")
    *numbers, zone = (*matched.groups(), None) if matched.re is COMPACT_DAY else matched.groups()
    try:
        moment = datetime(*(int(number or 0) for number in numbers))  # noqa: DTZ001 (zone follows)
        if not zone:
            return moment.replace(tzinfo=BEIJING)
        zone = "+00:00" if zone == "Z" else zone
        return datetime.fromisoformat(f"{moment.isoformat()}{zone}")
    except ValueError:
        raise Problem(f"“{text}”不是有效的日期", "请核对年、月、日") from None


def _yes_no(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = narrow(raw).lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise Problem(f"“{text_of(raw)}”不是“是”或“否”", "请填写 是 或 否")


def _phone(raw: Any) -> str:
    number = narrow(raw).replace(" ", "").removeprefix("+86")
    if MOBILE.fullmatch(number) or LANDLINE.fullmatch(number):
        return number
    # The number itself is personal: an error may travel further than the table it stands in.
    raise Problem(
        "不是有效的电话号码", "手机应为11位,座机写成 0576-86120000,一格只填一个号码"
    )


def _credit_code(raw: Any) -> str:
    code = narrow(raw).upper().replace(" ", "")
    if not uscc.is_valid(code):
        words = f"“{code}”不是有效的统一社会信用代码"
        raise Problem(words, "应为18位且校验码相符,请对照营业执照")
    return code


_PLAIN: dict[str, Reader] = {
    "date": day_of,
    "moment": moment_of,
    "yes_no": _yes_no,
    "phone": _phone,
    "credit_code": _credit_code,
}
