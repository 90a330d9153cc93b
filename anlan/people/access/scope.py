"""How far one person reaches at one instant (可见范围), from their posts, charges and grants."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from anlan.kernel import catalogues
from anlan.kernel.errors import Forbidden
from anlan.kernel.trail import LOCAL

from ..models import Body, Charge, Grant, Person, Tenure
from ..rules import codes

ALL = "*"
SEE = "see"
# What a scope is made of; it is made for every request, and whole rows take twice as long.
OF_A_POST = ("post__area_path", "post__roles", "post__body__kind", "post__body__sectors")
OF_A_GRANT = ("area_path", "sectors", "deeds")
OF_A_FIRM = (Body.Kind.ENTERPRISE, Body.Kind.AGENCY)  # they see what is theirs, never an area


@dataclass(frozen=True)
class Role:
    """A role (角色): a list of deeds that a post may do in the whole subtree of its area."""

    key: str
    label: str
    deeds: tuple[str, ...]


@dataclass(frozen=True)
class Reach:
    """What one post, charge or grant opens: a subtree × sectors, and the deeds allowed there."""

    path: str
    sectors: frozenset[str]
    deeds: frozenset[str]
    post_id: int | None = None

    def allows(self, deed: str) -> bool:
        return deed in self.deeds or ALL in self.deeds

    def covers(self, path: str, sector: str | None = None) -> bool:
        """Whether a thing lies within; `sector` None is a thing that has none, as an area."""
        within = sector is None or ALL in self.sectors or sector in self.sectors
        return path.startswith(self.path) and within

    def holds(self, other: "Reach") -> bool:
        """Whether whoever sees this also sees all of the other."""
        wide = ALL in self.sectors or (ALL not in other.sectors and other.sectors <= self.sectors)
        return wide and other.path.startswith(self.path)


@dataclass(frozen=True)
class Scope:
    """Everything one person reaches at one instant; made once per request, then asked often."""

    person_id: int
    reaches: tuple[Reach, ...]
    posts: frozenset[int]
    bodies: frozenset[int]  # the firms whose own things they see
    own_deeds: frozenset[str]  # what they may do for those firms
    targets: frozenset[tuple[str, int]]  # things they hold a charge for
    firm_paths: frozenset[str] = frozenset()  # where those firms stand

    def may(self, deed: str, *, path: str, sector: str | None = None) -> bool:
        """Whether some post or grant of theirs allows the deed at this place and sector."""
        return any(reach.allows(deed) and reach.covers(path, sector) for reach in self.reaches)

    def may_anywhere(self, deed: str) -> bool:
        """Whether there is any place at all where they may do it: what menus ask."""
        return deed in self.own_deeds or any(reach.allows(deed) for reach in self.reaches)

    def post_for(self, deed: str, *, path: str, sector: str | None = None) -> int | None:
        """The post that gives the right, the nearest one first: what the trail names."""
        giving = [
            r for r in self.reaches if r.post_id and r.allows(deed) and r.covers(path, sector)
        ]
        return max(giving, key=lambda reach: len(reach.path)).post_id if giving else None

    def places(self, *, path: str = "area_path", sector: str = "sector", deed: str = SEE) -> Q:
        """The rows within reach, as a filter on their path and sector columns.

        `sector=""` for rows that have no sector; `deed` asks where they may do that instead of see.
        """
        open_here = [reach for reach in self.reaches if reach.allows(deed)]
        rows = (_rows(reach, path, sector) for reach in widest(open_here))
        return reduce(or_, rows, Q(pk__in=[]))

    def above(self) -> list[str]:
        """The paths of all areas that lie above their reach, and of the reach itself."""
        own = {reach.path for reach in self.reaches} | self.firm_paths
        return sorted({path for one in own for path in codes.ancestors_of(one)})


def widest(reaches: Iterable[Reach]) -> list[Reach]:
    """Without the reaches that another one already holds: short filters, quick plans."""
    kept: list[Reach] = []
    for reach in sorted(
        reaches, key=lambda r: (len(r.path), ALL not in r.sectors, -len(r.sectors))
    ):
        if not any(wider.holds(reach) for wider in kept):
            kept.append(reach)
    return kept


def _rows(reach: Reach, path: str, sector: str) -> Q:
    found = Q(**{f"{path}__startswith": reach.path})
    if sector and ALL not in reach.sectors:
        found &= Q(**{f"{sector}__in": sorted(reach.sectors)})
    return found


def roles() -> dict[str, Role]:
    return catalogues.load("roles", Role)


def deeds_of(keys: Iterable[str]) -> frozenset[str]:
    """All deeds of these roles; a role that the catalogue no longer has gives none."""
    known = roles()
    return frozenset(deed for key in keys if key in known for deed in known[key].deeds)


def scope_of(person: Person, *, at: datetime) -> Scope:
    """Work out a person's reach at an instant, from posts, charges and grants valid then."""
    day = at.astimezone(LOCAL).date()
    held = Tenure.objects.valid_on(day).filter(person=person).select_related("post__body")
    posts = [tenure.post for tenure in held.only(*OF_A_POST)]
    firms = [post for post in posts if post.body.kind in OF_A_FIRM]
    mine = Q(person=person) | Q(post__in=[post.pk for post in posts])
    valid = Charge.objects.valid_on(day).filter(mine).only("area_path", "target_kind", "target_id")
    charges = [] if _is_gone(person, at) else list(valid)
    reaches = [
        Reach(post.area_path, frozenset(post.body.sectors), deeds_of(post.roles), post.pk)
        for post in posts
        if post.body.kind not in OF_A_FIRM
    ]
    reaches += [
        Reach(path, frozenset({ALL}), frozenset({SEE}))
        for path in {charge.area_path for charge in charges if not charge.target_id}
    ]
    reaches += [
        Reach(grant.area_path, frozenset(grant.sectors or [ALL]), frozenset({SEE, *grant.deeds}))
        for grant in Grant.objects.valid_at(at).filter(person=person).only(*OF_A_GRANT)
    ]
    return Scope(
        person_id=person.pk,
        reaches=tuple(reaches),
        posts=frozenset(post.pk for post in posts),
        bodies=frozenset(post.body_id for post in firms),
        own_deeds=deeds_of(role for post in firms for role in post.roles),
        targets=frozenset((c.target_kind, c.target_id) for c in charges if c.target_id),
        firm_paths=frozenset(post.area_path for post in firms),
    )


def _is_gone(person: Person, at: datetime) -> bool:
    return person.left_on is not None and person.left_on <= at.astimezone(LOCAL).date()


def check(
    person: Person, deed: str, *, path: str, sector: str | None = None, at: datetime
) -> Scope:
    """Raise Forbidden unless a post or grant of theirs allows the deed there; else their reach."""
    scope = scope_of(person, at=at)
    if not scope.may(deed, path=path, sector=sector):
        raise Forbidden(
            f"{person}在此处没有办理权限",
            mend="如确属您的职责，请联系本级管理员核对岗位、角色与责任区域。",
        )
    return scope
