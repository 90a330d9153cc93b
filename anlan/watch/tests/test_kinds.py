"""Each kind of rule, on a gauge one can follow by hand."""

import numpy as np
import pytest

from anlan.kernel import catalogues
from anlan.kernel.catalogues import CatalogueError
from anlan.watch.rules import Amount, Columns, Grade, Judge, WatchRule, clashes

from .judging import BEGIN, MINUTE, gauges, points, rule, said

# --- up at once, down only after it held ----------------------------------------------------------


def test_an_alarm_rises_with_the_point_and_falls_below_the_slack():
    judge = Judge([rule(grades={"WATCH": 3.0, "URGENT": 4.0}, hysteresis=0.2)], gauges())
    rising = points((0, 2.9), (1, 3.0), (2, 4.1), (3, 3.9), (4, 3.7), (5, 2.9), (6, 2.7))
    assert said(judge, rising) == [
        ("RAISED", "WATCH", 1),
        ("GRADED", "URGENT", 2),
        ("GRADED", "WATCH", 4),  # 3.9 is within the slack of 4.0
        ("CLEARED", "NONE", 6),  # 2.9 is within that of 3.0
    ]


def test_it_waits_until_it_lasted_and_until_its_end_held():
    judge = Judge([rule(grades={"WATCH": 3.0}, lasting="5m", hold="10m")], gauges())
    over = points((0, 3.1), (4, 3.1), (5, 3.2), (6, 2.0), (12, 2.0), (16, 2.0))
    assert said(judge, over) == [("RAISED", "WATCH", 5), ("CLEARED", "NONE", 16)]


def test_a_dip_shorter_than_the_hold_ends_nothing():
    judge = Judge([rule(grades={"WATCH": 3.0}, hold="10m")], gauges())
    dip = points((0, 3.1), (1, 2.0), (9, 2.0), (10, 3.1), (12, 2.0), (21, 2.0), (22, 2.0))
    assert said(judge, dip) == [("RAISED", "WATCH", 0), ("CLEARED", "NONE", 22)]


def test_a_gap_begins_the_count_anew():
    judge = Judge([rule(grades={"WATCH": 3.0}, lasting="10m", gap="5m")], gauges())
    broken = points((0, 3.1), (4, 3.1), (60, 3.1), (64, 3.1), (68, 3.1), (70, 3.1))
    assert said(judge, broken) == [("RAISED", "WATCH", 70)]


def test_low_pressure_is_the_danger_where_the_rule_says_below():
    low = rule(grades={"WATCH": 0.14, "ALERT": 0.10}, direction="below", unit="MPa")
    judge = Judge([low], gauges(unit="kPa"))
    found = judge.judge(points((0, 200.0), (1, 120.0), (2, 90.0), (3, 300.0)))
    assert [(c.grade, c.limit) for c in found] == [(1, 0.14), (2, 0.10), (0, 0.10)]
    assert found[0].value == pytest.approx(0.12), "in the rule's unit, not the stream's"


# --- what else is compared ------------------------------------------------------------------------


def test_a_river_is_held_against_its_own_levels():
    river = rule("level", levels={"WATCH": "fortified", "ALERT": "warning", "URGENT": "guaranteed"})
    judge = Judge([river], gauges(fortified=25.0, warning=27.3))
    assert said(judge, points((0, 24.9), (1, 26.0), (2, 27.3), (3, 40.0))) == [
        ("RAISED", "WATCH", 1),
        ("GRADED", "ALERT", 2),  # nobody set a guaranteed level here
    ]


def test_thirty_two_days_above_the_warning_level_are_counted():
    judge = Judge([rule("level", levels={"ALERT": "warning"})], gauges(warning=27.3))
    daily = points(*[(day * 1440, 27.5) for day in range(33)], (33 * 1440, 27.0))
    raised, cleared = judge.judge(daily)
    assert (cleared.at - raised.since) // (1440 * MINUTE) == 33
    assert raised.since == BEGIN


