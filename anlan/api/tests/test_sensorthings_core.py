"""SensorThings 1.1, clause by clause: what is asked and told, what is written and refused."""

import json

import pytest

from anlan.watch.models import Remark, Station, Stream, reading
from anlan.watch.rules.quality import Flag

from .sensing import OM, ROOT, stream_of, thing_of

pytestmark = pytest.mark.django_db
POINT = {"type": "Point", "coordinates": [121.37, 28.49]}
PLACE = {**thing_of("桥"), "encodingType": "application/geo+json", "location": POINT}
FEATURE = {**thing_of("断面"), "encodingType": "application/geo+json", "feature": POINT}
RESULTS = (1, 2.5, None, 4, 7)


@pytest.fixture
def river(asked):
    """A thing with two datastreams: levels with a gap among them, and words."""
    levels = [
        {"phenomenonTime": f"2024-06-12T07:0{n}:00Z", "result": result, "resultQuality": f"Q{n}",
         "resultTime": f"2024-06-13T07:0{9 - n}:00Z", "parameters": {"probe": {"depth": n}}}
        for n, result in enumerate(RESULTS)
    ]  # fmt: skip
    words = [{"phenomenonTime": "2024-06-12T09:00:00Z", "result": "Open"}]
    observing = f"{OM}OM_Observation"
    body = {**thing_of("月河"), "properties": {"长度": 12, "a__b": "x"}, "Locations": PLACE,
            "Datastreams": [stream_of(name="水位", Observations=levels),
                            stream_of(name="闸门", Observations=words,
                                      observationType=observing)]}  # fmt: skip
    assert asked.post("/Things", body)[0] == 201
    return asked


def results(river, question, path="/Observations"):
    status, told = river.get(f"{path}?$orderby=phenomenonTime&{question}")
    assert status == 200, told
    return [each["result"] for each in told["value"]]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("result gt 3", [4, 7]),
        ("3 lt result", [4, 7]),
        ("not (result le 3)", [None, 4, 7, "Open"]),
        ("result eq null", [None]),
        ("result ne null and result ne 'Open'", [1, 2.5, 4, 7]),
        ("result eq 'Open'", ["Open"]),
        ("result sub 1 eq 3 or result mul 2 eq 5", [2.5, 4]),
        ("result add 1 mul 2 eq 4", []),
        ("(result add 1) mul 2 eq 7", [2.5]),
        ("result mod 2 eq 1", [1, 7]),
        ("result div 0 eq 1", []),
        ("round(result) eq 3 or floor(result) eq 4 or ceiling(result) eq 1", [1, 2.5, 4]),
        ("phenomenonTime ge 2024-06-12T15:03:00+08:00 and result lt 5", [4]),
        ("phenomenonTime ge 2024-06-12T15:03:00 08:00 and result lt 5", [4]),
        ("phenomenonTime gt 2024-06-12T07:04:00Z sub duration'PT61S' and result gt 0", [4, 7]),
        ("resultTime lt 2024-06-13T07:06:30Z and result gt 0", [4, 7]),
        ("minute(phenomenonTime) eq 1 and hour(phenomenonTime) eq 7", [2.5]),
        ("date(resultTime) eq 2024-06-13 and time(resultTime) gt 07:08", [1]),
        ("year(resultTime) eq 2024 and month(resultTime) eq 6 and day(resultTime) eq 12", ["Open"]),
        ("phenomenonTime gt now() or phenomenonTime eq maxdatetime()", []),
        ("resultQuality eq 'Q3'", [4]),
        ("parameters/probe/depth ge 3", [4, 7]),
        ("Datastream/name eq '闸门'", ["Open"]),
        ("Datastream/Thing/name eq '月河' and result eq 7", [7]),
        ("Datastream/unitOfMeasurement/symbol ne 'm'", []),
        ("startswith(Datastream/name, '水') and result gt 3", [4, 7]),
        ("FeatureOfInterest/id eq 0", []),
    ],
)  # fmt: skip
def test_observations_are_found_by_what_the_standard_knows(river, condition, found):
    counted = river.get(f"/Observations?$count=true&$top=0&$filter={condition}")[1]
    assert counted == {"@iot.count": len(found), "value": []}
    assert results(river, f"$filter={condition}") == found


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("substringof('水', name)", ["水位"]),
        ("substringof('水', name) eq false", ["闸门"]),
        ("contains(name, '闸') or endswith(name, '位')", ["水位", "闸门"]),
        ("length(name) eq 2 and indexof(name, '门') eq 1", ["闸门"]),
        ("substring(name, 1) eq '位' or substring(name, 0, 1) eq '闸'", ["水位", "闸门"]),
        ("tolower(unitOfMeasurement/symbol) eq 'm' and toupper('x') eq 'X'", ["水位", "闸门"]),
        ("concat(concat(name, '-'), trim(' a ')) eq '水位-a'", ["水位"]),
        ("Thing/properties/长度 ge 12 and Thing/properties/a__b eq 'x'", ["水位", "闸门"]),
        ("Thing/properties/none eq null and Thing/Locations/name eq '桥'", ["水位", "闸门"]),
        ("endswith(observationType, 'OM_Measurement')", ["水位"]),
        ("name eq 'it''s'", []),
    ],
)
def test_datastreams_are_found_by_what_the_standard_knows(river, condition, found):
    status, told = river.get(f"/Datastreams?$orderby=id&$filter={condition}")
    assert (status, [each["name"] for each in told.get("value", [told])]) == (200, found)


