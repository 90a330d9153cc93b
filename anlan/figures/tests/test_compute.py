"""A number always equals the rows it opens; the parts of a count sum to it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anlan.figures import compute
from anlan.figures.reports import made, template_named
from anlan.figures.rules import parse_period
from anlan.figures.sources import SOURCES
from anlan.kernel.errors import Invalid
from anlan.matters.flow import Stage
from anlan.matters.models import InterimControl, Matter
from anlan.people.access import scope_of

NEW_YEAR = datetime(2023, 12, 31, 16, 0, tzinfo=UTC)  # midnight in Wenling
OF_MATTERS = [
    name
    for name, figure in compute.definitions().items()
    if figure.kind == "count" and SOURCES[figure.source].ledger == "matters"
]


@pytest.fixture
def ledger(district, clock):
    """Twelve hazards: 泽国 and 太平, this year and last, closed and open."""

    def found(n, *, days, area=None, closed_after=None, stage=None, **also):
        at = NEW_YEAR + timedelta(days=days)
        closed = at + timedelta(days=closed_after) if closed_after is not None else None
        return Matter.objects.create(
            number=f"YH{n:04d}",
            kind=also.pop("kind", "hazard"),
            title=f"隐患{n}",
            stage=Stage.CLOSED if closed else stage or Stage.RECTIFYING,
            area=area or district.zeguo,
            area_path=(area or district.zeguo).path,
            owner=district.zeguo_station_post,
            found_at=at,
            closed_at=closed,
            due_at=None if closed or stage == Stage.VOID else at + timedelta(days=15),
            search=f"隐患{n}",
            **{"source": "GRID", "sector": "fire", "grade": "GENERAL", **also},
        )

    rows = [found(n, days=n * 10, closed_after=n + 1) for n in range(6)]
    rows.append(found(6, days=150, area=district.village_dongmen, sector="gas"))
    rows.append(found(7, days=155, source="PUBLIC", grade="MAJOR"))
    rows.append(found(8, days=156, area=district.wenling, sector=""))
    rows.append(found(9, days=-200, closed_after=3))
    rows.append(found(10, days=-330, closed_after=3))
    rows.append(found(11, days=20, stage=Stage.VOID))
    rows.append(found(12, days=30, kind="public_report"))
    return rows


def value(name, period, district, scope=None):
    [found] = compute.compute(
        [name],
        period=parse_period(period),
        area=district.wenling,
        scope=scope,
        at=district.clock.now(),
    )
    return found


def asked_of(district, period):
    return {
        "period": parse_period(period),
        "area": district.wenling,
        "scope": None,
        "at": district.clock.now(),
    }


@pytest.mark.parametrize("period", ["2024H1", "2023", "..2024-12-31"])
def test_a_number_equals_the_rows_it_opens(period, district, ledger):
    """Counted in one pass with all others, and counted alone from its own rows."""
    asked = asked_of(district, period)
    for found in compute.compute(OF_MATTERS, **asked):
        assert found.value == compute.rows(found.figure.key, **asked).count(), found.figure.key


@pytest.mark.parametrize("by", ["source", "grade", "sector", "area", "month"])
def test_the_parts_of_a_count_sum_to_it(by, district, ledger):
    asked = asked_of(district, "2024H1")
    for found in compute.compute(OF_MATTERS, **asked):
        figure = found.figure
        if by not in compute.ways_of(figure):
            continue
        parts = compute.breakdown(figure.key, by, **asked)
        assert sum(part.value for part in parts) == found.value, figure.key
        rows = compute.rows(figure.key, **asked)
        for part in parts:
            behind = compute.only(rows, by, part.key, district.wenling, figure)
            assert behind.count() == part.value


def test_void_and_public_reports_are_no_hazards(district, ledger):
    assert value("hazards_found", "2024H1", district).value == 9


def test_the_base_is_the_same_days_of_last_year(district, ledger):
    found = value("hazards_found", "2024H1", district)
    assert found.change.base == 1  # the one of February; the one of June 15 lies after June 12
    assert found.change.words == "同比上升800%"


def test_interim_control_is_counted_apart_and_never_as_rectified(district, ledger):
    hazard = ledger[6]
    Matter.objects.filter(pk=hazard.pk).update(stage=Stage.CONTROLLED)
    InterimControl.objects.create(
        matter=hazard,
        measure="增设抽水泵",
        by=district.xu_safety,
        at=district.clock.now() - timedelta(days=1),
    )
    assert value("hazards_under_control", "2024H1", district).value == 1
    assert value("hazards_rectification_rate", "2024H1", district).value == Decimal("66.67")


def test_a_period_without_hazards_has_no_rate_and_says_so(district, ledger):
    found = value("hazards_rectification_rate", "2021", district)
    assert found.value is None
    assert found.words() == "—"


def test_the_median_takes_the_middle_of_the_days(district, ledger):
    assert value("hazards_median_days", "2024H1", district).value == Decimal("3.5")


def test_overdue_is_judged_now_where_the_period_still_runs(district, ledger, clock):
    assert value("hazards_overdue", "2024H1", district).value == 0
    clock.forward(days=15)
    assert value("hazards_overdue", "2024H1", district).value == 3


def test_what_was_overdue_then_stays_so_when_it_is_closed_since(district, ledger):
    """Of three closed in July two lay past their term in June; three more are open still."""
    june, july = NEW_YEAR + timedelta(days=182), NEW_YEAR + timedelta(days=190)
    for n, days in enumerate((-20, -10, 10)):
        Matter.objects.create(
            number=f"YH9{n}", kind="hazard", title="七月销号", stage=Stage.CLOSED, source="GRID",
            area=district.zeguo, area_path=district.zeguo.path, grade="GENERAL", sector="fire",
            found_at=NEW_YEAR + timedelta(days=150), closed_at=july, search="七月销号",
            plan={"deadline": (june + timedelta(days=days)).isoformat()},
        )  # fmt: skip
    district.clock.forward(days=60)
    assert value("hazards_overdue", "2024H1", district).value == 3 + 2
    assert value("hazards_overdue", "2024-08", district).value == 3


def test_an_officer_counts_only_what_they_may_see(district, ledger):
    scope = scope_of(district.zhao_taiping_station, at=district.clock.now())
    assert value("hazards_found", "2024H1", district, scope).value == 1


def test_a_mistyped_figure_is_told_the_nearest_name(district):
    with pytest.raises(Invalid, match="hazards_found"):
        value("hazard_found", "2024", district)


def test_the_planner_knows_that_instants_are_few_months(ledger, district):
    """Without it a count by month of a million rows was planned as a million groups, serially."""
    asked = compute.Asked(district.wenling, None, district.clock.now())
    found = [compute.definition("hazards_found")]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE matters_matter")
    with CaptureQueriesContext(connection) as told:
        parts = compute.breakdowns(found, "month", period=parse_period("2024"), asked=asked)
    [counted] = [each["sql"] for each in told if "GROUP BY" in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {counted}")
        [[[plan]]] = cursor.fetchall()
    months = {(row.found_at + timedelta(hours=8)).strftime("%Y-%m") for row in ledger}
    assert plan["Plan"]["Plan Rows"] <= len(months) < len(ledger)
    assert {part.key for part in parts["hazards_found"]} <= months


@pytest.mark.parametrize("text", ["2030", "2030H1", "2024-07", "2030-01-01"])
def test_a_period_that_has_not_begun_is_refused_with_words(district, ledger, clock, text):
    """It was a KeyError on the page, and noughts in a report."""
    asked = {"period": parse_period(text), "area": district.wenling, "scope": None}
    asked["at"] = clock.now()
    template = template_named("half_year")
    for ask in (
        lambda: compute.compute(None, **asked),
        lambda: compute.breakdown("hazards_found", "sector", **asked),
        lambda: compute.rows("hazards_found", **asked),
        lambda: made(template, issuer="应急管理局", **asked),
    ):
        with pytest.raises(Invalid, match="统计期还没有到") as refused:
            ask()
        assert "请改选" in refused.value.mend


def test_a_period_that_runs_over_new_year_is_written_up_to_today(district, ledger, clock):
    made(
        template_named("half_year"), period=parse_period("2024-03-01..2025-06-30"),
        area=district.wenling, issuer="应急管理局", scope=None, at=clock.now(),
    )  # fmt: skip
