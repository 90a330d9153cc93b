"""Rules tried against what was stored (历史回测), and the conditions of rules over several."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache

import numpy as np

from anlan.kernel import catalogues
from anlan.kernel.expressions import compile_expression

from .. import rules
from .alarms import place_of
from .reading import series
from .streams import Stream


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


def streams_of(rows: Iterable[Stream]) -> rules.Streams:
    """What the judge must know of some streams."""
    listed = list(rows)
    towns = {row.station.area_id: place_of(row.station.area).pk for row in listed}
    names = (*rules.LEVELS, rules.UNIFORM_RATE)
    return rules.Streams(
        keys=np.array([row.pk for row in listed], np.int64),
        properties=[row.observed for row in listed],
        units=[row.unit for row in listed],
        places=np.array([towns[row.station.area_id] for row in listed], np.int64),
        stations=[row.station.code for row in listed],
        levels={
            name: np.array([float(row.thresholds.get(name) or "nan") for row in listed])
            for name in names
        },
        lateness=np.array([round(row.lateness_s * 1e6) for row in listed], np.int64),
    )


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
    return rules.tried(asked, streams_of(listed), points, conditions=given), len(points)


def rule_from(text: str) -> rules.WatchRule:
    """One rule as somebody types it; CatalogueError says line and mend."""
    found = catalogues.parse(text, rules.WatchRule, file="规则")
    if len(found) != 1:
        raise catalogues.CatalogueError("规则", 1, "应当正好写一条规则", mend="请只留一条")
    return next(iter(found.values()))
