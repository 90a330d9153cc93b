"""Who may do what to a paper: the words of the flow table, each turned into a rule."""

from collections.abc import Callable
from datetime import datetime

from anlan.kernel.errors import Forbidden
from anlan.kernel.flow import Move
from anlan.people.access import Scope, scope_of
from anlan.people.models import Body, Person, Post

from ..flow import DEEDS, FLOW, term_of
from ..models import Addressee, Paper
from .seeing import spoken_for, units_of

DRAFT = "papers.draft"
WHOM_TO_ASK = "如确属您的职责，请联系本级管理员核对岗位与责任区域"
OWN_WORK = "拟稿、送签的人不能签发自己的文书，请由另一位有签发权的同志办理"
Rule = Callable[[Scope, Paper, str], bool]


def may_draft_for(scope: Scope, issuer: Body, sector: str = "") -> bool:
    """Whether they may write in the name of a body: their own unit, or a committee it serves."""
    here = scope.may(DRAFT, path=issuer.area_path, sector=sector or None)
    return here and spoken_for(scope).filter(pk=issuer.pk).exists()


def check_drafting(by: Person, issuer: Body, *, sector: str, at: datetime) -> Post | None:
    """The post under which a paper is drafted; Forbidden where they may not."""
    scope = scope_of(by, at=at)
    if not may_draft_for(scope, issuer, sector):
        raise Forbidden(f"您不能以{issuer}的名义拟稿", mend=WHOM_TO_ASK)
    post = scope.post_for(DRAFT, path=issuer.area_path, sector=sector or None)
    return Post.objects.filter(pk=post).first() if post else None


def may(scope: Scope, verb: str, paper: Paper) -> bool:
    """Whether this person may do the deed, as far as persons go; the flow adds stages."""
    return WHO[_move(verb).by](scope, paper, verb)


def check(by: Person, verb: str, paper: Paper, *, at: datetime) -> Post | None:
    """The post under which the person acts; Forbidden where they may not."""
    scope = scope_of(by, at=at)
    if not may(scope, verb, paper):
        own = verb == "issue" and scope.person_id in (paper.drafted_by_id, paper.submitted_by_id)
        mend = OWN_WORK if own else WHOM_TO_ASK
        raise Forbidden(f"您不能{term_of(verb)}“{paper.title}”", mend=mend)
    deed = f"papers.{'issue' if verb == 'send_back' else verb}"
    post = scope.post_for(deed, path=paper.area_path, sector=paper.sector or None) or _any(scope)
    return Post.objects.filter(pk=post).first() if post else None


def deeds_open_to(scope: Scope, paper: Paper) -> list[Move]:
    """The buttons this person may press now, moves first, in the order of the tables."""
    open_now = FLOW.open_from(paper.stage) + DEEDS.open_from(paper.stage)
    return [m for m in open_now if m.name != "supersede" and may(scope, m.name, paper)]


def answering(scope: Scope, paper: Paper) -> list[Addressee]:
    """The addressees for whom they may reply, those who have not yet replied.

    One's own unit or firm; and whoever issued it writes down what came back on paper.
    """
    waiting = paper.sent_to.filter(replied_at__isnull=True).select_related("body")
    own = {*units_of(scope), *scope.bodies}
    issuing = _may_here(scope, DRAFT, paper)
    return [one for one in waiting if issuing or one.body_id in own]


# --- the words of the flow table ------------------------------------------------------------------


def _drafter(scope: Scope, paper: Paper, verb: str) -> bool:
    """Whoever wrote it; what time drafted is the issuing unit's."""
    if paper.drafted_by_id is not None:
        return scope.person_id == paper.drafted_by_id
    return may_draft_for(scope, paper.issuer, paper.sector)


def _issuer(scope: Scope, paper: Paper, verb: str) -> bool:
    """Whoever may sign for that unit, and neither wrote nor handed it in (拟稿与签发分开)."""
    if verb == "issue" and scope.person_id in (paper.drafted_by_id, paper.submitted_by_id):
        return False
    return _may_here(scope, "papers.issue", paper)


def _authority(scope: Scope, paper: Paper, verb: str) -> bool:
    return _may_here(scope, f"papers.{verb}", paper)


def _addressee(scope: Scope, paper: Paper, verb: str) -> bool:
    return bool(answering(scope, paper))


WHO: dict[str, Rule] = {
    "drafter": _drafter,
    "issuer": _issuer,
    "authority": _authority,
    "addressee": _addressee,
}


def _may_here(scope: Scope, deed: str, paper: Paper) -> bool:
    here = scope.may(deed, path=paper.area_path, sector=paper.sector or None)
    return here and spoken_for(scope).filter(pk=paper.issuer_id).exists()


def _move(verb: str) -> Move:
    return FLOW.moves.get(verb) or DEEDS.moves[verb]


def _any(scope: Scope) -> int | None:
    return min(scope.posts, default=None)
