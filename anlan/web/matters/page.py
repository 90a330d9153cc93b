"""What a matter's page shows, worked out before the template draws it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from anlan.kernel.flow import Move
from anlan.kernel.trail import LOCAL
from anlan.matters import access, rules
from anlan.matters.flow import Stage
from anlan.matters.models import (
    Evidence,
    Extension,
    InterimControl,
    Matter,
    Rectification,
    Supervision,
)
from anlan.matters.models.kinds import clauses
from anlan.people.access import Scope
from anlan.people.models import Post, Tenure
from anlan.web.reading import moment, sector_label, short_moment
from anlan.web.work.lists import next_deed

from .deeds import DEEDS
from .sketch import Sketch, sketch_of
from .timeline import Line, lines_of

SHOWN_FIRST = 3  # so many buttons stand open, the others behind “更多”
GRAVE = {"void", "merge", "discard", "refuse", "send_back", "refuse_extension"}
STEPS = ("发现", "上报", "流转交办", "办结反馈", "闭环")
# How many of the five steps lie behind a matter at each stage.
BEHIND = {
    Stage.DRAFT: 1,
    Stage.REPORTED: 2,
    Stage.ADOPTED: 3,
    Stage.DISPATCHED: 3,
    Stage.RECTIFYING: 3,
    Stage.CONTROLLED: 3,
    Stage.SUBMITTED: 4,
    Stage.CLOSED: 5,
}

DETAILS = {
    "contact": "来电人",
    "document": "文号",
    "leader": "督办领导",
    "handling": "处置分工",
    "reply": "给群众的答复",
    "accuracy_m": "定位精度（米）",
}
HANDLED_BY = {"SELF": "企业自行整改", "TOWN": "镇街处置", "DEPARTMENT": "行业部门处置"}


@dataclass(frozen=True)
class Step:
    """One of the five steps: done, going on, or still to come."""

    label: str
    look: str
    at: str


@dataclass(frozen=True)
class Turn:
    """Whose turn it is, who sits there, how to ring them, and what they have to do."""

    post: Post
    names: str
    words: str


@dataclass(frozen=True)
class PlanLine:
    """One of the lists of the plan; empty where it is still missing."""

    label: str
    words: str


@dataclass(frozen=True)
class Round:
    """One time that it was said to be done, with what was shown."""

    rectification: Rectification
    photos: tuple[Evidence, ...]


@dataclass(frozen=True)
class Page:
    """Everything on the page of one matter."""

    matter: Matter
    turn: Turn | None
    supervision: Supervision | None
    next: Move | None  # what brings it forward, where that is this person's to do
    deeds: tuple[Move, ...]
    more: tuple[Move, ...]
    steps: tuple[Step, ...]
    control: InterimControl | None
    details: tuple[tuple[str, str], ...]
    plan_name: str
    plan: tuple[PlanLine, ...]
    found: tuple[Evidence, ...]
    rounds: tuple[Round, ...]
    repeated: frozenset[int]  # pictures of the mended state that were taken before it was mended
    lines: tuple[Line, ...]
    extension: Extension | None
    clause: rules.Clause | None
    sector: str
    related: tuple[tuple[str, Matter], ...]
    sketch: Sketch | None
    chat: str


def page_of(matter: Matter, scope: Scope, at: datetime) -> Page:
    """Gather the page as this person may see it (事项详情)."""
    deeds = [
        move
        for move in access.deeds_open_to(scope, matter)
        if move.name in DEEDS or move.name == "edit"
    ]
    forward = next_deed(scope, matter)
    first = sorted(
        (move for move in deeds if move.name not in GRAVE), key=lambda move: move != forward
    )[:SHOWN_FIRST]
    evidence = list(matter.evidence.select_related("file", "by").order_by("pk"))
    # Before dispatch the lists are nobody's omission yet.
    lists = matter.rule.lists_for(matter.grade) if matter.dispatched_at or matter.plan else ()
    return Page(
        matter=matter,
        turn=_turn(matter, at),
        supervision=matter.supervisions.filter(ended_at=None).select_related("post").first(),
        next=forward,
        deeds=tuple(first),
        more=tuple(move for move in deeds if move not in first),
        steps=_steps(matter, at),
        control=matter.controls.filter(ended_at=None).order_by("-at").first(),
        details=tuple(_details(matter)),
        plan_name=_plan_name(lists),
        plan=_plan(matter, lists),
        found=tuple(e for e in evidence if e.rectification_id is None),
        rounds=_rounds(matter, evidence),
        repeated=_repeated(evidence),
        lines=tuple(lines_of(matter)),
        extension=matter.extensions.filter(approved=None).select_related("asked_by").first(),
        clause=clauses().get(matter.clause),
        sector=sector_label(matter.sector),
        related=tuple(_related(matter, scope)),
        sketch=sketch_of(matter),
        chat=rules.chat_lines([matter.line(at)]),
    )


def _turn(matter: Matter, at: datetime) -> Turn | None:
    post = matter.checker if matter.stage == Stage.SUBMITTED else matter.owner
    if matter.due_at is None or post is None:
        return None
    words = {
        Stage.REPORTED: _("交办"),
        Stage.DISPATCHED: _("接办"),
        Stage.RECTIFYING: _("整改"),
        Stage.CONTROLLED: _("整改（措施已落实，隐患未消除）"),
        Stage.SUBMITTED: _("核查"),
        Stage.ADOPTED: _("答复（待隐患办结）"),
    }
    held = Tenure.objects.valid_on(at.astimezone(LOCAL).date()).filter(post=post)
    names = "、".join(held.order_by("deputy", "pk").values_list("person__name", flat=True)[:4])
    return Turn(post, names, words.get(Stage(matter.stage), ""))


def _steps(matter: Matter, at: datetime) -> tuple[Step, ...]:
    behind = BEHIND.get(Stage(matter.stage), 0)
    last = matter.rectifications.order_by("-round").values_list("at", flat=True).first()
    times = (matter.found_at, None, matter.dispatched_at, last, matter.closed_at)
    steps = []
    for number, label in enumerate(STEPS):
        look = "done" if number < behind else "now" if number == behind else ""
        steps.append(Step(_(label), look, short_moment(times[number], at) if look else ""))
    return tuple(steps)


def _plan_name(lists: tuple[rules.PlanList, ...]) -> str:
    if not lists:
        return ""
    return {3: _("三张清单"), 5: _("五落实")}.get(len(lists), _("清单"))


def _plan(matter: Matter, lists: tuple[rules.PlanList, ...]) -> tuple[PlanLine, ...]:
    words = {**matter.plan, "deadline": moment(matter.deadline)}
    return tuple(PlanLine(rules.PLAN_LISTS[name], str(words.get(name) or "")) for name in lists)


def _details(matter: Matter) -> Iterable[tuple[str, str]]:
    """What only some matters have: document, leader, who handles it, who was told, the reply."""
    given = matter.details
    for key, label in DETAILS.items():
        if given.get(key):
            yield _(label), HANDLED_BY.get(given[key], str(given[key]))
    if told := Post.objects.filter(pk__in=given.get("informed") or ()):
        yield _("告知岗位"), "、".join(post.name for post in told)


def _rounds(matter: Matter, evidence: list[Evidence]) -> tuple[Round, ...]:
    rounds = matter.rectifications.select_related("by", "post", "judged_by", "on_behalf_of")
    return tuple(
        Round(each, tuple(e for e in evidence if e.rectification_id == each.pk))
        for each in rounds.order_by("-round")
    )


def _repeated(evidence: list[Evidence]) -> frozenset[int]:
    """What is given as mended and is, byte for byte, what showed the danger (同一张)."""
    phase = Evidence.Phase
    seen = {e.file.sha256 for e in evidence if e.phase in (phase.FOUND, phase.BEFORE)}
    return frozenset(e.pk for e in evidence if e.phase == phase.AFTER and e.file.sha256 in seen)


def _related(matter: Matter, scope: Scope) -> list[tuple[str, Matter]]:
    """Matters that hang together with this one, as far as this person sees them."""
    merging = getattr(matter, "merging", None)
    wanted = [(_("来自"), matter.parent_id), (_("已并入"), merging.into_id if merging else None)]
    wanted += [(_("由此产生"), pk) for pk in matter.children.values_list("pk", flat=True)[:20]]
    wanted += [(_("并入本件"), pk) for pk in matter.merged.values_list("matter", flat=True)[:20]]
    seen = access.visible_to(scope).in_bulk([pk for _label, pk in wanted if pk])
    return [(label, seen[pk]) for label, pk in wanted if pk in seen]
