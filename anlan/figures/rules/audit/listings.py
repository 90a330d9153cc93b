"""What is listed behind 其中、包括、分为, of which total, and where the listing ends (分项)."""

import re
from collections.abc import Sequence

from .divisions import are_apart
from .finding import Figure
from .numbers import Stretch
from .passages import FIGURE, Sentence
from .quotients import is_count

MOST_TOTALS = 30  # figures that 其中 is looked for behind
_BALANCE = re.compile(r"赤字|顺差|逆差|结余|余额|差额")  # parts of it can be larger
_SAID_TOTAL = re.compile(r"总数|总量|总计|合计|累计|共计|(?<!公)共[^,]{0,4}$")
NEW_DEED = re.compile(
    r"发现|整改|立案|查处|处罚|罚款|责令|关停|移交|开展|组织|下[发达]|排查|检查|出动|完成|新增|同比|较上|比上"
    r"|转移|救援(?!力量|队|站|人员|装备|物资|中心|基地)|投入|培训|约谈|曝光|清理|督促|挂牌|召开"
)
_NEXT = re.compile(r"另|此外|还|同时|(?:共|累计|全[市区县])?(?:发生|接报|接警)")
_PAPER = re.compile(
    r"(?:抢险|应急|消防)救援$|(?:[书单函表令]|记录|通知|决定)$"
)  # 责令整改指令书 is a thing, no deed
_COMPARED = re.compile(
    rf"[,、](?:同比|环比|[较比与][^,;]{{1,8}}?)(?:分别)?(?:持平|[增减上下提降回][长加少升降高低落]了?约?{FIGURE})"
)
_LEAD = re.compile(r"^(?:其中|分别|包括|分为|含|有|为|是|:|,)+")


def of_its_sort(sentence: Sentence, total: Figure, listing: Sequence[Figure]) -> list[Figure]:
    """Those of its unit, up to one of another thing: 16个乡镇: 12个镇、4个乡, 288个村委会."""
    found: list[Figure] = []
    for figure in _within_semicolons(sentence, total, listing):
        if figure.kind != total.kind or not is_count(sentence, figure):
            continue
        if found and (_ends_listing(sentence, found, figure, total)):
            break
        named = total.after[:8] and figure.after[:8]
        if named and not set(total.after[:8]) & set(figure.after[:8]):
            break
        found.append(figure)
    return found


def _ends_listing(
    sentence: Sentence, found: Sequence[Figure], figure: Figure, total: Figure
) -> bool:
    """去程7班次,返程9班次,总数88班次; or something larger than the total and of another name."""
    if _SAID_TOTAL.search(sentence.label(figure)):
        return True
    if figure.stretch.low <= total.stretch.high:
        return False
    if len(found) == 1 and ";" in sentence.between(found[-1], figure):
        return True
    both = (found[-1], figure)
    return not (look_alike(sentence, both) or are_apart(names_of(sentence, both)))


def fitting(totals: Sequence[Figure], parts: Sequence[Figure]) -> Figure:
    """发现500条,整改40条,其中重大46条: of the 500, for they cannot be of the 40."""
    added = added_up(parts)
    return next((t for t in totals if t.stretch.high >= added.low), totals[0])


def totals_before(sentence: Sentence, found: re.Match[str]) -> dict[str, list[Figure]]:
    """The figures that 其中 may be said of: of each unit, the nearest first."""
    behind = sentence.skeleton[: found.start()]
    totals: dict[str, list[Figure]] = {}
    open_to = _shown(behind, across="。" in found[0][:1])
    nearest = sentence.figures_in(open_to[0], found.start())[-MOST_TOTALS:]
    for figure in reversed(nearest):
        place = sentence.at(figure)
        gap = _COMPARED.sub("", behind[place:])
        far = gap.count(",") > (6 if figure.kind in totals else 3)
        if place in open_to[1] or not is_count(sentence, figure) or far:
            continue
        if _BALANCE.search(sentence.clause_before(figure)):
            continue
        if "其中" in found[0] or not re.search("[,;]", gap):
            totals.setdefault(figure.kind, []).append(figure)
    return totals


def _shown(text: str, *, across: bool) -> tuple[int, set[int]]:
    """From where on figures may be the total, and which places stand in parentheses."""
    depth, hidden = 0, set()
    for at in range(len(text) - 1, -1, -1):
        char = text[at]
        if char == ")":
            depth += 1
        elif char == "(" and depth:
            depth -= 1
        elif depth:
            hidden.add(at)
        elif char in "(;" or (char == "。" and not across):
            return at + 1, hidden
    return 0, hidden


