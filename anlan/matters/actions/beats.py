"""What several deeds keep alike. Each takes part in its caller's transaction and trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from anlan.kernel import calendar
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.models import StoredFile
from anlan.kernel.trail import LOCAL
from anlan.people.access import deeds_of
from anlan.people.models import Person, Post, Tenure

from .. import rules
from ..flow import DEEDS, Stage
from ..models import Evidence, Extension, Matter, Rectification, Supervision, kinds
from ..models.routing import Facts, propose

LOOK_AGAIN = "请刷新页面，查看最新状态后再办理"
MAY_CHECK = "matters.check"  # a post must have it before it can be named as checker


@dataclass(frozen=True)
class Shown:
    """A stored file, and what it shows (佐证)."""

    file: StoredFile
    phase: str = Evidence.Phase.OTHER
    caption: str = ""
    lon: float | None = None
    lat: float | None = None


def _due(matter: Matter, limit: str, at: datetime) -> datetime:
    """When a turn of this matter that begins now runs out."""
    return rules.due(getattr(matter.rule.limits, limit), at, calendar.load())


def _due_to_take(matter: Matter, deadline: datetime, at: datetime) -> datetime:
    """The limit for taking it up, never beyond the deadline itself unless that is past already."""
    limit = _due(matter, "to_take", at)
    return min(limit, deadline) if deadline > at else limit


def _numbers(kind: str, year: int, count: int) -> list[str]:
    """Fresh numbers, YH2024-000123; a number that was drawn is never drawn again."""
    prefix = kinds.kind_named(kind).prefix
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('matters_number') FROM generate_series(1, %s)", [count])
        return [f"{prefix}{year}-{drawn:06d}" for (drawn,) in cursor.fetchall()]


def _year(at: datetime) -> int:
    return at.astimezone(LOCAL).year


def _hold(matter: Matter, verb: str) -> None:
    """Lock the row and read it anew, for a deed that leaves the stage alone."""
    Matter.objects.select_for_update().only("pk").get(pk=matter.pk)
    matter.refresh_from_db()
    deed = DEEDS.moves[verb]
    if matter.stage not in deed.sources:
        stage = matter.get_stage_display()
        raise NotAllowed(f"{matter}现为“{stage}”，不能{deed.term}", mend=LOOK_AGAIN)


def _note(matter: Matter, **facts: object) -> None:
    """Add to the details; the row is locked by the move before, so nobody's facts are lost."""
    matter.refresh_from_db(fields=["details"])
    matter.details = {**matter.details, **facts}
    Matter.objects.filter(pk=matter.pk).update(details=matter.details)


def _show(
    matter: Matter,
    shown: Sequence[Shown],
    *,
    by: Person,
    at: datetime,
    rectification: Rectification | None = None,
) -> list[int]:
    """Keep evidence; the ids of its files, for the trail."""
    Evidence.objects.bulk_create(
        Evidence(
            matter=matter,
            rectification=rectification,
            file=each.file,
            phase=each.phase,
            caption=each.caption,
            lon=each.lon,
            lat=each.lat,
            by=by,
            at=at,
        )
        for each in shown
    )
    return [each.file.pk for each in shown]


def _demand(words: str, *, what: str, field: str) -> str:
    """Words that must be given."""
    if not words.strip():
        raise Invalid(f"请填写{what}", mend=f"{what}不能为空", field=field)
    return words.strip()


def _follow(matter: Matter, *, at: datetime) -> None:
    """A public report stands under the clock of the hazard it became, then under its own."""
    if matter.kind != "hazard":
        return
    reports = Q(children=matter) | Q(children__merging__into=matter)
    for report in Matter.objects.filter(reports, stage=Stage.ADOPTED).distinct():
        due_at = matter.due_at or _due(report, "to_answer", at)
        Matter.objects.filter(pk=report.pk, stage=Stage.ADOPTED).update(due_at=due_at)


def _end_supervision(matter: Matter, *, at: datetime) -> None:
    live = Supervision.objects.filter(matter=matter, ended_at__isnull=True)
    live.update(ended_at=at, due_at=None)


def _end_controls(matter: Matter, *, at: datetime) -> None:
    matter.controls.filter(ended_at__isnull=True).update(ended_at=at)


def _settle_extensions(matter: Matter, *, at: datetime) -> None:
    """Handed in: a running extension was kept, a waiting request has nothing left to ask for."""
    mine = Extension.objects.filter(matter=matter)
    running = mine.filter(approved=True, lapsed_at__isnull=True, met_at__isnull=True)
    running.update(met_at=at)
    withdrawn = "整改已提交，申请自动撤回"
    mine.filter(approved__isnull=True).update(approved=False, decided_at=at, opinion=withdrawn)


def _judge(
    matter: Matter, verdict: str, opinion: str, *, by: Person, at: datetime
) -> Rectification:
    """Write the checker's answer on the newest attempt; the database holds its independence."""
    newest = Rectification.objects.filter(matter=matter).order_by("-round").first()
    if newest is None:
        raise Invalid(f"{matter}没有整改记录，无法核查", mend="请退回后由整改岗位办结反馈")
    newest.verdict, newest.opinion = verdict, opinion
    newest.judged_by, newest.judged_at = by, at
    newest.save(update_fields=["verdict", "opinion", "judged_by", "judged_at"])
    return newest


def _parent_is_done(matter: Matter) -> None:
    """销号 of what watches over another matter waits for that one, or for what it became.

    A hazard that was merged is removed where it was merged into; one struck out was none.
    """
    wanted, parent = matter.rule.closes_with_parent_at, matter.parent
    if parent and parent.stage == Stage.MERGED:
        parent = parent.merging.into
    if wanted and parent and parent.stage not in (*wanted, Stage.VOID):
        stages = "、".join(Stage(stage).label for stage in wanted)
        raise NotAllowed(
            f"{parent.number}现为“{parent.get_stage_display()}”，{matter.number}还不能销号",
            mend=f"待该隐患“{stages}”后再办理",
        )


def _ready_to_serve(post: Post, *, at: datetime, field: str) -> Post:
    """A post that stands and that somebody holds: what goes to an empty seat is lost."""
    day = at.astimezone(LOCAL).date()
    if not Post.objects.valid_on(day).filter(pk=post.pk).exists():
        raise Invalid(f"岗位“{post}”已撤销", mend="请另选岗位", field=field)
    if not Tenure.objects.valid_on(day).filter(post=post).exists():
        raise Invalid(f"岗位“{post}”现在无人任职", mend="请另选岗位，或先补上任职人员", field=field)
    return post


def _checker_for(
    matter: Matter, owner: Post, wanted: Post | None, *, at: datetime, finder: Post | None = None
) -> Post:
    """Who checks: never the rectifying post, and a post whose role is to check."""
    if wanted == owner:
        raise Invalid("核查岗位不能就是整改岗位", mend="请另选核查岗位", field="checker")
    facts, involved = Facts.of(matter), (owner, finder)
    proposed = wanted or propose(facts, at=at, not_checking=involved).check
    if proposed is None:
        raise Invalid("没有找到合适的核查岗位", mend="请指定一个核查岗位", field="checker")
    if MAY_CHECK not in deeds_of(proposed.roles):
        raise Invalid(f"岗位“{proposed}”没有核查职责", mend="请选择镇街或部门岗位", field="checker")
    return _ready_to_serve(proposed, at=at, field="checker")
