"""How changes are said: 同比下降, 较上年的24起, 由96.2%提高到98.5% (增减的说法)."""

import re

from .passages import FIGURE, LAST_MONTH, WHEN

DOWN = "下降|减少|降低|下滑|下跌|回落|缩短|缩减|缩小|压减|压缩|压降|锐减|少|降幅|减幅"
UP = "上升|增加|增长|提高|上涨|提升|扩大|延长|净增|多|增幅|升幅|涨幅"
_TO = "降|减|缩|跌|增|升|涨|扩"  # 降至, 增到
WAY = rf"(?:{DOWN}|{UP})"
_LAST = rf"(?:{WHEN}|上年度?|去年|年初|{LAST_MONTH})(?:{WHEN}|年?末|年?底|同期|全年)?"
AGAINST = rf"同比|环比|[较比]{_LAST}|[与同和]{_LAST}相比,?"
_EACH = r"(?:均|各|分别|双双|又|都|也|实现|继续|持续|呈|,|总体|大幅)*"
_LEVEL = r"(?![到至]|(?<!幅)为)"  # 下降到5起 is where it went, not by how much
_BY = r"(?:(?<=幅)(?:分别|均|为|达到?|约|是)+|了|约|分别|均|各|幅度?(?:为|达到?))*"
_GLUE = r"(?:、|,|和|及|以及|与|;)?{again}" + rf"{_EACH}(?:{WAY}{_LEVEL}{_BY})?"
_LIST = rf"(?P<list>{FIGURE}(?:{_GLUE.replace('{again}', '(?:同比)?')}{FIGURE})*)"
# 环比上升40%,同比下降20% are two changes; 同比增加3起,同比上升37.5% is one.
_OWN_LIST = rf"(?P<list>{FIGURE}(?:{_GLUE.replace('{again}', '(?(chain)|(?:同比)?)')}{FIGURE})*)"
_NOT_SIGN = r"[^,;、:()\U000f0000-\U0010fffd]"
_NAMES_LISTED = r"[^,;:()\U000f0000-\U0010fffd]{0,24}?"
CHANGE = re.compile(
    rf"(?P<against>(?P<chain>环比)|{AGAINST})(?P<subject>{_NAMES_LISTED}){_EACH}"
    rf"(?P<way>{WAY}){_LEVEL}{_BY}{_OWN_LIST}"
)
THAN = re.compile(
    rf"[较比与同和]{_LAST}的?\(?(?P<bases>{FIGURE}(?:[、,和及]{FIGURE})*)\)?(?:相比)?"
    rf"{_EACH}(?P<way>{WAY}){_LEVEL}{_BY}{_LIST}"
)
LATER = re.compile(  # 同比 was said before
    rf"(?<=[,;(、])(?:(?<!、)|(?={_NOT_SIGN}{{1,10}}数))(?P<subject>{_NOT_SIGN}{{0,12}}?)"
    rf"{_EACH}(?P<way>{WAY}){_LEVEL}{_BY}{_LIST}"
)
FROM_TO = re.compile(
    rf"[由从](?:{WHEN}|上年|去年)?(?:同期)?{_NOT_SIGN}{{0,8}}(?P<base>{FIGURE})"
    rf"{_NOT_SIGN}{{0,6}}?(?P<way>{WAY}|{_TO})(?:到了?|至|为|成)(?:{WHEN})?(?:同期)?"
    rf"{_NOT_SIGN}{{0,6}}(?P<now>{FIGURE})(?:{_NOT_SIGN}{{0,6}}[,、(](?:同比|共)?{_EACH}{WAY}(?:率|比例)?{_LEVEL}{_BY}(?P<list>{FIGURE}))?"
)
NORMAL = re.compile(  # 降雨量508毫米,比历年同期的402毫米偏多106毫米、26.4%
    rf"(?P<now>{FIGURE})[^,;()\U000f0000-\U0010fffd]{{0,4}}[,、]?[较比与](?:历年|常年|多年|往年)(?:{WHEN})?"
    rf"[^,;()\U000f0000-\U0010fffd]{{0,8}}\(?(?P<base>{FIGURE})\)?(?:相比,?)?[偏增减]?"
    rf"(?P<way>[多少高低加])了?约?(?P<by>{FIGURE})(?:[、,(]偏?[多少高低]?(?P<more>{FIGURE}))?"
)
CHAINED = re.compile(rf"环比|{LAST_MONTH}")
CUES = re.compile(
    r"起数|人数|数量|总量|总数|累计|其中|同期|今年|全[国省市区县年]|[,、;:()的和及与]|共|计|均|已|为|实现|总体|较|比"
    r"|分别|双双|各"
)


ALONE = re.compile(  # 2022年同期14起、13人,分别下降: the bases stand right before
    rf"[,;]{_EACH}(?P<way>{WAY}){_LEVEL}{_BY}{_LIST}"
)
BY_TURNS = re.compile(  # 起数减少12起、人数减少24人,同比分别下降24%和36.92%
    rf"[,;](?:同比|环比)?{_EACH}(?P<way>{WAY}){_LEVEL}{_BY}{_LIST}"
)
RANKED = re.compile(r"排名|位次|排位|位居|名次|位列|排序|排在|居全")
NAMELESS = re.compile(rf"{CUES.pattern}|发生|接报|有|是|仅|只|达|[到至]")
