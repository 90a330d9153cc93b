"""Which points are new: however they are cut, repeated and shuffled, each is kept once."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.watch.rules.marks import Marks

POINTS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 60)), min_size=1, max_size=80)


def kept_of(batches, width):
    """What a writer would keep, with a set in the place of the database."""
    marks, table, twice = Marks(4, kept=width), set(), []
    for batch in batches:
        order = sorted(batch)
        stream = np.array([s for s, _ in order], np.int64)
        at = np.array([t for _, t in order], np.int64)
        ahead = np.zeros(len(order), np.bool_)
        parted = marks.sort(stream, at, ahead)
        old = [i for i in parted.old.tolist() if order[i] not in table]
        new = sorted([*parted.fresh.tolist(), *parted.late.tolist(), *old])
        twice += [order[i] for i in new if order[i] in table]
        table |= {order[i] for i in new}
        for some in (parted.fresh.tolist(), sorted([*parted.late.tolist(), *old])):
            marks.remember(stream[some], at[some])
    return table, twice


@given(st.lists(POINTS, min_size=1, max_size=6), st.integers(1, 8))
@settings(max_examples=200, deadline=None)
def test_every_point_is_kept_and_none_twice(batches, width):
    table, twice = kept_of(batches, width)
    assert twice == []
    assert table == {point for batch in batches for point in batch}


def test_what_is_below_the_floor_must_be_asked_for():
    marks = Marks(1, kept=4)
    marks.begin(np.array([0]), np.array([100]))
    at = np.array([50, 100, 101, 102])
    parted = marks.sort(np.zeros(4, np.int64), at, np.zeros(4, np.bool_))
    assert parted.old.tolist() == [0, 1]
    assert parted.fresh.tolist() == [2, 3]


def test_a_clock_that_is_ahead_raises_no_mark():
    marks = Marks(1)
    ahead = np.array([False, True])
    parted = marks.sort(np.zeros(2, np.int64), np.array([10, 9999]), ahead)
    assert parted.fresh.tolist() == [0]
    assert parted.old.tolist() == [1]
    marks.remember(np.zeros(1, np.int64), np.array([10]))
    assert marks.high.tolist() == [10]
