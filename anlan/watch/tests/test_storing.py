"""Observations stored: each once, in order of commit, whoever writes and whatever dies."""

from datetime import timedelta

import numpy as np
import pytest

from anlan.formats.points import read
from anlan.watch import actions
from anlan.watch.actions import Feed, HeldUp, StationForm, StreamForm, Writer, receive
from anlan.watch.models import Batch, Latest, Position, Rollup, Stream, reading
from anlan.watch.rules.quality import Flag
from anlan.watch.rules.streams import Columns

pytestmark = pytest.mark.django_db
SECOND = 1_000_000


@pytest.fixture
def gauges(district, clock):
    """Two rain gauges of the hydrology platform, one level of the cold chain's."""
    who = {"by": district.chen_section, "at": clock.now()}
    made = {}
    for key in ("hydro", "cold"):
        made[key], _ = actions.open_source(
            key=key, name=key, body=district.bureau, area=district.zeguo, **who
        )
    for number, (key, observed) in enumerate(
        [("hydro", "rainfall"), ("hydro", "rainfall"), ("cold", "water_level")]
    ):
        form = StationForm(f"S{number}", f"站{number}", area=district.zeguo, source=made[key])
        station = actions.add_station(form, **who)
        made[number] = actions.add_stream(station, StreamForm(f"s{number}", observed), **who)
    return made


def at_seconds(clock, *seconds):
    return np.array([reading.micros(clock.now()) + s * SECOND for s in seconds], np.int64)


def store(writer, stream, clock, seconds, values=None, source=None):
    values = np.zeros(len(seconds)) if values is None else values
    points = Columns.of([stream.pk] * len(seconds), at_seconds(clock, *seconds), values)
    return writer.store(points, source=source, sender=None, at=clock.now())


def test_the_same_points_twice_are_stored_once(gauges, clock):
    writer = Writer()
    assert store(writer, gauges[0], clock, [-30, -20, -10]).taken == 3
    again = store(writer, gauges[0], clock, [-20, -10, -5, -5])
    assert (again.taken, again.repeated) == (1, 3)
    assert len(reading.between(1, 10**9).columns) == 4


def test_a_late_point_is_stored_and_says_so(gauges, clock):
    writer = Writer()
    store(writer, gauges[0], clock, [-30, -10])
    late = store(writer, gauges[0], clock, [-20, -10])
    assert (late.taken, late.late, late.repeated) == (1, 1, 1)
    found = reading.series([gauges[0].pk], clock.now() - timedelta(hours=1), clock.now())
    assert found.columns.flag.tolist() == [0, Flag.LATE, 0]


def test_another_writer_knows_what_was_stored_and_both_agree(gauges, clock):
    one, other = Writer(), Writer(only=[gauges[0].pk])
    store(one, gauges[0], clock, [-30, -20])
    assert store(other, gauges[0], clock, [-20, -15]).taken == 1
    assert store(one, gauges[0], clock, [-15, -10]).taken == 1
    assert store(Writer(), gauges[0], clock, [-30, -20, -15, -10]).taken == 0


def test_a_source_writes_its_own_streams_only(gauges, clock):
    taken = store(Writer(), gauges[2], clock, [-10], source=gauges["hydro"])
    assert (taken.taken, taken.refused) == (0, 1)
    body = b'[{"stream":"s2","at":%d,"value":1}]' % reading.micros(clock.now())
    said = receive(read(body, "application/json"), source=gauges["hydro"], at=clock.now())
    assert said.unknown == ("s2",)
    assert not Batch.objects.exists()


def test_a_clock_that_is_ahead_is_flagged_and_harms_no_true_point(gauges, clock):
    writer = Writer()
    store(writer, gauges[0], clock, [-10])
    ahead = store(writer, gauges[0], clock, [1800])
    assert (ahead.taken, ahead.flagged) == (1, 1)
    assert store(writer, gauges[0], clock, [1800]).repeated == 1
    assert store(writer, gauges[0], clock, [-5]).late == 0
    assert store(writer, gauges[0], clock, [3 * 86400]).refused == 1


def test_history_gets_a_table_a_year_and_today_its_own(gauges, clock):
    old = at_seconds(clock, 0) - np.array([5 * 365 * 86400 * SECOND])
    points = Columns.of([gauges[0].pk] * 2, [*old, *(old + 40 * 86400 * SECOND)], [1, 2])
    Writer().store(points, source=None, sender=None, at=clock.now())
    store(Writer(), gauges[0], clock, [-1])
    names = sorted(reading.parts().values())
    assert names == ["watch_observation_20190101_20200101", "watch_observation_20240612"]


