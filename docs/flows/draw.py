"""Draw the flow tables of the rooms as pages a bureau chief can read: `python docs/flows/draw.py`.

Every Flow of every room stands on its room's page. The pages are committed, and
tests/architecture/test_flows.py holds them against the code; a room that gets a flow, or another
one, must be given its words in PAGES.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HOUSE = HERE.parents[1] / "anlan"
NOTE = "由 `docs/flows/draw.py` 从代码画出，请勿手改。"


@dataclass(frozen=True)
class Page:
    """What the code cannot say: titles, what each Flow is about, who acts, where a life begins."""

    title: str
    flows: Mapping[str, str]  # the name of the Flow in the code → its heading
    who: Mapping[str, str]
    begins: Mapping[str, Mapping[str, str]]  # of a Flow: the first stages, and how they are reached
    carried: Mapping[str, str] = field(default_factory=dict)  # where other words fit than CARRIED
    more: Callable[[], list[str]] = list


def rooms() -> list[str]:
    """Every room that has a flow."""
    found = {*HOUSE.glob("*/flow.py"), *HOUSE.glob("*/flow/__init__.py")}
    return sorted({path.relative_to(HOUSE).parts[0] for path in found} - {"kernel"})


def draw(room: str) -> str:
    """The page of a room."""
    from anlan.kernel.flow import Flow

    module, page = import_module(f"anlan.{room}.flow"), PAGES[room]
    flows = {name: value for name, value in vars(module).items() if isinstance(value, Flow)}
    assert set(flows) == set(page.flows), f"PAGES names {set(page.flows)}, the code {set(flows)}"
    at_rest = {str(stage) for stage in getattr(module, "AT_REST", ())}
    lines = [f"# {page.title}", "", NOTE, ""]
    for name, flow in flows.items():
        if len(flows) > 1:
            lines += [f"## {page.flows[name]}", ""]
        moves = list(flow)
        stages = type(moves[0].sources[0])
        if any(move.target for move in moves):
            lines += [*_diagram(moves, stages, page.begins[name], at_rest), ""]
        lines += [*_table(moves, stages, page), ""]
    return "\n".join([*lines, *page.more()]).rstrip() + "\n"


def _diagram(
    moves: list[Any], stages: Any, begins: Mapping[str, str], at_rest: set[str]
) -> Iterator[str]:
    yield from ("```mermaid", "stateDiagram-v2")
    for stage in stages:
        yield f'    state "{stage.label}" as {stage.value}'
    for stage, word in begins.items():
        yield f"    [*] --> {stage}: {word}"
    for move in moves:
        for source in move.sources:
            yield f"    {source} --> {move.target}: {move.term}"
    left = {str(source) for move in moves for source in move.sources}
    for stage in stages:
        if stage not in left or (stage in at_rest and stage not in begins):
            yield f"    {stage.value} --> [*]"
    yield "```"


def _table(moves: list[Any], stages: Any, page: Page) -> Iterator[str]:
    yield "| 办理 | 名称 | 从 | 到 | 由谁 | 必须给出 |"
    yield "|---|---|---|---|---|---|"
    words = {stage.value: str(stage.label) for stage in stages} | {"": "（不变）"}
    for move in moves:
        sources = "、".join(words[stage] for stage in move.sources)
        if set(move.sources) == set(stages) and len(move.sources) > 1:
            sources = "全部"
        carried = (CARRIED | dict(page.carried))[move.carry] if move.carry else "—"
        cells = (move.term, f"`{move.name}`", sources, words[move.target], page.who[move.by])
        yield f"| {' | '.join((*cells, carried))} |"


# --- what stands below the tables -----------------------------------------------------------------


def _limits() -> list[str]:
    from anlan.matters.models.kinds import kinds

    lines = ["## 各种类的期限 Limits by kind", "", f"| 种类 | {' | '.join(LIMITS.values())} |"]
    lines.append("|---" * (len(LIMITS) + 1) + "|")
    for kind in kinds().values():
        spans = (getattr(kind.limits, name).words for name in LIMITS)
        lines.append(f"| {kind.label} | {' | '.join(spans)} |")
    return lines


def _kinds_of_records() -> list[str]:
    from anlan.records.models import kinds
    from anlan.records.rules import NEEDS

    lines = ["## 种类 Kinds", "", "| 分组 | 种类 | 必填 | 计数 | 检查表 | 补录期限 |"]
    lines.append("|---|---|---|---|---|---|")
    for kind in kinds().values():
        asked = "、".join(NEEDS[need] for need in kind.needs) or "—"
        counts = "、".join(f"{each.label}（{each.unit}）" for each in kind.counts) or "—"
        lists, late = f"{len(kind.checklists) or '—'}", f"{kind.late_days}天"
        lines.append(f"| {' | '.join((kind.group, kind.label, asked, counts, lists, late))} |")
    return lines


def _states_and_profiles() -> list[str]:
    from anlan.callup.flow import State
    from anlan.callup.models.profiles import profiles
    from anlan.callup.rules import plan_of

    lines = ["## 应答人的状态 Where a person stands", ""]
    lines += [f"- {state.label} `{state.value}`" for state in State]
    lines += ["", "## 叫应方案 Profiles", ""]
    for profile in profiles().values():
        lines += [f"### {profile.label}", ""]
        if not profile.filled:
            lines += ["步骤待本地填写，填写以前不能使用。", ""]
            continue
        for shot in plan_of(profile).shots:
            lines.append(f"- 第 {shot.after} 秒：{'、'.join(shot.channels)}")
        if profile.notice:
            lines += [f"- 第 {profile.by_hand_after} 秒：没有应答的列为未叫到，不转人", ""]
            continue
        lines.append(f"- 第 {profile.pass_on_after} 秒（T2）：转下一人")
        lines += [f"- 第 {profile.by_hand_after} 秒（T3）：无人可转时转人工", ""]
    return lines


def _ladders() -> list[str]:
    from anlan.dues.models import ladders

    lines: list[str] = []
    for ladder in ladders().values():
        lines += [
            f"## {ladder.label}",
            "",
            "| 措施 | 何时提出 | 文书 | 回复 |",
            "|---|---|---|---|",
        ]
        for rung in ladder.rungs:
            reply = f"{rung.reply_days}天" if rung.reply_days else "—"
            lines.append(f"| {rung.label} | `{rung.when}` | {rung.paper or '系统内'} | {reply} |")
        lines.append("")
    return lines


def _clocks() -> list[str]:
    from anlan.accidents.models import clocks, scopes
    from anlan.accidents.models.accident import Grade

    lines = ["## 时限 Clocks", "", "| 时限 | 谁 | 向谁 | 起点 | 多久 | 适用 | 依据 |"]
    lines.append("|---|---|---|---|---|---|---|")
    begins = {"known": "单位负责人接报", "reported": "县级接报", "happened": "事故发生",
              "submitted": "提交调查报告", "replied": "批复", "after": "上一级已报"}  # fmt: skip
    for rule in clocks().values():
        least = f"{Grade(rule.least).label}以上" if rule.least else "全部等级"
        where = "、".join(scopes()[key].label for key in rule.scopes)
        fits = f"{least}；{where}" if where else least
        cells = (rule.label, rule.who, rule.to or "—", begins[rule.begins], rule.span_words, fits)
        lines.append(f"| {' | '.join((*cells, rule.clause))} |")
    return lines


# --- the words ------------------------------------------------------------------------------------

LIMITS = {
    "to_triage": "交办",
    "to_take": "接办",
    "to_rectify": "整改（自交办）",
    "to_redo": "退回重办",
    "to_check": "核查",
    "to_answer": "答复群众",
    "to_supervise": "督办人",
    "after_escalation": "升级后",
    "warn": "提前预警",
}
CARRIED = {
    "decision": "核销决定", "entry": "记录内容", "evidence": "佐证", "finding": "发现的问题",
    "findings": "结论", "grade": "等级", "group": "调查组", "into": "并入哪一件",
    "letter": "督办单内容", "listing": "挂牌内容", "measure": "措施", "measures": "措施已销号",
    "opinion": "意见", "order": "整改清单和岗位", "outcome": "结果", "paper": "文号",
    "paragraph": "段落", "reason": "理由", "reply": "答复", "until": "延至何时",
    "values": "要素", "words": "说明",
    "toll": "伤亡损失", "clock": "哪一项", "category": "口径和类别", "grounds": "依据",
    "treatment": "处理建议",
}  # fmt: skip
AUTHORITY = "辖区内有此权限的岗位"
BY_TIME = "系统定时"

PAGES = {
    "accidents": Page(
        "事故的流程 The life of an accident",
        {"FLOW": "环节变动 Moves", "DEEDS": "其他可办的事 Other deeds"},
        {"authority": AUTHORITY, "approver": "有此权限、且没有提交报告的人",
         "insider": "有权限的岗位、事故单位、首报人"},
        {"FLOW": {"REPORTED": "事故快报"}},
        carried={"evidence": "材料"},
        more=_clocks,
    ),
    "callup": Page(
        "叫应的流程 The life of a call-up",
        {"FLOW": "叫应 A call-up"},
        {"drafter": "拟稿人", "approver": "有批准权的另一人", "starter": "有启动权的岗位",
         "officer": "有紧急启动权的岗位；只限生命安全叫应"},
        {"FLOW": {"DRAFT": "拟稿"}},
        more=_states_and_profiles,
    ),
    "dues": Page(
        "欠账与督促的流程 What is late, and how it climbs",
        {"FLOW": "欠账 Arrears", "STEPS": "督促措施 Rungs"},
        {"time": BY_TIME, "climber": "有此权限的岗位；文书由另一人签发"},
        {"FLOW": {"OPEN": "记入欠账"}, "STEPS": {"PROPOSED": "提出措施"}},
        more=_ladders,
    ),
    "duty": Page(
        "换班的流程 Swapping shifts",
        {"FLOW": "换班 A swap"},
        {"other": "对方", "asker": "申请人", "time": "到开班时间，系统自动"},
        {"FLOW": {"ASKED": "申请换班"}},
    ),
    "figures": Page(
        "封账、考核和报告的流程 Frozen periods, assessment, reports",
        {"FLOW": "统计期封账 Frozen periods", "ROUNDS": "考核轮次 Rounds of assessment",
         "OBJECTIONS": "考核申诉 Objections", "REPORTS": "统计报告 Reports",
         "REPORT_DEEDS": "报告其他可办的事 Other deeds upon reports"},
        {"authority": AUTHORITY, "maker": "编制人或同权限的岗位",
         "checker": "有校核权、且没有编制的人"},
        {"FLOW": {"FROZEN": "封账"}, "ROUNDS": {"POSTED": "公示"}, "OBJECTIONS": {"RAISED": "申诉"},
         "REPORTS": {"DRAFT": "编制"}},
    ),
    "matters": Page(
        "事项的流程 The life of a matter",
        {"FLOW": "环节变动 Moves", "DEEDS": "其他可办的事 Other deeds"},
        {"opener": "登记人", "finder": "发现人或同岗位同事", "owner": "承办岗位",
         "dispatcher": "交办岗位（或辖区内有此权限）", "grader": "交办岗位（或辖区内有此权限）",
         "checker": "核查岗位；参与过整改的人除外", "approver": "核查岗位或上级；申请人除外",
         "authority": AUTHORITY, "participant": "有关各方"},
        {"FLOW": {"DRAFT": "登记"}},
        more=_limits,
    ),
    "papers": Page(
        "文书的流程 The life of a paper",
        {"FLOW": "环节变动 Moves", "DEEDS": "其他可办的事 Other deeds"},
        {"drafter": "拟稿人", "issuer": "有签发权的另一人", "authority": "有撤回权的人",
         "addressee": "主送单位"},
        {"FLOW": {"DRAFT": "拟稿"}},
        carried={"reason": "原因", "words": "回复内容", "paper": "新文书"},
    ),
    "records": Page(
        "台账的流程 The life of a record",
        {"FLOW": "环节变动 Moves", "DEEDS": "其他可办的事 Other deeds"},
        {"enterer": "录入人", "authority": "录入人，或辖区内有此权限的岗位",
         "insider": "参加的人、组织单位，或辖区内可更正的岗位"},
        {"FLOW": {"DRAFT": "登记"}},
        more=_kinds_of_records,
    ),
    "registry": Page(
        "底数的流程 The life of an item",
        {"FLOW": "底数 An item"},
        {"reviewer": "有复核权、且没有上报它的人", "registrar": "辖区内有登记权限的岗位"},
        {"FLOW": {"LISTED": "登记", "PROPOSED": "新增非在册隐患点"}},
    ),
    "watch": Page(
        "监测预警的流程 Alarms, warnings, stations, sightings",
        {"ALARMS": "实况告警 Alarms", "SIGHTINGS": "设备事件 Sightings",
         "STATIONS": "测站 Stations", "WARNINGS": "预警 Warnings"},
        {"answerer": f"应答岗位，或{AUTHORITY}", "keeper": AUTHORITY,
         "reviewer": AUTHORITY, "time": "系统自动",
         "drafter": "拟稿人", "approver": "有批准权的另一人", "canceller": "有解除权的岗位"},
        {"ALARMS": {"RAISED": "测到超限"}, "SIGHTINGS": {"WAITING": "设备上报"},
         "STATIONS": {"IN_USE": "设站"},
         "WARNINGS": {"DRAFT": "拟稿", "ISSUED": "收到外来预警", "REFUSED": "收到，核验不过"}},
    ),
}  # fmt: skip


def main() -> None:
    sys.path.insert(0, str(HOUSE.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.settings")
    import django

    django.setup()
    for room in rooms():
        (HERE / f"{room}.md").write_text(draw(room), encoding="utf-8")


if __name__ == "__main__":
    main()
