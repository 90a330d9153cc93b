"""The list of streams, the page of a station, and ten thousand newest values for the map."""

import json
from datetime import timedelta

import numpy as np
import pytest

from anlan.watch import actions
from anlan.watch.actions import StationForm, StreamForm, Writer
from anlan.watch.models import Station, Stream, reading
from anlan.watch.rules.streams import Columns

pytestmark = pytest.mark.django_db


@pytest.fixture
def gauge(district, clock):
    """A water level at 牧屿 with two hours of values, a gap and a spike in them."""
    who = {"by": district.chen_section, "at": clock.now()}
    form = StationForm("Z1", "牧屿水位站", area=district.village_muyu, body=district.zeguo_town)
    station = actions.add_station(form, **who)
    given = StreamForm("z1", "water_level", thresholds={"warning": 4.5}, interval_s=300)
    stream = actions.add_stream(station, given, **who)
    minutes = [m for m in range(-120, 0, 5) if not -60 <= m <= -30]
    at = np.array([reading.micros(clock.now() + timedelta(minutes=m)) for m in minutes])
    values = np.linspace(3.0, 4.8, len(at))
    values[3] = 99999.0
    points = Columns.of([stream.pk] * len(at), at, values)
    Writer().store(points, source=None, sender=None, at=clock.now())
    actions.sum_up(at=clock.now())
    return stream


def test_the_list_says_value_unit_state_and_the_last_day(chair, district, gauge):
    page = chair(district.chen_section).get("/stations/").content.decode()
    assert "牧屿水位站" in page
    assert "4.8" in page
    assert "在线" in page
    assert 'class="spark"' in page


def test_who_has_nothing_to_do_with_the_place_sees_nothing(chair, district, gauge):
    assert "牧屿水位站" not in chair(district.li_grid3).get("/stations/").content.decode()
    assert chair(district.li_grid3).get(f"/stations/{gauge.station_id}/").status_code == 404
    assert chair(district.li_grid3).get(f"/stations/points/{gauge.pk}/").status_code == 404


def test_the_chart_is_broken_where_nothing_came_and_where_it_is_doubtful(chair, district, gauge):
    page = chair(district.huang_zeguo_station)
    assert "过程线" in page.get(f"/stations/{gauge.station_id}/").content.decode()
    told = json.loads(page.get(f"/stations/points/{gauge.pk}/?span=24h").content)
    assert told["limits"] == [{"name": "警戒", "value": 4.5}]
    values = [value for _, value in told["points"]]
    assert values.count(None) == 2
    assert max(value for value in values if value is not None) == 4.8


def test_the_online_rate_of_an_owner(chair, district, gauge, clock):
    page = chair(district.chen_section).get("/stations/online/").content.decode()
    assert "100.0%" in page
    clock.forward(hours=9)
    page = chair(district.chen_section).get("/stations/online/").content.decode()
    assert "0.0%" in page


def test_a_station_is_worked_on_by_whoever_may(chair, district, gauge):
    address = f"/stations/{gauge.station_id}/set_maintenance/"
    given = {"since": "2024-06-12T16:00", "until": "2024-06-12T18:00", "reason": "清淤"}
    assert chair(district.huang_zeguo_station).post(address, given).status_code == 302
    assert gauge.station.maintenances.get().reason == "清淤"
    assert chair(district.lin_zeguo_leader).post(address, given).status_code == 403


def test_a_new_source_is_told_its_password_once(chair, district):
    given = {"key": "hydro", "name": "水文平台", "body": district.bureau.name,
             "area": district.zeguo.name}  # fmt: skip
    screen = chair(district.chen_section)
    assert screen.post("/stations/sources/new/", given).status_code == 302
    assert "密钥只显示这一次" in screen.get("/stations/sources/").content.decode()
    assert "密钥只显示这一次" not in screen.get("/stations/sources/").content.decode()


def test_newest_values_of_all_for_the_map_are_plain_columns(chair, district, gauge, clock):
    where = gauge.station
    stations = [
        Station(code=f"M{n}", name=f"站{n}", area=where.area, area_path=where.area_path, lon=121.3,
                lat=28.4, made_at=clock.now())
        for n in range(20)
    ]  # fmt: skip
    Station.objects.bulk_create(stations)
    Stream.objects.bulk_create(
        Stream(station=s, code=s.code, name=s.name, observed="rainfall", unit="mm", interval_s=60,
               silent_s=600, keep_days=9, made_at=clock.now())
        for s in stations
    )  # fmt: skip
    told = json.loads(chair(district.chen_section).get("/stations/latest/").content)
    assert len(told["stream"]) == len(told["value"]) == 21
    assert told["states"][told["state"][told["stream"].index(gauge.pk)]] == "在线"
