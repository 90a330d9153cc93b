"""Dates and periods of a report: 2022年1-10月、上半年、去年同期、截至6月底 (期间)."""

import re
from calendar import monthrange
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from .numbers import chinese

_YEAR = (
    r"(?:(?:19|20)\d\d年?(?:度|末|底|初)?|(?:今|去|上|本|当|前|明|次)年(?:度|末|底|初)?"
    r"|\d\d年(?=[度末底初\d]))"
)
_DAY = r"[01]?\d月(?:份)?[0-3]?\d[日号]"
_DAYS = r"[01]?\d月(?:份)?[0-3]?\d[日号]?[-~至到][0-3]?\d日"  # 7月25日至29日, 6月10-14日
_MONTH = r"[01]?\d月(?:份)?(?:[上中下]旬|底|末|初)?"
_PART = r"(?:第?[一二三四1-4]季度|[上下]半年|全年|前[一二三四五六七八九十\d]{1,2}个?(?:月|季度))"
_CLOCK = (
    r"[0-2]?\d(?:时[0-5]?\d分(?:[0-5]?\d秒)?|时许?|:[0-5]\d(?::[0-5]\d)?"
    r"|点[0-5]\d分|点(?=[,。;至到]))"
)
_MONTHS = r"[01]?\d月?(?:份)?[-~至到][01]?\d月(?:份)?(?:底|末)?"
_ISO = r"(?:19|20)\d\d[-/.][01]?\d[-/.][0-3]?\d"
_IN = rf"{_MONTHS}|{_DAYS}|{_DAY}|{_MONTH}|{_PART}"
_TEN = "[一二三四五六七八九十]"
_IN_WORDS = (
    rf"(?:一九|二[〇○零])[〇○零一二三四五六七八九]{{2}}年(?:度|{_TEN}{{1,2}}月份?(?:{_TEN}{{1,3}}[日号])?)?"
    rf"|{_TEN}{{1,2}}月(?:{_TEN}{{1,3}}[日号]|份)"
)
_LONE_DAY = r"[0-3]?\d日(?![内报常益均])"
_POINT = rf"(?:{_YEAR}(?:{_IN})?|{_IN}|{_IN_WORDS}|{_LONE_DAY})"
_MOMENT = rf"(?:{_POINT}(?:[上下]午|凌晨|早上|晚上?|夜间|中午)?(?:{_CLOCK})?|{_CLOCK})"
_YEARS = r"(?:19|20)\d\d年?(?:度)?[-~至到](?:(?:19|20)\d\d|\d\d)年(?:度)?"
EXPRESSION = re.compile(
    rf"(?:截[至止]到?)?(?:{_ISO}(?: ?{_CLOCK})?|{_YEARS}|自?{_MOMENT}"
    r"(?:以来|至今|起至今|来(?=[,共全]))?(?:同期)?)|上年同期|去年同期|[上去]一?年(?:全年)?|今年以来|[上本]月|同期(?=[为是的数])"
)
_TITLED = re.compile(
    r"((?:19|20)\d\d)年?(?:度|[上下]半年|1?\d?[-~至]?1?\d月|[^,。\n]{0,12}(?:总结|公报|报告|通报))"
)
_SHIFTS = {"明年": 1, "次年": 1, "前年": -2}
_LAST_YEAR = re.compile(r"去年|上年|上一年|同期")


_ITEM = re.compile(r"(?:^|\n|(?<![\d.]))\d{1,2}\.$")  # 5.2025年: the fifth item of a list
_DAY_ALONE = re.compile(r"自?([0-3]?\d)日")
_LASTS = re.compile(
    r"(?:历时|为期|持续|连续|长达|不少于|至少|超过?|近|满|达到?|共|约|第|[个前后])$"
)
_HOUR = re.compile(r"([0-2]?\d)(?:[时点:])(?:([0-5]\d)|半)?")


@dataclass(frozen=True)
class Period:
    """A stretch of the text that says when."""

    start: int
    end: int
    text: str
    first: date | None = None
    last: date | None = None
    of_last_year: bool = False
    open_end: bool = False  # 以来, 至今

    @property
    def minutes(self) -> int | None:
        """Minutes into the day, where it names an hour: 8时, 20:30."""
        said = _HOUR.search(self.text)
        return 60 * int(said[1]) + int(said[2] or 0) if said else None

    @property
    def key(self) -> str:
        """Equal for equal periods."""
        if self.first and self.last:
            return f"{self.first}/{self.last}{'+' if self.open_end else ''}"
        return self.text


_ZERO = str.maketrans("零○", "〇〇")
_ANY_YEAR = 2023  # of a text that names none: days between two dates are the same in most years


def year_of(text: str) -> int | None:
    """The year that a report is about: of its title, or the one it names most (报告年度)."""
    head = _TITLED.search(text[:400])
    if head:
        return int(head.group(1))
    named = Counter(re.findall(r"(?<!\d)((?:19|20)\d\d)年", text))
    return int(named.most_common(1)[0][0]) if named else None