def test_several_orders_and_every_next_link_ask_the_same_question_again(river):
    path, seen = "/Observations?$top=2&$orderby=Datastream/name desc,result desc&$count=true", []
    while path:
        page = river.get(path)[1]
        assert page["@iot.count"] == 6
        seen += [each["result"] for each in page["value"]]
        path = page.get("@iot.nextLink", "").partition(ROOT)[2]
    assert seen == ["Open", 7, 4, 2.5, 1, None]
    points = "$filter=result gt 1;$orderby=result desc;$top=1;$select=result;$count=true"
    inner = f"Datastreams/Observations({points}),Datastreams($top=1;$select=name)"
    (thing,) = river.get(f"/Things?$select=name&$expand={inner}")[1]["value"]
    (stream,) = thing["Datastreams"]
    assert (stream["name"], stream["Observations"]) == ("水位", [{"result": 7}])
    assert stream["Observations@iot.count"] == 3
    assert "Observations@iot.count" not in thing
    following = river.get(stream["Observations@iot.nextLink"].partition(ROOT)[2])[1]
    assert (following["@iot.count"], following["value"]) == (3, [{"result": 4}])
    more = river.get(thing["Datastreams@iot.nextLink"].partition(ROOT)[2])[1]
    assert [each["name"] for each in more["value"]] == ["闸门"]
    assert "Observations" in more["value"][0]


def test_what_stands_along_a_path(river):
    things = river.get("/Things")[1]["value"]
    thing = f"/Things({things[0]['@iot.id']})"
    one, other = (each["@iot.id"] for each in river.get(f"{thing}/Datastreams")[1]["value"])
    (word,) = river.get(f"/Datastreams({other})/Observations")[1]["value"]
    own = f"('{word['@iot.id']}')"
    assert river.get(f"/Datastreams({other})/Observations{own}")[1]["result"] == "Open"
    assert river.get(f"/Datastreams({one})/Observations{own}")[0] == 404
    assert river.get(f"/Observations{own}/Datastream/Thing/name")[1] == {"name": "月河"}
    assert river.text(f"/Observations{own}/result/$value")[1] == "Open"
    assert river.text(f"{thing}/properties/长度/$value")[1] == "12"
    ref = river.get(f"{thing}/Datastreams/$ref")[1]["value"]
    assert [each["@iot.selfLink"].partition(ROOT)[2] for each in ref] == [
        f"/Datastreams({one})", f"/Datastreams({other})"
    ]  # fmt: skip
    # Nobody said of what: then it is of the place where the thing stands.
    feature = river.get(f"/Observations{own}/FeatureOfInterest")[1]
    assert (feature["name"], feature["feature"]) == ("桥", POINT)
    assert len(river.get("/FeaturesOfInterest")[1]["value"]) == 1
    assert (
        len(river.get(f"/FeaturesOfInterest({feature['@iot.id']})/Observations")[1]["value"]) == 6
    )
    assert river.client.get(f"{ROOT}{thing}/nothing", headers=river.headers).status_code == 404


def test_rows_instead_of_entities(river):
    told = river.get("/Observations?$resultFormat=dataArray&$select=phenomenonTime,result&$top=5")[
        1
    ]
    (table,) = told["value"]
    assert table["components"] == ["phenomenonTime", "result"]
    assert [row[1] for row in table["dataArray"]] == list(RESULTS)
    assert "$resultFormat=dataArray" in told["@iot.nextLink"]
    tables = river.get("/Observations?$resultFormat=dataArray")[1]["value"]
    assert [each["dataArray@iot.count"] for each in tables] == [5, 1]


