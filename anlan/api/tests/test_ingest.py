"""Observations over HTTP: who may send, what is said back, and when nothing can be stored."""

import base64
import json

import pytest

from anlan.formats import points as wire
from anlan.watch import actions
from anlan.watch.actions import StationForm, StreamForm
from anlan.watch.models import Latest, Sighting, reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def hydro(district, clock, monkeypatch):
    who = {"by": district.chen_section, "at": clock.now()}
    source, secret = actions.open_source(
        key="hydro", name="水文平台", body=district.bureau, area=district.zeguo, **who
    )
    form = StationForm("Z1", "牧屿水位站", area=district.zeguo, source=source)
    station = actions.add_station(form, **who)
    stream = actions.add_stream(station, StreamForm("z1", "water_level"), **who)
    monkeypatch.setattr("anlan.api.ingest.now", clock.now)
    return source, secret, stream


def basic(key, secret):
    return {"authorization": "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()}


def send(client, body, secret, *, kind="application/json", key="hydro", path="points"):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(f"/ingest/{path}/", body, content_type=kind, headers=basic(key, secret))


def test_points_are_stored_and_a_second_time_they_are_repeated(client, hydro, clock):
    _, secret, stream = hydro
    body = {"stream": "z1", "at": [reading.micros(clock.now())], "value": [3.5]}
    first, again = (send(client, body, secret).json() for _ in range(2))
    assert (first["taken"], again["taken"], again["repeated"]) == (1, 0, 1)
    assert Latest.objects.get(stream=stream).value == 3.5


def test_numbers_of_the_compact_form_are_told(client, hydro, clock):
    _, secret, stream = hydro
    listed = client.get("/ingest/streams/", headers=basic("hydro", secret)).json()["streams"]
    assert [(row["number"], row["stream"], row["unit"]) for row in listed] == [
        (stream.pk, "z1", "m")
    ]
    packed = wire.pack([stream.pk], [reading.micros(clock.now())], [3.5])
    assert send(client, packed, secret, kind=wire.COMPACT).json()["taken"] == 1


def test_who_is_not_the_source_learns_nothing(client, hydro, district, clock):
    source, secret, _ = hydro
    body = {"stream": "z1", "at": [1], "value": [1]}
    wrong = send(client, body, "guessed")
    unknown = send(client, body, secret, key="nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert client.get("/ingest/streams/").status_code == 401
    actions.close_source(source, reason="合同到期", by=district.chen_section, at=clock.now())
    assert send(client, body, secret).status_code == 401


def test_a_wrong_message_is_told_where_and_nothing_of_it_is_stored(client, hydro, clock):
    _, secret, _ = hydro
    at = reading.micros(clock.now())
    body = {"points": [{"stream": "z1", "at": at, "value": 1}, {"stream": "z1", "at": at}]}
    answer = send(client, body, secret)
    assert answer.status_code == 400
    assert "第 2 个点" in answer.json()["error"]
    assert not Latest.objects.exists()


def test_without_room_the_sender_is_told_to_keep_it(client, hydro, clock, settings):
    _, secret, _ = hydro
    settings.INGEST_RESERVE = 2**60
    answer = send(client, {"stream": "z1", "at": [1], "value": [1]}, secret)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "磁盘" in answer.json()["error"]


def test_what_a_camera_saw_waits_for_a_person_and_counts_once(client, hydro, clock, district):
    _, secret, _ = hydro
    body = {"id": "7", "kind": "smoke", "words": "库房冒烟", "at": 1718179200, "station": "Z1"}
    first, again = (send(client, body, secret, path="events") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    seen = Sighting.objects.get()
    assert (seen.stage, seen.station.code) == ("WAITING", "Z1")
    actions.confirm_sighting(seen, by=district.chen_section, at=clock.now())
    assert Sighting.objects.get().stage == "CONFIRMED"
