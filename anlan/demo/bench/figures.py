"""How long figures take over 1,000,000 matters and 300,000 records: `anlan bench figures`.

The whole annual report is the annual summary as its template writes it, every figure in it with its
base, the tables of towns and months; `every_figure_s` is each figure of the catalogue for the year
with its base, and the table of towns of those that add up. Plain SQL over the same rows, written
for the purpose, is measured in the same run; its counts must be the same.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any

from django.db import connection

from anlan.demo.bench import million, recorded
from anlan.demo.district import Clock, District
from anlan.dues.models import coverage_of_all, dues
from anlan.figures import compute
from anlan.figures.reports import made, template_named
from anlan.figures.rules import Period, parse_period
from anlan.kernel.trail import LOCAL
from anlan.matters.models import Matter
from anlan.people.access import scope_of
from anlan.records.models import Record

TIMES = 5  # of the whole report
ROWS_SHOWN = 50
VILLAGES = "grid_patrol_villages"
PART_OF = 0.3  # records to matters

# The same numbers by hand: one pass of each table with everything it has.
REFERENCE = """
SELECT count(*) FILTER (WHERE found_at >= %(now)s AND found_at < %(end)s),
       count(*) FILTER (WHERE found_at >= %(base)s AND found_at < %(base_end)s),
       count(*) FILTER (WHERE found_at >= %(now)s AND found_at < %(end)s AND grade = 'MAJOR'),
       count(*) FILTER (WHERE found_at >= %(now)s AND found_at < %(end)s
                          AND stage = 'CLOSED' AND closed_at < %(end)s),
       count(*) FILTER (WHERE closed_at >= %(now)s AND closed_at < %(end)s),
       count(*) FILTER (WHERE closed_at >= %(base)s AND closed_at < %(base_end)s)
  FROM matters_matter
 WHERE kind = 'hazard' AND area_path LIKE %(path)s AND stage NOT IN ('DRAFT', 'VOID', 'MERGED')
"""
REFERENCE_RECORDS = """
SELECT count(*) FILTER (WHERE started_at >= %(now)s AND started_at < %(end)s),
       count(*) FILTER (WHERE started_at >= %(base)s AND started_at < %(base_end)s),
       sum((counts->>'problems')::numeric)
         FILTER (WHERE started_at >= %(now)s AND started_at < %(end)s)
  FROM records_record
 WHERE kind = 'inspection' AND stage = 'KEPT' AND area_path LIKE %(path)s
