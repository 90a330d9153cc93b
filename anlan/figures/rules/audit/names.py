"""Whether a figure is the one that is called by name: 较大事故起数, 死亡人数, 参训人次 (指称)."""

import re
from collections.abc import Sequence

from .finding import Figure
from .passages import Sentence
from .quotients import is_count

FAR = 40  # characters behind a figure that may name it
_SIGNS = "\U000f0000-\U0010fffd"
_IDLE = (
    r"其中|同期|今年|当年|本月|当月|全年|累计|总体上?|整体|目前|同时|实现|继续|持续|保持|呈现?|合计|共计|总计"
    r"|分别|双双|以来|辖区内?|我[省市区县局镇]|全[国省市区县镇州]|各(?:类|项|级|地)|共|均|已|为|达到?|也|都|且|并|而|的|了"
    r"|[、,:;和]|与(?!会)|及(?!时|格)|各(?![类项级地])"
)
_LEADING, _CLOSING = re.compile(rf"^(?:{_IDLE})+"), re.compile(rf"(?:{_IDLE})+$")
_LISTED = re.compile(r"、|,|以及|(?<!参)与(?!会)|(?<![涉普顾危触提])及(?!时|格|以)|和(?![解谐平])")
RATIO = re.compile(r"(?:率|比|比重|比例|系数|指数|强度|密度|水平|均值|得分|平均值?)$")
_VISITS = "人次|家次|户次|场次|车次|船次|艘次|辆次|架次|班次|件次|批次|处次|台次|起次"
_MEASURE = re.compile(
    rf"(?P<unit>{_VISITS}|[起人家户件宗例次条处项场支份台辆艘批])数量?$|(?P<visits>{_VISITS})$"
)
_ALIKE = ("起件宗例", "家户", ("人", "人次"), ("人", "名"))
_CASUALTIES = (
    (re.compile("死伤|伤亡"), re.compile("伤亡|死伤")),
    (re.compile("死亡|亡人(?!事故)"), re.compile("死亡|亡|死")),
    (re.compile("重伤"), re.compile("重伤")),
    (re.compile("轻伤"), re.compile("轻伤")),
    (re.compile("受伤|伤者"), re.compile("受伤|伤")),
    (re.compile("失踪|失联"), re.compile("失踪|失联")),
)
_LOSS = re.compile("损失")
_EVENT = re.compile("事故|火灾|灾害|警情|险情")
# What is taken off a name before the rest must stand beside the figure too.
_HEADS = re.compile(
    rf"(?:{_VISITS})?(?:总?数量|总量|总数|总额|金额|数额)|总?(?:{_VISITS})数?|总?[起人家户件宗例次条处项场支份台辆艘批]数"
    r"|事故|死亡|受伤|亡人(?!事故)|人员|直接经济|经济|损失|数$|总|发生|的|各类|全[国省市区县镇年]|案件(?=$)"
)
_GRADE = re.compile(r"较大|重特大|重大|特别?大|一般(?=事故|隐患)|亡人(?=事故)|涉险")
_TOTAL = re.compile(r"总量|总数|总起数|总体")
_UNSORTED = re.compile(r"生产安全|安全生产|各类|全[国省市区县镇]|共|发生|接报|累计|今年以来|有|总")


def bare(name: str) -> str:
    """The name without connectives, 其中 and 分别; "" where nothing is named."""
    name = re.sub(f"[{_SIGNS}]", "", name)
    name = _CLOSING.sub("", _LEADING.sub("", name))
    return "" if len(name) < 2 or name in _NO_NAMES else name


# 死亡人数持平、受伤人数上升: the first is done with.
_NOT_NAMED = re.compile(r"^.*持平(?:[、和]|而|但)*|[同环]比|[“”‘’\"]|实?现?[双三]下?降")
_NO_NAMES = ("数量", "总量", "总数", "情况", "数据", "指标", "年均", "总额", "金额", "规模")


def listed(names: str) -> list[str]:
    """起数和死亡人数: each of them; 参与人数 and 涉及人数 are one (并列的名称)."""
    return [name for name in map(bare, _LISTED.split(names)) if name]


def names_of(sentence: Sentence, found: re.Match[str]) -> str:
    """What a change is said of, one name or a list, before 同比 or behind it; "" for none."""
    ahead = re.split(rf"[,;:(){_SIGNS}]", sentence.skeleton[: found.start()])[-1]
    subject = found["subject"] if "subject" in found.re.groupindex else ""
    names = _NOT_NAMED.sub("", ahead + (subject or ""))
    return names if bare(names) else ""


