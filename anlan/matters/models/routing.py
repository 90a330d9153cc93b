"""Which posts a matter belongs to (派单): the rules of routing.yaml looked up among real posts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Self

from django.db.models import Exists, QuerySet
from django.db.models.functions import Length

from anlan.kernel import catalogues, expressions
from anlan.kernel.errors import Invalid
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area, Body, Post
from anlan.people.models.posts import held_on

from .. import rules
from .kinds import routes
from .matter import Matter

CONTEXT: dict[str, type] = {
    "kind": str,  # key of matter_kinds.yaml
    "grade": str,  # GENERAL, MAJOR, or "" while not graded
    "sector": str,
    "source": str,
    "level": str,  # of the area: DISTRICT, TOWN, VILLAGE, GRID
    "path": str,  # of the area: "/331081000000/331081001000/"
    "firm_known": bool,
}
LAST_RESORT = rules.Route("", "就近镇街，其次应急局科室", "true", ("station@area", "section@area"))
OFFICES = (Body.Kind.BUREAU, Body.Kind.TOWN, Body.Kind.VILLAGE)


@dataclass(frozen=True)
class Facts:
    """What the rules ask about a matter, before or after it exists."""

    kind: str
    grade: str
    sector: str
    source: str
    area: Area
    body: Body | None

    @classmethod
    def of(cls, matter: Matter) -> Self:
        return cls(
            matter.kind, matter.grade, matter.sector, matter.source, matter.area, matter.body
        )

    def words(self) -> dict[str, str | bool]:
        return {
            "kind": self.kind,
            "grade": self.grade,
            "sector": self.sector,
            "source": self.source,
            "level": self.area.level,
            "path": self.area.path,
            "firm_known": self.body is not None and self.body.kind == Body.Kind.ENTERPRISE,
        }


@dataclass(frozen=True)
class Proposal:
    """Who is asked (派单建议): who dispatches, who should rectify, who checks, who has to know."""

    route: str  # key of the rule; empty when none matched
    triage: Post
    rectify: Post | None
    check: Post | None
    inform: tuple[Post, ...]


def propose(facts: Facts, *, at: datetime, not_checking: tuple[Post | None, ...] = ()) -> Proposal:
    """Find the posts for a matter; Invalid where there is nobody at all to dispatch it.

    `not_checking` are posts that have a hand in it already and so cannot be asked to check it.
    """
    words = facts.words()
    route = rules.first_match(routes(), lambda each: _condition(each.when).holds(**words))
    route = route or LAST_RESORT
    day = at.astimezone(LOCAL).date()
    triage = _first(route.triage, facts, day) or _first(LAST_RESORT.triage, facts, day)
    if triage is None:
        raise Invalid(
            f"{facts.area}及其上级都没有可以交办的岗位",
            mend="请管理员在人员管理中设置“应急消防管理站”或“应急局业务科室”岗位",
            field="area",
        )
    rectify = _first(route.rectify, facts, day)
    return Proposal(
        route=route.key,
        triage=triage,
        rectify=rectify,
        check=_first(route.check, facts, day, other_than=(rectify, *not_checking)),
        inform=tuple(post for post in _each(route.inform, facts, day) if post != triage),
    )


def next_above(post: Post, *, at: datetime) -> Post | None:
    """The nearest superior somebody holds: a vacant seat would only let the time run."""
    day, seen = at.astimezone(LOCAL).date(), {post.pk}
    above = post.superior
    while above is not None and above.pk not in seen:
        if _standing(day).filter(pk=above.pk, held=True).exists():
            return above
        seen.add(above.pk)
        above = above.superior
    return None


def conditions() -> list[expressions.Expression]:
    """The conditions of all rules, compiled; refused with file and line."""
    found = []
    for route in routes():
        try:
            found.append(_condition(route.when))
        except expressions.ExpressionError as wrong:
            raise catalogues.refused(
                "routing", wrong.words, key=route.key, value=route.when, mend=wrong.mend
            ) from wrong
    return found


@lru_cache(maxsize=256)
def _condition(text: str) -> expressions.Expression:
    return expressions.compile_expression(text, CONTEXT)


def _standing(day: date) -> QuerySet[Any]:
    """Posts that exist on a day, each with whether somebody holds it."""
    return Post.objects.valid_on(day).annotate(held=Exists(held_on(day))).select_related("body")


def _first(
    seats: Iterable[str], facts: Facts, day: date, *, other_than: tuple[Post | None, ...] = ()
) -> Post | None:
    """The first seat that somebody holds; else the first that exists at all."""
    found = [post for post in _each(seats, facts, day) if post not in other_than]
    return next((post for post in found if post.held), found[0] if found else None)


def _each(seats: Iterable[str], facts: Facts, day: date) -> list[Any]:
    return [post for text in seats for post in _posts(rules.Seat.parse(text), facts, day)]


def _posts(seat: rules.Seat, facts: Facts, day: date) -> list[Any]:
    """The posts of a seat, the nearest first."""
    found = _standing(day).filter(roles__contains=[seat.role])
    if seat.where == "firm":
        return list(found.filter(body=facts.body).order_by("pk")) if facts.body else []
    found = found.filter(area_path__in=rules.here_and_above(facts.area.path))
    if seat.where == "sector":
        if not facts.sector:
            return []
        charged = Body.Kind.DEPARTMENT
        found = found.filter(body__kind=charged, body__sectors__contains=[facts.sector])
    else:
        found = found.filter(body__kind__in=OFFICES)
    return list(found.order_by(Length("area_path").desc(), "pk"))
