"""Skewed, repeated, shuffled, delayed, cut anyhow, restarted: the alarms are those of the clean."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.watch import actions
from anlan.watch.actions import JudgeBench, StationForm, StreamForm, Writer
from anlan.watch.models import reading, watch_rules
from anlan.watch.rules import Amount, Change, Columns, Grade, Judge

from .judging import BEGIN, MINUTE, gauges, rule

MANY, LENGTH, LATE = 3, 150, 10
RULES = [
    rule(key="level", grades={"WATCH": 1.0, "ALERT": 2.0}, hysteresis=0.2, hold="5m", lasting="2m"),
    rule(key="low", grades={"WATCH": -1.0}, direction="below", gap="10m", hold="3m"),
    rule("accumulation", key="sum", hold="5m",
         amounts=(Amount("WATCH", "1h", 9.0), Amount("URGENT", "3h", 20.0))),
    rule("rate", key="rate", unit="m/h", window="30m", grades={"WATCH": 4.0}),
    rule("several", key="both", unit="", of=("level", "sum"), when={"WATCH": "…", "ALERT": "…"}),
]  # fmt: skip
CONDITIONS = {
    "both": {
        Grade.WATCH: lambda known: known["level"] >= 1 and known["sum"] >= 1,
        Grade.ALERT: lambda known: known["n_level"] >= 2,
    }
}


def made() -> Judge:
    return Judge(RULES, gauges(MANY, late=LATE), conditions=CONDITIONS)


def clean(seed: int) -> Columns:
    """Three gauges a minute apart that wander about, with gaps; then a point that settles all."""
    dice = np.random.default_rng(seed)
    value = np.round(np.cumsum(dice.normal(size=(LENGTH, MANY)), axis=0) * 0.4, 2).ravel()
    at = np.repeat(BEGIN + np.arange(LENGTH) * MINUTE, MANY)
    stream = np.tile(np.arange(MANY), LENGTH)
    there = dice.random(len(at)) > 0.1
    return Columns.of(stream[there], at[there], value[there])


def closing() -> Columns:
    end = BEGIN + (LENGTH + 500) * MINUTE
    return Columns.of(np.arange(MANY), np.full(MANY, end), np.zeros(MANY))


def run(given: Columns, cuts: list[int], *, restarts: bool = False) -> list[Change]:
    judge, found = made(), []
    for part in [*np.split(np.arange(len(given)), sorted(cuts)), None]:
        found += judge.judge(closing() if part is None else given.take(part))
        if restarts:
            state, judge = judge.state(), made()
            judge.restore(state)
    assert not judge.too_late
    return sorted(change for change in found if not change.early)


@given(st.integers(0, 10_000), st.lists(st.integers(0, 400), max_size=20), st.booleans())
@settings(max_examples=40, deadline=None)
def test_whatever_order_within_the_lateness_gives_the_same_alarms(seed, cuts, restarts):
    points = clean(seed)
    dice = np.random.default_rng(seed + 1)
    arrival = points.at + dice.random(len(points)) * (LATE * MINUTE - 1)
    order = np.argsort(arrival)
    twice = np.sort(dice.integers(0, len(order), 30))
    order = np.insert(order, twice, order[twice])
    assert run(points.take(order), cuts, restarts=restarts) == run(points, [])


@given(st.integers(0, 10_000), st.integers(-3600, 3600))
@settings(max_examples=15, deadline=None)
def test_a_clock_that_is_wrong_by_an_hour_shifts_the_alarms_and_changes_none(seed, seconds):
    points, away = clean(seed), seconds * 1_000_000
    skewed = Columns(points.stream, points.at + away, points.value, points.flag)
    rules, streams = RULES[:4], gauges(MANY)
    right = Judge(rules, streams).judge(points)
    assert [c._replace(at=c.at - away, since=c.since - away if c.since else 0)
            for c in Judge(rules, streams).judge(skewed)] == right  # fmt: skip


def test_what_waits_for_late_points_is_said_at_once_and_said_again_when_settled():
    judge = Judge([rule(grades={"WATCH": 3.0})], gauges(late=LATE))
    first = judge.judge(Columns.of([0], [BEGIN], [3.5]))
    assert [(str(c.what), c.early) for c in first] == [("RAISED", True)]
    assert judge.judge(Columns.of([0], [BEGIN + MINUTE], [3.6])) == [], "once is enough"
    later = judge.judge(Columns.of([0], [BEGIN + 20 * MINUTE], [3.6]))
    assert [(c.at, c.early) for c in later] == [(BEGIN, False)]


def test_an_early_alarm_that_a_late_point_disproves_is_taken_back():
    judge = Judge([rule(grades={"WATCH": 3.0}, lasting="5m")], gauges(late=LATE))
    (early,) = judge.judge(Columns.of([0, 0], [BEGIN, BEGIN + 6 * MINUTE], [3.5, 3.5]))
    assert early.early
    (back,) = judge.judge(Columns.of([0], [BEGIN + 3 * MINUTE], [1.0]))
    assert (str(back.what), back.early) == ("CLEARED", True)


@pytest.fixture
def two_gauges(district, clock):
    """A gauge that does everything right and one that does not, a town each: own alarms."""
    who, made = {"by": district.chen_section, "at": clock.now()}, {}
    for code, area in (("clean", district.zeguo), ("messy", district.taiping)):
        station = actions.add_station(StationForm(code, code, area=area), **who)
        form = StreamForm(
            code, "water_level", lateness_s=1200, interval_s=60,
            thresholds={"fortified": 4.0, "warning": 4.5, "guaranteed": 5.0},
        )  # fmt: skip
        made[code] = actions.add_stream(station, form, **who)
    return made


def messed(at, value, dice):
    """When points come, what time and value they say: late, twice, now and then a clock ahead."""
    many = len(at)
    arrival = at + dice.random(many) * 15 * MINUTE
    twice, ahead = dice.random(many) < 0.2, dice.random(many) < 0.05
    away = dice.choice([2 * 60 * MINUTE, 3 * 1440 * MINUTE], many)
    mess = [
        (arrival, at, value),
        (arrival[twice] + 3 * MINUTE, at[twice], value[twice]),
        (at[ahead], at[ahead] + away[ahead], value[ahead] + 3),
    ]
    order = dice.permutation(many + int(twice.sum()) + int(ahead.sum()))
    return [np.concatenate(each)[order] for each in zip(*mess, strict=True)]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_device_that_does_everything_wrong_raises_what_the_clean_one_does(
    two_gauges, clock, seed
):
    """Through the real writer and the real judge, a batch every seven minutes."""
    dice, begin, many = np.random.default_rng(seed), reading.micros(clock.now()), 600
    clean, messy = (two_gauges[code].pk for code in ("clean", "messy"))
    bench, writer = JudgeBench([watch_rules()[k] for k in ("river_level", "river_rise")]), Writer()
    bench.open(at=clock.now())
    at = begin + np.arange(many) * MINUTE
    value = np.round(4.3 + np.cumsum(dice.normal(size=many)) * 0.03, 2)
    end = at[-1] + np.array([90, 91, 180, 181]) * MINUTE  # what settles all that was open
    at, value = np.append(at, end), np.append(value, np.ones(4))
    came, told, said = messed(at, value, dice)
    for now in range(begin + 7 * MINUTE, int(at[-1]) + 30 * MINUTE, 7 * MINUTE):
        clock.forward(minutes=7)
        right = (at < now) & (at >= now - 7 * MINUTE)
        wrong = (came < now) & (came >= now - 7 * MINUTE)
        points = Columns.of(
            np.repeat([clean, messy], [right.sum(), wrong.sum()]),
            np.concatenate((at[right], told[wrong])),
            np.concatenate((value[right], said[wrong])),
        )
        if len(points):
            writer.store(points, source=None, sender=None, at=clock.now())
        bench.round(at=clock.now())
    parts = {
        code: [
            (part.rule, part.raised_at, part.over_at, part.worst)
            for part in stream.alarm_parts.filter(taken_back=False).order_by("raised_at", "rule")
        ]
        for code, stream in two_gauges.items()
    }
    assert parts["messy"] == parts["clean"]
    assert parts["clean"], "a river that raises nothing proves nothing"