def test_a_fault_leaves_nothing_and_the_writer_knows_it(gauges, clock, monkeypatch):
    writer = Writer()
    store(writer, gauges[0], clock, [-30])
    monkeypatch.setattr(Writer, "_remember", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store(writer, gauges[0], clock, [-20])
    monkeypatch.undo()
    assert store(writer, gauges[0], clock, [-20]).taken == 1
    assert store(writer, gauges[0], clock, [-30, -20]).repeated == 2


def test_units_are_turned_and_clashes_flagged(gauges, clock):
    at = reading.micros(clock.now())
    body = (
        b'[{"stream":"s2","at":%d,"value":350,"unit":"cm"},'
        b'{"stream":"s2","at":%d,"value":7,"unit":"Cel"}]' % (at - 2 * SECOND, at - SECOND)
    )
    said = receive(read(body, "application/json"), source=gauges["cold"], at=clock.now())
    assert said.clashing == ("s2",)
    found = reading.between(1, 10**9).columns
    assert found.value.tolist() == [3.5, 7.0]
    assert found.flag.tolist() == [0, Flag.UNIT]


def test_newest_values_follow_within_a_second_and_survive_a_restart(gauges, clock):
    writer = Writer()
    store(writer, gauges[0], clock, [-30], [1.0])
    store(writer, gauges[0], clock, [-20], [2.0])
    assert Latest.objects.get(stream=gauges[0]).value == 1.0
    other = Writer()  # the first one died before it wrote the second value down
    clock.forward(seconds=2)
    store(other, gauges[1], clock, [-1], [9.0])
    assert Latest.objects.get(stream=gauges[0]).value == 2.0
    assert Position.objects.get(reader="latest").batch == reading.newest_batch()


def test_hours_and_days_are_summed_once_from_fit_points(gauges, clock):
    writer = Writer()
    store(writer, gauges[0], clock, [-3700, -100, -50, -10], [1.0, 2.0, 500.0, 4.0])
    actions.sum_up(at=clock.now())
    store(writer, gauges[0], clock, [-200, -5], [8.0, 16.0])
    actions.sum_up(at=clock.now())
    assert actions.sum_up(at=clock.now()) == 0
    hours = Rollup.objects.filter(stream=gauges[0], span="H").order_by("start")
    assert [(h.points, h.unfit, h.total) for h in hours] == [(1, 0, 1.0), (4, 1, 30.0)]
    day = Rollup.objects.get(stream=gauges[0], span="D")
    assert (day.points, day.lowest, day.highest) == (5, 1.0, 16.0)


def test_what_is_kept_longer_outlives_its_table(gauges, clock):
    Stream.objects.filter(pk=gauges[0].pk).update(keep_days=90)
    old = at_seconds(clock, 0)[0] - 200 * 86400 * SECOND
    points = Columns.of([gauges[0].pk, gauges[1].pk], [old, old], [1, 2])
    Writer().store(points, source=None, sender=None, at=clock.now())
    (name,) = reading.parts().values()
    clock.forward(days=200)
    actions.forget_old(at=clock.now())
    assert list(reading.parts().values()) == [name]
    assert reading.between(1, 10**9).columns.value.tolist() == [2.0]
    clock.forward(days=1500)
    actions.forget_old(at=clock.now())
    assert reading.parts() == {}


def test_who_says_nothing_is_silent_once_unless_it_is_worked_on(gauges, clock, district):
    for number in (0, 2):
        store(Writer(), gauges[number], clock, [-1])
    clock.forward(hours=5)
    work = actions.Work(clock.now(), clock.now() + timedelta(hours=1), "换传感器")
    actions.set_maintenance(gauges[2].station, work, by=district.chen_section, at=clock.now())
    assert actions.mark_silent(at=clock.now()) == 1
    assert actions.mark_silent(at=clock.now()) == 0
    store(Writer(), gauges[0], clock, [-1])
    assert Latest.objects.get(stream=gauges[0]).silent_since is None


def test_a_full_disk_stops_everything_and_says_so(gauges, clock, settings):
    settings.INGEST_RESERVE = 2**60
    body = b'[{"stream":"s0","at":%d,"value":1}]' % reading.micros(clock.now())
    with pytest.raises(HeldUp, match="磁盘"):
        receive(read(body, "application/json"), source=gauges["hydro"], at=clock.now())
    settings.INGEST_RESERVE = 0
    taken = receive(read(body, "application/json"), source=gauges["hydro"], at=clock.now())
    assert taken.stored.taken == 1


def test_the_judge_finds_what_was_stored_at_hand_or_in_the_table(gauges, clock, tmp_path):
    feed = Feed(tmp_path / "feed")
    feed.empty()
    writer = Writer(feed=feed)
    first = store(writer, gauges[0], clock, [-30, -20], [1.0, 2.0]).number
    second = store(writer, gauges[0], clock, [-10], [3.0]).number
    at_hand, stored = feed.take([first, second]), reading.between(first, second).columns
    for name in ("stream", "at", "value", "flag"):
        assert getattr(at_hand, name).tolist() == getattr(stored, name).tolist()
    assert feed.take([first, second]) is None


def test_days_ahead_have_their_tables_before_they_come(clock):
    made = actions.prepare_parts(at=clock.now())
    assert made == 5
    assert actions.prepare_parts(at=clock.now()) == 0
    clock.forward(days=1)
    assert actions.prepare_parts(at=clock.now()) == 1


def test_indexes_come_when_little_is_stored(gauges, clock):
    store(Writer(), gauges[0], clock, [-1])
    assert actions.index_parts(at=clock.now()) == 1
    assert actions.index_parts(at=clock.now()) == 0
    many = {"number": 10**6, "received_at": clock.now(), "points": 10**9}
    many |= {"first_at": clock.now(), "last_at": clock.now()}
    Batch.objects.create(**many)
    assert actions.index_parts(at=clock.now()) == 1
