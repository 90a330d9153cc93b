"""Who may do what to a record: the words of the flow table, each turned into a rule."""

from collections.abc import Callable, Collection
from datetime import datetime

from anlan.kernel.errors import Forbidden
from anlan.kernel.flow import Move
from anlan.people.access import Scope, scope_of
from anlan.people.models import Body, Person, Post

from ..flow import DEEDS, FLOW, Stage, term_of
from ..models import Participation, Record, kind_named
from ..rules import RecordKind

KEEP = "records.keep"
WHOM_TO_ASK = "如确属您的职责，请联系本级管理员核对岗位与责任区域"
Rule = Callable[[Scope, Record, str], bool]


def may_enter(scope: Scope, kind: str) -> bool:
    """Whether they may enter a record of this kind anywhere: what menus and choices ask."""
    rule = kind_named(kind)
    return scope.may_anywhere(KEEP) and _has_role(scope, rule)


def check_entering(
    by: Person,
    kind: str,
    *,
    path: str,
    sector: str,
    bodies: Collection[int],
    at: datetime,
) -> Post | None:
    """The post under which a record is entered; Forbidden where they may not.

    An office enters what was done in its places and sectors, a firm what was done with itself.
    """
    rule, scope = kind_named(kind), scope_of(by, at=at)
    if not _has_role(scope, rule):
        raise Forbidden(f"{rule.label}台账不由您的岗位录入", mend=WHOM_TO_ASK)
    within = sector or None
    if scope.may(KEEP, path=path, sector=within):
        post = scope.post_for(KEEP, path=path, sector=within)
        return Post.objects.filter(pk=post).first() if post else None
    if KEEP in scope.own_deeds and set(bodies) <= scope.bodies:
        return Post.objects.filter(pk__in=scope.posts, body__in=scope.bodies).order_by("pk").first()
    raise Forbidden(f"{by}不能在此处录入{rule.label}", mend=WHOM_TO_ASK)


def may(scope: Scope, verb: str, record: Record) -> bool:
    """Whether this person may do the deed, as far as persons go; the flow adds stages."""
    if record.hidden and not is_insider(scope, record):
        return False
    if verb == "release" and not record.hidden:
        return False
    if verb == "raise_matter" and not record.rule.opens:
        return False
    return WHO[_move(verb).by](scope, record, verb)


def check(by: Person, verb: str, record: Record, *, at: datetime) -> Post | None:
    """The post under which the person acts; Forbidden where they may not."""
    scope = scope_of(by, at=at)
    if not may(scope, verb, record):
        raise Forbidden(f"您不能{term_of(verb)}{record.number}", mend=WHOM_TO_ASK)
    held = record.post_id if record.post_id in scope.posts else None
    post = held or scope.post_for(f"records.{verb}", path=record.area_path) or _any(scope)
    return Post.objects.filter(pk=post).first() if post else None


def deeds_open_to(scope: Scope, record: Record) -> list[Move]:
    """The buttons this person may press now, moves first, in the order of the tables."""
    open_now = FLOW.open_from(record.stage) + DEEDS.open_from(record.stage)
    return [move for move in open_now if may(scope, move.name, record)]


def is_insider(scope: Scope, record: Record) -> bool:
    """Whether they made it: entered it, took part, or belong to the unit that did it."""
    if scope.person_id in (record.entered_by_id, record.on_behalf_of_id):
        return True
    if record.organiser_id:
        held = Post.objects.filter(pk__in=scope.posts, body=record.organiser_id)
        if held.exists():
            return True
    return Participation.objects.filter(record=record, person=scope.person_id).exists()


# --- the words of the flow table -----------------------------------------------------------------


def _enterer(scope: Scope, record: Record, verb: str) -> bool:
    return scope.person_id == record.entered_by_id


def _authority(scope: Scope, record: Record, verb: str) -> bool:
    """Whoever entered it, or has the right at this place and sector."""
    if record.stage != Stage.DRAFT and _enterer(scope, record, verb):
        return True
    return scope.may(f"records.{verb}", path=record.area_path, sector=record.sector or None)


def _insider(scope: Scope, record: Record, verb: str) -> bool:
    """Those who made it; or who may correct it here."""
    if KEEP not in scope.own_deeds and not scope.may_anywhere(KEEP):
        return False
    if is_insider(scope, record):
        return True
    return scope.may("records.correct", path=record.area_path, sector=record.sector or None)


WHO: dict[str, Rule] = {"enterer": _enterer, "authority": _authority, "insider": _insider}


def _move(verb: str) -> Move:
    return FLOW.moves.get(verb) or DEEDS.moves[verb]


def _has_role(scope: Scope, rule: RecordKind) -> bool:
    """Whether a post of theirs has one of the roles that enter this kind."""
    posts = Post.objects.filter(pk__in=scope.posts)
    if rule.entered_by:
        return posts.filter(roles__overlap=list(rule.entered_by)).exists()
    return not scope.own_deeds or posts.exclude(body__kind=Body.Kind.ENTERPRISE).exists()


def _any(scope: Scope) -> int | None:
    return min(scope.posts, default=None)