def listing_behind(sentence: Sentence, found: re.Match[str]) -> list[Figure]:
    """The figures listed as parts: to the end of the parentheses, or to the next deed."""
    text = sentence.skeleton
    opened = "(" in found[0] or text.rfind("(", 0, found.start()) > text.rfind(
        ")", 0, found.start()
    )
    end = text.find(")", found.end()) if opened else len(text)
    end = len(text) if end < 0 else end
    if "其中" not in found[0] and not opened and ":" not in found[0]:
        end = min(end, max(text.find(";", found.end()), 0) or end)
    plain_list = "其中" in found[0] or re.match(rf"[^、,]*{FIGURE}", text[found.end() : end])
    if not plain_list:
        return []  # 分别是民生、建行…: names, no figures
    end = _end_of_list(text, found.end(), end, opened=opened)
    listed = sentence.figures_in(found.end(), end)
    if "(" not in text[found.end() : end]:
        return listed
    outer = text[: found.end()].count("(") - text[: found.end()].count(")")
    return [each for each in listed if depth(sentence, each) <= max(0, outer)]


def _end_of_list(text: str, start: int, end: int, *, opened: bool) -> int:
    """Where the next deed begins, or what is no part: 另外, 发生, what a semicolon sets apart."""
    first = re.match(r"[^,;\U000f0000-\U000ffffd]*", text[start:end])
    opening = first[0] if first else ""
    own_deeds = set(NEW_DEED.findall(opening)) | _deeds_told(text[:start])
    kin = _LEAD.sub("", opening)[:2]
    for clause in re.finditer(r"[,;、。][^,;、。]*", text[start:end]):
        if _COMPARED.fullmatch(clause[0]):
            continue  # 其中日常处罚42万元,同比下降5%;事故处罚88万元
        label = re.split(FIGURE, clause[0])[0]
        alike = _PAPER.search(label) or (len(kin) > 1 and label[1:].startswith(kin))
        deeds = set() if alike else set(NEW_DEED.findall(label))
        apart = _NEXT.match(label[1:]) and not _NEXT.match(opening)
        if (deeds - own_deeds and not opened) or "其中" in label or (apart and not opened):
            return start + clause.start()
    return end


def _deeds_told(ahead: str) -> set[str]:
    """转移240.9万人。其中,甲省转移…: what was done of the whole is no other deed of the parts."""
    told = [clause for clause in re.split("[,;。]", ahead) if re.search(FIGURE, clause)]
    return set(NEW_DEED.findall(told[-1])) - {"发现", "同比"} if told else set()


def _within_semicolons(
    sentence: Sentence, total: Figure, listing: Sequence[Figure]
) -> Sequence[Figure]:
    """道路27起,工矿12起;火灾36起: commas part the items, so the semicolon ends them."""
    for number, figure in enumerate(listing[1:], start=1):
        if ";" in sentence.between(listing[number - 1], figure):
            like = [f for f in listing[:number] if f.kind == total.kind]
            return listing[:number] if len(like) > 1 else listing
    return listing


def depth(sentence: Sentence, figure: Figure) -> int:
    """How many parentheses are open around it."""
    ahead = sentence.skeleton[: sentence.at(figure)]
    return max(0, ahead.count("(") - ahead.count(")"))


def names_of(sentence: Sentence, parts: Sequence[Figure]) -> list[str]:
    """What each part is called: 中央资金 of 中央资金300万元, 不合格 of 12家不合格.

    Where all are 死亡, each goes by what stands before it: 道路运输 of 道路运输27起、死亡25人.
    """
    names = [_LEAD.sub("", sentence.label(part)) or part.after for part in parts]
    if len(parts) > 1 and len(set(names)) == 1:
        ahead = [sentence.figures_in(0, sentence.at(part))[-1:] for part in parts]
        events = [_LEAD.sub("", sentence.label(f[0])) for f in ahead if f and f[0] not in parts]
        names = events if len(events) == len(parts) else names
    return names


def are_parts_apart(sentence: Sentence, parts: Sequence[Figure]) -> bool:
    """Whether nothing can be counted twice: different years, grades, levels or places."""
    periods = {part.period.key for part in parts if part.period}
    if len(periods) == len(parts) and len(parts) > 1:
        return True
    return are_apart(names_of(sentence, parts))


def look_alike(sentence: Sentence, parts: Sequence[Figure]) -> bool:
    """Listed side by side, or named alike (…企业, …企业): a division, not a selection."""
    ends = {(sentence.label(part) or part.after)[-2:] for part in parts}
    pairs = zip(parts, parts[1:], strict=False)
    gaps = [re.sub(r"\([^()]*\)", "", sentence.between(a, b)) for a, b in pairs]
    return len(ends) == 1 or all(re.match("[、和及]", gap) for gap in gaps)


def directly(sentence: Sentence, total: Figure, part: Figure) -> bool:
    """Nothing else of the same unit was said between the total and 其中."""
    between = sentence.between(total, part)
    return not any(sentence.figure(sign).kind == total.kind for sign in re.findall(FIGURE, between))


def added_up(parts: Sequence[Figure]) -> Stretch:
    total = Stretch(parts[0].stretch.low, parts[0].stretch.high)
    for part in parts[1:]:
        total = total + part.stretch
    return total