def find(text: str) -> list[Period]:
    """Every period and date in the text, in order (找期间)."""
    current = year_of(text)
    found: list[Period] = []
    for match in EXPRESSION.finditer(text):
        start, end = match.span()
        numbered = _ITEM.search(text, max(0, start - 4), start)
        if start and not numbered and (text[start - 1].isdigit() or text[start - 1] in ".第"):
            continue
        if re.fullmatch(r"(?:19|20)\d\d", match.group()):
            continue
        alone = _DAY_ALONE.match(match.group())
        if alone and _LASTS.search(text, max(0, start - 3), start):
            continue  # 历时5日
        said = _in_digits(match.group())
        period = _period(said, start, end, current)
        if alone:
            day = _same_month(found[-1] if found else None, int(alone[1]))
            period = replace(period, first=day, last=day)
        found.append(replace(period, text=match.group()))
    return found


def _in_digits(words: str) -> str:
    """二〇二四年六月十四日 as 2024年6月14日."""
    year = re.sub("[〇○零一二三四五六七八九]{4}(?=年)", _one_by_one, words)
    return re.sub(rf"{_TEN}+(?=[月日号])", lambda found: str(chinese(found[0]) or 0), year)


def _one_by_one(found: re.Match[str]) -> str:
    return "".join(
        str("〇一二三四五六七八九".find(char) % 10) for char in found[0].translate(_ZERO)
    )


def _same_month(before: Period | None, day: int) -> date | None:
    """The 29日 of 7月25日至29日: of the month that was said last."""
    if before is None or before.last is None or before.first is None:
        return None
    if (before.first.year, before.first.month) != (before.last.year, before.last.month):
        return None
    return _day(before.last.year, before.last.month, day)[0]


def _period(words: str, start: int, end: int, current: int | None) -> Period:
    last_year = bool(_LAST_YEAR.search(words))
    open_end = bool(re.search(r"以来|至今|截", words))
    first, last = _ends(words, current, last_year=last_year)
    return Period(start, end, words, first, last, last_year, open_end)


def _ends(words: str, current: int | None, *, last_year: bool) -> tuple[date | None, date | None]:
    years = [int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d\d)", words)]
    if len(years) == 2:
        return date(years[0], 1, 1), date(years[1], 12, 31)
    short = re.match(r"((?:19|20)\d\d)年?[-~至到](\d\d)年", words)
    if short:
        return date(years[0], 1, 1), date(years[0] // 100 * 100 + int(short.group(2)), 12, 31)
    year = years[0] if years else current or _ANY_YEAR
    if not years:
        year += _SHIFTS.get(words.lstrip("自截至止到")[:2], -1 if last_year else 0)
    return _within(words, year)


def _within(words: str, year: int) -> tuple[date | None, date | None]:
    span = re.search(r"([01]?\d)月?(?:份)?[-~至到]([01]?\d)月", words)
    days = re.search(r"([01]?\d)月(?:份)?([0-3]?\d)[日号]?[-~至到]([0-3]?\d)日", words)
    day = re.search(r"([01]?\d)月(?:份)?([0-3]?\d)[日号]", words) or re.search(
        r"\d{4}[-/.]([01]?\d)[-/.]([0-3]?\d)", words
    )
    month = re.search(r"([01]?\d)月", words)
    if days:
        first, last = (_day(year, int(days[1]), int(days[n]))[0] for n in (2, 3))
        return (first, last) if first and last and first <= last else (None, None)
    if span:
        return _months(year, int(span.group(1)), int(span.group(2)))
    if day:
        return _day(year, int(day.group(1)), int(day.group(2)))
    if month:
        return _months(year, int(month.group(1)), int(month.group(1)))
    return _part(words, year)


def _part(words: str, year: int) -> tuple[date | None, date | None]:
    quarter = re.search(r"([一二三四1-4])季度", words)
    if quarter and "前" not in words:
        place = "一二三四1234".index(quarter.group(1)) % 4
        return _months(year, 3 * place + 1, 3 * place + 3)
    if "上半年" in words:
        return _months(year, 1, 6)
    if "下半年" in words:
        return _months(year, 7, 12)
    if "前" in words:
        return _opening(words, year)
    return _months(year, 1, 12)


def _opening(words: str, year: int) -> tuple[date | None, date | None]:
    """前三季度, 前8个月: from January on."""
    said = re.search(r"前([一二三四五六七八九十\d]{1,2})个?(月|季度)", words)
    many = chinese(said[1]) if said and not said[1].isdigit() else said and Decimal(said[1])
    if not said or not many:
        return None, None
    return _months(year, 1, int(many) * (3 if said[2] == "季度" else 1))


def _months(year: int, first: int, last: int) -> tuple[date | None, date | None]:
    if not (1 <= first <= 12 and 1 <= last <= 12):
        return None, None
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _day(year: int, month: int, day: int) -> tuple[date | None, date | None]:
    try:
        return date(year, month, day), date(year, month, day)
    except ValueError:
        return None, None
