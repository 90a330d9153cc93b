"""Coverage: who × when, required and done, computed and never typed (覆盖矩阵)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil

from django.db.models import Count, QuerySet

from anlan.kernel.trail import LOCAL
from anlan.people.access import ALL, SEE, Scope
from anlan.people.models import Area, Body, Post
from anlan.registry.models import Item

from ..rules import Counted, Coverage, Due, Span, Terms, Who, cover
from . import counting
from .kinds import condition
from .waivers import waivers_over

LEVELS = {"towns": Area.Level.TOWN, "villages": Area.Level.VILLAGE}
MOST_ROWS = 5_000
Required = Callable[[Who, int], int | Decimal]


@dataclass(frozen=True)
class Asked:
    """What a matrix is asked for: which days, below which area, as seen by whom, at which instant.

    `scope` is None for what the system itself has to know: then nothing is hidden.
    """

    since: date
    until: date
    area: Area
    scope: Scope | None
    at: datetime

    @property
    def today(self) -> date:
        return self.at.astimezone(LOCAL).date()


def coverage(
    due: Due, *, since: date, until: date, area: Area, scope: Scope | None, at: datetime
) -> Coverage:
    """The matrix of one due: its rows below `area` that the asker may see, its periods that touch
    the days from `since` to `until`. A number equals the rows that it opens for the same asker."""
    asked = Asked(since, until, area, scope, at)
    spans = due.spans(since, until)
    who = who_owes(due, asked)
    if not spans or not who:
        return Coverage(spans, ())
    counted, required = _counted(due, asked, spans, who)
    excused = waivers_over(due.key, spans)
    terms = Terms(
        required=required,
        today=asked.today,
        waived=lambda one, span: any(each.covers(one, span) for each in excused),
        known=lambda span: not due.is_state or _is_now(span, spans, asked.today),
    )
    return cover(who, spans, counted, terms)


def coverage_of_all(
    *, dues: dict[str, Due], since: date, until: date, area: Area, scope: Scope | None, at: datetime
) -> dict[str, Coverage]:
    """The matrices of many dues; what nobody sees a row of is left out."""
    found = {
        key: coverage(due, since=since, until=until, area=area, scope=scope, at=at)
        for key, due in dues.items()
    }
    return {key: each for key, each in found.items() if each.rows and each.spans}


# --- who ------------------------------------------------------------------------------------------


def who_owes(due: Due, asked: Asked) -> list[Who]:
    """The rows, in the order of their codes; only real areas are counted (administrative)."""
    found = _WHO[due.across](due, asked)
    if asked.scope is not None:
        seen = _seen_by(asked.scope, due)
        found = [one for one in found if seen(one)]
    if due.owed_if:
        rule, facts = condition(due.owed_if, "dues", due.key), _facts(due, asked)
        found = [one for one in found if rule.holds(**facts(one, None))]
    return found[:MOST_ROWS]


def _seen_by(scope: Scope, due: Due) -> Callable[[Who], bool]:
    """Whose rows the asker may see: within reach of a post without limits of sector, or of this
    due's own; and the rows of their own unit."""
    wide = [
        reach.path
        for reach in scope.reaches
        if reach.allows(SEE) and (ALL in reach.sectors or due.sector in reach.sectors)
    ]
    units = set(Post.objects.filter(pk__in=scope.posts).values_list("body", flat=True))
    mine = units | set(scope.bodies)
    return lambda one: one.body_id in mine or any(one.path.startswith(path) for path in wide)


def _areas(due: Due, asked: Asked) -> list[Who]:
    areas = Area.objects.under(asked.area.path).real().valid_on(asked.today)
    areas = areas.filter(level=LEVELS[due.across]).order_by("code")
    rows = list(areas.values_list("pk", "code", "name", "path"))
    answers = _answering(due, asked, {path: pk for pk, _, _, path in rows})
    return [Who(code, name, path, answers(path), pk) for pk, code, name, path in rows]


