"""The papers that a person may load."""

from django.db.models import F, Q

from anlan.people.access import ALL, SEE, Scope, widest
from anlan.people.models import Body, BodyQuerySet, Post

from ..flow import OUT, Stage
from ..models import Addressee, Paper, PaperQuerySet, kinds

SERVING = (Body.Kind.BUREAU, Body.Kind.TOWN)


def visible_to(scope: Scope) -> PaperQuerySet:
    """What was issued in their places and sectors, what their unit issues or was sent, what went
    to somebody within their reach, and what they drafted.

    A draft is its writer's and the issuing unit's; a paper that names a person's fault is for the
    issuing unit, whoever may issue there, and the addressee.
    """
    units = units_of(scope)
    personal = Q(kind__in=[kind.key for kind in kinds().values() if kind.personal])
    sent = Addressee.objects.filter(body__in=[*units, *scope.bodies]).values("paper")
    near = Q(body__area_path="-")
    for reach in widest(
        reach for reach in scope.reaches if reach.allows(SEE) and ALL in reach.sectors
    ):
        near |= Q(body__area_path__startswith=reach.path)
    below = Addressee.objects.filter(near).values("paper")
    open_here = (scope.places() | Q(pk__in=below)) & ~personal
    own = Q(drafted_by=scope.person_id) | Q(issuer__in=units)
    signing = Q(issuer__in=spoken_for(scope)) & ~Q(stage=Stage.DRAFT)
    out = Q(stage__in=OUT) & (open_here | Q(pk__in=sent))
    return Paper.objects.filter(out | own | signing)


def spoken_for(scope: Scope) -> BodyQuerySet:
    """The bodies in whose name they may write or sign, where a role allows it: their own unit,
    the one it is a part of, and the committees whose office it is (办公室设在本单位).

    A committee that names no office is served by the bureau or town of its area.
    """
    own = Body.objects.filter(pk__in=units_of(scope))
    told = list(own.values_list("pk", "parent", "kind", "area_path"))
    offices = {path for _, _, kind, path in told if kind in SERVING}
    named = Q(office__in=[pk for pk, *_ in told])
    unnamed = Q(office=None, area_path__in=offices)
    found = Q(pk__in=[pk for one in told for pk in one[:2] if pk])
    return Body.objects.filter(found | (Q(kind=Body.Kind.COMMITTEE) & (named | unnamed)))


def received_by(scope: Scope) -> PaperQuerySet:
    """What was sent to their own unit or firm (收到的文书)."""
    sent = Addressee.objects.filter(body__in=[*units_of(scope), *scope.bodies]).values("paper")
    return Paper.objects.out().filter(pk__in=sent)


def waiting_for_reply_of(scope: Scope) -> PaperQuerySet:
    """What their own unit or firm still has to reply to (待回复)."""
    mine = Addressee.objects.filter(
        body__in=[*units_of(scope), *scope.bodies], replied_at__isnull=True
    )
    return Paper.objects.unanswered().filter(pk__in=mine.values("paper"))


def to_issue_by(scope: Scope) -> PaperQuerySet:
    """What waits for their signature (待我签发): never what they wrote or handed in themselves."""
    anything = scope.places(deed="papers.issue", sector="") & Q(sector="")
    here = scope.places(deed="papers.issue") | anything
    waiting = Paper.objects.filter(here, stage=Stage.SUBMITTED, issuer__in=spoken_for(scope))
    own = Q(drafted_by=scope.person_id) | Q(submitted_by=scope.person_id)
    return waiting.exclude(own)


def units_of(scope: Scope) -> list[int]:
    """The bodies of the posts they hold there; a grid worker sits in a grid, not in the office."""
    held = Post.objects.filter(pk__in=scope.posts, area_path=F("body__area_path"))
    return sorted(set(held.values_list("body", flat=True)))
