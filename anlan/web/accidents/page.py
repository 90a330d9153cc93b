"""What the page of one accident shows, worked out before the template draws it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from anlan.accidents import access, actions
from anlan.accidents.models import (
    Accident,
    CasualtyReport,
    Clock,
    Evaluation,
    Evidence,
    Investigation,
    Misreport,
    Removal,
    Treatment,
    loss_words,
)
from anlan.kernel.models import TrailEntry
from anlan.matters.access import visible_to as matters_visible_to
from anlan.matters.models import Matter

from .. import reading
from ..areas.sketch import sketch_of_place
from ..deeds import Line, history_of
from ..ledgers.asker import Asker
from ..matters.sketch import Sketch
from ..reading import Light, sector_label
from .ledger import grade_chip

LABELS = {"reason": "理由", "words": "说明", "toll": "伤亡损失", "grade": "等级", "why": "认定",
          "clock": "时限", "met_at": "报出时间", "late": "超时", "due": "期限", "into": "并入",
          "merged": "并入本起", "clause": "条款", "paper": "文号", "level": "负责调查",
          "manner": "组织方式", "head": "组长", "days": "天数", "matter": "任务", "title": "名称",
          "kind": "种类", "fine": "罚款（万元）", "misreport": "情形", "grounds": "依据",
          "happened_at": "发生时间", "place": "地点", "unit": "单位", "course": "经过",
          "taken": "措施", "overview": "单位概况", "industry": "行业代码", "alike": "疑似重复",
          "name": "文件", "added": "新增", "given": "行数"}  # fmt: skip


@dataclass(frozen=True)
class ClockShown:
    """One clock as a light: what, by whom to whom, how it stands, by which clause."""

    clock: Clock
    light: Light
    who: str
    to: str


@dataclass(frozen=True)
class Told:
    """One statement of the toll, with the grade after it."""

    report: CasualtyReport
    chip: SafeString
    changed: bool  # the grade is another one than before


@dataclass(frozen=True)
class Page:
    """Everything on the page of one accident."""

    chip: SafeString
    first_chip: SafeString
    numbers: list[tuple[str, str]]
    feared: str
    duties: list[ClockShown]  # still owed
    done: list[ClockShown]
    told: list[Told]
    facts: list[tuple[str, str]]
    evidence: list[Evidence]
    inquiry: Investigation | None
    treatments: list[Treatment]
    measures: list[Matter]
    misreports: list[Misreport]
    removals: list[Removal]
    evaluation: Evaluation | None
    alike: list[tuple[Accident, str]]
    merged: list[Accident]
    late: str  # what the clocks say about lateness, before anybody found so
    sketch: Sketch | None
    lines: list[Line]


def page_of(accident: Accident, asker: Asker) -> Page:
    """Gather the page as this person may see it."""
    clocks = [_shown(one, asker.at) for one in accident.clocks.order_by("start", "due_at", "pk")
              if one.dropped_at is None]  # fmt: skip
    told = list(accident.reports.select_related("by", "post").order_by("round"))
    seen = access.visible_to(asker.scope)
    return Page(
        chip=grade_chip(accident.grade, accident.get_grade_display()),
        first_chip=grade_chip(accident.first_grade, accident.get_first_grade_display()),
        numbers=_numbers(accident),
        feared=_feared(accident),
        duties=sorted(_owed(clocks), key=lambda one: one.clock.due_at),
        done=[one for one in clocks if one.clock.met_at],
        told=_told(told),
        facts=_facts(accident),
        evidence=list(accident.evidence.select_related("file").order_by("pk")),
        inquiry=getattr(accident, "investigation", None),
        treatments=list(accident.treatments.order_by("pk")),
        measures=_measures(accident, asker),
        misreports=list(accident.misreports.order_by("pk")),
        removals=list(accident.removals.order_by("pk")),
        evaluation=getattr(accident, "evaluation", None),
        alike=_alike(accident, asker),
        merged=list(seen.filter(merged_into=accident).order_by("pk")),
        late=_late(accident, clocks),
        sketch=sketch_of_place(accident.area, accident.lon, accident.lat),
        lines=history_of(accident, actions, LABELS) + _came_with(accident),
    )


def _owed(clocks: list[ClockShown]) -> list[ClockShown]:
    return [one for one in clocks if one.clock.met_at is None]


def _shown(clock: Clock, at: datetime) -> ClockShown:
    rule = clock.rule
    who, to = (rule.who, rule.to) if rule else ("", "")
    return ClockShown(clock, _light(clock, at), who, to)


def _light(clock: Clock, at: datetime) -> Light:
    exact = reading.moment(clock.due_at)
    if clock.rule and clock.rule.window:
        words = f"至{exact[:10]}" if clock.met_at is None else "已截止，终报固定"
        return Light("calm" if clock.met_at is None else "rest", "○", words, exact)
    if clock.met_at is None:
        return reading.light(clock.due_at, at)
    if clock.is_late:
        return Light("late", "▲", clock.late_words, exact)
    return Light("calm", "✓", "按时", exact)


def _told(reports: list[CasualtyReport]) -> list[Told]:
    shown, before = [], ""
    for one in reports:
        chip = grade_chip(one.grade, one.get_grade_display())
        shown.append(Told(one, chip, bool(before) and one.grade != before))
        before = one.grade
    return shown[::-1]


def _numbers(accident: Accident) -> list[tuple[str, str]]:
    people = (("死亡", accident.deaths), ("失踪", accident.missing),
              ("重伤", accident.serious_injuries), ("轻伤", accident.minor_injuries))  # fmt: skip
    said = [(word, "不清楚" if number is None else f"{number}人") for word, number in people]
    return [*said, ("直接经济损失", loss_words(accident.direct_loss))]


def _feared(accident: Accident) -> str:
    """By which grade it is reported upwards, where the missing make it graver."""
    if not accident.missing or accident.feared_grade == accident.grade:
        return ""
    label = Accident.Grade(accident.feared_grade).label
    return f"下落不明{accident.missing}人，按可能的{label}上报（条例第十二条第（四）项）"


def _facts(accident: Accident) -> list[tuple[str, str]]:
    kind, said = accident.kind_of_accident, accident.details
    counted = "计入" if accident.rule.production else "不计入"
    coded = f"{kind.label}（GB 6441—{kind.edition[-4:]} {kind.code}）" if kind else "未认定"
    rows = (
        ("统计口径", f"{accident.rule.label}（{counted}生产安全事故）"),
        ("事故类别", coded),
        ("行业领域", sector_label(accident.sector) if accident.sector else ""),
        ("行业代码", accident.industry),
        ("单位概况", str(said.get("overview", ""))),
        ("简要经过", str(said.get("course", ""))),
        ("已采取的措施", str(said.get("taken", ""))),
    )  # fmt: skip
    return [(label, value) for label, value in rows if value]


def _measures(accident: Accident, asker: Asker) -> list[Matter]:
    seen = matters_visible_to(asker.scope).filter(demanded_by_accident__accident=accident)
    return list(seen.select_related("area", "owner").order_by("pk"))


def _alike(accident: Accident, asker: Asker) -> list[tuple[Accident, str]]:
    why = accident.details.get("alike", {})
    seen = access.visible_to(asker.scope).kept().filter(number__in=why).order_by("pk")
    return [(one, why[one.number]) for one in seen]


def _late(accident: Accident, clocks: list[ClockShown]) -> str:
    """Which told too late, as long as nobody has found so: a person decides, not the clock."""
    if accident.misreports.exists():
        return ""
    late = [f"{one.who}“{one.clock.label}”{one.clock.late_words}"
            for one in clocks if one.clock.is_late and one.clock.kind in REPORTING]  # fmt: skip
    return "；".join(late)


REPORTING = ("unit_report", "county_up", "government", "telephone", "department")


def _came_with(accident: Accident) -> list[Line]:
    """The batch it came with, where it was imported."""
    number = accident.details.get("batch")
    if not number:
        return []
    entries = TrailEntry.objects.filter(subject_kind="accidents.batch", subject_id=number)
    return [Line(one, "批量导入", [("文件", one.note.get("name", ""))]) for one in entries]
