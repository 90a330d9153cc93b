"""Ways to divide a total that leave no overlap: grades, levels, kinds of accident (互斥分类).

A listing whose names all stand in one ladder counts nothing twice; one that is a pair of halves
names everything besides.
"""

import re
from collections.abc import Sequence

# fmt: off
_LADDERS = tuple(tuple(re.compile(step) for step in ladder) for ladder in (
    ("特别?重大", "(?<!重)较大", "一般", "轻微|低风险"),
    ("特别?重大|(?<!较)重大", "较大", "一般|较低", "低风险"),
    ("国家|中央", "省级|省本", "市级|市本", "[县区旗]级", "[镇乡]级|街道级", "[村社]", "自筹"),
    ("[Ⅳ四][级类]|IV级", "[Ⅲ三][级类]|III级", "[Ⅱ二][级类]|(?<!I)II级", "[Ⅰ一][级类]|(?<![IV])I级"),
    ("红色", "橙色", "黄色", "蓝色"),
    ("A[级类档]", "B[级类档]", "C[级类档]", "D[级类档]", "E[级类档]"),
    ("一般程序|普通程序", "简易程序"),
    ("大型|大\\(", "中型", "小型", "微型"),
    ("自然灾害", "事故灾难", "公共卫生", "社会安全"),
    ("甲[级类]", "乙[级类]", "丙[级类]"),
    ("道路|(?<!铁路)(?<!水上)交通", "火灾", "工矿|工贸|商贸|工商|轻工", "建筑|施工|房建", "铁路",
     "水上|渔", "农机", "其他"),
    ("灭火|火灾|扑救", "抢险|应急救援", "社会救[助援]", "公务|勤务|安保", "虚假|误报", "其他"),
    ("滑坡", "崩塌", "泥石流", "塌陷", "地裂缝", "不稳定斜坡|斜坡", "其他"),
    ("综合(?:应急)?演练", "专项(?:应急)?演练", "现场处置"),
    ("死亡", "受伤|(?<![重轻])伤", "失踪|失联", "重伤", "轻伤"),
    ("农业损失|农林", "工矿|工商", "基础设施", "家庭财产", "公益设施|公共服务"),
    ("街道", "镇", "乡", "开发区|园区"),
    ("危化|危险化学品|化工", "工贸|商贸", "矿山|煤矿|尾矿", "建筑|施工", "烟花", "其他"),
    ("企业", "学校|校园", "社区", "农村|村庄", "机关", "家庭", "公共场所", "其他"),
    ("汛期|主汛期", "非汛期"),
    ("一季度", "二季度", "三季度", "四季度"),
    ("上半年", "下半年"),
    ("第?一产业?", "第?二产业?", "第?三产业?"),
    ("当场|立即|立行", "限期", "停产"),
    ("专职", "兼职", "志愿"),
))
_HALVES = (
    ("集中", "分散"),
    ("男", "女"),
    ("城镇|城市", "农村|乡村"),
    ("(?<!非)户籍", "非户籍|流动"),
    ("境内", "境外"),
    ("公办|公立", "民办|私立"),
    ("夏粮|小春", "秋粮|大春"),
    ("线上", "线下"),
    ("出口", "进口"),
    ("已", "未|正在"),
)
_DENIED = "非不未无"
_PLACE = re.compile(r"^[\u4e00-\u9fff]{1,5}?(?:县|[市镇乡区]|街道|开发区)$")
# fmt: on


def are_apart(names: Sequence[str]) -> bool:
    """Whether nothing that is named can be counted twice (互不重叠)."""
    if len(names) < 2:
        return False
    return (
        are_halves(names)
        or any(_on_rungs(ladder, names) for ladder in _LADDERS)
        or (len(set(names)) == len(names) and all(_PLACE.search(name) for name in names))
    )


def _on_rungs(ladder: Sequence[re.Pattern[str]], names: Sequence[str]) -> bool:
    rungs = [
        next((i for i, step in enumerate(ladder) if step.search(name)), None) for name in names
    ]
    return None not in rungs and len(set(rungs)) == len(names)


def are_halves(names: Sequence[str]) -> bool:
    """集中安置 and 分散安置, 合格 and 不合格: there is no third (非此即彼)."""
    if len(names) != 2:
        return False
    one, other = names
    return (
        deny(one, other)
        or deny(other, one)
        or any(
            re.search(a, x) and re.search(b, y) and not re.search(b, x)
            for a, b in _HALVES
            for x, y in ((one, other), (other, one))
        )
    )


def deny(one: str, other: str) -> bool:
    """Whether the other is what the one is not: 合格, 不合格 (否定)."""
    return len(one) > 1 and any(other == mark + one for mark in _DENIED)
