"""Rules tried against what was stored (历史回测), and the conditions of rules over several."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from anlan.kernel import catalogues
from anlan.kernel.expressions import compile_expression
from anlan.people.models import Area
from anlan.people.rules import codes

from .. import rules
from .reading import digest, micros, series
from .streams import Stream

LEVELS = (*rules.LEVELS, rules.UNIFORM_RATE)


def conditions(
    known: Mapping[str, rules.WatchRule],
) -> dict[str, dict[rules.Grade, rules.Condition]]:
    """What `when` says of each rule over several, compiled and checked (联合条件)."""
    return {
        rule.key: {rules.Grade[name]: _compiled(text, rule.of) for name, text in rule.when.items()}
        for rule in known.values()
        if rule.kind == "several" and rule.when
    }


@cache
def _compiled(text: str, of: tuple[str, ...]) -> rules.Condition:
    names = dict.fromkeys((*of, *(f"n_{key}" for key in of)), int)
    expression = compile_expression(text, names)
    return lambda given: expression.holds(**{name: given[name] for name in expression.names})


def streams_of(rows: QuerySet[Stream]) -> rules.Streams:
    """What the judge must know of some streams, by number (在判测点)."""
    found = list(_told(rows).order_by("pk"))
    towns = _towns()
    places: dict[str, int] = {}
    for row in found:
        if row[4] not in places:
            chain = codes.ancestors_of(row[4])[::-1]
            places[row[4]] = next((towns[path] for path in chain if path in towns), row[3])
    return rules.Streams(
        keys=np.array([row[0] for row in found], np.int64),
        properties=[row[1] for row in found],
        units=[row[2] for row in found],
        places=np.array([places[row[4]] for row in found], np.int64),
        stations=[row[5] for row in found],
        levels={name: _levels([row[6] for row in found], name) for name in LEVELS},
        lateness=np.array([round(row[7] * 1e6) for row in found], np.int64),
    )


def stamp_of(rows: QuerySet[Stream]) -> object:
    """Another one as soon as `streams_of` would tell anything else; nothing is read for it."""
    return digest(_told(rows)), _towns()


def _told(rows: QuerySet[Stream]) -> QuerySet[Stream, tuple[Any, ...]]:
    return rows.values_list(
        "pk", "observed", "unit", "station__area", "station__area__path", "station__code",
        "thresholds", "lateness_s",
    )  # fmt: skip


def _towns() -> dict[str, int]:
    """Where alarms are grouped: the towns that there are now, by path."""
    towns = Area.objects.filter(level=Area.Level.TOWN, valid_to=None)
    return dict(towns.values_list("path", "pk"))


def _levels(thresholds: list[Mapping[str, float | None]], name: str) -> NDArray[np.float64]:
    found = [each.get(name) for each in thresholds]
    return np.array([np.nan if limit is None else limit for limit in found], np.float64)


def try_rules(
    wanted: Iterable[rules.WatchRule], rows: Iterable[Stream], since: datetime, until: datetime
) -> tuple[list[rules.Episode], int]:
    """What these rules would have raised over stored points, and how many points there are."""
    listed, asked = sorted(rows, key=lambda row: row.pk), list(wanted)
    if not listed:
        return [], 0
    points = series([row.pk for row in listed], since, until).columns
    index = np.searchsorted(np.array([row.pk for row in listed]), points.stream)
    points = rules.Columns.of(index, points.at, points.value, points.flag)
    given = conditions({rule.key: rule for rule in asked})
    known = streams_of(Stream.objects.filter(pk__in=[row.pk for row in listed]))
    found = rules.tried(asked, known, points, conditions=given, until=micros(until))
    return found, len(points)


def rule_from(text: str) -> rules.WatchRule:
    """One rule as somebody types it; CatalogueError says line and mend."""
    found = catalogues.parse(text, rules.WatchRule, file="规则")
    if len(found) != 1:
        raise catalogues.CatalogueError("规则", 1, "应当正好写一条规则", mend="请只留一条")
    return next(iter(found.values()))
