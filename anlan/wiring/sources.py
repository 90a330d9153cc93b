"""What rooms above tell the rooms below (来源登记): the parts of one file per enterprise.

The register knows nothing of matters; here it learns to ask for them, each as the asker may see it.
"""

from anlan.accidents.access import visible_to as accidents_visible_to
from anlan.kernel.refs import Ref
from anlan.matters.access import visible_to
from anlan.matters.models import Extension, Matter, Supervision
from anlan.people.access import Scope
from anlan.people.models import Body
from anlan.records.access import visible_to as records_visible_to
from anlan.registry.access import Line, Section, register_section
from anlan.registry.access.enterprise import LATEST


def register() -> None:
    """Make every source known; called once, when the house is put together."""
    register_section("matters", order=20, source=_matters)
    register_section("visits", order=25, source=_visits)
    register_section("supervisions", order=30, source=_supervisions)
    register_section("extensions", order=40, source=_extensions)
    register_section("accidents", order=15, source=_accidents)


def _matters(body: Body, scope: Scope) -> Section:
    rows = visible_to(scope).filter(body=body).exclude(stage=Matter.Stage.DRAFT)
    latest = rows.order_by("-found_at", "-pk")[:LATEST]
    lines = (Line(str(row), row.get_stage_display(), row.found_at, Ref.of(row)) for row in latest)
    return Section("matters", "事项", rows.count(), tuple(lines))


def _accidents(body: Body, scope: Scope) -> Section:
    """What happened there (事故): those that count."""
    rows = accidents_visible_to(scope).kept().filter(body=body)
    latest = rows.order_by("-happened_at", "-pk")[:LATEST]
    lines = (
        Line(f"{row.title}（{row.toll.words()}）", row.get_grade_display(), row.happened_at,
             Ref.of(row))
        for row in latest
    )  # fmt: skip
    return Section("accidents", "事故", rows.count(), tuple(lines))


def _visits(body: Body, scope: Scope) -> Section:
    """What was done with it (检查与走访): inspections, drills, courses it took part in."""
    rows = records_visible_to(scope).kept().filter(visits__body=body)
    latest = rows.order_by("-started_at", "-pk")[:LATEST]
    lines = (Line(row.title, row.rule.label, row.started_at, Ref.of(row)) for row in latest)
    return Section("visits", "检查与活动", rows.count(), tuple(lines))


def _supervisions(body: Body, scope: Scope) -> Section:
    rows = Supervision.objects.filter(matter__in=visible_to(scope).filter(body=body))
    latest = rows.select_related("matter", "post").order_by("-since", "-pk")[:LATEST]
    lines = (
        Line(
            f"{row.post} 督办 {row.matter}",
            "已结束" if row.ended_at else "督办中",
            row.since,
            Ref.of(row.matter),
        )
        for row in latest
    )
    return Section("supervisions", "督办记录", rows.count(), tuple(lines))


def _extensions(body: Body, scope: Scope) -> Section:
    rows = Extension.objects.filter(matter__in=visible_to(scope).filter(body=body))
    latest = rows.select_related("matter").order_by("-asked_at", "-pk")[:LATEST]
    states = {None: "待审批", True: "已批准", False: "未批准"}
    lines = (
        Line(f"{row.matter}：{row.reason}", states[row.approved], row.asked_at, Ref.of(row.matter))
        for row in latest
    )
    return Section("extensions", "延期记录", rows.count(), tuple(lines))
