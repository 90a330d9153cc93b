"""Whatever we can hold, we can write and read back the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.formats import cap
from anlan.formats.cap.tests.scene import alert

SENT = datetime(2026, 7, 12, 21, 31, 38, tzinfo=timezone(timedelta(hours=8)))

# Any text that XML can carry: Chinese, quotes, line ends, signs beyond the first plane.
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
    | st.sampled_from("\n\t\r<>&\"'，。　"),
    max_size=30,
)
words = texts.filter(lambda text: text.strip())
names = st.text(st.sampled_from("abc@.:/-_温岭09"), min_size=1, max_size=12)
listed = texts.filter(lambda text: '"' not in text)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
first, last = datetime.fromisoformat("1970-01-02"), datetime.fromisoformat("2200-01-01")
moments = st.datetimes(first, last, timezones=zones)
named = st.lists(st.builds(cap.Named, texts, texts), max_size=2).map(tuple)
points = st.builds(cap.Point, st.floats(-90, 90), st.floats(-180, 180))


def tuples(values, *, least=0, most=2):
    return st.lists(values, min_size=least, max_size=most).map(tuple)


@st.composite
def polygons(draw):
    """A triangle of some size anywhere; further corners only make it larger."""
    lat, lon = draw(st.floats(-80, 70)), draw(st.floats(-170, 160))
    size = draw(st.floats(0.01, 5))
    ring = (cap.Point(lat, lon), cap.Point(lat, lon + size), cap.Point(lat + size, lon))
    return cap.Polygon((*ring, ring[0]))


areas = st.builds(
    cap.Area,
    description=words,
    polygons=tuples(polygons()),
    circles=tuples(st.builds(cap.Circle, points, st.floats(0, 20_000))),
    geocodes=named,
    altitude=st.none() | st.floats(-1000, 1e5),
)
resources = st.builds(
    cap.Resource,
    description=texts,
    mime_type=words,
    size=st.none() | st.integers(0, 2**40),
    uri=st.sampled_from(["", "https://wenling.example/a.png", "urn:oid:2.49"]),
    digest=st.sampled_from(["", "0" * 40]),
)
infos = st.builds(
    cap.Info,
    categories=tuples(st.sampled_from(cap.Category), least=1).map(
        lambda v: tuple(dict.fromkeys(v))
    ),
    event=words,
    urgency=st.sampled_from(cap.Urgency),
    severity=st.sampled_from(cap.Severity),
    certainty=st.sampled_from(cap.Certainty),
    language=st.sampled_from(["zh-CN", "en-US", "en", "bo-CN"]),
    response_types=st.lists(st.sampled_from(cap.ResponseType), unique=True, max_size=3).map(tuple),
    audience=texts,
    event_codes=named,
    effective=st.none() | moments.filter(lambda at: at.year < 2100),
    onset=st.none() | moments,
    expires=st.none() | moments.map(lambda at: at.replace(year=2201)),
    sender_name=texts,
    headline=texts,
    description=texts,
    instruction=texts,
    web=st.sampled_from(["", "https://wenling.example/台风"]),
    contact=texts,
    parameters=named,
    resources=tuples(resources),
    areas=tuples(areas),
)
earlier = st.builds(cap.Reference, names, names, moments.filter(lambda at: at.year < 2000))
alerts = st.builds(
    cap.Alert,
    identifier=names,
    sender=names,
    sent=moments.filter(lambda at: at.year >= 2000),
    status=st.sampled_from(cap.Status),
    msg_type=st.sampled_from(cap.MsgType),
    scope=st.sampled_from(cap.Scope),
    source=texts,
    restriction=words,
    addresses=tuples(listed.filter(lambda text: text.strip()), least=1),
    codes=tuples(texts),
    note=texts,
    references=tuples(earlier, least=1, most=3).map(lambda v: tuple(dict.fromkeys(v))),
    incidents=tuples(listed),
    infos=tuples(infos),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(alerts)
def test_any_warning_we_can_hold_is_the_same_after_a_journey_as_cap(said):
    reading = cap.read(cap.write(said))
    assert reading.xsd, reading.faults
    assert reading.messages[0].alert == said


def sound() -> cap.Alert:
    said = cap.read(alert().encode()).messages[0].alert
    assert said is not None
    return said


@pytest.mark.parametrize(
    "changes",
    [
        {"identifier": "a,b"},
        {"sender": ""},
        {"msg_type": cap.MsgType.UPDATE},
        {"scope": cap.Scope.PRIVATE},
        {"references": (cap.Reference("a", "b", SENT + timedelta(days=1)),)},
    ],
)
def test_what_nobody_may_act_on_is_not_written(changes):
    with pytest.raises(cap.CapError, match="报文不能发出"):
        cap.write(replace(sound(), **changes))


def test_what_cap_cannot_say_cannot_be_held():
    for changes in ({"note": "a\x00b"}, {"sent": first}, {"incidents": ('a"b',)}):
        with pytest.raises(cap.CapError):
            replace(sound(), **changes)


def test_the_schema_has_the_last_word():
    info = replace(sound().infos[0], language="中文")
    with pytest.raises(cap.CapError, match="language"):
        cap.write(replace(sound(), infos=(info,)))


def test_an_acknowledgement_names_what_it_answers_and_goes_to_its_sender():
    received = sound()
    answer = cap.acknowledge(
        received, identifier="33108100000000_20260712213200_0", sender="yjj@wenling.example",
        sent=SENT + timedelta(minutes=1), note="已叫应 17 人",
    )  # fmt: skip
    read = cap.read(cap.write(answer))
    assert (read.xsd, read.usable) == (True, True)
    said = read.messages[0].alert
    assert (said.msg_type, said.scope, said.addresses) == ("Ack", "Private", (received.sender,))
    assert said.references == (received.reference,)
    assert said.note == "已叫应 17 人"


def test_an_update_names_everything_it_replaces():
    first = sound()
    second = replace(
        first, identifier="2", msg_type=cap.MsgType.UPDATE, references=first.superseded,
        sent=first.sent + timedelta(hours=1),
    )  # fmt: skip
    assert second.superseded == (first.reference, second.reference)
    assert cap.read(cap.write(second)).usable


def test_a_feed_of_ours_is_read_as_we_wrote_it():
    said = sound()
    feed = cap.write_feed(
        [cap.Published(said, cap.write(said), "https://wenling.example/cap/1.xml")],
        identifier="https://wenling.example/cap",
        title="温岭市预警",
        author="温岭市应急管理局",
        updated=datetime(2026, 7, 12, 14, 0, tzinfo=UTC),
    )
    reading = cap.read(feed)
    assert (reading.kind, reading.usable, reading.xsd, reading.faults) == ("feed", True, True, ())
    assert reading.messages[0].alert == said
    assert reading.entries[0].title == "温岭市气象台发布台风橙色预警信号"
    assert reading.entries[0].links == ("https://wenling.example/cap/1.xml",)
