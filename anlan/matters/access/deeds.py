"""Who may do what to a matter: the words of the flow table, each turned into a rule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from anlan.kernel.errors import Forbidden, NotAllowed
from anlan.kernel.flow import Move
from anlan.people.access import Scope, scope_of
from anlan.people.models import Body, Person, Post

from ..flow import AT_REST, DEEDS, FLOW, Stage, term_of
from ..models import Extension, Matter, Supervision, kinds

# Two deeds of one right: whoever may grant more time may also refuse it.
SAME_RIGHT = {"refuse_extension": "approve_extension", "correct_place": "grade_matter"}
WHOM_TO_ASK = "如确属您的职责，请联系本级管理员核对岗位与责任区域"
TRIAGING = (Stage.REPORTED, Stage.ADOPTED)


@dataclass(frozen=True)
class Right:
    """Why a person may: the post that gives it, or none where it is their own or lent."""

    post_id: int | None = None


Rule = Callable[[Scope, Matter, str], Right | None]


def may(scope: Scope, verb: str, matter: Matter) -> bool:
    """Whether this person may do the deed, as far as persons and kinds go; the flow adds stages."""
    return _applies(verb, matter) and _right(scope, verb, matter) is not None


def check(by: Person, verb: str, matter: Matter, *, at: datetime) -> Post | None:
    """The post under which the person acts; Forbidden or NotAllowed where they may not.

    The matter is read as it stands in the caller's hands: a move that somebody else made in
    between is caught by the flow.
    """
    if not _applies(verb, matter):
        raise NotAllowed(
            f"{matter.rule.label}没有“{term_of(verb)}”这一步", mend="请核对事项种类后办理"
        )
    scope = scope_of(by, at=at)
    right = _right(scope, verb, matter)
    if right is None:
        raise Forbidden(_why_not(scope, verb, matter), mend=WHOM_TO_ASK)
    return Post.objects.filter(pk=right.post_id).first() if right.post_id else None


def deeds_open_to(scope: Scope, matter: Matter) -> list[Move]:
    """The buttons this person may press now, moves first, in the order of the tables."""
    open_now = FLOW.open_from(matter.stage) + DEEDS.open_from(matter.stage)
    return [
        move
        for move in open_now
        if may(scope, move.name, matter) and READY.get(move.name, _always)(scope, matter)
    ]


def may_open(scope: Scope, kind: str) -> bool:
    """Whether they may open a matter of this kind at all: danger is reported wherever it is."""
    return scope.may_anywhere(kinds.kind_named(kind).opened_by)


def check_opening(
    by: Person, kind: str, *, path: str, body_id: int | None, at: datetime
) -> Post | None:
    """The post under which a matter is opened; Forbidden where they may not.

    Offices and agencies report whatever they see, wherever it is; a firm only what is its own.
    """
    rule, scope = kinds.kind_named(kind), scope_of(by, at=at)
    reaches = [reach for reach in scope.reaches if reach.allows(rule.opened_by)]
    if reaches:
        here = scope.post_for(rule.opened_by, path=path)
        post_id = here or reaches[0].post_id
        return Post.objects.filter(pk=post_id).first() if post_id else None
    if rule.opened_by in scope.own_deeds:
        own = Post.objects.filter(pk__in=scope.posts).order_by("pk")
        under = own.filter(body__kind=Body.Kind.AGENCY).first() or own.filter(body=body_id).first()
        if under is None:
            raise Forbidden(
                "企业账号只能上报本企业的隐患", mend="发现别处的危险，请拨打属地值班电话或 12350"
            )
        return under
    raise Forbidden(
        f"{by}没有登记{rule.label}的权限", mend="如确属您的职责，请联系本级管理员核对岗位"
    )


def rectifiers_of(matter: Matter) -> frozenset[int]:
    """Everyone who ever rectified this matter, or the one it watches over: they never close it."""
    concerned = [one for one in (matter, matter.parent) if one]
    # Through the relations, so that a list may fetch them for all its rows at once.
    done = [one for each in concerned for one in each.rectifications.all()]
    held = [one for each in concerned for one in each.controls.all()]
    pairs = [(one.by_id, one.on_behalf_of_id) for one in done] + [(one.by_id, None) for one in held]
    return frozenset(person for pair in pairs for person in pair if person)


# --- the words of the flow table -----------------------------------------------------------------


def _opener(scope: Scope, matter: Matter, verb: str) -> Right | None:
    mine = scope.person_id in (matter.opener_id, matter.on_behalf_of_id)
    return Right(_held(scope, matter.details.get("opened_under"))) if mine else None


def _finder(scope: Scope, matter: Matter, verb: str) -> Right | None:
    """Whoever found it, or a colleague on the same post; a draft is its opener's alone."""
    under = _held(scope, matter.details.get("opened_under"))
    if under and matter.stage != Stage.DRAFT:
        return Right(under)
    return _opener(scope, matter, verb)


def _owner(scope: Scope, matter: Matter, verb: str) -> Right | None:
    return Right(matter.owner_id) if matter.owner_id in scope.posts else None


