"""Who sees a desk and its books, and who may do what at it (可见与权限).

Whom to ring is seen by everyone below and within; the log, the handovers and what is wrong with a
roster only by those of the area itself, and by whoever has a shift there now.
"""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from anlan.kernel.errors import Forbidden
from anlan.people.access import SEE, Scope, scope_of
from anlan.people.models import Person

from .flow import FLOW
from .models import Desk, DeskQuerySet, Handover, LogEntry, Shift, Summons, Swap

# Whoever is on duty at a desk does these without any role.
OF_THE_SHIFT = frozenset(
    {"write_log", "correct_log", "give_handover", "take_handover", "confirm_arrival"}
)
# A next shift comes early, and one that is over may still have to hand over.
AROUND_A_SHIFT = timedelta(hours=2)
_DEED_OF = {
    "correct_log": "duty.write_log",
    "drop_shift": "duty.assign",
    "reassign_shift": "duty.assign",
    "clear_roster": "duty.assign",
    "set_rotation": "duty.generate_roster",
    "set_seat": "duty.open_joint",
    "close_joint": "duty.open_joint",
    "end_summons": "duty.summon",
}


def deed_of(verb: str) -> str:
    """The deed, as roles list it, that allows an action of this room."""
    return _DEED_OF.get(verb, f"duty.{verb}")


def visible_to(scope: Scope) -> DeskQuerySet:
    """The desks within reach and those of the areas above: whom one may ring."""
    return Desk.objects.filter(scope.places(sector="") | Q(area_path__in=scope.above()))


def desks_with_books(scope: Scope, *, at: datetime) -> DeskQuerySet:
    """The desks whose log and handovers this person reads: of one's reach, or where one serves."""
    serving = Shift.objects.standing().filter(
        person=scope.person_id, starts__lte=at + AROUND_A_SHIFT, ends__gt=at - AROUND_A_SHIFT
    )
    return Desk.objects.filter(scope.places(sector="") | Q(pk__in=serving.values("desk")))


def log_visible_to(scope: Scope, *, at: datetime) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(desk__in=desks_with_books(scope, at=at))


def handovers_visible_to(scope: Scope, *, at: datetime) -> QuerySet[Handover]:
    return Handover.objects.filter(desk__in=desks_with_books(scope, at=at))


def swaps_visible_to(scope: Scope) -> QuerySet[Swap]:
    """Those of one's reach, and one's own on either side."""
    own = Q(asker=scope.person_id) | Q(other=scope.person_id)
    return Swap.objects.filter(scope.places(path="shift__desk__area_path", sector="") | own)


def summons_visible_to(scope: Scope, *, at: datetime) -> QuerySet[Summons]:
    """Those at desks whose books one reads, and one's own wherever it is."""
    here = Q(desk__in=desks_with_books(scope, at=at)) | Q(person=scope.person_id)
    return Summons.objects.filter(here)


def sees_books(scope: Scope, desk: Desk, *, at: datetime) -> bool:
    return scope.may(SEE, path=desk.area_path) or serves(scope.person_id, desk, at=at)


def serves(person_id: int, desk: Desk, *, at: datetime) -> bool:
    """Whether they have a shift there now, come on within two hours, or have just gone off."""
    early, late = at + AROUND_A_SHIFT, at - AROUND_A_SHIFT
    mine = desk.shifts.standing().filter(person=person_id)
    return mine.filter(starts__lte=early, ends__gt=late).exists()


def may(scope: Scope, verb: str, desk: Desk, *, at: datetime) -> bool:
    """Whether this person may do a deed of this room at a desk at that instant."""
    if verb in OF_THE_SHIFT and serves(scope.person_id, desk, at=at):
        return True
    return scope.may(deed_of(verb), path=desk.area_path)


def may_swap(scope: Scope, verb: str, thing: Shift | Swap) -> bool:
    """A swap is between two: who has the shift asks, the other one answers."""
    if isinstance(thing, Shift):
        return verb == "ask_swap" and thing.person_id == scope.person_id
    whose = {"asker": thing.asker_id, "other": thing.other_id}
    return verb in FLOW.moves and whose.get(FLOW.moves[verb].by) == scope.person_id


def may_confirm(scope: Scope, of: Shift | Summons, *, at: datetime) -> bool:
    """One's own arrival, or that of somebody whom the officer on duty sees before them."""
    own = of.person_id == scope.person_id
    return own or may(scope, "confirm_arrival", of.desk, at=at)


def check(by: Person, verb: str, desk: Desk, *, at: datetime) -> None:
    """Raise Forbidden unless this person may do this at the desk."""
    if not may(scope_of(by, at=at), verb, desk, at=at):
        raise _forbidden(by, verb, desk)


def check_place(by: Person, verb: str, path: str, *, at: datetime) -> None:
    """The same where there is no desk yet."""
    if not scope_of(by, at=at).may(deed_of(verb), path=path):
        raise _forbidden(by, verb, None)


def check_swap(by: Person, verb: str, thing: Shift | Swap, *, at: datetime) -> None:
    """Raise Forbidden unless it is theirs to ask, or theirs to answer."""
    if not may_swap(scope_of(by, at=at), verb, thing):
        raise Forbidden(
            f"{thing}不由{by}办理", mend="换班由本人提出、由对方答复；排班人可直接改派。"
        )


def check_arrival(by: Person, of: Shift | Summons, *, at: datetime) -> None:
    if not may_confirm(scope_of(by, at=at), of, at=at):
        raise Forbidden(f"{by}不能确认{of.person}到岗", mend="由本人或正在该值班室值班的人员确认。")


def _forbidden(by: Person, verb: str, desk: Desk | None) -> Forbidden:
    where = f"“{desk}”" if desk else "此处"
    return Forbidden(
        f"{by}没有{where}的办理权限（{deed_of(verb)}）",
        mend="如属您的职责，请联系排班人或本级管理员；当班人员到班后即可办理。",
    )
