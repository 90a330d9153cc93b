"""Whatever the ledger: a number is its rows, children sum to their parent, frozen = reprinted."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.figures import actions, compute
from anlan.figures.rules import formulas, parse_period, round_to, streaks
from anlan.matters.flow import Stage
from anlan.matters.models import Matter
from anlan.records.models import Record, Visit

FEW = settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PERIOD = parse_period("2024-05")
MATTERS = st.tuples(
    st.integers(-40, 39),  # days around the first of May
    st.sampled_from(["village_muyu", "grid3", "zeguo", "wenling"]),
    st.sampled_from(["hazard", "public_report", "listed_supervision"]),
    st.sampled_from([Stage.CLOSED, Stage.RECTIFYING, Stage.VOID]),
    st.sampled_from(["GRID", "PUBLIC", "SUPERVISION"]),
    st.sampled_from(["MAJOR", "GENERAL", ""]),
)
RECORDS = st.tuples(
    st.integers(-40, 39),
    st.sampled_from(["village_muyu", "grid3", "zeguo", "wenling"]),
    st.sampled_from(["inspection", "night_check", "drill", "training"]),
    st.integers(0, 9),
    st.integers(0, 400),
    st.sets(st.sampled_from(["cold_chain", "foundry"])),
)
LEDGER = st.tuples(st.lists(MATTERS, max_size=12), st.lists(RECORDS, max_size=12))


def enter(district, ledger, order=1):
    """A ledger as it was drawn; `order` -1 enters the last first."""
    matters, records = ledger
    first = district.clock.now().replace(year=2024, month=5, day=1, hour=4)
    for n, (day, area, kind, stage, source, grade) in list(enumerate(matters))[::order]:
        where, at = getattr(district, area), first + timedelta(days=day)
        live = stage == Stage.RECTIFYING
        Matter.objects.create(
            number=f"P{n:04d}", kind=kind, title="x", stage=stage, source=source, grade=grade,
            sector="fire", area=where, area_path=where.path, search="x",
            owner=district.zeguo_station_post, found_at=at,
            due_at=at + timedelta(days=15) if live else None,
            closed_at=at + timedelta(days=n) if stage == Stage.CLOSED else None,
        )  # fmt: skip
    for n, (day, area, kind, people, count, firms) in list(enumerate(records))[::order]:
        where, at = getattr(district, area), first + timedelta(days=day)
        made = Record.objects.create(
            number=f"R{n:04d}", kind=kind, stage="KEPT", title="x", area=where,
            area_path=where.path, started_at=at, day=at.date(), entered_at=at, search="x",
            person_times=people, counts={"problems": count, "trained": count, "attended": count},
        )  # fmt: skip
        for firm in sorted(firms):
            Visit.objects.create(record=made, body=getattr(district, firm), day=made.day)


NAMES = [
    name
    for name, figure in compute.definitions().items()
    if compute.sources_of(figure) <= {"hazards", "hazards_of_records", "records"}
]


def values(district, area=None):
    asked = {"period": PERIOD, "area": area or district.wenling, "scope": None,
             "at": district.clock.now(), "live": True}  # fmt: skip
    return {value.figure.key: value for value in compute.compute(NAMES, **asked)}


@pytest.mark.django_db
@FEW
@given(LEDGER)
def test_value_is_the_aggregate_of_its_rows_and_children_sum_to_the_parent(district, ledger):
    with transaction.atomic():
        enter(district, ledger)
        whole = values(district)
        children = [values(district, area) for area in (district.taiping, district.zeguo)]
        own = compute.breakdowns(
            [v.figure for v in whole.values() if v.figure.kind in compute.ADDITIVE],
            "area",
            period=PERIOD,
            asked=compute.Asked(district.wenling, None, district.clock.now()),
        )
        for key, value in whole.items():
            if value.figure.kind not in compute.ADDITIVE:
                continue
            here = sum(part.value for part in own[key] if not part.key)
            assert value.value == here + sum(child[key].value for child in children), key
            assert value.value == sum(part.value for part in own[key]), key
            worth = compute.worth(
                value.figure, PERIOD, compute.Asked(district.wenling, None, district.clock.now())
            )
            if value.figure.of != "visits":
                assert value.value == sum(Decimal(amount) for _, amount in worth), key
        transaction.set_rollback(True)


@pytest.mark.django_db
@FEW
@given(LEDGER)
def test_frozen_is_reprinted_and_the_order_of_entry_does_not_matter(district, ledger):
    said = []
    for order in (1, -1):
        with transaction.atomic():
            enter(district, ledger, order)
            said.append({key: (v.words(), v.change.words) for key, v in values(district).items()})
            if order == 1:
                asked = {"period": PERIOD, "area": district.wenling, "scope": None,
                         "at": district.clock.now()}  # fmt: skip
                frozen = actions.freeze(
                    period=PERIOD, area=district.wenling, by=district.chen_section, at=asked["at"]
                )
                Record.objects.filter(kind="inspection").update(stage="VOID")
                Matter.objects.filter(kind="hazard").update(found_at=asked["at"])
                reprinted = compute.compute(NAMES, **asked)
                assert said[0] == {v.figure.key: (v.words(), v.change.words) for v in reprinted}
                assert compute.intact(frozen)
            transaction.set_rollback(True)
    assert said[0] == said[1]


# --- without a database --------------------------------------------------------------------------

NUMBERS = st.fractions(min_value=-1000, max_value=1000, max_denominator=100)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_formula_is_exact(a, b, c):
    known = {"a": a, "b": b, "c": c}
    assert formulas.worked_out("(a + b) * c - 2 * a", known) == (a + b) * c - 2 * a
    assert formulas.worked_out("a / b", known) == (None if b == 0 else a / b)
    assert formulas.worked_out("max(a, b) - min(a, c)", known) == max(a, b) - min(a, c)
    assert formulas.worked_out("a + d", {**known, "d": None}) is None


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40))
def test_a_streak_ends_at_the_first_that_breaks_it(months):
    values = [Fraction(n) for n in months]
    wholes = [True] * len(values)
    found = streaks.streak(values, wholes, lambda value, before: value == 0, compares=False)
    assert found == next((n for n, value in enumerate(months) if value), len(months))


def test_three_years_of_fewer_deaths_and_a_year_that_still_runs():
    def fewer(value, before):
        return value < before

    years = [Fraction(n) for n in (2, 5, 7, 9, 8)]  # 2022 so far, 2021, 2020, 2019, 2018
    running = [False, True, True, True, True]
    assert streaks.streak(years, running, fewer, compares=True) == 2
    assert streaks.streak(years, [True] * 5, fewer, compares=True) == 3


def test_forty_eight_months_are_four_years_of_steps():
    steps = streaks.steps_back(parse_period("2021-06").last, "month", 47, begins=None)
    assert (steps[0].text, steps[-1].text, len(steps)) == ("2021-06", "2017-07", 48)


@given(NUMBERS)
def test_rounding_once_is_not_rounding_twice(value):
    assert abs(Fraction(round_to(value, 2)) - value) <= Fraction(1, 200)
