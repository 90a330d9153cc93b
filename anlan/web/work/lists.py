"""The four lists of my work, what can be counted in them, and the one next deed of a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import (
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    prefetch_related_objects,
)
from django.utils.translation import gettext_lazy as _

from anlan.kernel.flow import Move
from anlan.kernel.models import TrailEntry
from anlan.kernel.trail import LOCAL
from anlan.matters import access
from anlan.matters.flow import DEEDS, FLOW, LIVE, Stage
from anlan.matters.models import Extension, Matter, Rectification
from anlan.matters.models.kinds import kinds
from anlan.people.access import Scope

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Promise

PAGE = 50
UNSHOWN = ("search", "description", "plan")  # what no row says
# A row names its area, body and posts: whole ones would be most of what a page fetches.
READ = (
    *(one.name for one in Matter._meta.concrete_fields if one.name not in UNSHOWN),
    *("area__name", "body__name", "body__short_name", "owner__name", "checker__name"),
)
# What whose turn it is does first; the rest stands on the matter's page.
NEXT: dict[str, tuple[str, ...]] = {
    Stage.DRAFT: ("report",),
    Stage.REPORTED: ("dispatch", "adopt"),
    Stage.DISPATCHED: ("take",),
    Stage.RECTIFYING: ("submit",),
    Stage.CONTROLLED: ("submit",),
    Stage.SUBMITTED: ("accept",),
}


@dataclass(frozen=True)
class Row:
    """One matter in my list, with the deed that brings it forward."""

    matter: Matter
    deed: Move | None
    came_back: bool


@dataclass(frozen=True)
class Listing:
    """One of the lists: what it says when empty, and which matters it holds."""

    key: str
    path: str
    label: str | Promise
    empty: str | Promise
    rows: Callable[[Scope], QuerySet[Matter]]


def owed(scope: Scope) -> QuerySet[Matter]:
    """Everything that waits for me: to dispatch, take, rectify, check, or to allow more time."""
    # Every arm names an indexed column: a subquery inside OR would read the whole ledger.
    posts = sorted(scope.posts)
    asked = Extension.objects.filter(~Q(asked_by=scope.person_id), approved__isnull=True)
    mine = Q(owner__in=posts, due_at__isnull=False) & ~Q(stage=Stage.SUBMITTED)
    mine |= Q(checker__in=posts, stage=Stage.SUBMITTED)
    mine |= Q(access.among(asked.values("matter")), checker__in=posts, due_at__isnull=False)
    return Matter.objects.filter(mine)


def waiting(scope: Scope) -> QuerySet[Matter]:
    """What others have in hand because of me: opened by me, to be checked by me, or submitted."""
    posts = sorted(scope.posts)
    mine = Q(opener=scope.person_id, stage__in=LIVE) & ~Q(owner__in=posts)
    mine |= Q(checker__in=posts, due_at__isnull=False) & ~Q(stage=Stage.SUBMITTED)
    mine |= Q(owner__in=posts, due_at__isnull=False, stage=Stage.SUBMITTED)
    return Matter.objects.filter(mine)


def reported(scope: Scope) -> QuerySet[Matter]:
    return Matter.objects.filter(opener=scope.person_id)


LISTINGS = (
    Listing("owed", "/", _("待办事项"), _("现在没有要您办的事"), owed),
    Listing("reported", "/reported/", _("我上报的"), _("您还没有上报过"), reported),
    Listing(
        "supervised",
        "/supervised/",
        _("我督办的"),
        _("现在没有由您督办的事项"),
        access.supervised_by,
    ),
    Listing("waiting", "/waiting/", _("等别人办的"), _("没有在等别人办理的事项"), waiting),
)


@dataclass(frozen=True)
class Filters:
    """What the address asks of a list: which lights, which kind, only the major ones."""

    show: str = ""
    kind: str = ""
    major: bool = False

    def of(self, found: QuerySet[Matter], at: datetime) -> QuerySet[Matter]:
        found = found.filter(SHOWS[self.show](at)) if self.show in SHOWS else found
        found = found.filter(kind=self.kind) if self.kind else found
        return found.filter(grade=Matter.Grade.MAJOR) if self.major else found


def _end_of_day(at: datetime, days: int = 1) -> datetime:
    """The first instant after today and `days - 1` more, as the calendar on the wall says."""
    midnight = at.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=days)


def _came_back(at: datetime) -> Q:
    """Refused by the checker, or sent back by whom it was dispatched to (退回)."""
    refused = Rectification.objects.filter(
        matter=OuterRef("pk"), verdict=Rectification.Verdict.REFUSED
    )
    sent_back = TrailEntry.objects.filter(
        subject_kind=Matter._meta.label_lower, subject_id=OuterRef("pk"), verb="send_back"
    )
    again = Q(stage__in=(Stage.RECTIFYING, Stage.CONTROLLED)) & Q(Exists(refused))
    return again | (Q(stage=Stage.REPORTED) & Q(Exists(sent_back)))


SHOWS: dict[str, Callable[[datetime], Q]] = {
    "late": lambda at: Q(due_at__lte=at),
    "today": lambda at: Q(due_at__gt=at, due_at__lt=_end_of_day(at)),
    "week": lambda at: Q(due_at__gt=at, due_at__lt=_end_of_day(at, 7)),
    "back": _came_back,
}


COUNTED = ("late", "today", "back")


@dataclass(frozen=True)
class Counted:
    """How many of a list are late, due today, come back; and how many of each kind."""

    whole: int
    late: int
    today: int
    back: int
    by_kind: tuple[tuple[str, str, int], ...]  # key, label, how many


def count(found: QuerySet[Matter], at: datetime) -> Counted:
    """Count a list in one go; it is only ever as long as what one person has to do with."""
    shows = {show: Count("pk", filter=SHOWS[show](at)) for show in COUNTED}
    by_kind = found.order_by().values("kind").annotate(whole=Count("pk"), **shows)
    sums = {kind: many for kind, *many in by_kind.values_list("kind", "whole", *COUNTED)}
    whole, late, today, back = (sum(many[place] for many in sums.values()) for place in range(4))
    labelled = [(k.key, k.label, sums[k.key][0]) for k in kinds().values() if k.key in sums]
    return Counted(whole, late, today, back, tuple(labelled))


def page_of(found: QuerySet[Matter], *, newest_first: bool) -> list[Matter]:
    """The first rows of a list and one more: by deadline, most urgent first, what is at rest
    last; or by when it was found.

    First which they are, then what they say: sorted together with their areas and bodies, the
    thousands of a busy desk would cost three times as much.
    """
    order = (
        (F("found_at").desc(), F("id").desc())
        if newest_first
        else (
            F("due_at").asc(nulls_last=True),
            F("id").asc(),
        )
    )
    first = list(found.order_by(*order).values_list("pk", flat=True)[: PAGE + 1])
    shown = Matter.objects.filter(pk__in=first).select_related("area", "body", "owner", "checker")
    known = shown.only(*READ).in_bulk()
    return [known[pk] for pk in first]


def rows_of(scope: Scope, matters: list[Matter], at: datetime) -> list[Row]:
    """The rows of a page, each with its next deed; asked of those on this page only."""
    shown = [matter.pk for matter in matters]
    to_check = [matter for matter in matters if matter.stage == Stage.SUBMITTED]
    for whose in ("", "parent__"):
        prefetch_related_objects(to_check, f"{whose}rectifications", f"{whose}controls")
    back = set(
        Matter.objects.filter(pk__in=shown).filter(_came_back(at)).values_list("pk", flat=True)
    )
    return [Row(matter, next_deed(scope, matter), matter.pk in back) for matter in matters]


def next_deed(scope: Scope, matter: Matter) -> Move | None:
    """The one deed that this person can bring the matter forward with, if it is their turn."""
    if matter.stage == Stage.ADOPTED or _more_time_asked(scope, matter):
        wanted = ("answer", "approve_extension")
        return next((m for m in access.deeds_open_to(scope, matter) if m.name in wanted), None)
    if matter.stage == Stage.REPORTED and matter.owner_id not in scope.posts:
        return None
    for verb in NEXT.get(matter.stage, ()):
        if access.may(scope, verb, matter):
            return FLOW.moves.get(verb) or DEEDS.moves[verb]
    return None


def _more_time_asked(scope: Scope, matter: Matter) -> bool:
    return matter.checker_id in scope.posts and matter.stage in (Stage.RECTIFYING, Stage.CONTROLLED)
