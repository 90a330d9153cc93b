"""The list of streams, the page of a station, and ten thousand newest values for the map."""

import json
from datetime import timedelta

import numpy as np
import pytest

from anlan.watch import actions
from anlan.watch.actions import StationForm, StreamForm, Writer
from anlan.watch.models import Latest, Station, Stream, reading
from anlan.watch.rules import Change, Grade, What
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


def test_a_stream_is_given_all_its_levels_in_their_order(chair, district, gauge):
    address, screen = f"/stations/{gauge.station_id}/add_stream/", chair(district.chen_section)
    form = screen.reads(address)
    assert "设防水位" in form
    assert "汛限水位" in form
    assert "（）" not in form
    given = {"code": "z2", "observed": "water_level", "fortified": "4.0", "warning": "5.2",
             "guaranteed": "5.0", "flood_limit": "4.6"}  # fmt: skip
    refused = screen.post(address, given)
    assert refused.status_code == 422
    assert "保证水位（5）低于警戒水位（5.2）" in refused.content.decode()
    screen.post(address, {**given, "guaranteed": "5.6"})
    levels = {"fortified": 4.0, "warning": 5.2, "guaranteed": 5.6, "flood_limit": 4.6}
    assert Stream.objects.get(code="z2").thresholds == levels


def test_no_source_is_chosen_in_words(chair, district):
    assert "（不指定）</option>" in chair(district.chen_section).reads("/stations/new/")


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


def test_the_map_knows_what_is_worked_on_what_alarms_and_whose_it_is(chair, district, gauge, clock):
    section, stranger = chair(district.chen_section), chair(district.li_grid3)

    def told(screen, asked=""):
        return json.loads(screen.get(f"/stations/latest/{asked}").content)

    first = told(section, "?names=1")
    place = first["stream"].index(gauge.pk)
    assert (first["name"][place], first["value"][place]) == ("牧屿水位站", 4.8)
    assert first["states"][first["state"][place]] == "在线"
    assert first["at"][place] == int(Latest.objects.get(stream=gauge).at.timestamp())
    assert told(stranger)["stream"] == []
    assert told(section, f"?area={district.taiping.code}")["stream"] == []
    now = reading.micros(clock.now())
    change = Change("river_level", gauge.pk, district.zeguo.pk, What.RAISED, Grade.URGENT,
                    Grade.NONE, now, now, 4.8, 4.5)  # fmt: skip
    actions.raise_changes([change], at=clock.now())
    alarmed = told(section)
    assert alarmed["grades"][alarmed["grade"][place]] == "紧急"
    work = actions.Work(clock.now(), clock.now() + timedelta(hours=1), "清淤", stream=gauge)
    actions.set_maintenance(gauge.station, work, by=district.chen_section, at=clock.now())
    worked = told(section)
    assert worked["states"][worked["state"][place]] == "维护中"
    clock.forward(hours=1, minutes=1)
    assert told(section)["states"][told(section)["state"][place]] == "离线"


def test_other_programs_read_the_map_as_geojson(chair, district, gauge):
    section = chair(district.chen_section)
    nowhere = json.loads(section.get("/stations/latest/?as=geojson").content)
    assert nowhere == {"type": "FeatureCollection", "features": []}, "it has no place yet"
    Station.objects.filter(pk=gauge.station_id).update(lon=121.37, lat=28.49)
    (one,) = json.loads(section.get("/stations/latest/?as=geojson&names=1").content)["features"]
    assert one["geometry"] == {"type": "Point", "coordinates": [121.37, 28.49]}
    said = one["properties"]
    assert (said["name"], said["state"], said["grade"]) == ("牧屿水位站", "在线", "平稳")


def test_the_page_of_the_map_draws_the_district_and_what_one_asks_for(chair, district, gauge):
    page = chair(district.chen_section).get("/stations/map/").content.decode()
    assert 'data-latest="/stations/latest/"' in page
    assert "测站分布图" in page
    below = chair(district.chen_section).get(f"/stations/map/?area={district.zeguo.code}")
    assert f"/stations/latest/?area={district.zeguo.code}" in below.content.decode()
    assert chair(district.li_grid3).get("/stations/map/?area=999999999999").status_code == 404