def called(
    sentence: Sentence, names: str, pool: Sequence[Figure], many: int, *, strict: bool = True
) -> tuple[list[Figure], bool]:
    """The figures called by name, one for each: 起数和死亡人数同比分别下降."""
    each = listed(names)
    if len(each) != many:
        return [], False
    chosen: list[Figure] = []
    sort = ""
    for name in each:
        whose = "" if _EVENT.search(name) or _rest(name) else sort
        sort = sort if whose else _rest(name)
        fitting = [f for f in pool if is_called(sentence, f, name, whose, strict=strict)]
        if len(fitting) > 1:
            fitting = [f for f in fitting if not _is_among(sentence, f)]
        if len(fitting) != 1:
            return [], False
        chosen += fitting
    return chosen, len({f.start for f in chosen}) == len(chosen)


def is_called(
    sentence: Sentence, figure: Figure, name: str, sort: str = "", *, strict: bool = True
) -> bool:
    """Whether the name is that of the figure: nothing it says is missing beside the figure.

    `sort` is what the name before it said: 较大事故起数和死亡人数 are both of 较大事故. To be
    strict, 事故起数 is no name of 较大事故2起.
    """
    if RATIO.search(name):
        return figure.is_percent and _covers(sentence.clause_before(figure), name)
    measure = _MEASURE.search(name)
    if figure.is_percent or (measure and not _is_measured(figure, measure)):
        return False
    own = _spoken_of(sentence, figure, name)
    if own is None:
        return False
    if _TOTAL.search(name) and (_is_among(sentence, figure) or _sorted(own)):
        return False
    rest = sort + _rest(name)
    graded = strict and not set(_GRADE.findall(own)) <= set(_GRADE.findall(sort + name))
    return _covers(own, rest) and not graded


def _spoken_of(sentence: Sentence, figure: Figure, name: str) -> str | None:
    """The words that may name the figure; None where it counts another thing than the name."""
    own = _words(sentence, figure)
    casualty = next((answer for cue, answer in _CASUALTIES if cue.search(name)), None)
    if casualty:
        is_it = figure.kind == "人" and casualty.search(own)
    elif _LOSS.search(name):
        is_it = "元" in figure.kind and _LOSS.search(own)
    else:
        return None if _EVENT.search(name) and figure.kind in ("人", "人次", "元") else own
    return _event_of(sentence, figure) + own if is_it else None


def _rest(name: str) -> str:
    return _HEADS.sub("", name)


def _sorted(words: str) -> bool:
    """Said of one sort: 道路交通事故27起."""
    return len(_UNSORTED.sub("", _HEADS.sub("", words))) > 1


def _is_measured(figure: Figure, measure: re.Match[str]) -> bool:
    unit = measure["unit"] or measure["visits"]
    if figure.kind == unit or (unit == "次" and figure.kind.endswith("次")):
        return True
    return any(unit in group and figure.kind in group for group in _ALIKE)


def _words(sentence: Sentence, figure: Figure) -> str:
    """The words of the figure alone, before it and behind it."""
    at = sentence.at(figure)
    behind = re.split(rf"[,;:()、{_SIGNS}]", sentence.skeleton[at + 1 : at + 1 + FAR])[0]
    return sentence.label(figure) + re.split("同比|环比|[较比与](?!大)", behind)[0]


def _event_of(sentence: Sentence, figure: Figure) -> str:
    """In which accidents: 较大事故 of 较大事故2起、死亡7人."""
    for other in reversed(sentence.figures_in(0, sentence.at(figure))):
        if other.kind in "起件宗例" and is_count(sentence, other):
            return _words(sentence, other)
    return ""


def _is_among(sentence: Sentence, figure: Figure) -> bool:
    """Behind 其中, or in parentheses: a part of what was said before."""
    at = sentence.at(figure)
    head = sentence.skeleton[sentence.skeleton.rfind(";", 0, at) + 1 : at]
    return "其中" in head or head.count("(") > head.count(")")


def _covers(words: str, name: str) -> bool:
    """Whether the name is made of pieces of the words: 隐患排查 of 排查隐患."""
    if not name:
        return True
    reached = {0}
    for end in range(1, len(name) + 1):
        if any(start in reached and name[start:end] in words for start in range(end - 1)):
            reached.add(end)
    return len(name) in reached or name in words
