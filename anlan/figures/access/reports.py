"""Who sees which reports, and who may do what to one."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.errors import Forbidden
from anlan.kernel.flow import Move
from anlan.papers import access as papers
from anlan.people.access import ALL, SEE, Scope, scope_of, widest
from anlan.people.models import Area, Body, Person, Post

from ..flow import REPORT_DEEDS, REPORTS, ReportStage
from ..models.reports import Report
from .freezing import WHOM_TO_ASK, sees_whole

MAKE = "figures.make_report"
OWN_WORK = "编制人不能校核自己的报告，请由另一位有校核权的同志办理"
Rule = Callable[[Scope, Report, str], bool]


def reports_visible_to(scope: Scope) -> QuerySet[Report]:
    """The reports of areas wholly open to them; a draft is for its maker and their unit."""
    found = Q(made_by=scope.person_id)
    unit = Q(issuer__in=papers.spoken_for(scope))
    for reach in widest(r for r in scope.reaches if r.allows(SEE) and ALL in r.sectors):
        here = Q(area_path__startswith=reach.path)
        found |= here & (unit | ~Q(stage=ReportStage.DRAFT))
    return Report.objects.filter(found)


def issuers_for(scope: Scope, area: Area) -> QuerySet[Body]:
    """In whose name they may report about an area: their own unit, a committee that it serves."""
    return papers.spoken_for(scope).filter(area_path=area.path)


def may_make(scope: Scope, area: Area) -> bool:
    """Whether they may write a report about an area: all of it must be open to them."""
    return scope.may(MAKE, path=area.path) and sees_whole(scope, area)


def check_making(by: Person, area: Area, issuer: Body, *, at: datetime) -> Post | None:
    """The post under which a report is written; Forbidden where they may not."""
    scope = scope_of(by, at=at)
    if not may_make(scope, area):
        raise Forbidden(f"您不能编制{area}的报告", mend=WHOM_TO_ASK)
    if not papers.spoken_for(scope).filter(pk=issuer.pk).exists():
        raise Forbidden(f"您不能以{issuer}的名义编制报告", mend=WHOM_TO_ASK)
    return _post(scope, MAKE, area.path)


def may_with(scope: Scope, verb: str, report: Report) -> bool:
    """Whether this person may do the deed, as far as persons go; the flow adds stages."""
    return WHO[_move(verb).by](scope, report, verb)


def check_with(by: Person, verb: str, report: Report, *, at: datetime) -> Post | None:
    """The post under which the person acts; Forbidden where they may not."""
    scope = scope_of(by, at=at)
    if not may_with(scope, verb, report):
        own = verb == "check_report" and report.made_by_id == by.pk
        mend = OWN_WORK if own else WHOM_TO_ASK
        raise Forbidden(f"您不能对“{report}”{_move(verb).term}", mend=mend)
    deed = MAKE if _move(verb).by == "maker" else "figures.check_report"
    return _post(scope, deed, report.area_path)


def report_deeds_open_to(scope: Scope, report: Report) -> list[Move]:
    """The buttons this person may press now, moves first."""
    open_now = REPORTS.open_from(report.stage) + REPORT_DEEDS.open_from(report.stage)
    return [move for move in open_now if may_with(scope, move.name, report)]


def _maker(scope: Scope, report: Report, verb: str) -> bool:
    return scope.person_id == report.made_by_id


def _checker(scope: Scope, report: Report, verb: str) -> bool:
    """Whoever may check there, in the issuing unit, and did not write it."""
    if verb == "check_report" and scope.person_id == report.made_by_id:
        return False
    here = scope.may("figures.check_report", path=report.area_path)
    return here and papers.spoken_for(scope).filter(pk=report.issuer_id).exists()


WHO: dict[str, Rule] = {"maker": _maker, "checker": _checker}


def _move(verb: str) -> Move:
    return REPORTS.moves.get(verb) or REPORT_DEEDS.moves[verb]


def _post(scope: Scope, deed: str, path: str) -> Post | None:
    post = scope.post_for(deed, path=path) or min(scope.posts, default=None)
    return Post.objects.filter(pk=post).first() if post else None
