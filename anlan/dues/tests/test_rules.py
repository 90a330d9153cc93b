# ruff: noqa: E501 (the tables are wide so that they can be read)
"""Who × when, as arithmetic: cells, totals, runs and rungs, without a database."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.dues.rules import (
    Cell,
    Counted,
    Due,
    Ladder,
    Rung,
    State,
    Terms,
    Who,
    cover,
    judge,
    next_rung,
    run_of,
    total,
)
from anlan.dues.rules.spans import Span, periods
from anlan.kernel import catalogues

TODAY = date(2024, 6, 26)
TOWNS = [Who(code, code) for code in ("太平街道", "泽国镇", "大溪镇", "松门镇")]


def due(**given) -> Due:
    facts = {
        "key": "night", "label": "夜查", "group": "检查", "clause": "每周一次", "across": "towns",
        "counts": "records", "unit": "次", "kinds": ("night_check",), "least": "1", "every": "week",
    }  # fmt: skip
    return Due(**(facts | given))


counts = st.dictionaries(
    st.tuples(st.sampled_from([one.key for one in TOWNS]), st.integers(0, 5)),
    st.integers(0, 9),
)


@given(counts, st.integers(1, 4), st.randoms())
def test_totals_are_the_sums_of_the_cells_in_whatever_order_things_were_entered(many, least, dice):
    spans = due().spans(date(2024, 5, 20), date(2024, 6, 30))
    terms = Terms(required=lambda one, number: least, today=TODAY)
    shuffled = list(many.items())
    dice.shuffle(shuffled)
    counted = {place: Counted(n, n) for place, n in shuffled}
    matrix = cover(TOWNS, spans, counted, terms)
    by_rows = [row.totals for row in matrix.rows]
    for name in ("required", "met", "missing", "cells", "full", "late", "lag"):
        whole = getattr(matrix.totals, name)
        assert whole == sum(getattr(each, name) for each in by_rows)
        assert whole == sum(getattr(each, name) for each in matrix.columns)
    assert matrix.totals.required == matrix.totals.met + matrix.totals.missing
    again = cover(TOWNS, spans, {p: Counted(n, n) for p, n in many.items()}, terms)
    assert again.totals == matrix.totals


@given(counts, st.integers(1, 4))
def test_what_a_zealous_town_does_too_much_never_covers_another(many, least):
    spans = due().spans(date(2024, 5, 20), date(2024, 6, 30))
    matrix = cover(
        TOWNS, spans, {p: Counted(n, n) for p, n in many.items()},
        Terms(required=lambda one, number: least, today=TODAY),
    )  # fmt: skip
    percent = matrix.totals.percent
    assert percent is not None
    assert 0 <= percent <= 100
    everywhere = all(cell.done >= least for row in matrix.rows for cell in row.cells)
    assert (percent == 100) == everywhere


def test_a_cell_is_done_late_running_behind_or_missing():
    june = Span(date(2024, 1, 1), date(2024, 6, 30), date(2024, 12, 31), "6月底前")
    assert judge(46, Counted(46, 46), june, TODAY).state == State.DONE
    assert judge(46, Counted(46, 45), june, date(2024, 7, 9)).state == State.LATE
    assert judge(46, Counted(45, 45), june, date(2024, 7, 1)).state == State.MISSING
    behind = judge(46, Counted(20, 20), june, TODAY)  # four days to go, less than half done
    assert (behind.state, behind.lag) == (State.BEHIND, 24)
    assert judge(46, Counted(0, 0), june, date(2024, 1, 2)).state == State.OPEN


def test_out_of_season_waived_and_unknown_cells_are_owed_by_nobody():
    spans = due(every="month", season="04-15..10-15").spans(date(2024, 3, 1), date(2024, 6, 30))
    assert [span.owed for span in spans] == [False, False, True, True]  # 4月 is not wholly in it
    matrix = cover(
        TOWNS[:1], spans, {},
        Terms(lambda one, number: 1, TODAY, waived=lambda one, span: span.first.month == 5),
    )  # fmt: skip
    states = [cell.state for cell in matrix.rows[0].cells]
    assert states == [State.NONE, State.NONE, State.WAIVED, State.OPEN]
    assert matrix.totals.required == 1


@given(st.dates(date(2019, 1, 1), date(2026, 12, 31)), st.integers(0, 500),
       st.sampled_from(["day", "week", "month", "quarter", "half", "year"]))  # fmt: skip
def test_every_day_lies_in_exactly_one_period(since, many, every):
    found = list(periods(every, since, since + timedelta(days=many)))
    assert found[0][0] <= since <= found[0][1]
    assert all(one[1] + timedelta(days=1) == other[0] for one, other in pairwise(found))


def test_only_whole_periods_within_the_validity_are_owed():
    spans = due(since=date(2024, 6, 5), until=date(2024, 6, 23)).spans(
        date(2024, 6, 1), date(2024, 6, 30)
    )
    assert [span.label for span in spans] == ["06-10周", "06-17周"]


def _cells(states: str) -> tuple[tuple[Span, ...], list[Cell]]:
    spans = due().spans(date(2024, 5, 6), date(2024, 6, 30))[: len(states)]
    names = {"x": State.MISSING, "d": State.DONE, "w": State.WAIVED, "o": State.OPEN}
    return spans, [Cell(1, int(s == "d"), 0, names[s]) for s in states]


@pytest.mark.parametrize(
    ("weeks", "in_a_row"),
    [("ddddddxo", 1), ("dddxxxxo", 4), ("xxxdddd" + "o", 0), ("ddxwxxxo", 4), ("dddxxxxd", 0)],
)
def test_weeks_missed_in_a_row_until_one_is_met(weeks, in_a_row):
    spans, cells = _cells(weeks)
    run = run_of(spans, cells, today=TODAY)
    assert (run.in_a_row if run else 0) == in_a_row


def test_rungs_are_climbed_one_by_one_and_never_jumped():
    ladder = Ladder(
        "towns", "镇街", (Rung("a", "提醒", ""), Rung("b", "通报", "", "circular", "", 5))
    )
    reached = lambda rung, late, row, last: rung.key == "b"  # noqa: E731
    asked = {"late_days": 9, "in_a_row": 3, "since_last": 1, "holds": reached}
    assert next_rung(ladder, set(), **asked) is None  # 通报 is reached, but nobody was reminded
    assert next_rung(ladder, {"a"}, **asked).key == "b"
    assert next_rung(ladder, {"a", "b"}, **asked) is None


def test_progress_is_a_share_of_what_was_owed():
    cells = [Cell(2, 5, 5, State.DONE), Cell(2, 1, 1, State.MISSING), Cell(9, 0, 0, State.WAIVED)]
    assert total(cells).percent == Fraction(75)


BLOCK = """night:
  label: 夜查
  group: 检查
  clause: 每周一次
  across: towns
  counts: records
  kinds: [night_check]
"""


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("  least: 1\n  unit: 次\n", "没有期限"),
        ("  least: 1\n  unit: 次\n  every: fortnight\n", "every"),
        ("  least: 1\n  unit: 次\n  every: week\n  due: 06-30\n", "只写一项"),
        ("  least: 1\n  unit: 次\n  due: 6月30日\n", "06-30"),
        ("  least: 1\n  unit: 家\n  every: week\n", "单位「家」与所数的不符"),
        ("  least: 10\n  unit: 家次\n  take: bodies\n  every: week\n", "单位「家次」与所数的不符"),
        ("  unit: 次\n  every: week\n", "least"),
        ("  least: 1\n  unit: 次\n  every: week\n  wehn: x\n", "不认识的名称「wehn」"),
        ("  least: 1\n  unit: 次\n  every: week\n  since: 2024-06-01\n  until: 2024-05-01\n", "从未有效"),
    ],
)  # fmt: skip
def test_a_due_that_makes_no_sense_is_refused_with_file_and_line(lines, words):
    with pytest.raises(catalogues.CatalogueError, match=words) as said:
        catalogues.parse(BLOCK + lines, Due, file="dues.yaml")
    assert "dues.yaml 第" in str(said.value)