def test_another_result_of_the_same_instant_is_kept_beside_the_first_and_not_judged(river):
    stream = Stream.objects.get(name="水位").pk
    body = {"phenomenonTime": "2024-06-12T07:00:00Z", "result": 1}
    path = f"/Datastreams({stream})/Observations"
    again, other, twice = (river.post(path, {**body, "result": r})[1] for r in (1, 3, 3))
    assert (again["resultQuality"], again["result"], other["result"]) == ("Q0", 1, 3)
    assert other["@iot.id"] == twice["@iot.id"] != again["@iot.id"]
    assert other["phenomenonTime"] == again["phenomenonTime"] == "2024-06-12T07:00:00.000Z"
    assert results(river, "$top=3", path) == [1, 3, 2.5]
    points = reading.series([stream], *(reading.moment(n * 10**6) for n in (0, 2 * 10**9))).columns
    doubted = [bool(flag & Flag.DOUBTED) for flag in points.flag.tolist()]
    assert doubted[:3] == [False, True, False]
    river.post(path, {**body, "validTime": "2024-06-12T07:00:00Z/2024-06-12T08:00:00Z"})
    remark = Remark.objects.get(stream=stream, at="2024-06-12T07:00:00Z").body
    assert remark["resultQuality"] == "Q0"
    assert "validTime" in remark


def test_a_path_says_what_the_new_one_belongs_to(river):
    thing, sensor, prop, feature = (
        river.get(f"/{name}")[1]["value"][0]["@iot.id"]
        for name in ("Things", "Sensors", "ObservedProperties", "FeaturesOfInterest")
    )
    links = {"Thing": {"@iot.id": thing}, "ObservedProperty": {"@iot.id": prop}}
    wrong = {**stream_of(**links), "Sensor": {"@iot.id": 0}}
    status, told = river.post(f"/Sensors({sensor})/Datastreams", wrong)
    assert status == 201, told
    stream = Stream.objects.get(pk=told["@iot.id"])
    assert (stream.sensor_id, stream.described_id, stream.station_id) == (sensor, prop, thing)
    moved = {**PLACE, "location": {**POINT, "coordinates": [121, 28, 5]}}
    assert river.post(f"/Things({thing})/Locations", moved)[0] == 201
    station = Station.objects.get(pk=thing)
    assert (station.lon, station.lat) == (121, 28)
    body = {"result": 1, "Datastream": {"@iot.id": stream.pk}}
    told = river.post(f"/FeaturesOfInterest({feature})/Observations", body)[1]
    assert (
        river.get(told["FeatureOfInterest@iot.navigationLink"].partition(ROOT)[2])[1]["@iot.id"]
        == feature
    )
    place = river.get(f"/Things({thing})/Locations")[1]["value"][0]["@iot.id"]
    assert river.post(f"/Locations({place})/Things", thing_of("乙"))[0] == 201
    assert Station.objects.filter(location=place).count() == 2
    for path in (f"/Things({thing})/Sensors", f"/Things({thing})", "/Things/Datastreams", "/X"):
        assert river.post(path, thing_of())[0] in (400, 404), path


