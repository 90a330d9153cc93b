"""Questions of scope: a part larger than the whole, 家 that must be 家次, 100% that is not (口径).

Nothing here is a contradiction for certain: each is to be asked of the author.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .finding import Figure
from .numbers import plain
from .passages import WHEN, Sentence
from .quotients import is_count
from .verdicts import Check, Kind, Verdict, check

MUCH = 10  # numbers that differ by less than a tenth are about the same thing
_STOCK = re.compile(r"(?:现有|共有|登记|在册|注册|总数为?|纳入监管的?)[^,;:()]{0,8}$")
_ALL_HERE = re.compile(r"^对?(?:全[市区县镇]|辖区(?:内)?)的?$")
_EACH = re.compile(r"全面|全部|所有|逐一|均|建档|建立[^,]{0,8}档案|分级")
_VISITED = re.compile(r"(?:排查|检查|抽查|巡查|督查|走访|摸排|监测|服务|指导|执法)[^,;:()]{0,10}$")
_FIRM = re.compile(r"企业|单位|场所|门店|商户|经营户|用户|住户")
_KIND_OF_FIRM = re.compile(
    r"危化|化工|工贸|加油|重点|规上|粉尘|燃气|矿山|建筑|渔业|维修|承租|出租|高危|规模|投保|喷漆|可燃"
    r"|电镀|铸造|危险|涉|特种|烟花|养老|医疗|餐饮|学校"
)
_FIRMS = r"(?:企业|单位|场所|门店|商户|经营户|用户|住户|个体工商户)"
_ANY_KIND = (
    r"(?:各级|各类|全部|所有|[现共]有|共计?|约|为|有|登记|注册|在册|纳入|监管|生产经营|工商|市场主体"
    r"|总数|数量?|性|的|及|和|、)*"
)
_KINDLESS = re.compile(rf"{_ANY_KIND}{_FIRMS}*{_ANY_KIND}")
_HERE = re.compile(
    rf"(?:对|我|全?[\u4e00-\u9fff]{{0,3}}[省市区县镇乡]|街道|辖区内?|目前|已|{_FIRMS}|[^\u4e00-\u9fff])*"
)
_BEHIND_SO = re.compile(rf"{_ANY_KIND}{_FIRMS}")
_NARROW = re.compile(
    r"事故|专项|领域|行业|其中|责任|危化|化工|工矿|工贸|消防|电动|燃气|粉尘|村集|镇|街道|非|督导|督查|夜查|企业自"
)
_CAMPAIGN = re.compile(r"(?:专项|攻坚|整治|集中|百日)[^,;]{0,6}(?:行动|战)|会战|百日攻坚")
_ALL_OF_IT = re.compile(r"各级各类|累计|总计|合计|共|全[区市县]行政处罚|应急系统")
_WHOLE_PERIODS = re.compile(r"全年|以来|^(?:19|20)\d\d年度?$|[上下]半年|1-\d+月|^今年$")
_LONG = re.compile(r"年(?:来|累计|行动|间)|近[两二三四五\d]年|历年")
_MEASURES = (  # name, unit, words of the clause, words that narrow it down
    ("罚款", re.compile("元"), re.compile(r"罚款|处罚|罚没|罚金")),
    (
        "隐患",
        re.compile("[条项处个起宗]"),
        re.compile(r"(?:发现|排查|查出|查找|检查出)[^,;]{0,8}隐患"),
    ),
)

_FULL = re.compile(r"(?:整改|完成|销号|办结|闭环|处置|治理|落实|化解)[^,;]{0,4}率")
_INTERIM = re.compile(
    r"或者?均?已?(?:落实|采取|制定)[^,;]{0,6}(?:措施|管控)"
    r"|(?:尚未|正在|限期|继续|抓紧|仍在|未完成)[^,;]{0,4}整改|整改中|未整改|临时(?:管控|措施)"
)
_DEGREE = re.compile(r"重大|一般|较大|低风险|高风险|红色|橙色|黄色|蓝色")
_SETTLED = re.compile(r"(?:全部|均已?|都已?)(?:完成)?(?:整改|销号|办结)(?!率)")

_LEVELS = (
    (re.compile(r"村级|村居级|社区级"), re.compile(r"行政村|村(?:居|社|庄|级)?|社区")),
    (re.compile(r"镇级|乡镇级|街道级|镇街级"), re.compile(r"镇街道?|乡镇|街道|镇")),
    (re.compile(r"县级|区级|市级"), re.compile(r"县(?:市|区)?|区县")),
)
_EVERY = re.compile(r"均|全部|都|所有|全覆盖|全面|各|全[市区县]")


def checks(sentences: Sequence[Sentence]) -> Iterator[Check]:
    """Every figure of the text whose scope must be asked about (口径存疑)."""
    yield from _visits(sentences)
    yield from _larger_parts(sentences)
    yield from _interim(sentences)
    yield from _levels(sentences)


# --- 家 and 家次 ----------------------------------------------------------------------------------


def _visits(sentences: Sequence[Sentence]) -> Iterator[Check]:
    """More firms visited than there are firms: visits were counted, or the scopes differ."""
    firms = [
        (figure, sentence)
        for sentence in sentences
        for figure in sentence.figures
        if figure.kind in ("家", "户")
        and is_count(sentence, figure)
        and _any_firm(sentence, figure)
    ]
    visited = [f for f, s in firms if _VISITED.search(s.clause_before(f))]
    places = {f.start for f in visited}
    stocks = [f for f, s in firms if f.start not in places and _is_stock(s, f)]
    ordered = defaultdict(list)
    for stock in sorted(stocks, key=lambda each: each.stretch.high):
        ordered[stock.kind].append(stock)
    for visit in visited:
        like = ordered[visit.kind]
        fewer = bisect_left(like, visit.stretch.low, key=lambda each: each.stretch.high)
        if not fewer:
            continue
        stock = like[fewer - 1]
        times = plain(visit.number.value / stock.number.value, 1)
        why = (
            f"检查、排查了{visit.text},而另处说总共{stock.text},前者是后者的{times}倍:"
            f"是否应为“{visit.unit}次”,或两处范围不同?"
        )
        yield check(Kind.SCOPE, Verdict.QUESTION, visit, (stock,), why)


def _any_firm(sentence: Sentence, figure: Figure) -> bool:
    """Firms of every kind: 企业, and not 危化企业."""
    words = sentence.clause_before(figure)[-12:] + figure.after[:12]
    return bool(_FIRM.search(words)) and not _KIND_OF_FIRM.search(words)


def _is_stock(sentence: Sentence, figure: Figure) -> bool:
    """All the firms there are, of every kind: 共有各类企业450家, and not 共有物流企业45家."""
    before = sentence.clause_before(figure)
    behind = sentence.skeleton[sentence.at(figure) :][:40]
    said = _STOCK.search(before)
    if not said:
        return bool(_ALL_HERE.search(before) and _EACH.search(behind)) and bool(
            _BEHIND_SO.match(figure.after)
        )
    told = before[said.start() :]
    kindless = _KINDLESS.fullmatch(told) and _HERE.fullmatch(before[: said.start()])
    return bool(kindless) and bool(_FIRM.search(before) or _BEHIND_SO.match(figure.after))


# --- a part larger than the whole -----------------------------------------------------------------


@dataclass(frozen=True)
class _Amount:
    figure: Figure
    is_whole: bool


def _larger_parts(sentences: Sequence[Sentence]) -> Iterator[Check]:
    """A total of a period that is smaller than what one sort of its cases came to."""
    for name, unit, words in _MEASURES:
        found = [
            amount
            for sentence in sentences
            for figure in sentence.figures
            if unit.fullmatch(figure.unit) and is_count(sentence, figure)
            for amount in _amount(sentence, figure, words)
        ]
        least: dict[tuple[str, _When], Figure] = {}
        for whole in (each.figure for each in found if each.is_whole):
            for when in (_when(whole), "any"):
                key = (whole.kind, when)
                least[key] = min(least.get(key, whole), whole, key=lambda f: f.stretch.high)
        for part in (each.figure for each in found if not each.is_whole):
            said = _when(part)
            for when in (said, None) if said else ("any",):
                smallest = least.get((part.kind, when))
                if smallest and part.stretch.low > smallest.stretch.high:
                    yield _larger(name, smallest, part)
                    break


def _larger(name: str, whole: Figure, part: Figure) -> Check:
    why = (
        f"同一期间的{name}总数写为{whole.text},而其中一类就有{part.text},比总数还大:"
        "两处口径(主体、范围、期间)是否不同?"
    )
    return check(Kind.SCOPE, Verdict.QUESTION, part, (whole,), why)


def _amount(sentence: Sentence, figure: Figure, words: re.Pattern[str]) -> Iterator[_Amount]:
    lead = sentence.skeleton[: sentence.at(figure)]
    clauses = re.split("[,;]", lead)
    near = ",".join(clauses[-2:])
    if _LONG.search(lead) or not words.search(clauses[-1]):
        return
    narrow = _NARROW.search(near) or _NARROW.search(figure.after)
    if narrow:
        yield _Amount(figure, is_whole=False)
        return
    if _CAMPAIGN.search(lead):
        return
    scope = ",".join(re.split(";", lead)[-1].split(",")[-4:])
    periods = [sentence.period(sign) for sign in re.findall(WHEN, scope)]
    if _ALL_OF_IT.search(scope) or any(_WHOLE_PERIODS.search(p.text) for p in periods):
        yield _Amount(figure, is_whole=True)


_When = tuple[date | None, date | None] | str | None


def _when(figure: Figure) -> _When:
    """None where a sentence names no period: it speaks of that of the report."""
    return (figure.period.first, figure.period.last) if figure.period else None


# --- 100% that is not -----------------------------------------------------------------------------


def _interim(sentences: Sequence[Sentence]) -> Iterator[Check]:
    """All is said to be rectified, while some of it is only kept under control."""
    for place, sentence in enumerate(sentences):
        for figure in sentence.figures:
            if not figure.is_percent or figure.number.value != 100:
                continue
            if not _FULL.search(sentence.clause_before(figure)) or _all_done(sentence, figure):
                continue
            near = [s for s in sentences[max(0, place - 4) : place + 2]]
            for other in near:
                said = _INTERIM.search(other.skeleton)
                if said and _contradicts(sentence, figure, other, said):
                    parts = [f for f in other.figures if is_count(other, f)]
                    why = (
                        f"写为{figure.text},而同一段又说“{said[0]}”:"
                        "临时管控、正在整改的是否也算作已整改?请确认口径。"
                    )
                    yield check(Kind.SCOPE, Verdict.QUESTION, figure, parts[-1:], why)
                    break


def _all_done(sentence: Sentence, figure: Figure) -> bool:
    """重大隐患12处,整改12处,整改率100%: its own parts are there, and equal."""
    start, _ = sentence.segment(figure)
    ahead = [f for f in sentence.figures_in(start, sentence.at(figure)) if is_count(sentence, f)]
    if len(ahead) < 2:
        return False
    found, done = ahead[-2:]
    return found.kind == done.kind and found.number.value == done.number.value


def _contradicts(sentence: Sentence, figure: Figure, other: Sentence, said: re.Match[str]) -> bool:
    """Whether it is said of the same, in the same paragraph, and not settled after it."""
    if other.paragraph != sentence.paragraph or _SETTLED.search(other.skeleton, said.end()):
        return False
    return not _of_other_degree(sentence, figure, other, said)


def _of_other_degree(
    sentence: Sentence, figure: Figure, other: Sentence, said: re.Match[str]
) -> bool:
    """重大隐患整改率100%, and 一般隐患20处正在整改: neither speaks of the other."""
    start, end = sentence.segment(figure)
    mine = set(_DEGREE.findall(sentence.skeleton[start : sentence.at(figure)]))
    first = other.skeleton.rfind(";", 0, said.start()) + 1
    if other is sentence and first == start:
        clauses = sentence.skeleton[sentence.at(figure) : said.end()]
        theirs = set(_DEGREE.findall(clauses))
    else:
        theirs = set(_DEGREE.findall(other.skeleton[first : said.end()]))
    return bool(mine and theirs) and not mine & theirs


# --- villages and what each of them has -----------------------------------------------------------


def _levels(sentences: Sequence[Sentence]) -> Iterator[Check]:
    """A few more maps than villages: one of the two numbers counts something else."""
    for of_level, places in _LEVELS:
        wholes: list[Figure] = []
        things: list[Figure] = []
        for sentence in sentences:
            for figure in sentence.figures:
                if of_level.match(figure.after) or _is_of(of_level, sentence, figure):
                    things.append(figure)
                elif places.match(figure.after) and _EVERY.search(
                    sentence.clause_before(figure) + _clause_behind(sentence, figure)
                ):
                    wholes.append(figure)
        yield from _near_misses(things, wholes)
        yield from _two_wholes(wholes)


def _is_of(of_level: re.Pattern[str], sentence: Sentence, figure: Figure) -> bool:
    """社区级应急预案121份: the level is said before."""
    found = of_level.search(sentence.label(figure))
    return found is not None and found.end() < len(sentence.label(figure))


def _clause_behind(sentence: Sentence, figure: Figure) -> str:
    return re.split("[,;]", sentence.skeleton[sentence.at(figure) + 1 :])[0]


def _near_misses(things: Sequence[Figure], wholes: Sequence[Figure]) -> Iterator[Check]:
    ordered = sorted((w for w in wholes if w.number.firm), key=_value)
    told = {whole.number.value for whole in wholes}
    for thing in things:
        fewer = bisect_left(ordered, thing.number.value, key=_value)
        if thing.number.value in told or not thing.number.firm or not fewer:
            continue
        whole = ordered[fewer - 1]
        more = thing.number.value - whole.number.value
        if more <= whole.number.value / MUCH:
            why = (
                f"{thing.text}{thing.counts}与{whole.text}{whole.counts}相差{plain(more)}:"
                "是否一处一份?两个数的范围请确认。"
            )
            yield check(Kind.SCOPE, Verdict.QUESTION, thing, (whole,), why)


def _value(figure: Figure) -> Fraction:
    return figure.number.value


def _two_wholes(wholes: Sequence[Figure]) -> Iterator[Check]:
    """All towns are 16 here and 17 there."""
    for earlier, later in zip(wholes, wholes[1:], strict=False):
        one, other = earlier.number.value, later.number.value
        close = abs(one - other) <= max(one, other) / MUCH or abs(one - other) == 1
        if one != other and close and earlier.counts == later.counts:
            why = f"前面说{earlier.text}{earlier.counts},这里说{later.text}{later.counts},请确认。"
            yield check(Kind.REPEAT, Verdict.QUESTION, later, (earlier,), why)
