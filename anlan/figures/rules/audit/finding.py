"""Finds the figures of a text: number, unit, what they count (找数)."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from .numbers import SCALES, Number, Stretch, chinese, last_place
from .periods import Period

PERCENT, POINTS, TIMES, TENTHS = "%", "百分点", "倍", "成"
_MEASURES = (
    "个百分点|百分点|平方公里|平方千米|平方米|立方米|mm|cm|km[²2]?|m[³²23]|个小时|小时|个月|分钟|秒|公里|千米|毫米|厘米"
    "|海里|公顷|公斤|千克|千瓦时|千瓦|兆瓦|MHz|GHz|kV|美元|港元|欧元|元|人次|人份|家次|家户|户次"
    "|场次|车次|船次|艘次|辆次|班次|架次|件次|批次|篇次|处次|条次|点次|台次|台套|台班|个次|项次|单次"
    "|起次|课时|学时|小区|个|家|户|起|宗|件|例|项|条|处|名|位|人(?!民)|次|场(?!景|所|地)|期|份|支|台"
    "|套|辆|艘|架|只|张|块|篇|部(?!门|委|队|分|署)|本|册|批|轮(?!车|胎|廓|船)|组|对|间|栋|幢|座|所|片|段|种|类|级"
    "|道|眼|口|根|株|头|吨|克|米|亩|方(?!面|法|式|案|针)|升|天|日|年|周|季度|岁|度|℃|%|‰|倍|门|盏"
    "|顶|床|枚|具|桶|瓶|袋|箱|包(?!联|保)|双|卷|笔|单(?!位)|字|幅|面|层|国|省|番"
    r"|成(?![立效果员为功本交品长都年人熟活就分套型绩因份败效])"
)
_NOUNS = "部门|镇街道|镇街|乡镇|镇乡|街道|社区|行政村|村居|村|单位|企业|网格|市|县"
_APART = "余多来几"
_BEFORE = (
    r"约为?|大约|近|将近|接近|超过|超(?!过)|逾|不少于|不低于|不小于|至少|突破|不超过|最多|不足"
)
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_HAN = r"[零〇○一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?"
_SCALE = r"(?:万亿|千亿|百亿|千万|百万|十万|亿|万|千(?![米克瓦赫帕伏])|百(?!分))?"
_MIXED = r"\d+亿\d+(?:[千百十]?万)|\d+万(?:\d千|[1-9]\d{3}(?![\d.]))"  # 1亿2千万, 3万5千
_RANGE = r"[-~至到]"
FIGURE = re.compile(
    rf"(?P<about>{_BEFORE})?(?:"
    rf"(?<![\dA-Za-z.+/_:\[-])(?P<mixed>{_MIXED})(?P<mixedmore>[{_APART}])?"
    rf"|(?<![\dA-Za-z.+/_:\[-])(?P<sign>-(?=\d))?(?P<low>{_ARABIC})(?P<lowunit>%|[万亿](?={_RANGE}\d))?"
    rf"(?:{_RANGE}(?P<high>{_ARABIC}))?"
    rf"(?P<more>[{_APART}])?(?P<scale>{_SCALE})(?P<more2>[{_APART}])?"
    rf"|百分之(?P<percent>{_HAN})"
    rf"|(?<![第之\dA-Za-z.+零〇一二两三四五六七八九十百千万亿])(?P<han>{_HAN})(?P<hanmore>[{_APART}])?(?P<hanscale>[万亿])?)"
    rf"(?P<unit>(?:{_MEASURES})(?:\((?:次|台|套|个|家|户)\))?(?!分之))?(?P<noun>(?<![个家])(?:{_NOUNS}))?"
    r"(?P<after>以上|以下|以内|左右|上下|余|多(?![种样个次方]))?"
)
_MONEY = re.compile(r"罚|款|资金|经费|投入|投资|损失|保额|金额|产值|费")
_QUANTITY = re.compile(
    r"(?:[数量额值分率]|比重)(?:为|达到?|至|到|是|约|超过?|近)*$|(?:达到?|至|到|为|共|计)$"
)
_CODE = re.compile(r"(?:电话|热线|邮编|传真|号码|编号|代码|微信|网址|号|编码|QQ)[^,;量数率]{0,6}$")
_ONE = frozenset("一")
_IDLE = frozenset("年日天方度面片部道头门字层口国米省")
_ROUND = frozenset(("百", "千", "万", "亿", "百千", "百万", "千万", "十万", "百亿", "千亿", "万亿"))
_OF_SO_MANY = re.compile(r"[A-Za-z\u4e00-\u9fff]{0,10}率")
_QUOTED = "“‘「『\"'《届"  # “两个维护”, 十届十次全会: names, no counts
_PORTION = re.compile(r"[降升增减少高低约近占超达过为有的]$")
_COMPARING = ("比", "较", "与")
LONGEST_CLAUSE, LONGEST_SENTENCE = 120, 600  # what stands farther away is not said of a figure
_STOPS = ',;:。!?()、\n“”"《》[] '


@dataclass(frozen=True)
class Figure:
    """One figure of the text, with the words around it."""

    start: int
    end: int
    text: str
    number: Number
    unit: str  # without the scale: 条, 元, %
    before: str  # of its clause, up to the figure
    after: str  # of its clause, behind the figure
    counts: str
    period: Period | None = None

    @cached_property
    def kind(self) -> str:
        """Units that mean the same are the same kind: 名 and 人."""
        return _SYNONYMS.get(self.unit, self.unit)

    @property
    def is_percent(self) -> bool:
        return self.kind == PERCENT

    @property
    def counted(self) -> bool:
        """Counted one by one: a rounded count shows its scale."""
        return self.kind not in _MEASURED

    @cached_property
    def stretch(self) -> Stretch:
        return self.number.stretch(counted=self.counted)

    @cached_property
    def cut(self) -> Stretch:
        return self.number.cut(counted=self.counted)

    @property
    def scale_words(self) -> str:
        return _SCALE_WORDS[self.number.scale]

    @property
    def whole_unit(self) -> str:
        """The unit with its scale: 万条."""
        return self.unit if self.unit == TENTHS else self.scale_words + self.unit


_SYNONYMS = {
    TENTHS: PERCENT,
    "名": "人",
    "位": "人",
    "个百分点": POINTS,
    "个小时": "小时",
    "mm": "毫米",
    "cm": "厘米",
    "km": "公里",
    "千米": "公里",
    "km²": "平方公里",
    "km2": "平方公里",
    "平方千米": "平方公里",
    "m²": "平方米",
    "m2": "平方米",
    "m³": "立方米",
    "m3": "立方米",
    "日": "天",
}
_SCALE_WORDS = {scale: words for words, scale in SCALES.items()}
_MEASURED = frozenset(("百分点", "小时", "分钟", "个月", *"元吨克升方米亩年倍‰℃")) | frozenset(
    ("%", "美元", "港元", "欧元", "公里", "千米", "海里", "毫米", "厘米", "公顷", "公斤", "千克")
    + ("立方米", "平方米", "平方公里", "平方千米", "千瓦", "千瓦时", "兆瓦", "MHz", "GHz", "kV")
)


def find(text: str, periods: Sequence[Period]) -> list[Figure]:
    """Every figure in order; dates are none (找数)."""
    taken = bytearray(len(text) + 1)
    for period in periods:
        taken[period.start : period.end] = b"\x01" * (period.end - period.start)
    starts = [period.start for period in periods]
    figures = []
    for match in FIGURE.finditer(text):
        if any(taken[match.start() : match.end()]):
            continue
        figure = _figure(match, text)
        if figure:
            figures.append(_with_period(figure, text, periods, starts))
    return figures


def _with_period(
    figure: Figure, text: str, periods: Sequence[Period], starts: Sequence[int]
) -> Figure:
    """The nearest period said before it in its sentence."""
    nearest = bisect_right(starts, figure.start) - 1
    while nearest >= 0 and text[starts[nearest] - 1 : starts[nearest]] in _COMPARING:
        nearest -= 1  # 比2022年增加: what follows is not of 2022
        if nearest >= 0 and figure.start - starts[nearest] > LONGEST_SENTENCE:
            return figure
    if nearest < 0:
        return figure
    period = periods[nearest]
    apart = figure.start - period.end
    if apart > LONGEST_SENTENCE or re.search(r"[。!?\n]", text[period.end : figure.start]):
        return figure
    return replace(figure, period=period)


def _figure(match: re.Match[str], text: str) -> Figure | None:
    number = _number(match)
    if number is None:
        return None
    start, end = match.span()
    unit, noun = match["unit"] or "", match["noun"] or ""
    if match["percent"]:
        unit, noun = PERCENT, ""
        end = match.end("percent")
    before, after = _clause_before(text, start), _clause_after(text, end)
    if unit and noun and match.end("noun") == end:
        end, after = match.start("noun"), noun + after
    if not unit and not noun:
        unit = _unsaid_unit(match, before, after, text[end : end + 1])
        if unit is None:
            return None
    if _is_idle(match, unit, text):
        return None
    if not unit:
        end, after = match.start("noun") if noun else end, noun + after
    return Figure(start, end, text[start:end], number, unit, before, after, _counts(before, after))


def _number(match: re.Match[str]) -> Number | None:
    number = _as_written(match)
    if number is not None and match["unit"] == TENTHS:
        return replace(number, scale=10)  # 三成 are 30%
    return number


def _as_written(match: re.Match[str]) -> Number | None:
    about = match["about"] or match["after"] or ""
    if about in ("近", "超", "约") and match["unit"] == "年":
        about = ""  # 近3年 are three years
    if match["mixed"]:
        return _mixed(match["mixed"], about or match["mixedmore"] or "")
    if match["low"]:
        low = Decimal(match["low"].replace(",", ""))
        low = -low if match["sign"] else low
        high = Decimal(match["high"].replace(",", "")) if match["high"] else None
        if match["lowunit"] and not match["high"]:
            return _lone(match, low, about)
        scale = SCALES[match["scale"] or ""]
        return Number(low, scale, about or match["more"] or match["more2"] or "", high)
    words = match["percent"] or match["han"]
    return _chinese_number(words, match, about)


def _mixed(words: str, about: str) -> Number:
    """3万5千, 1亿2千万: exact to the last of its units."""
    value, last = 0, 1
    for digits, marks in re.findall(r"(\d+)(\D*)", words):
        last = SCALES[marks]
        value += int(digits) * last
    top = 10**8 if "亿" in words else 10**4
    if last == 1:
        return Number(Decimal(value), 1, about)
    return Number((Decimal(value) / top).quantize(Decimal(last) / top), top, about)


def _lone(match: re.Match[str], low: Decimal, about: str) -> Number | None:
    """The optional mark behind the first number of a range, where there was no range."""
    mark = match["lowunit"]
    scale = SCALES["" if mark == "%" else mark]
    return Number(low, scale, about or match["more"] or match["more2"] or "")


def _chinese_number(words: str, match: re.Match[str], about: str) -> Number | None:
    value = chinese(words)
    if value is None:
        return None
    about = about or match["hanmore"] or ""
    for mark, scale in (("亿", 10**8), ("万", 10**4)):
        if match["hanscale"] == mark:
            return Number(value, scale, about)
    if words in SCALES and words != "十" and not match["about"]:
        about = about or "整数"  # 千家企业, 百名: a round name, no count
    step = last_place(words)
    return Number(value / step, step, about)


def _unsaid_unit(match: re.Match[str], before: str, after: str, follows: str) -> str | None:
    """None where a bare number is no figure: a code, an article, a version."""
    if match["lowunit"] == PERCENT:
        return PERCENT
    if not (match["low"] or match["mixed"]) or re.match(r"0\d", match["low"] or ""):
        return None
    if (match["scale"] or match["lowunit"] or match["mixed"]) and (
        not follows or follows in _STOPS
    ):
        return "元" if _MONEY.search(before) else ""
    if _CODE.search(before):
        return None
    if (not follows or follows in ",;。)、") and _QUANTITY.search(before):
        return ""
    return None


def _is_idle(match: re.Match[str], unit: str, text: str) -> bool:
    """Words that only look like figures: 一家人, 千方百计, 第三次, 一期工程."""
    start, end = match.span()
    before = text[max(0, start - 1) : start]
    if before == "第":
        return True
    if unit == TENTHS:
        return not (match["about"] or match["after"] or _PORTION.search(before))
    if match["low"]:
        return unit in ("年", "日") and len(match["low"]) == 4
    return bool(match["han"]) and _is_saying(match, unit, before, text[end : end + 24])


def _is_saying(match: re.Match[str], unit: str, before: str, behind: str) -> bool:
    words = match["han"]
    if unit == "番":
        return before not in ("翻", "了", "约", "近")
    if (before and before in _QUOTED) or unit in ("级", "类"):
        return True  # 二级、三类人员
    if words in _ONE:
        return not (unit == "起" and "事故" in behind)
    if words in SCALES and words != "十" and _OF_SO_MANY.match(behind):
        return True  # 亿元GDP死亡率, 万人火灾发生率
    if words in _ROUND and not match["about"]:
        return unit not in ("名", "家", "人", "户")
    if unit in _IDLE:
        return unit not in ("年", "天") or words == "百"
    return unit == "期" and behind[:2] in ("工程", "建设", "项目", "改造")


def _clause_before(text: str, at: int) -> str:
    near = text[max(0, at - LONGEST_CLAUSE) : at]
    return near[max(near.rfind(stop) for stop in _STOPS) + 1 :]


def _clause_after(text: str, at: int) -> str:
    near = text[at : at + LONGEST_CLAUSE]
    return near[: min((place for stop in _STOPS if (place := near.find(stop)) >= 0), default=None)]


# --- what it counts -----------------------------------------------------------------------------

_LEADING = re.compile(
    r"^(?:其中|今年以来|目前|全年|上半年|同时|并|另|此外|累计|共计?|合计|总计|已|均|各)+"
)
_TRAILING = re.compile(
    r"(?:达到?了?|共计?|合计|总计|总共|累计|(?<!行)为|的|由|约|近|超过?|逾|有|是|到|至|已|计|仅|只有|:|了|分别|均|各|占)+$"
)
_TOLD = re.compile(rf"^.*\d[万亿]*(?:{_MEASURES})?")  # the figure before it in its clause
_VERBS = re.compile(
    r"增加|增长|减少|上升|下降|提高|提升|降低|降至|增至|翻了|是(?:去|上|原)|签订|开展|完成|实现|进行|均|已|全部|通过|参加|参与|获|建立|配备|组织|召开|严重|同比|较(?!大)|比|占"
    r"|达(?!标)|被|正在|接入|纳入|受|发生|分别|列入|得到|提出|落实|实行|进入|为期|协助|推动|采取|应(?!急)|还"
    r"|未|在(?!线|用|建|册)|于|对|从(?!事|业)|并|和(?!谐|平)|及|以及|用于|予以"
)


def _counts(before: str, after: str) -> str:
    """The head noun: what stands behind the unit, else what stands before the number."""
    behind = re.split(r"\d", _VERBS.split(after, maxsplit=1)[0])[0]
    behind = re.sub(r"^(?:多|余|左右|以上|以下|的)+", "", behind).strip("'\"")
    if 2 <= len(behind) <= 24:
        return behind
    ahead = _TRAILING.sub("", _LEADING.sub("", _TOLD.sub("", before)))
    return ahead[-16:] or behind[:24]
