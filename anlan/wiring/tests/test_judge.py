"""The judge's process: what is stored is an alarm at once, whatever it loses on the way."""

import threading
import time
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection

from anlan.demo.district import Clock, District
from anlan.kernel import catalogues, pulse
from anlan.kernel import clock as real_clock
from anlan.watch import actions
from anlan.watch.actions import Feed, JudgeBench, StationForm, StreamForm, Writer, judging
from anlan.watch.models import AlarmPart, Position, reading, watch_rules
from anlan.watch.rules import Columns
from anlan.wiring import catalogues as keeping
from anlan.wiring import judge

LONGEST = 60.0  # seconds; a second on a quiet machine
MINUTE = 60_000_000
RULES = """
lasting:
  label: 水位持续超限
  kind: threshold
  family: river
  observed: water_level
  unit: m
  grades: {{WATCH: {limit}, ALERT: 4}}
  hysteresis: 0.5
  lasting: 10m
  clause: 试
"""
SILENT = """
gone: {{label: 失联, kind: silent, family: river, unit: min, grades: {{WATCH: {limit}}}}}
"""


@pytest.fixture
def rules(tmp_path, settings):
    """A rule of the site's own; `rules(limit)` writes it anew."""

    def write(limit, text=RULES):
        path = tmp_path / "watch_rules.yaml"
        path.write_text(text.format(limit=limit), encoding="utf-8")

    settings.ANLAN_CATALOGUES, settings.DATA_DIR = tmp_path, tmp_path
    write(3)
    catalogues.reload()
    yield write
    catalogues.reload()


def gauge(at, district=None, *, code="Z1", late=0):
    district = district or District(Clock(at))
    by = {"by": district.chen_section, "at": at}
    station = actions.add_station(StationForm(code, f"水位站{code}", area=district.zeguo), **by)
    stream = actions.add_stream(station, StreamForm("z1", "water_level"), **by)
    if late:
        actions.change_stream(stream, changes={"lateness_s": late}, **by)
    return stream


def store(writer, stream, begin, *minutes_and_values, at=None):
    times = [begin + round(minute * MINUTE) for minute, _ in minutes_and_values]
    values = [value for _, value in minutes_and_values]
    points = Columns.of([stream.pk] * len(times), times, values)
    return writer.store(points, source=None, at=at or real_clock.now())


def until(holds):
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


def parts(**given):
    found = AlarmPart.objects.filter(**given).order_by("raised_at", "pk")
    return [(part.raised_at, part.over_at is None, part.worst) for part in found]


# --- the process ----------------------------------------------------------------------------------


@pytest.fixture
def at_work(own_database, rules, monkeypatch):
    """The process as `anlan up` runs it, in a thread."""
    for name in ("STALE_AFTER", "BEAT_EVERY"):
        monkeypatch.setattr(judge, name, timedelta(milliseconds=200))
    monkeypatch.setattr(keeping, "LOOKS_EVERY", 0.1)  # at the disk
    monkeypatch.setattr(keeping, "_looked", keeping._Looked())
    stop = threading.Event()
    thread = threading.Thread(target=judge.run, args=[stop], daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join(LONGEST)
    assert not thread.is_alive()


def judged(number):
    return Position.objects.filter(reader="judge", batch__gte=number).exists()


def test_a_point_that_is_stored_is_an_alarm_though_its_stream_is_a_minute_old(at_work, rules):
    assert until(lambda: pulse.last_beat("judge") is not None)
    now = real_clock.now()
    stream, begin = gauge(now), reading.micros(now - timedelta(hours=1))
    store(writer := Writer(feed=Feed()), stream, begin, (0, 3.2), (6, 3.3), (12, 3.4))
    assert until(parts)
    last = store(writer, stream, begin, (20, 1.0)).number
    assert until(lambda: judged(last) and not parts()[0][1])
    assert parts() == [(reading.moment(begin + 12 * MINUTE), False, 1)]


def test_when_the_database_throws_it_out_it_comes_back_and_goes_on(at_work, rules):
    now = real_clock.now()
    stream, begin = gauge(now), reading.micros(now - timedelta(hours=1))
    writer = Writer(feed=Feed())
    first = store(writer, stream, begin, (0, 3.2), (6, 3.3)).number
    assert until(lambda: judged(first))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    store(writer, stream, begin, (9, 3.3), (12, 3.4))
    assert until(parts)
    assert parts() == [(reading.moment(begin + 12 * MINUTE), True, 1)]
    assert AlarmPart.objects.get().since == reading.moment(begin)


def test_rules_with_a_mistake_stop_nothing_and_mended_they_count(at_work, rules):
    now = real_clock.now()
    stream, begin = gauge(now), reading.micros(now - timedelta(hours=1))
    writer = Writer(feed=Feed())
    rules(3, RULES + "  colour: red\n")
    assert until(lambda: "colour" in pulse.last_words("judge")[1])
    store(writer, stream, begin, (0, 3.2), (12, 3.4))
    assert until(parts)
    rules(2)
    assert until(lambda: pulse.last_words("judge")[1] == "")
    store(writer, stream, begin, (15, 1.0), (16, 2.2), (27, 2.2))
    assert until(lambda: len(parts()) == 2)


# --- what it remembers ----------------------------------------------------------------------------


@pytest.mark.parametrize("late", [0, 180])
def test_wherever_it_dies_it_raises_and_clears_each_once(db, rules, clock, late):
    """Two minutes a batch. A judge writes its memory down in its first round, then only how far it
    is: the one that begins anew every seventh batch has six to go over in silence.
    """
    rules(3, RULES.replace("lasting: 10m", "lasting: 3m"))
    catalogues.reload()
    told, district = [], District(Clock(clock.now()))
    level = 3 + np.sin(np.arange(240) / 9) + np.random.default_rng(5).normal(0, 0.2, 240)
    for every in (10**9, 1, 7):  # batches that a judge lives
        at = clock.now()
        stream = gauge(at, district, code=f"Z{every}", late=late)
        for place, number in enumerate(range(0, 240, 2)):
            points = [(n, float(level[n])) for n in (number, number + 1)]
            store(Writer(), stream, reading.micros(at), *points, at=at + timedelta(hours=4))
            if place % every == 0:
                bench = opened(at)
            bench.round(at=at)
        told.append([(begun - at, *rest) for begun, *rest in parts(stream=stream)])
        clock.forward(hours=5)
    assert len(told[0]) > 4
    assert told[1] == told[0]
    assert told[2] == told[0]


def test_a_judge_that_is_behind_calls_nobody_silent(db, rules, clock, monkeypatch):
    rules(30, SILENT)
    catalogues.reload()
    stream = gauge(clock.now())
    bench = opened(clock.now())
    for _ in range(3):
        store(Writer(), stream, reading.micros(clock.now()), (0, 1.0), at=clock.now())
        clock.forward(minutes=20)
    clock.forward(minutes=-15)
    # An hour lies there; it takes a batch at a time, and after the first it has heard of nothing
    # for three quarters of an hour.
    monkeypatch.setattr(judging, "MOST_BATCHES", 1)
    told = [bench.round(at=clock.now()) for _ in range(4)]
    assert [each.changes for each in told] == [[]] * 4
    clock.forward(minutes=30)
    assert [change.rule for change in bench.round(at=clock.now()).changes] == ["gone"]


def opened(at):
    bench = JudgeBench(list(watch_rules().values()))
    bench.open(at=at)
    return bench
