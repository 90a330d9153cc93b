"""SensorThings 1.1: FROST's own client unmodified, and the bodies of the conformance suite."""

import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import frost_sta_client as fsc
import pytest
import requests
from frost_sta_client.service.auth_handler import AuthHandler

from anlan.watch import actions
from anlan.watch.models import Stream, reading

from .sensing import OM, ROOT, Asked, stream_of, thing_of

pytestmark = pytest.mark.django_db
BODIES = Path(__file__).parents[4] / "shared" / "data" / "sensorthings"


@pytest.fixture
def service(asked, monkeypatch):
    name = "frost_sta_client.service.sensorthingsservice.requests.request"
    monkeypatch.setattr(name, asked.request)
    return fsc.SensorThingsService(f"http://testserver{ROOT}", AuthHandler("hydro", "x"))


def test_frosts_client_writes_and_reads_back_with_filters(service):
    unit = fsc.UnitOfMeasurement(name="metre", symbol="m", definition="ucum:m")
    thing = fsc.Thing(name="牧屿水位站", description="桥下游 50 米", properties={"river": "月河"})
    place = fsc.Location(
        name="牧屿桥", description="桥墩", encoding_type="application/geo+json",
        location={"type": "Point", "coordinates": [121.37, 28.49]},
    )  # fmt: skip
    thing.locations = [place]
    service.create(thing)
    stream = fsc.Datastream(
        name="水位", description="雷达水位计", observation_type=f"{OM}OM_Measurement",
        unit_of_measurement=unit, thing=thing,
        sensor=fsc.Sensor(
            name="雷达", description="26GHz", encoding_type="text/html", metadata="http://x"
        ),
        observed_property=fsc.ObservedProperty(
            name="水位", definition="http://def/level", description="水面高程"
        ),
    )  # fmt: skip
    service.create(stream)
    for minute in range(5):
        at = datetime(2024, 6, 12, 7, minute, tzinfo=UTC)
        service.create(fsc.Observation(phenomenon_time=at, result=3.0 + minute, datastream=stream))
    listed = service.observations().query().filter("result gt 4.5").orderby("result", "DESC")
    assert [o.result for o in listed.list()] == [7, 6, 5]
    own = service.datastreams().find(stream.id)
    assert (own.name, own.unit_of_measurement.symbol) == ("水位", "m")
    assert Stream.objects.get(pk=stream.id).observed == "water_level"
    found = service.things().query().expand("Datastreams,Locations").list()
    assert [each.name for each in found.entities[0].datastreams] == ["水位"]
    assert service.things().query().count().list().count == 1
    again = service.observations().find(listed.list().entities[0].id)
    assert again.result == 7


def test_a_data_array_is_told_row_by_row(asked):
    stream = made(asked)
    rows = [["2024-06-12T07:00:00Z", 1], ["yesterday", 2], ["2024-06-12T07:01:00Z", 3]]
    part = {"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"]}
    status, answers = asked.post("/CreateObservations", [{**part, "dataArray": rows}])
    assert status == 201
    assert [answer.startswith("error") for answer in answers] == [False, True, False]
    assert len(reading.between(1, 10**9).columns) == 2


def made(asked):
    points = [{"phenomenonTime": f"2024-06-12T06:0{n}:00Z", "result": n} for n in range(6)]
    body = {**thing_of(), "Datastreams": [stream_of(Observations=points[:0])]}
    status, _ = asked.post("/Things", body)
    assert status == 201
    (stream,) = asked.get("/Datastreams")[1]["value"]
    return stream["@iot.id"]


