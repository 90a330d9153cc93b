"""What stands in a cell, and what was meant by it (单元格).

A sheet made by hand says 2026年3月9日, 2026.3.9 in full-width digits, 20260309 or 46090, and means
one day. `clean` takes away what nobody meant (blanks around, full-width digits); the `as_…`
functions read a cell as its column's type, or say in Chinese what is wrong and how it is written.
"""

import difflib
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

Value = str | int | float | bool | date | datetime | time | timedelta | None
BEIJING = ZoneInfo("Asia/Shanghai")

_WIDE = str.maketrans(
    "０１２３４５６７８９"
    "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ"
    "ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ\u00a0",
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ",
    "\u200b\u200c\u200d\u2060\ufeff",
)
_ODD = re.compile("[０-９Ａ-Ｚａ-ｚ\u00a0\u200b-\u200d\u2060\ufeff]")
_EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet, its false leap day of 1900 allowed for
_MOST_DIGITS = 10**15  # a spreadsheet keeps fifteen digits of a number and makes zeros of the rest
_DAY = re.compile(
    r"(?P<year>\d{4})\s*[-/.年．。、]\s*(?P<month>\d{1,2})\s*[-/.月．。、]\s*(?P<day>\d{1,2})\s*[日号]?"
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_CLOCK = re.compile(
    r"[T\s,，]*(?P<half>上午|下午|晚上)?\s*(?P<hour>\d{1,2})\s*[:：时点]"
    r"\s*(?:(?P<minute>\d{1,2})\s*分?)?(?:[:：]?\s*(?P<second>\d{1,2})(?:\.\d+)?\s*秒?)?"
)
_NUMBER = re.compile(r"(?P<digits>[-+]?\d+(?:\.\d+)?|[-+]?\.\d+)(?P<unit>[%％万亿]?)")
_UNITS = {"": 1, "万": 10_000, "亿": 100_000_000}
_YES = frozenset(("是", "有", "对", "已", "√", "✓", "☑", "y", "yes", "true", "1"))
_NO = frozenset(("否", "无", "不", "未", "×", "✗", "☐", "x", "n", "no", "false", "0"))


class CellError(ValueError):
    """A cell does not say what its column asks for (单元格有误)."""

    def __init__(self, words: str, *, mend: str = "") -> None:
        super().__init__(f"{words}（{mend}）" if mend else words)
        self.words = words
        self.mend = mend


def clean(value: Value) -> Value:
    """The value without what nobody meant: blanks around, full-width digits, 3.0 for 3."""
    if type(value) is str:
        text = value.strip()
        if not text.isascii() and _ODD.search(text):
            text = text.translate(_WIDE).strip()
        return text or None
    if type(value) is float and value.is_integer():
        return int(value)
    return value


def shown(value: Value) -> str:
    """The value as an error repeats it."""
    return value if isinstance(value, str) else as_text(value, strict=False)


def as_text(value: Value, *, strict: bool = True) -> str:
    """A text, a code or a phone number; what looked like a number keeps its digits (文本)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        if strict and abs(value) >= _MOST_DIGITS:
            words = f"「{value}」超过 15 位，表格软件已把末尾改成 0"
            raise CellError(words, mend="请把该列设为文本格式后重新录入")
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)


def as_number(value: Value) -> float | int | None:
    """A number, also with thousands separators, 万, 亿 or a per cent sign (数字)."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    text = shown(clean(value)).replace(",", "").replace("，", "").replace(" ", "")
    match = _NUMBER.fullmatch(text)
    if isinstance(value, bool | date | time) or match is None:
        raise CellError(
            f"「{shown(value)}」不是数字", mend="请只写数字，如 12 或 12.5，单位写在表头"
        )
    if match["unit"] in ("%", "％"):
        return float(Decimal(match["digits"]) / 100)
    number = Decimal(match["digits"]) * _UNITS[match["unit"]]
    return int(number) if number == number.to_integral_value() else float(number)


def as_integer(value: Value) -> int | None:
    """A whole number (整数)."""
    number = as_number(value)
    if number is None or isinstance(number, int):
        return number
    if number.is_integer():
        return int(number)
    raise CellError(f"「{shown(value)}」不是整数", mend="请写整数，如 12")


def as_date(value: Value) -> date | None:
    """A day, however it is written; a bare number is a spreadsheet's own count of days (日期)."""
    moment = _moment(value)
    return moment.date() if moment is not None else None


def as_moment(value: Value) -> datetime | None:
    """A day and a clock time in Beijing; a day alone is its first moment (时间)."""
    moment = _moment(value)
    return moment.replace(tzinfo=BEIJING) if moment is not None else None


def as_yes_no(value: Value) -> bool | None:
    """Yes or no, ticked or not (是否)."""
    if value is None or isinstance(value, bool):
        return value
    text = shown(clean(value)).lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise CellError(f"「{shown(value)}」看不出是或否", mend="请写“是”或“否”")


def as_choice(value: Value, options: Iterable[str]) -> str | None:
    """One of the words of a list, exactly or but for blanks and case (选项)."""
    if value is None:
        return None
    known = list(options)
    text = shown(clean(value))
    plain = {re.sub(r"\s", "", each).lower(): each for each in known}
    if (found := plain.get(re.sub(r"\s", "", text).lower())) is not None:
        return found
    close = difflib.get_close_matches(text, known, n=1, cutoff=0.4)
    hint = f"是不是「{close[0]}」？" if close else ""
    raise CellError(f"「{text}」不在可选范围内", mend=f"{hint}可选：{'、'.join(known[:30])}")


def _moment(value: Value) -> datetime | None:
    value = clean(value)
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    try:
        if isinstance(value, str):
            return _written(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _counted(value)
    except (ValueError, OverflowError):
        pass
    mend = "请写成 2026-03-09 或 2026年3月9日，年月日都要有"
    raise CellError(f"「{shown(value)}」不是日期", mend=mend)


def _counted(number: float) -> datetime:
    if 19000101 <= number <= 21001231:
        return _written(str(int(number)))
    if not 20_000 <= number < 80_000:  # 1954 to 2119: no other number is taken for a day
        raise ValueError
    days = timedelta(days=int(number), seconds=round((number % 1) * 86_400))
    return datetime.combine(_EPOCH, time()) + days


def _written(text: str) -> datetime:
    text = re.sub(r"[（(]?(星期|周|礼拜)[一二三四五六日天][）)]?", " ", text).strip()
    match = _DAY.match(text) or _COMPACT.match(text)
    if match is None:
        raise ValueError
    day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    rest = text[match.end() :].strip()
    if not rest:
        return datetime.combine(day, time())
    clock = _CLOCK.fullmatch(rest)
    if clock is None:
        raise ValueError
    hour = int(clock["hour"])
    if clock["half"] in ("下午", "晚上") and hour < 12:
        hour += 12
    moment = time(hour, int(clock["minute"] or 0), int(clock["second"] or 0))
    return datetime.combine(day, moment)
