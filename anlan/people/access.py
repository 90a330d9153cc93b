"""Who sees what, and who may do what: the reach of one's posts, charges and grants (可见范围)."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Protocol

from django.db.models import Q

from anlan.kernel import catalogues
from anlan.kernel.errors import Forbidden
from anlan.kernel.trail import LOCAL

from .models import Body, Charge, Grant, Person, Tenure

ALL = "*"
OF_A_FIRM = (Body.Kind.ENTERPRISE, Body.Kind.AGENCY)  # they see what is theirs, never an area


@dataclass(frozen=True)
class Role:
    """A role (角色): a list of deeds that a post may do in the whole subtree of its area."""

    key: str
    label: str
    deeds: tuple[str, ...]


class Placed(Protocol):
    """Anything that lies somewhere and belongs to a sector."""

    area_path: str
    sector: str


@dataclass(frozen=True)
class Reach:
    """What one post, charge or grant opens: a subtree × sectors, and the deeds allowed there."""

    path: str
    sectors: frozenset[str]
    deeds: frozenset[str]
    post_id: int | None = None

    def covers(self, path: str, sector: str) -> bool:
        return path.startswith(self.path) and (ALL in self.sectors or sector in self.sectors)


@dataclass(frozen=True)
class Scope:
    """Everything one person reaches at one instant; made once per request, then asked often."""

    person_id: int
    reaches: tuple[Reach, ...]
    posts: frozenset[int]
    bodies: frozenset[int]  # the firms whose own things they see
    own_deeds: frozenset[str]  # what they may do for those firms
    targets: frozenset[tuple[str, int]]  # things they hold a charge for

    def may(self, deed: str, *, path: str, sector: str = "") -> bool:
        """Whether some post or grant of theirs allows the deed at this place and sector."""
        return any(
            (deed in reach.deeds or ALL in reach.deeds) and reach.covers(path, sector)
            for reach in self.reaches
        )

    def may_anywhere(self, deed: str) -> bool:
        """Whether there is any place at all where they may do it: what menus ask."""
        own = deed in self.own_deeds
        return own or any(deed in r.deeds or ALL in r.deeds for r in self.reaches)

    def places(self, *, path: str = "area_path", sector: str = "sector") -> Q:
        """The rows within reach, as a filter on their path and sector columns."""
        none = Q(pk__in=[])
        return reduce(or_, (_rows(reach, path, sector) for reach in self._widest()), none)

    def _widest(self) -> list[Reach]:
        """Without the reaches that another one already holds: short filters, quick plans."""
        return [
            reach
            for number, reach in enumerate(self.reaches)
            if not any(
                other.path != reach.path or other.sectors != reach.sectors or position < number
                for position, other in enumerate(self.reaches)
                if position != number
                and reach.path.startswith(other.path)
                and (ALL in other.sectors or reach.sectors <= other.sectors)
            )
        ]


def _rows(reach: Reach, path: str, sector: str) -> Q:
    found = Q(**{f"{path}__startswith": reach.path})
    if sector and ALL not in reach.sectors:
        found &= Q(**{f"{sector}__in": sorted(reach.sectors)})
    return found


def roles() -> dict[str, Role]:
    return catalogues.load("roles", Role)


def deeds_of(keys: list[str]) -> frozenset[str]:
    """All deeds of these roles; a role that the catalogue no longer has gives none."""
    known = roles()
    return frozenset(deed for key in keys if key in known for deed in known[key].deeds)


def scope_of(person: Person, *, at: datetime) -> Scope:
    """Work out a person's reach at an instant, from posts, charges and grants valid then."""
    day = at.astimezone(LOCAL).date()
    tenures = [
        tenure
        for tenure in Tenure.objects.filter(person=person, since__lte=day)
        .exclude(until__lte=day)
        .select_related("post__body")
        if tenure.post.valid_to is None or tenure.post.valid_to > day
    ]
    firms = [t.post for t in tenures if t.post.body.kind in OF_A_FIRM]
    offices = [t.post for t in tenures if t.post.body.kind not in OF_A_FIRM]
    charges = _charges(person, [t.post_id for t in tenures], at)
    grants = Grant.objects.filter(person=person, since__lte=at, until__gt=at)
    reaches = [
        Reach(p.area_path, frozenset(p.body.sectors), deeds_of(p.roles), p.pk) for p in offices
    ]
    reaches += [
        Reach(c.area_path, frozenset({ALL}), frozenset({"see"})) for c in charges if not c.target_id
    ]
    reaches += [
        Reach(g.area_path, frozenset(g.sectors or [ALL]), frozenset(g.deeds)) for g in grants
    ]
    return Scope(
        person_id=person.pk,
        reaches=tuple(reaches),
        posts=frozenset(t.post_id for t in tenures),
        bodies=frozenset(post.body_id for post in firms),
        own_deeds=frozenset(deed for post in firms for deed in deeds_of(post.roles)),
        targets=frozenset((c.target_kind, c.target_id) for c in charges if c.target_id),
    )


def _charges(person: Person, posts: list[int], at: datetime) -> list[Charge]:
    day = at.astimezone(LOCAL).date()
    mine = Q(person=person) | Q(post__in=posts)
    return list(Charge.objects.valid_on(day).filter(mine))


def check(person: Person, deed: str, *, path: str, sector: str = "", at: datetime) -> None:
    """Raise Forbidden unless one of the person's posts or grants allows the deed there."""
    if not scope_of(person, at=at).may(deed, path=path, sector=sector):
        raise Forbidden(
            f"{person}没有此处的办理权限({deed})",
            mend="如确属您的职责,请联系本级管理员核对岗位与责任区域。",
        )
