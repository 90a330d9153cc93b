"""Telling some people something (告知): over what reaches them, with proof; no call to arms."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.refs import Ref
from anlan.people.models import Area, Person

from .. import events
from ..flow import FLOW, State, World
from ..models import Address, Attempt, Callup, CallupArea
from ..models.audience import Answerable
from ..models.profiles import approved_beforehand, profile_named, profiles
from .drafting import _number
from .launching import _launch

NOTICE = "notice"  # the profile by which people are told; `summons` rings them as well
OVER = "已告知完毕"


@dataclass(frozen=True)
class Notice:
    """What some people are to know (告知事项), and the thing it is about."""

    title: str
    words: str
    area: Area
    people: tuple[Person, ...]
    source: Ref
    profile: str = NOTICE


@transaction.atomic
def notify(notice: Notice, *, at: datetime) -> Callup | None:
    """Tell people something; who does not answer is listed, nobody is called instead (告知).

    None where there is nobody to tell, or where the site left the profile out of its catalogue:
    then the screens are all there is.
    """
    if not notice.people or notice.profile not in profiles():
        return None
    profile = profile_named(notice.profile)
    callup = Callup.objects.create(
        number=_number("JY", "callup_number", at),
        world=World.LIVE,
        notice=True,
        profile=profile.key,
        hazard="other",
        title=notice.title[:120],
        words=notice.words,
        root=notice.area,
        area_path=notice.area.path,
        life_safety=profile.life_safety,
        source_kind=notice.source.kind,
        source_id=notice.source.id,
        drafted_at=at,
    )
    CallupArea.objects.create(callup=callup, area=notice.area)
    standing = approved_beforehand(profile, at=at) or "告知事项，无需批准"
    FLOW.move(callup, "start", at=at, standing_approval=standing[:80], started_at=at)
    people = _launch(callup, at=at, people=_told(notice))
    trail.write(callup, "notify", by=None, at=at, about=str(notice.source), people=people)
    outbox.announce(events.CallupStarted(callup.pk, callup.world, people))
    return callup


@transaction.atomic
def end_notice(callup: Callup, *, at: datetime) -> None:
    """Close a notice that everybody answered or whose time is up (告知结束)."""
    FLOW.move(callup, "end", at=at, ended_at=at, end_reason=_what_became_of(callup))
    trail.write(callup, "end_notice", by=None, at=at)
    outbox.announce(events.CallupEnded(callup.pk, callup.world))


def _what_became_of(callup: Callup) -> str:
    """Whether everybody was told; else how many were not, or did not say that they were."""
    silent = callup.called.exclude(state=State.ANSWERED)
    there = Attempt.objects.filter(called__in=silent, outcome=Attempt.Outcome.DELIVERED)
    had_it = silent.filter(pk__in=there.values("called")).count()
    missed = silent.count() - had_it
    said = [f"有 {missed} 人没有告知到"] if missed else []
    said += [f"{had_it} 人已送达、没有确认收到"] if had_it else []
    return "，".join(said) or OVER


def _told(notice: Notice) -> list[Answerable]:
    wanted = {person.pk for person in notice.people}
    besides: dict[int, list[str]] = {}
    for pk, channel in Address.objects.filter(person__in=wanted).values_list("person", "channel"):
        besides.setdefault(pk, []).append(channel)
    persons = Person.objects.select_related("account").filter(pk__in=wanted).order_by("pk")
    return [_one(person, notice.area, tuple(besides.get(person.pk, ()))) for person in persons]


def _one(person: Person, area: Area, addresses: tuple[str, ...]) -> Answerable:
    account = getattr(person, "account", None)
    return Answerable(
        person=person,
        area=area,
        posts=(),
        post_id=None,
        charge_ids=(),
        rank=0,
        no_phone=not person.phone.strip(),
        has_account=bool(account and account.is_active),
        addresses=addresses,
    )