def _checker(scope: Scope, matter: Matter, verb: str) -> Right | None:
    """The checking post, or who watches an idle check; never the rectifying side."""
    if matter.owner_id in scope.posts:
        return None
    post = matter.checker_id if matter.checker_id in scope.posts else None
    if post is None and matter.stage == Stage.SUBMITTED:
        post = _watching(scope, matter)
    if post is None or scope.person_id in rectifiers_of(matter):
        return None
    return Right(post)


def _dispatcher(scope: Scope, matter: Matter, verb: str) -> Right | None:
    """The post whose turn it is, wherever it stands; else whom a role allows it here."""
    if matter.stage in TRIAGING and matter.owner_id in scope.posts:
        return Right(matter.owner_id)
    return _authority(scope, matter, verb)


def _authority(scope: Scope, matter: Matter, verb: str) -> Right | None:
    """Whoever has the right at this place and sector, by a role or a grant."""
    deed = f"matters.{SAME_RIGHT.get(verb, verb)}"
    path, sector = matter.area_path, matter.sector
    if not scope.may(deed, path=path, sector=sector):
        return None
    return Right(scope.post_for(deed, path=path, sector=sector))


def _approver(scope: Scope, matter: Matter, verb: str) -> Right | None:
    """The checking side or a superior, never the post that asks."""
    if matter.owner_id in scope.posts:
        return None
    if matter.checker_id in scope.posts:
        return Right(matter.checker_id)
    return _authority(scope, matter, verb)


def _participant(scope: Scope, matter: Matter, verb: str) -> Right | None:
    """Anyone who has to do with it; a draft is its opener's alone."""
    if matter.stage == Stage.DRAFT:
        return _opener(scope, matter, verb)
    for post in (matter.owner_id, matter.checker_id):
        if post in scope.posts:
            return Right(post)
    if matter.body_id in scope.bodies and f"matters.{verb}" in scope.own_deeds:
        return Right()
    watching = _watching(scope, matter)
    if watching:
        return Right(watching)
    return _opener(scope, matter, verb) or _authority(scope, matter, verb)


WHO: dict[str, Rule] = {
    "opener": _opener,
    "finder": _finder,
    "owner": _owner,
    "checker": _checker,
    "dispatcher": _dispatcher,
    "grader": _dispatcher,
    "approver": _approver,
    "authority": _authority,
    "participant": _participant,
}


# --- what a button needs besides a right ----------------------------------------------------------


def _has_contact(scope: Scope, matter: Matter) -> bool:
    return bool(matter.details.get("contact_entry"))


def _always(scope: Scope, matter: Matter) -> bool:
    return True


def _asked(scope: Scope, matter: Matter) -> bool:
    waiting = Extension.objects.filter(matter=matter, approved__isnull=True)
    return waiting.exclude(asked_by=scope.person_id).exists()


def _not_asked(scope: Scope, matter: Matter) -> bool:
    return not Extension.objects.filter(matter=matter, approved__isnull=True).exists()


def _listable(scope: Scope, matter: Matter) -> bool:
    listed = matter.children.filter(kind="listed_supervision").exclude(stage__in=AT_REST)
    return matter.grade == Matter.Grade.MAJOR and not listed.exists()


def _answerable(scope: Scope, matter: Matter) -> bool:
    return matter.stage == Stage.REPORTED or matter.hazard_at_rest()


def _publishable(scope: Scope, matter: Matter) -> bool:
    major = matter.grade == Matter.Grade.MAJOR or not matter.rule.graded
    return matter.rule.public and major and not matter.details.get("public")


READY: dict[str, Callable[[Scope, Matter], bool]] = {
    "ask_extension": _not_asked,
    "approve_extension": _asked,
    "refuse_extension": _asked,
    "list_for_supervision": _listable,
    "answer": _answerable,
    "reveal_contact": _has_contact,
    "publish": _publishable,
}


# --- finding the right ----------------------------------------------------------------------------


def _move(verb: str) -> Move:
    return FLOW.moves.get(verb) or DEEDS.moves[verb]


def _applies(verb: str, matter: Matter) -> bool:
    rule = matter.rule
    return verb in rule.moves or verb in rule.deeds


def _right(scope: Scope, verb: str, matter: Matter) -> Right | None:
    return WHO[_move(verb).by](scope, matter, verb)


def _held(scope: Scope, post: int | None) -> int | None:
    return post if post in scope.posts else None


def _watching(scope: Scope, matter: Matter) -> int | None:
    """The post of theirs that supervises this matter now."""
    now = Supervision.objects.filter(matter=matter, ended_at__isnull=True)
    return now.filter(post__in=sorted(scope.posts)).values_list("post", flat=True).first()


def _why_not(scope: Scope, verb: str, matter: Matter) -> str:
    term = term_of(verb)
    if _move(verb).by == "checker" and scope.posts & {matter.checker_id, matter.owner_id}:
        if scope.person_id in rectifiers_of(matter):
            return f"您参与过{matter.number}的整改，不能{term}，换一个岗位也不行"
        if matter.owner_id in scope.posts:
            return f"您任职于{matter.number}的整改岗位，不能{term}"
    holder = matter.checker if _move(verb).by in ("checker", "approver") else matter.owner
    return f"您不能{term}{matter.number}" + (f"，应由“{holder}”办理" if holder else "")
