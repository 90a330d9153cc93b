"""Who may do what to an accident: the words of the flow table, each turned into a rule."""

from collections.abc import Callable, Iterable
from datetime import datetime

from anlan.kernel.errors import Forbidden
from anlan.kernel.flow import Move
from anlan.people.access import Scope, scope_of
from anlan.people.models import Area, Body, Person, Post

from ..flow import DEEDS, FLOW, term_of
from ..models import Accident, Investigation

REPORT = "accidents.report"
MAY_IMPORT = "imports.run"
WHOM_TO_ASK = "如确属您的职责，请联系本级管理员核对岗位与责任区域"
Rule = Callable[[Scope, Accident, str], bool]


def may_report(scope: Scope) -> bool:
    """Whether they may report accidents at all: what menus ask."""
    return scope.may_anywhere(REPORT)


def check_reporting(by: Person, *, path: str, body: Body | None, at: datetime) -> Post | None:
    """The post under which an accident is reported; Forbidden where they may not.

    Offices report whatever they learn of, wherever it is (现场人员可以直接报告); a firm its own.
    """
    scope = scope_of(by, at=at)
    reaches = [reach for reach in scope.reaches if reach.allows(REPORT)]
    if reaches:
        post = scope.post_for(REPORT, path=path) or reaches[0].post_id
        return Post.objects.filter(pk=post).first() if post else None
    if REPORT not in scope.own_deeds:
        raise Forbidden(f"{by}没有报告事故的岗位", mend="请立即拨打属地值班电话或 12350、119、110")
    mine = Post.objects.filter(pk__in=scope.posts, body=body).order_by("pk").first()
    if body is None or mine is None:
        raise Forbidden("企业账号只能报告本企业的事故", mend="别处的事故请拨打属地值班电话或 12350")
    return mine


def check_importing(by: Person, places: Iterable[tuple[Area, str]], *, at: datetime) -> None:
    """Forbidden where they may not bring a table of accidents of these areas and sectors."""
    scope = scope_of(by, at=at)
    for area, sector in places:
        if not scope.may(MAY_IMPORT, path=area.path, sector=sector or None):
            raise Forbidden(f"{by}不能导入{area}的事故", mend="请联系管理员核对岗位和责任区域")


def may(scope: Scope, verb: str, accident: Accident) -> bool:
    """Whether this person may do the deed, as far as persons go; the flow adds stages."""
    return WHO[_move(verb).by](scope, accident, verb)


def check(by: Person, verb: str, accident: Accident, *, at: datetime) -> Post | None:
    """The post under which the person acts; Forbidden where they may not."""
    scope = scope_of(by, at=at)
    if not may(scope, verb, accident):
        raise Forbidden(f"您不能对{accident.number}办理“{term_of(verb)}”", mend=_whom(verb))
    post = scope.post_for(f"accidents.{verb}", path=accident.area_path) or _own(scope, accident)
    return Post.objects.filter(pk=post).first() if post else None


def deeds_open_to(scope: Scope, accident: Accident) -> list[Move]:
    """The buttons this person may press now, moves first, in the order of the tables."""
    open_now = FLOW.open_from(accident.stage) + DEEDS.open_from(accident.stage)
    return [move for move in open_now if may(scope, move.name, accident)]


# --- the words of the flow table -----------------------------------------------------------------


def _authority(scope: Scope, accident: Accident, verb: str) -> bool:
    """Whoever has the right at this place and sector."""
    return scope.may(f"accidents.{verb}", path=accident.area_path, sector=accident.sector or None)


def _insider(scope: Scope, accident: Accident, verb: str) -> bool:
    """Whoever has the right there, the unit itself, and who reported it first."""
    if _authority(scope, accident, verb):
        return True
    if not scope.may_anywhere(f"accidents.{verb}"):
        return False
    if accident.body_id and accident.body_id in scope.bodies:
        return True
    return accident.reports.filter(round=1, by=scope.person_id).exists()


def _approver(scope: Scope, accident: Accident, verb: str) -> bool:
    """Whoever has the right there, and did not hand the report in themselves."""
    handed_in = Investigation.objects.filter(
        accident=accident, submitted_by=scope.person_id, submitted_at__isnull=False
    )
    return _authority(scope, accident, verb) and not handed_in.exists()


WHO: dict[str, Rule] = {"authority": _authority, "insider": _insider, "approver": _approver}


def _move(verb: str) -> Move:
    return FLOW.moves.get(verb) or DEEDS.moves[verb]


def _own(scope: Scope, accident: Accident) -> int | None:
    """A post of theirs in the unit itself, else any: what the trail names."""
    held = Post.objects.filter(pk__in=scope.posts)
    mine = held.filter(body=accident.body_id).order_by("pk").first() if accident.body_id else None
    first = mine or held.order_by("pk").first()
    return first.pk if first else None


def _whom(verb: str) -> str:
    if _move(verb).by == "approver":
        return f"须由有权限、且没有提交这份报告的人办理；{WHOM_TO_ASK}"
    return WHOM_TO_ASK
