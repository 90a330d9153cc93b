"""What is doubtful about a point: found the same however the points are cut into batches."""

import numpy as np
import pytest

from anlan.watch.rules.quality import SECOND, Bounds, Flag, Quality, words
from anlan.watch.rules.streams import Columns

MINUTE = 60 * SECOND
LEVEL = {"lowest": 0.0, "highest": 30.0, "spike": 1.0, "stuck_s": 600.0, "gap_s": 300.0}


def flags_of(values, *, minutes=None, cut=None, said=LEVEL):
    quality = Quality(Bounds.of(2, {1: said}))
    at = np.array(minutes if minutes is not None else range(len(values))) * MINUTE + 10**15
    points = Columns.of([1] * len(values), at, values)
    cut = cut or len(values)
    parts = [
        quality.flags(points.take(np.arange(start, min(start + cut, len(values)))))
        for start in range(0, len(values), cut)
    ]
    return [Flag(int(flag)) for flag in np.concatenate(parts)]


def test_a_spike_is_one_point_and_the_return_is_good():
    assert flags_of([5.0, 5.1, 25.0, 5.2, 5.3]) == [0, 0, Flag.SPIKE, 0, 0]


def test_a_level_that_moved_for_good_is_believed_in_the_end():
    flags = flags_of([5.0] + [9.0] * 6)
    assert flags[1:4] == [Flag.SPIKE] * 3
    assert flags[4:] == [0, 0, 0]


def test_what_cannot_be_is_impossible_and_no_number_is_as_well():
    assert flags_of([5.0, -1.0, 31.0, float("nan"), 5.0]) == [
        0, Flag.IMPOSSIBLE, Flag.IMPOSSIBLE, Flag.IMPOSSIBLE, 0,
    ]  # fmt: skip


def test_a_value_that_stands_too_long_is_stuck_until_it_moves():
    flags = flags_of([3.0] * 13 + [3.1])
    assert flags[:11] == [0] * 11
    assert flags[11:13] == [Flag.STUCK] * 2
    assert flags[13] == 0


def test_the_first_after_a_gap_says_so():
    assert flags_of([3.0, 3.1, 3.2], minutes=[0, 1, 20]) == [0, 0, Flag.GAP]


@pytest.mark.parametrize("cut", [1, 2, 3, 5])
def test_flags_do_not_depend_on_how_points_are_cut(cut):
    dice = np.random.default_rng(cut)
    values = np.round(np.cumsum(dice.normal(0, 0.6, 400)) + 15, 1)
    values[dice.integers(0, 400, 12)] = 29.0
    assert flags_of(values, cut=cut) == flags_of(values)


def test_where_nobody_said_what_it_can_be_nothing_is_doubted():
    assert flags_of([1e9, -1e9, 1e9], said={}) == [0, 0, 0]


def test_flags_are_said_in_words():
    assert words(Flag.SPIKE | Flag.LATE) == ["突跳", "迟到"]