def test_pages_follow_each_other_and_counting_is_asked_for(asked):
    stream = made(asked)
    for n in range(5):
        body = {"phenomenonTime": f"2024-06-12T06:0{n}:00Z", "result": n}
        assert asked.post(f"/Datastreams({stream})/Observations", body)[0] == 201
    path, seen = f"/Datastreams({stream})/Observations?$top=2&$orderby=phenomenonTime", []
    while path:
        page = asked.get(path)[1]
        assert "@iot.count" not in page
        seen += [each["result"] for each in page["value"]]
        link = page.get("@iot.nextLink")
        path = link.split(ROOT)[1] if link else None
    assert seen == [0, 1, 2, 3, 4]
    counted = asked.get("/Observations?$count=true&$top=1&$filter=result ge 3")[1]
    assert counted["@iot.count"] == 2
    one = asked.get(f"/Observations('{counted['value'][0]['@iot.id']}')/Datastream")[1]
    assert one["@iot.id"] == stream
    assert asked.text(f"/Datastreams({stream})/name/$value") == (
        "text/plain; charset=utf-8",
        "序列",
    )
    chosen = asked.get("/Things?$select=name&$expand=Datastreams($expand=Observations($top=1))")
    (thing,) = chosen[1]["value"]
    assert len(thing["Datastreams"][0]["Observations"]) == 1
    assert "description" not in thing


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/Things?$filter=name eq", 400, "没有写完"),
        ("/Things?$filter=colour eq 'red'", 400, "colour"),
        ("/Things?$top=-1", 400, "$top"),
        ("/Things?$where=1", 400, "$where"),
        ("/Observations?$filter=value gt 1;DROP TABLE x", 400, "看不懂"),
        ("/Observations?$orderby=stream_id", 400, "stream_id"),
        ("/Things?$top=²", 400, "$top"),
        (f"/Things?$skip={10**20}", 400, "$skip"),
        ("/Things?$filter=name eq '\0'", 400, "NUL"),
        ("/Things?$filter=name", 400, "判断"),
        ("/Things?$filter=name gt 1", 400, "不能用于 name"),
        ("/Things?$filter=shout(name) eq 'A'", 400, "shout"),
        ("/Things?$filter=" + "(" * 40 + "id eq 1" + ")" * 40, 400, "太深"),
        ("/Things?$select=colour", 400, "colour"),
        ("/Things?$expand=Colours", 400, "Colours"),
        ("/Things?$expand=Datastreams($top)", 400, "$top"),
        ("/Things?$expand=Datastreams($select=colour)", 400, "colour"),
        ("/Things?$expand=" + "/".join(["Locations", "Things"] * 4), 400, "层"),
        ("/Things?$orderby=name sideways", 400, "sideways"),
        ("/Things?$resultFormat=dataArray", 400, "观测"),
        ("/Observations?$filter=phenomenonTime gt 2024-13-01T00:00:00Z", 400, "2024-13"),
        ("/Observations?$filter=result gt 'x' and result gt phenomenonTime", 400, "result"),
        ("/Observations?$filter=geo.distance(a, b) lt 1", 400, "geo.distance"),
        ("/Observations('1-99999999999999999')", 404, "没有"),
        ("/Things?$filter=substring(name, 99999999999) eq 'x' or id eq id", 400, "看不懂"),
        ("/Things(999)", 404, "999"),
        ("/Nothing", 404, "Nothing"),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(asked, path, status, said):
    answer, content = asked.get(path)
    assert answer == status
    assert said in content["message"]


def test_another_source_finds_nothing_of_it(asked, client, district, clock):
    stream = made(asked)
    _, secret = actions.open_source(
        key="other", name="别人", body=district.bureau, area=district.zeguo,
        by=district.chen_section, at=clock.now(),
    )  # fmt: skip
    word = base64.b64encode(f"other:{secret}".encode()).decode()
    other = Asked(client, secret)
    other.headers = {"authorization": f"Basic {word}"}
    assert other.get("/Things")[1]["value"] == []
    assert other.get(f"/Datastreams({stream})")[0] == 404
    body = {"result": 1, "Datastream": {"@iot.id": stream}}
    assert other.post("/Observations", body)[0] == 400
    assert client.get(f"{ROOT}/Things").status_code == 401


def filled(text, ids):
    return re.sub(r"\$([A-Z_-]+)ID", lambda m: str(ids[m[1].strip("-_")]), text)


