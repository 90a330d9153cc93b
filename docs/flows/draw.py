"""Draw the flow tables of the rooms as pages a bureau chief can read: `python docs/flows/draw.py`.

The pages are committed; a test of each room holds them against the code.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent


def matters() -> str:
    """The life of a matter: its diagram, its moves, its other deeds, the limits of each kind."""
    from anlan.matters.flow import AT_REST, DEEDS, FLOW, STAYS, Stage
    from anlan.matters.models.kinds import kinds

    words = {stage.value: stage.label for stage in Stage} | {STAYS: "（不变）"}
    lines = [
        "# 事项的流程 The life of a matter",
        "",
        "由 `docs/flows/draw.py` 从代码画出，请勿手改。",
        "",
    ]
    lines += ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{stage.label}" as {stage.value}' for stage in Stage]
    lines += ["    [*] --> DRAFT: 登记"]
    for move in FLOW:
        lines += [f"    {source} --> {move.target}: {move.term}" for source in move.sources]
    lines += [f"    {stage.value} --> [*]" for stage in AT_REST if stage != Stage.DRAFT]
    lines += ["```", ""]
    for title, table in (("环节变动 Moves", FLOW), ("其他可办的事 Other deeds", DEEDS)):
        lines += [
            f"## {title}",
            "",
            "| 办理 | 名称 | 从 | 到 | 由谁 | 必须给出 |",
            "|---|---|---|---|---|---|",
        ]
        for move in table:
            sources = "全部" if set(move.sources) == set(Stage) else _joined(words, move.sources)
            cells = (move.term, f"`{move.name}`", sources, words[move.target])
            lines.append(f"| {' | '.join((*cells, WHO[move.by], move.carry or '—'))} |")
        lines.append("")
    lines += ["## 各种类的期限 Limits by kind", "", f"| 种类 | {' | '.join(LIMITS.values())} |"]
    lines.append("|---" * (len(LIMITS) + 1) + "|")
    for kind in kinds().values():
        spans = (getattr(kind.limits, name).words for name in LIMITS)
        lines.append(f"| {kind.label} | {' | '.join(spans)} |")
    return "\n".join(lines) + "\n"


def duty() -> str:
    """The life of a swap of shifts."""
    from anlan.duty.flow import FLOW, Stage

    lines = [
        "# 换班的流程 Swapping shifts",
        "",
        "由 `docs/flows/draw.py` 从代码画出，请勿手改。",
        "",
    ]
    lines += ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{stage.label}" as {stage.value}' for stage in Stage]
    lines += ["    [*] --> ASKED: 申请换班"]
    lines += [f"    {s} --> {move.target}: {move.term}" for move in FLOW for s in move.sources]
    lines += ["```", "", "| 办理 | 名称 | 从 | 到 | 由谁 | 必须给出 |", "|---|---|---|---|---|---|"]
    words = {stage.value: stage.label for stage in Stage}
    who = {"other": "对方", "asker": "申请人", "time": "到开班时间，系统自动"}
    for move in FLOW:
        cells = (move.term, f"`{move.name}`", _joined(words, move.sources), words[move.target])
        lines.append(f"| {' | '.join((*cells, who[move.by], move.carry or '—'))} |")
    return "\n".join(lines) + "\n"


def papers() -> str:
    """The life of a paper, and its other deeds."""
    from anlan.papers.flow import DEEDS, FLOW, STAYS, Stage

    words = {stage.value: stage.label for stage in Stage} | {STAYS: "（不变）"}
    who = {"drafter": "拟稿人", "issuer": "有签发权的另一人", "authority": "有撤回权的人"}
    who |= {"addressee": "主送单位"}
    carried = {"reason": "原因", "values": "要素", "words": "回复内容", "paper": "新文书"}
    lines = [
        "# 文书的流程 The life of a paper",
        "",
        "由 `docs/flows/draw.py` 从代码画出，请勿手改。",
        "",
    ]
    lines += ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{stage.label}" as {stage.value}' for stage in Stage]
    lines += ["    [*] --> DRAFT: 拟稿"]
    lines += [f"    {s} --> {move.target}: {move.term}" for move in FLOW for s in move.sources]
    lines += ["```", "", "| 办理 | 名称 | 从 | 到 | 由谁 | 必须给出 |", "|---|---|---|---|---|---|"]
    for move in (*FLOW, *DEEDS):
        cells = (move.term, f"`{move.name}`", _joined(words, move.sources), words[move.target])
        carry = carried.get(move.carry or "", "—")
        lines.append(f"| {' | '.join((*cells, who[move.by], carry))} |")
    return "\n".join(lines) + "\n"


def records() -> str:
    """The life of a record, and every kind with what it asks for."""
    from anlan.records.flow import DEEDS, FLOW, STAYS, Stage
    from anlan.records.models import kinds
    from anlan.records.rules import NEEDS

    words = {stage.value: stage.label for stage in Stage} | {STAYS: "（不变）"}
    who = {"enterer": "录入人", "authority": "录入人，或辖区内有此权限的岗位",
           "insider": "参加的人、组织单位，或辖区内可更正的岗位"}  # fmt: skip
    lines = ["# 台账的流程 The life of a record", ""]
    lines += ["由 `docs/flows/draw.py` 从代码画出，请勿手改。", "", "```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{stage.label}" as {stage.value}' for stage in Stage]
    lines += ["    [*] --> DRAFT: 登记"]
    lines += [f"    {s} --> {move.target}: {move.term}" for move in FLOW for s in move.sources]
    lines += ["```", "", "| 办理 | 名称 | 从 | 到 | 由谁 | 必须给出 |", "|---|---|---|---|---|---|"]
    for move in (*FLOW, *DEEDS):
        cells = (move.term, f"`{move.name}`", _joined(words, move.sources), words[move.target])
        lines.append(f"| {' | '.join((*cells, who[move.by], move.carry or '—'))} |")
    lines += [
        "",
        "## 种类 Kinds",
        "",
        "| 分组 | 种类 | 必填 | 计数 | 检查表 | 补录期限 |",
        "|---|---|---|---|---|---|",
    ]
    for kind in kinds().values():
        asked = "、".join(NEEDS[need] for need in kind.needs) or "—"
        counts = "、".join(f"{each.label}（{each.unit}）" for each in kind.counts) or "—"
        cells = (
            kind.group,
            kind.label,
            asked,
            counts,
            f"{len(kind.checklists) or '—'}",
            f"{kind.late_days}天",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def callup() -> str:
    """The life of a call-up, of each person in it, and the profiles laid out in time."""
    from anlan.callup.flow import FLOW, Stage, State
    from anlan.callup.models.profiles import profiles
    from anlan.callup.rules import plan_of

    words = {stage.value: stage.label for stage in Stage}
    lines = [
        "# 叫应的流程 The life of a call-up",
        "",
        "由 `docs/flows/draw.py` 从代码画出，请勿手改。",
        "",
        "```mermaid",
        "stateDiagram-v2",
    ]
    lines += [f'    state "{stage.label}" as {stage.value}' for stage in Stage]
    lines += ["    [*] --> DRAFT: 拟稿"]
    for move in FLOW:
        lines += [f"    {source} --> {move.target}: {move.term}" for source in move.sources]
    lines += ["    ENDED --> [*]", "    VOID --> [*]", "```", ""]
    lines += ["| 办理 | 名称 | 从 | 到 | 必须给出 |", "|---|---|---|---|---|"]
    for move in FLOW:
        cells = (move.term, f"`{move.name}`", _joined(words, move.sources), words[move.target])
        lines.append(f"| {' | '.join((*cells, move.carry or '—'))} |")
    lines += ["", "## 应答人的状态 Where a person stands", ""]
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
    return "\n".join(lines)


def dues() -> str:
    """The life of an arrear and of the rungs it climbs, and the ladders."""
    from anlan.dues.flow import FLOW, STEPS, Stage, Standing
    from anlan.dues.models import ladders

    lines = ["# 欠账与督促的流程 What is late, and how it climbs", ""]
    lines += ["由 `docs/flows/draw.py` 从代码画出，请勿手改。", ""]
    who = {"time": "系统定时", "climber": "有此权限的岗位；文书由另一人签发"}
    for title, stages, flow in (("欠账", Stage, FLOW), ("督促措施", Standing, STEPS)):
        words = {stage.value: str(stage.label) for stage in stages}
        lines += [
            f"## {title}",
            "",
            "| 办理 | 名称 | 从 | 到 | 由谁 | 必须给出 |",
            "|---|---|---|---|---|---|",
        ]
        for move in flow:
            cells = (move.term, f"`{move.name}`", _joined(words, move.sources), words[move.target])
            lines.append(f"| {' | '.join((*cells, who[move.by], move.carry or '—'))} |")
        lines.append("")
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
    return "\n".join(lines)


def accidents() -> str:
    """The life of an accident, its other deeds, and every statutory clock."""
    from anlan.accidents.flow import DEEDS, FLOW, STAYS, Stage
    from anlan.accidents.models import clocks, scopes
    from anlan.accidents.models.accident import Grade

    words = {stage.value: stage.label for stage in Stage} | {STAYS: "（不变）"}
    who = {"authority": "辖区内有此权限的岗位", "approver": "有此权限、且没有提交报告的人",
           "insider": "有权限的岗位、事故单位、首报人"}  # fmt: skip
    carried = {"group": "调查组", "findings": "结论", "reason": "理由", "paper": "文号",
               "measures": "措施已销号", "decision": "核销决定", "toll": "伤亡损失",
               "clock": "哪一项", "category": "口径和类别", "grounds": "依据",
               "treatment": "处理建议", "outcome": "结果", "measure": "措施",
               "evidence": "材料"}  # fmt: skip
    lines = ["# 事故的流程 The life of an accident", ""]
    lines += ["由 `docs/flows/draw.py` 从代码画出，请勿手改。", "", "```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{stage.label}" as {stage.value}' for stage in Stage]
    lines += ["    [*] --> REPORTED: 事故快报"]
    lines += [f"    {s} --> {move.target}: {move.term}" for move in FLOW for s in move.sources]
    lines += ["```", "", "| 办理 | 名称 | 从 | 到 | 由谁 | 必须给出 |", "|---|---|---|---|---|---|"]
    for move in (*FLOW, *DEEDS):
        cells = (move.term, f"`{move.name}`", _joined(words, move.sources), words[move.target])
        carry = carried.get(move.carry or "", "—")
        lines.append(f"| {' | '.join((*cells, who[move.by], carry))} |")
    lines += ["", "## 时限 Clocks", "", "| 时限 | 谁 | 向谁 | 起点 | 多久 | 适用 | 依据 |"]
    lines.append("|---|---|---|---|---|---|---|")
    begins = {"known": "单位负责人接报", "reported": "县级接报", "happened": "事故发生",
              "submitted": "提交调查报告", "replied": "批复", "after": "上一级已报"}  # fmt: skip
    for rule in clocks().values():
        least = f"{Grade(rule.least).label}以上" if rule.least else "全部等级"
        where = "、".join(scopes()[key].label for key in rule.scopes)
        fits = f"{least}；{where}" if where else least
        cells7 = (rule.label, rule.who, rule.to or "—", begins[rule.begins], rule.span_words, fits)
        lines.append(f"| {' | '.join((*cells7, rule.clause))} |")
    return "\n".join(lines) + "\n"


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
WHO = {
    "opener": "登记人",
    "finder": "发现人或同岗位同事",
    "owner": "承办岗位",
    "dispatcher": "交办岗位（或辖区内有此权限）",
    "grader": "交办岗位（或辖区内有此权限）",
    "checker": "核查岗位；参与过整改的人除外",
    "approver": "核查岗位或上级；申请人除外",
    "authority": "辖区内有此权限的岗位",
    "participant": "有关各方",
}


def _joined(words: dict[str, str], stages: tuple[str, ...]) -> str:
    return "、".join(words[stage] for stage in stages)


def main() -> None:
    sys.path.insert(0, str(HERE.parents[1]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.settings")
    import django

    django.setup()
    (HERE / "matters.md").write_text(matters(), encoding="utf-8")
    (HERE / "callup.md").write_text(callup(), encoding="utf-8")
    (HERE / "records.md").write_text(records(), encoding="utf-8")
    (HERE / "papers.md").write_text(papers(), encoding="utf-8")
    (HERE / "dues.md").write_text(dues(), encoding="utf-8")
    (HERE / "accidents.md").write_text(accidents(), encoding="utf-8")
    (HERE / "duty.md").write_text(duty(), encoding="utf-8")


if __name__ == "__main__":
    main()