def _answering(due: Due, asked: Asked, paths: dict[str, int]) -> Callable[[str], int | None]:
    """The body that answers for a row: the bureau, or the town or village itself."""
    if due.answers == "bureau":
        bureau = _bureau(asked.area)
        return lambda path: bureau
    kinds = (Body.Kind.TOWN, Body.Kind.VILLAGE)
    found = Body.objects.filter(kind__in=kinds, area_path__startswith=asked.area.path)
    known = dict(found.order_by("-pk").values_list("area_path", "pk"))

    def nearest(path: str) -> int | None:
        while path not in known and path.count("/") > 2:
            path = path[: path.rstrip("/").rfind("/") + 1]
        return known.get(path)

    return nearest


def _bureau(area: Area) -> int | None:
    root = "/".join(area.path.split("/")[:2]) + "/"
    found = Body.objects.filter(kind=Body.Kind.BUREAU, area_path__startswith=root)
    return found.order_by("area_path", "pk").values_list("pk", flat=True).first()


def _district(due: Due, asked: Asked) -> list[Who]:
    area = asked.area
    if area.level not in (Area.Level.DISTRICT, Area.Level.CITY):
        return []  # what the whole district owes is no town's to show
    return [Who("", area.name, area.path, _bureau(area), area.pk)]


def _bodies(found: "QuerySet[Body]") -> list[Who]:
    rows = found.order_by("pk").values_list("pk", "name", "area_path", "area")
    return [Who(str(pk), name, path, pk, area) for pk, name, path, area in rows]


def _departments(due: Due, asked: Asked) -> list[Who]:
    found = Body.objects.valid_on(asked.today).under(asked.area.path)
    found = found.filter(kind=Body.Kind.DEPARTMENT)
    if due.sector:
        found = found.filter(sectors__overlap=[due.sector, ALL])
    return _bodies(found)


def _firms(due: Due, asked: Asked) -> list[Who]:
    found = Body.objects.valid_on(asked.today).under(asked.area.path)
    found = found.filter(kind=Body.Kind.ENTERPRISE)
    if due.items:
        found = found.filter(pk__in=counting.items_of(due, asked.area.path).values("enterprise"))
    elif due.sector:
        found = found.filter(sectors__contains=[due.sector])
    return _bodies(found)


def _items(due: Due, asked: Asked) -> list[Who]:
    found = counting.items_of(due, asked.area.path).order_by("area_path", "code")
    rows = found.values_list("pk", "name", "area_path", "area", "keeper__body", "territorial")
    return [
        Who(str(pk), name, path, keeper or territorial, area, pk)
        for pk, name, path, area, keeper, territorial in rows
    ]


_WHO: dict[str, Callable[[Due, Asked], list[Who]]] = {
    "district": _district,
    "towns": _areas,
    "villages": _areas,
    "departments": _departments,
    "firms": _firms,
    "items": _items,
}


# --- how many -------------------------------------------------------------------------------------


def depth_of(due: Due, who: list[Who]) -> int:
    """Which part of a path names the row: towns stand third below a city, second in a district."""
    if due.across not in LEVELS:
        return 0
    return len(who[0].path.strip("/").split("/"))


def _counted(
    due: Due, asked: Asked, spans: tuple[Span, ...], who: list[Who]
) -> tuple[counting.Counts, Required]:
    """What was done, and how much is owed of it."""
    root, depth = asked.area.path, depth_of(due, who)
    if due.counts == "records":
        if due.named:
            return _planned(due, asked, spans, depth)
        done = counting.count_records(due, root, spans, depth=depth, scope=asked.scope)
        return done, _least(due, asked, spans)
    if due.counts == "visited":
        done = counting.count_records(due, root, spans, depth=depth, scope=asked.scope)
        items = counting.items_of(due, root).order_by()
        grouped = items.values(who=counting.part_of("area_path", depth)).annotate(n=Count("pk"))
        owed = {row["who"]: row["n"] for row in grouped}
        return done, lambda one, number: _shared(owed.get(one.key, 0), due.share)
    if due.counts == "matters":
        all_of, done = counting.count_matters(due, root, spans, depth=depth, scope=asked.scope)
        none = Counted()
        return done, lambda one, number: _shared(
            all_of.get((one.key, number), none).done, due.share
        )
    return _of_today(due, asked, spans, depth)


