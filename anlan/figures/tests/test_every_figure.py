"""Every figure of the catalogue, over random ledgers: a number is its rows, whatever its kind."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median

import pytest
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from anlan.accidents.models import Accident
from anlan.figures import actions, compute, rules
from anlan.figures.compute.measuring import SPANS
from anlan.figures.rules import formulas
from anlan.figures.sources import SOURCES
from anlan.papers.models import Addressee, Paper
from anlan.records.models import Record
from anlan.registry.models import Item
from anlan.watch.models import Alarm

from .test_properties import FEW, LEDGER, PERIOD, enter

# A figure that is wrong is named by its key: nobody waits until its books are made smaller.
FEW = settings(FEW, max_examples=3, phases=[Phase.explicit, Phase.generate])
PLACES = ["village_muyu", "grid3", "zeguo", "wenling"]
DAYS = st.integers(-400, 39)  # around the first of May, last year's May included
ACCIDENTS = st.tuples(
    DAYS, st.sampled_from(PLACES),
    st.sampled_from(["production_safety", "road", "fire", "fishery"]),
    st.integers(0, 4), st.integers(0, 5), st.sampled_from(["CLOSED", "REPORTED", "VOID"]),
)  # fmt: skip
ITEMS = st.tuples(
    DAYS, st.sampled_from(PLACES), st.sampled_from(["rescue_team", "shelter", "e_bike_site"]),
    st.integers(0, 60), st.sampled_from(["综合", "防汛"]), st.sampled_from(["村级", "镇级"]),
)  # fmt: skip
PAPERS = st.tuples(
    DAYS, st.sampled_from(["circular", "insurance_policy", "work_prompt", "accountability_letter"]),
    st.sampled_from(["ISSUED", "WITHDRAWN"]), st.integers(1, 9),
    st.sets(st.sampled_from(["zeguo_town", "taiping_street", "cold_chain"]), min_size=1),
)  # fmt: skip
ALARMS = st.tuples(DAYS, st.sampled_from(PLACES), st.integers(1, 500))
BOOKS = st.tuples(
    LEDGER, st.lists(ACCIDENTS, min_size=2, max_size=8), st.lists(ITEMS, min_size=2, max_size=8),
    st.lists(PAPERS, min_size=1, max_size=6), st.lists(ALARMS, min_size=1, max_size=4),
)  # fmt: skip


def entered(district, books, order=1):
    """All books as they were drawn; `order` -1 enters the last first."""
    ledger, accidents, items, papers, alarms = books
    enter(district, ledger, order)
    first = district.clock.now().replace(year=2024, month=5, day=1, hour=4)
    for n, (day, area, scope, dead, hurt, stage) in list(enumerate(accidents))[::order]:
        where = getattr(district, area)
        grade = "LARGER" if dead > 2 else "GENERAL"
        Accident.objects.create(
            number=f"A{n}", title="x", happened_at=first + timedelta(days=day), area=where,
            area_path=where.path, scope=scope, stage=stage, deaths=dead, minor_injuries=hurt,
            grade=grade, first_grade=grade, first_deaths=dead, search="x",
        )  # fmt: skip
    for n, (day, area, kind, number, field, level) in list(enumerate(items))[::order]:
        where = getattr(district, area)
        said = {"members": number, "sockets": number, "capacity": number, "field": field,
                "level": level, "state": "已建成" if number % 2 else "在建"}  # fmt: skip
        Item.objects.create(
            code=f"I{n}", kind=kind, name="x", area=where, area_path=where.path, attributes=said,
            stage="LISTED", registered_at=first + timedelta(days=day), search="x",
        )  # fmt: skip
    for n, (day, kind, stage, number, to) in list(enumerate(papers))[::order]:
        at = first + timedelta(days=day)
        paper = Paper.objects.create(
            series="号", year=at.year, kind=kind, title="x", issuer=district.bureau,
            area_path=district.wenling.path, drafted_at=at, document={},
            values={"amount": str(number), "persons": str(number), "hazard": "防汛"},
        )  # fmt: skip
        for body in sorted(to):
            Addressee.objects.create(paper=paper, body=getattr(district, body))
        Paper.objects.filter(pk=paper.pk).update(  # once it is out nobody is added to it
            stage=stage, number=f"号{n}", serial=n + 1, issued_at=at, valid_from=at
        )
    for n, (day, area, minutes) in list(enumerate(alarms))[::order]:
        where, at = getattr(district, area), first + timedelta(days=day)
        Alarm.objects.create(
            number=f"G{n}", family="rain", title="x", area=where, area_path=where.path, grade=2,
            worst=2, since=at, raised_at=at, over_at=at + timedelta(hours=9),
            acknowledged_at=at + timedelta(minutes=minutes),
        )  # fmt: skip


def printed(district, period=PERIOD, area=None, live=True, names=None):
    asked = {"period": period, "area": area or district.wenling, "scope": None,
             "at": district.clock.now(), "live": live}  # fmt: skip
    return {value.figure.key: value for value in compute.compute(names, **asked)}


def of_rows(figure, asked):
    """What the rows behind a counted figure come to, taken one by one."""
    if figure.kind == "duration":
        return _spans(figure, asked)
    words = [each for _, each in compute.worth(figure, PERIOD, asked)]
    measure = SOURCES[figure.source].measure(figure.of) if figure.of else None
    if measure is None or measure.way == "sum":
        return sum((Decimal(word) for word in words), Decimal(0))
    told = [one for word in words for one in word.split(",") if one]
    return Decimal(len(set(told)) if measure.way == "distinct" else len(told))


def _spans(figure, asked):
    """Seconds from row to row, cut in days or minutes: the middle, the mean; p95 is left to SQL."""
    source = SOURCES[figure.source]
    till, since = (source.moments[name].column for name in (figure.moment, figure.since))
    found = compute.rows(figure.key, period=PERIOD, area=asked.area, scope=None, at=asked.at)
    seconds = [
        Fraction((end - begin).total_seconds()) for end, begin in found.values_list(till, since)
    ]
    if not seconds or figure.statistic == "p95":
        return None
    middle = sum(seconds) / len(seconds) if figure.statistic == "mean" else median(seconds)
    return rules.round_to(middle / SPANS[figure.unit], 1)


@pytest.mark.django_db
@FEW
@given(BOOKS)
def test_every_figure_is_what_its_rows_or_its_operands_come_to(district, books):
    with transaction.atomic():
        entered(district, books)
        asked = compute.Asked(district.wenling, None, district.clock.now())
        now, before = printed(district), printed(district, PERIOD.year_before())
        for key, value in now.items():
            if value.figure.kind in compute.COUNTED:
                if (told := of_rows(value.figure, asked)) is not None:
                    assert value.value == told, key
            elif (worked := _of_operands(value.figure, now, before)) is not UNCHECKED:
                assert value.value == worked, key
            elif value.figure.kind == "coverage":
                assert value.value is None or 0 <= value.value <= 100, key
        transaction.set_rollback(True)


UNCHECKED = object()


def _of_operands(figure, now, before):
    """What a figure comes to, worked out from what is printed of the figures it is made of."""
    operands = {name: now[name].value for name in figure.operands}
    if figure.kind in ("rate", "share", "ratio"):
        part, whole = operands[figure.part], operands[figure.whole]
        if part is None or not whole:
            return None
        of = Fraction(part) / Fraction(whole) * (1 if figure.kind == "ratio" else 100)
        return rules.round_to(of, figure.places)
    if figure.kind in ("yoy", "points"):
        this, base = operands[figure.figure], before[figure.figure].value
        if figure.kind == "points":
            return None if this is None or base is None else this - base
        return rules.percent(this - base, base) if base else None
    if figure.kind == "formula":
        exact = {name: None if each is None else Fraction(each) for name, each in operands.items()}
        worked = formulas.worked_out(figure.formula, exact)
        return None if worked is None else rules.round_to(worked, figure.places)
    return UNCHECKED


@pytest.mark.django_db
@settings(FEW, max_examples=2)  # freezing breaks every figure down by everything it can be
@given(BOOKS)
def test_children_sum_to_their_parent_and_the_order_of_entry_does_not_matter(district, books):
    said = []
    for order in (1, -1):
        with transaction.atomic():
            entered(district, books, order)
            whole = printed(district)
            said.append({key: (value.words(), value.change.words) for key, value in whole.items()})
            if order == 1:
                _sums(district, whole)
                _frozen(district, said[0])
            transaction.set_rollback(True)
    assert said[0] == said[1]


def _sums(district, whole):
    asked = compute.Asked(district.wenling, None, district.clock.now())
    added = [value.figure for value in whole.values() if value.figure.kind in compute.ADDITIVE]
    names = [figure.key for figure in added]
    parts = compute.breakdowns(added, "area", period=PERIOD, asked=asked)
    towns = (district.taiping, district.zeguo)
    children = [printed(district, area=area, names=names) for area in towns]
    for figure in added:
        own = sum(part.value for part in parts[figure.key] if not part.key)
        below = sum(child[figure.key].value for child in children)
        assert whole[figure.key].value == own + below, figure.key
        assert whole[figure.key].value == sum(part.value for part in parts[figure.key]), figure.key


def _frozen(district, said):
    """A closed period is printed as it was, whatever became of its rows."""
    frozen = actions.freeze(
        period=PERIOD, area=district.wenling, by=district.chen_section, at=district.clock.now()
    )
    Accident.objects.update(happened_at=district.clock.now())
    Item.objects.all().delete()
    Record.objects.update(stage="VOID")
    again = printed(district, live=False)
    assert {key: (value.words(), value.change.words) for key, value in again.items()} == said
    assert compute.intact(frozen)
