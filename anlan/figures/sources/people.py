"""Who answers for what, and where it can no longer be relied on (责任、岗位、单位)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from anlan.people import access
from anlan.people.access import Scope
from anlan.people.models import Area, Body, Charge, Person, Post, Tenure
from anlan.people.models.charges import charge_kinds

from .shape import Dimension, Measure, Moment, Source, day_before


def _charges(scope: Scope | None) -> QuerySet[Any]:
    return Charge.objects.all() if scope is None else access.charges_visible_to(scope)


def _posts(scope: Scope | None) -> QuerySet[Any]:
    return Post.objects.all() if scope is None else access.posts_visible_to(scope)


def _bodies(scope: Scope | None) -> QuerySet[Any]:
    return Body.objects.all() if scope is None else access.bodies_visible_to(scope)


def _persons(scope: Scope | None) -> QuerySet[Any]:
    seen = Person.objects.all() if scope is None else access.persons_visible_to(scope)
    return seen.filter(body__isnull=False)


def _areas(scope: Scope | None) -> QuerySet[Any]:
    """The real ones: coverage never counts a statistical pseudo-town."""
    seen = Area.objects.all() if scope is None else access.areas_visible_to(scope)
    return seen.real()


def _given(end: datetime) -> Q:
    day = day_before(end)
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))


def _stale(end: datetime) -> Q:
    found = Charge.objects.stale_on(day_before(end)).filter(pk=OuterRef("pk"))
    return Q(Exists(found))


def _confirmed(end: datetime) -> Q:
    return Q(confirmed_on__gte=F("opened"), confirmed_on__lte=day_before(end))


def _stands(end: datetime) -> Q:
    day = day_before(end)
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def _vacant(end: datetime) -> Q:
    held = Tenure.objects.valid_on(day_before(end)).filter(post=OuterRef("pk"))
    return Q(~Exists(held))


def _here(end: datetime) -> Q:
    return Q(left_on__isnull=True) | Q(left_on__gt=day_before(end))


def _charge_kinds() -> Mapping[str, str]:
    return {key: kind.label for key, kind in charge_kinds().items()}


SOURCES = (
    Source(
        "charges",
        "责任",
        _charges,
        "charges",
        moments={
            "since": Moment("since", days=True),
            "confirmed_on": Moment("confirmed_on", days=True),
        },
        standing=_given,
        states={"stale": _stale, "confirmed": _confirmed},
        measures={
            "persons": Measure("distinct", "person", ("人", "名")),
            "posts": Measure("distinct", "post", ("个",)),
        },
        dimensions={"kind": Dimension("责任类型", "kind", _charge_kinds)},
        columns={"duty": "duty"},
        kinds=_charge_kinds,
        order="since",
    ),
    Source("posts", "岗位", _posts, "people", standing=_stands, states={"vacant": _vacant}),
    Source(
        "bodies",
        "单位",
        _bodies,
        "bodies",
        standing=_stands,
        dimensions={"kind": Dimension("单位类别", "kind", lambda: dict(Body.Kind.choices))},
        kinds=lambda: dict(Body.Kind.choices),
    ),
    Source("persons", "人员", _persons, "people", standing=_here, path="body__area_path"),
    Source(
        "areas",
        "区划与网格",
        _areas,
        "areas",
        standing=_stands,
        dimensions={"level": Dimension("层级", "level", lambda: dict(Area.Level.choices))},
        columns={"level": "level", "grid_kind": "grid_kind"},
        kind="level",
        kinds=lambda: dict(Area.Level.choices),
        path="path",
    ),
)