def observed(**more):
    return {"result": 1, "Datastream": {"@iot.id": "STREAM"}, **more}


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("Observations", observed(Datastream={"@iot.id": "abc"}), "整数"),
        ("Observations", observed(Datastream={"@iot.id": {}}), "整数"),
        ("Observations", observed(Datastream={"@iot.id": 10**15}), "没有 Datastreams"),
        ("Observations", observed(Datastream=5), "Datastream"),
        ("Observations", observed(FeatureOfInterest=5), "FeaturesOfInterest"),
        ("Observations", observed(phenomenonTime="2024-02-30T00:00:00Z"), "phenomenonTime"),
        ("Observations", observed(phenomenonTime="gestern/2024-02-20T00:00:00Z"), "phenomenonTime"),
        ("Observations", observed(phenomenonTime="2024-02-02T00:00Z/2024-02-01T00:00Z"), "先后"),
        ("Observations", observed(phenomenonTime="2999-01-01T00:00:00Z"), "时钟"),
        ("Observations", observed(phenomenonTime=[1]), "phenomenonTime"),
        ("Observations", observed(resultTime="2024-02-20T00:00:00Z/2024-02-21T00:00:00Z"), "时刻"),
        ("Observations", observed(validTime="x"), "validTime"),
        ("Observations", observed(parameters="x"), "parameters"),
        ("Observations", observed(result="high"), "OM_Measurement"),
        ("Observations", [1], "JSON 对象"),
        ("CreateObservations", [1], "第 1 组"),
        ("CreateObservations", {"a": 1}, "列表"),
        ("CreateObservations", [{"components": ["result", {}], "dataArray": [[1, 2]]}], "第 1 组"),
        ("CreateObservations", [{"components": ["result"], "dataArray": 7}], "第 1 组"),
        ("CreateObservations", [{"Datastream": {"@iot.id": "STREAM"}, "components": ["result"],
                                 "dataArray": [[n] for n in range(102)]}], "phenomenonTime"),
        ("Things", {**thing_of(), "Locations": 5}, "Locations"),
        ("Things", {**thing_of(), "Locations": [5]}, "Locations"),
        ("Things", {**thing_of(), "Datastreams": 5}, "Datastreams"),
        ("Things", {**thing_of(), "Datastreams": ["x"]}, "Datastreams"),
        ("Things", {**thing_of(), "properties": [1]}, "properties"),
        ("Things", {"name": None, "description": ""}, "name"),
        ("Things", thing_of("a\0b"), "空字符"),
        ("Things", "{", "JSON"),
        ("Locations", {**PLACE, "location": {"type": "Point"}}, "经度"),
        ("Locations", {**PLACE, "location": {**POINT, "coordinates": ["121", "28"]}}, "经度"),
        ("Locations", {**PLACE, "location": {"type": "Feature", "geometry": "x"}}, "geometry"),
        ("Locations", {**PLACE, "location": "121,28"}, "location"),
        ("Locations", {**PLACE, "encodingType": "x" * 401}, "400"),
        ("Datastreams", {**stream_of(), "Thing": {"@iot.id": 0}}, "没有 Things"),
        ("Datastreams", {**stream_of(), "Thing": 1, "unitOfMeasurement": {}}, "Thing"),
    ],
)  # fmt: skip
def test_a_wrong_body_is_told_what_is_wrong_and_nothing_of_it_stays(river, path, body, said):
    if not isinstance(body, str):
        number = str(Stream.objects.get(name="水位").pk)
        body = json.dumps(body).replace('"STREAM"', number)
    before = [model.objects.count() for model in (Station, Stream, Remark)]
    status, told = river.post(f"/{path}", body)
    assert (status, said in told["message"]) == (400, True), told
    assert [model.objects.count() for model in (Station, Stream, Remark)] == before


def test_of_groups_that_are_partly_wrong_the_rest_is_stored(river):
    stream = Stream.objects.get(name="水位").pk
    part = {"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"]}
    rows = [["2024-06-12T08:00:00Z", 1], ["2999-01-01T00:00:00Z", 2], ["2024-06-12T08:01:00Z", "x"],
            ["2024-06-12T08:02:00Z"], 5, ["2024-06-12T08:03:00Z", 3]]  # fmt: skip
    groups = [
        {**part, "dataArray": rows},
        {**part, "Datastream": {"@iot.id": 0}, "dataArray": rows},
    ]
    status, answers = river.post("/CreateObservations", groups)
    assert status == 201
    told = [each.startswith("error") for each in answers]
    assert told == [False, True, True, True, True, False] + [True] * 6
    stored = results(
        river,
        "$filter=phenomenonTime gt 2024-06-12T07:30:00Z and phenomenonTime lt 2024-06-12T08:30:00Z",
    )
    assert stored == [1, 3]
    assert river.get(answers[0].partition(ROOT)[2])[1]["result"] == 1


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_what_was_written_stays_and_the_answer_says_what_may_be_done(river, method):
    answer = getattr(river.client, method)(f"{ROOT}/Things(1)", headers=river.headers)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


def test_what_is_claimed_of_the_standard_is_what_is_there(river):
    root = river.get("")[1]
    claimed = {each.partition("/req/")[2] for each in root["serverSettings"]["conformance"]}
    assert {"data-array/data-array", "request-data/filter", "request-data/pagination"} <= claimed
    for missing in ("datamodel", "request-data", "request-data/built-in-query-functions",
                    "create-update-delete/update-entity"):  # fmt: skip
        assert missing not in claimed
    for each in root["value"]:
        assert river.get(f"/{each['name']}?$top=1")[0] == 200
    answer = river.client.post(
        f"{ROOT}/Sensors", stream_of()["Sensor"], content_type="application/json",
        headers=river.headers,
    )  # fmt: skip
    assert river.get(answer.headers["Location"].partition(ROOT)[2])[1] == answer.json()