"""


def measure(*, size: int = 1_000_000) -> dict[str, Any]:
    """Fill the books, then ask for the report and for single figures with their rows."""
    began = time.perf_counter()
    district = District(Clock(datetime.now(UTC)))
    million.fill(district, size=size)
    recorded.fill(district, size=round(size * PART_OF))
    filled = time.perf_counter() - began
    at = district.clock.now()
    period = parse_period(str(at.astimezone(LOCAL).year))
    asked: dict[str, Any] = {"period": period, "area": district.wenling, "scope": None, "at": at}
    report = [_spent(lambda: _annual_report(asked)) for _ in range(TIMES)]
    every = [_spent(lambda: _every_figure(asked)) for _ in range(TIMES)]
    singles = _singles(district, asked)
    cuts = quantiles([spent for each in singles.values() for spent in each], n=20)
    coverage, cells = _coverage(asked)
    reference = [_spent(lambda: _by_hand(asked)) for _ in range(TIMES)]
    _agree(asked)
    return {
        "matters": Matter.objects.count(),
        "records": Record.objects.count(),
        "figures": len(compute.definitions()),
        "annual_report_s": round(sorted(report)[TIMES // 2], 3),
        "annual_report_worst_s": round(max(report), 3),
        "every_figure_s": round(sorted(every)[TIMES // 2], 3),
        "figure_p50_ms": round(cuts[9] * 1000, 1),
        "figure_p95_ms": round(cuts[18] * 1000, 1),
        "slowest_ms": {
            name: round(max(each) * 1000)
            for name, each in sorted(singles.items(), key=lambda one: -max(one[1]))[:5]
        },
        "dues_coverage_s": round(coverage, 3),
        "dues_cells": cells,
        "sql_reference_s": round(sorted(reference)[TIMES // 2], 3),
        "filled_s": round(filled, 1),
    }


def _annual_report(asked: dict[str, Any]) -> None:
    """The annual summary, written out."""
    made(template_named("annual"), issuer="温岭市应急管理局", **asked)


def _every_figure(asked: dict[str, Any]) -> None:
    """Every figure with its base, and the table of towns."""
    values = compute.compute(None, **asked)
    counted = [value.figure for value in values if value.figure.kind in compute.ADDITIVE]
    whole = compute.Asked(asked["area"], None, asked["at"])
    compute.breakdowns(
        [figure for figure in counted if figure.source in ("hazards", "records")],
        "area",
        period=asked["period"],
        asked=whole,
    )


def _singles(district: District, asked: dict[str, Any]) -> dict[str, list[float]]:
    """Seconds for one figure and its first rows: this month in a town, as its station asks."""
    at = asked["at"]
    month = parse_period(f"{at.astimezone(LOCAL):%Y-%m}")
    found: dict[str, list[float]] = {}
    for who, town in (
        (district.zhao_taiping_station, district.taiping),
        (district.chen_section, district.wenling),
    ):
        scope = scope_of(who, at=at)
        for name, figure in compute.definitions().items():
            if figure.kind in ("rank", "streak"):
                continue
            narrow = {"period": month, "area": town, "scope": scope, "at": at}

            def one(name: str = name, narrow: dict[str, Any] = narrow) -> None:
                compute.compute([name], **narrow)
                list(compute.rows(name, **narrow).order_by("-pk")[:ROWS_SHOWN])

            found.setdefault(name, []).append(_spent(one))
    return found


def _coverage(asked: dict[str, Any]) -> tuple[float, int]:
    """Seconds for the matrices of every due over half a year, and how many cells they have.

    Villages patrol every week here, so that the widest matrix is 800 villages by 26 weeks.
    """
    known = dict(dues())
    known[VILLAGES] = replace(known[VILLAGES], every="week")
    today = asked["at"].astimezone(LOCAL).date()
    given = {"area": asked["area"], "scope": None, "at": asked["at"]}
    began = time.perf_counter()
    found = coverage_of_all(dues=known, since=today - timedelta(weeks=26), until=today, **given)
    spent = time.perf_counter() - began
    return spent, sum(len(each.rows) * len(each.spans) for each in found.values())


def _instants(asked: dict[str, Any]) -> dict[str, Any]:
    today = asked["at"].astimezone(LOCAL).date()
    now: Period = asked["period"].until(today)
    base = now.year_before()
    begin, end = now.instants(LOCAL)
    base_begin, base_end = base.instants(LOCAL)
    return {
        "now": begin, "end": min(end, asked["at"]), "base": base_begin, "base_end": base_end,
        "path": f"{asked['area'].path}%",
    }  # fmt: skip


def _by_hand(asked: dict[str, Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(REFERENCE, _instants(asked))
        matters = cursor.fetchone()
        cursor.execute(REFERENCE_RECORDS, _instants(asked))
        return (*matters, *cursor.fetchone())


def _agree(asked: dict[str, Any]) -> None:
    """A bench that measures wrong numbers measures nothing."""
    found, *_ = compute.compute(["hazards_found"], **asked)
    closed, *_ = compute.compute(["hazards_rectified"], **asked)
    by_hand = _by_hand(asked)
    told = (found.value, found.change.base, closed.value, closed.change.base)
    assert told == (by_hand[0], by_hand[1], by_hand[4], by_hand[5]), (told, by_hand)


def _spent(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