def _planned(
    due: Due, asked: Asked, spans: tuple[Span, ...], depth: int
) -> tuple[counting.Counts, Required]:
    """Where a plan names whom, they are told off; where it does not, any count."""
    least, root = _least(due, asked, spans), asked.area.path
    named = counting.count_planned(due, root, spans, depth=depth, scope=asked.scope)
    listed = {number for _, number in named}
    free: counting.Counts = {}
    if len(listed) < len(spans):
        done = counting.count_records(due, root, spans, depth=depth, scope=asked.scope)
        free = {place: each for place, each in done.items() if place[1] not in listed}
    told = {place: each for place, (_, each) in named.items()}

    def required(one: Who, number: int) -> int | Decimal:
        if number not in listed:
            return least(one, number)
        return named.get((one.key, number), (0, None))[0]

    return free | told, required


def _of_today(
    due: Due, asked: Asked, spans: tuple[Span, ...], depth: int
) -> tuple[counting.Counts, Required]:
    """What is only known of today: states of items, charges, papers."""
    now = next((n for n, span in enumerate(spans) if _is_now(span, spans, asked.today)), None)
    if now is None:
        return {}, lambda one, number: 0
    count = {"items": counting.count_items, "charges": counting.count_charges}[due.counts]
    owed, done = count(due, asked.area.path, spans[now], depth=depth, today=asked.today)
    counted = {(key, now): each for key, each in done.items()}
    if due.least:
        return counted, _least(due, asked, spans)
    return counted, lambda one, number: _shared(owed.get(one.key, 0), due.share)


def _is_now(span: Span, spans: tuple[Span, ...], today: date) -> bool:
    """Whether a span is the one that today lies in: what a state is known of."""
    return span.holds(today)


def _shared(number: int | Decimal, share: Decimal) -> int:
    """So many percent of them, rounded up: 60 % of 21 are 13."""
    return ceil(Fraction(number) * Fraction(share) / 100)


def _least(due: Due, asked: Asked, spans: tuple[Span, ...]) -> Required:
    """How many are owed: a number, or an expression over the row, asked once for each row."""
    if due.least.isdigit():
        fixed = int(due.least)
        return lambda one, number: fixed
    rule, facts = condition(due.least, "dues", due.key), _facts(due, asked)
    known: dict[tuple[str, int], int | Decimal] = {}
    of_the_span = bool(rule.names & {"month", "days"})

    def required(one: Who, number: int) -> int | Decimal:
        place = one.key, number if of_the_span else 0
        if place not in known:
            answer = rule.evaluate(**facts(one, spans[number]))
            known[place] = answer if isinstance(answer, int) else Decimal(str(answer))
        return known[place]

    return required


def _facts(due: Due, asked: Asked) -> Callable[[Who, Span | None], dict[str, object]]:
    """The names that an expression over a row may use."""
    texts = f"{due.least} {due.owed_if}"
    villages = _below(asked, Area.Level.VILLAGE) if "villages" in texts else {}
    grids = _below(asked, Area.Level.GRID) if "grids" in texts else {}

    def facts(one: Who, span: Span | None) -> dict[str, object]:
        return {
            "name": one.label,
            "code": one.key,
            "villages": villages.get(one.path, 0),
            "grids": grids.get(one.path, 0),
            "month": span.first.month if span else 0,
            "days": (span.last - span.first).days + 1 if span else 0,
        }

    return facts


def _below(asked: Asked, level: str) -> dict[str, int]:
    """How many real areas of a level lie below each path above them."""
    found = Area.objects.under(asked.area.path).real().valid_on(asked.today).filter(level=level)
    many: dict[str, int] = {}
    for path in found.values_list("path", flat=True):
        while path.count("/") > 2:
            path = path[: path.rstrip("/").rfind("/") + 1]
            many[path] = many.get(path, 0) + 1
    return many


def items_missing(due: Due, asked: Asked, one: Who, span: Span) -> "QuerySet[Item]":
    """The items of a row that are still to be visited, or not in the state asked for."""
    found = counting.items_of(due, one.path or asked.area.path)
    if due.counts == "items":
        ready, _ = counting.ready_of(due, span, asked.today)
        return found.exclude(pk__in=found.filter(ready).values("pk"))
    seen = counting.records_of(due, asked.area.path, (span,), asked.scope).values("item")
    return found.exclude(pk__in=seen)