def test_rain_is_added_up_over_each_window():
    rain = rule(
        "accumulation",
        unit="mm",
        amounts=(
            Amount("WATCH", "12h", 50),
            Amount("URGENT", "3h", 50),
            Amount("CRITICAL", "3h", 100),
        ),
    )
    judge = Judge([rain], gauges(unit="mm"))
    hours = [(60 * hour, mm) for hour, mm in enumerate([10, 20, 15, 5, 40, 56, 10, 0, 0, 0])]
    found = judge.judge(points(*hours))
    assert [(c.grade.name, (c.at - BEGIN) // MINUTE // 60, c.value) for c in found][:3] == [
        ("WATCH", 3, 50.0),
        ("URGENT", 4, 60.0),  # 15 + 5 + 40
        ("CRITICAL", 5, 101.0),  # 5 + 40 + 56
    ]
    assert found[2].window == 3 * 60 * MINUTE


def test_tenths_of_millimetres_add_up_without_a_crumb():
    rain = rule("accumulation", unit="mm", amounts=(Amount("WATCH", "1h", 3.0),))
    at = [(float(minute), 0.1) for minute in range(30)]
    found = Judge([rain], gauges(unit="mm")).judge(points(*at))
    assert [(c.at - BEGIN) // MINUTE for c in found] == [29], "thirty tenths are three, exactly"


def test_how_fast_it_rises():
    fast = rule("rate", unit="m/h", window="1h", grades={"WATCH": 0.5})
    judge = Judge([fast], gauges(unit="cm"))
    assert said(judge, points((0, 100), (30, 110), (60, 155), (120, 160))) == [
        ("RAISED", "WATCH", 60),
        ("CLEARED", "NONE", 120),
    ]


def test_a_slopes_tangent_angle_starts_from_its_steady_rate():
    angle = rule("tangent", unit="deg", window="24h", grades={"ALERT": 45, "CRITICAL": 85})
    judge = Judge([angle], gauges(unit="mm", uniform_rate=2.0))
    days = [(day * 1440, mm) for day, mm in enumerate([0, 1, 3, 6, 40])]
    assert said(judge, points(*days)) == [
        ("RAISED", "ALERT", 2 * 1440),
        ("GRADED", "CRITICAL", 4 * 1440),
    ]
    assert not Judge([angle], gauges(unit="mm")).judge(points(*days)), "no steady rate, no angle"


def test_silence_is_judged_by_the_clock():
    judge = Judge(
        [rule("silent", unit="h", observed="", grades={"WATCH": 2, "ALERT": 24})], gauges(2)
    )
    judge.judge(points((0, 1.0)))
    hour = 60 * MINUTE
    assert judge.tick(BEGIN + hour) == []
    (raised,) = judge.tick(BEGIN + 2 * hour)
    assert (raised.stream, raised.grade, raised.value) == (101, Grade.WATCH, 2.0)
    assert [c.grade.name for c in judge.tick(BEGIN + 30 * hour)] == ["ALERT"]
    judge.judge(points((1801, 1.0)))
    assert [str(c.what) for c in judge.tick(BEGIN + 30 * hour + 2 * MINUTE)] == ["CLEARED"]


def test_two_of_three_road_sensors_make_one_joined_alarm():
    depth = rule(key="depth", grades={"WATCH": 0.15})
    both = rule("several", key="both", unit="", of=("depth",), when={"ALERT": "n_depth >= 2"})
    conditions = {"both": {Grade.ALERT: lambda known: known["n_depth"] >= 2}}
    judge = Judge([depth, both], gauges(3), conditions=conditions)
    given = Columns.of([0, 1, 2, 0, 1], BEGIN + np.arange(5) * MINUTE, [0.2, 0.1, 0.2, 0.0, 0.0])
    joined = [c for c in judge.judge(given) if c.rule == "both"]
    assert [(str(c.what), (c.at - BEGIN) // MINUTE, c.stream) for c in joined] == [
        ("RAISED", 2, 0),
        ("CLEARED", 3, 0),
    ]


def test_a_point_that_is_not_fit_raises_nothing():
    spike = Columns.of([0, 0], [BEGIN, BEGIN + MINUTE], [1.0, 99.0], [0, 4])
    assert Judge([rule(grades={"WATCH": 3.0})], gauges()).judge(spike) == []


# --- what is wrong with a catalogue ---------------------------------------------------------------


def test_units_that_cannot_be_compared_are_told_and_the_rest_is_judged():
    streams = gauges(2)
    streams = type(streams)(streams.keys, ["p", "p"], ["m", "Cel"], streams.places)
    rules = [rule(grades={"WATCH": 3.0})]
    (words,) = clashes(rules, streams)
    assert "102" in words
    assert "Cel" in words
    assert len(Judge(rules, streams).judge(points((0, 4.0)))) == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("kind: treshold, unit: m, grades: {WATCH: 3}", "treshold"),
        ("kind: threshold, unit: furlong, grades: {WATCH: 3}", "furlong"),
        ("kind: tangent, unit: m, window: 24h, grades: {WATCH: 45}", "deg"),
        ("kind: rate, unit: m, window: 1h, grades: {WATCH: 1}", "m/h"),
        ("kind: threshold, unit: m, grades: {WATCH: 5, ALERT: 3}", "递增"),
        ("kind: threshold, unit: m, grades: {WATCH: 5}, hold: ten minutes", "时长"),
        ("kind: threshold, unit: m, grades: {RED: 5}", "RED"),
        (
            "kind: accumulation, unit: mm, amounts: [{grade: WATCH, within: 1h, at_least: 0}]",
            "大于 0",
        ),
    ],
)
def test_a_wrong_rule_says_file_line_and_mend(line, words):
    good = "good:\n  {label: 好, kind: silent, family: f, unit: h, grades: {WATCH: 1}}\n"
    text = f"{good}bad:\n  {{label: 坏, family: f, observed: p, {line}}}\n"
    with pytest.raises(CatalogueError, match=r"watch_rules\.yaml 第 [34] 行") as refusal:
        catalogues.parse(text, WatchRule, file="watch_rules.yaml")
    assert words in str(refusal.value)