# What the standard asks: required properties of 1.1 (a name for everything), one Datastream.
EXPECTED = {
    "observations": {
        "linkedDataStream": 201, "linkedDataStreamWithFOI": 201, "intervalPhenomenonTime": 201,
        "embeddedFeatureOfInterestValid": 400, "7": 201, "8": 201, "9": 201, "10": 201,
    },
    "thing": {"complete": None},
}  # fmt: skip


@pytest.mark.parametrize("folder", ["thing", "sensors", "datastreams", "observations"])
def test_the_bodies_of_the_conformance_suite(asked, folder):
    if not BODIES.is_dir():
        pytest.skip(f"the bodies of the conformance suite are not at {BODIES}")
    stream = made(asked)
    (thing,) = asked.get("/Things")[1]["value"]
    feature = {**thing_of("f"), "encodingType": "g", "feature": {"type": "Point"}}
    assert asked.post("/FeaturesOfInterest", feature)[0] == 201
    number = asked.get("/FeaturesOfInterest")[1]["value"][0]["@iot.id"]
    (sensor,) = (each["@iot.id"] for each in asked.get("/Sensors")[1]["value"])
    (prop,) = (each["@iot.id"] for each in asked.get("/ObservedProperties")[1]["value"])
    ids = {"THING": thing["@iot.id"], "DATASTREAM": stream, "FOI": number, "SENSOR": sensor,
           "OBSERVEDPROPERTY": prop, "OBSPROP": prop}  # fmt: skip
    sets = {"thing": "Things", "sensors": "Sensors", "datastreams": "Datastreams",
            "observations": "Observations"}  # fmt: skip
    for path in sorted((BODIES / folder).glob("*.json")):
        where = "CreateObservations" if path.stem == "dataArray" else sets[folder]
        text = filled(path.read_text(), ids)
        status, content = asked.post(f"/{where}", text)
        wanted = EXPECTED.get(folder, {}).get(path.stem, 201 if where[0] == "C" else None)
        if wanted is None:
            named = folder == "thing" and "name" in json.loads(text)
            wanted = 201 if named else 400
        assert status == wanted, (path.name, content)
        if status == 400:
            assert content["message"]


def test_frosts_client_walks_relations_turns_pages_and_sends_tables(service):
    thing = fsc.Thing(name="泵站", description="两台泵", properties={"no": 7})
    kind, unit = f"{OM}OM_Measurement", fsc.UnitOfMeasurement("metre", "m", "ucum:m")
    thing.datastreams = [
        fsc.Datastream(
            name=name, description="流量", observation_type=kind, unit_of_measurement=unit,
            sensor=fsc.Sensor(name="s", description="计", encoding_type="text/html", metadata="m"),
            observed_property=fsc.ObservedProperty(name="p", definition="d", description="瞬时"),
        )
        for name in ("一号", "二号")
    ]  # fmt: skip
    service.create(thing)
    first, second = thing.get_datastreams().query().orderby("name", "ASC").list()
    table = fsc.DataArrayValue()
    table.datastream = first
    columns = fsc.DataArrayValue.Property
    table.components = {columns.PHENOMENON_TIME, columns.RESULT}
    for minute in range(7):
        at = datetime(2024, 6, 12, 7, minute, tzinfo=UTC)
        table.add_observation(fsc.Observation(phenomenon_time=at.isoformat(), result=minute))
    document = fsc.DataArrayDocument()
    document.add_data_array_value(table)
    assert len(service.observations().create(document)) == 7
    pages = first.get_observations().query().top(3).orderby("result", "DESC").count().list()
    assert (pages.count, [each.result for each in pages]) == (7, [6, 5, 4, 3, 2, 1, 0])
    assert list(second.get_observations().query().list()) == []
    recent = service.observations().query().expand("Datastream($expand=Thing)").filter(
        "phenomenonTime gt 2024-06-12T15:05:00+08:00 and Datastream/Thing/properties/no eq 7"
    )  # fmt: skip
    (found,) = recent.list()
    assert (found.result, found.datastream.thing.name) == (6, "泵站")
    with pytest.raises(requests.HTTPError, match="405"):
        service.delete(found)
