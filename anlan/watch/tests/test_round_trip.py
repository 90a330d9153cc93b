"""Any warning we can hold goes out as CAP and comes back the same."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.formats import cap
from anlan.watch.rules import capping

SENT = datetime(2024, 6, 24, 6, 5, tzinfo=UTC)
WORDS = st.text(
    st.characters(min_codepoint=32, max_codepoint=0xD7FF, exclude_categories=("Cs", "Cc")),
    min_size=1,
    max_size=60,
).map(str.strip).filter(bool)  # fmt: skip
NAMES = st.from_regex(r"[A-Za-z0-9._-]{1,30}", fullmatch=True)
DEGREES = st.tuples(st.integers(73_000, 135_000), st.integers(18_000, 53_000))
LATER = st.integers(1, 72).map(lambda hours: SENT + timedelta(hours=hours))


@st.composite
def rings(draw):
    """Triangles and boxes: what a hand draws, without crossings."""
    lon, lat = draw(DEGREES)
    wide, high = draw(st.integers(20, 900)), draw(st.integers(20, 900))
    corners = [(lon, lat), (lon + wide, lat), (lon + wide, lat + high)]
    if draw(st.booleans()):
        corners.append((lon, lat + high))
    return tuple((x / 1000, y / 1000) for x, y in [*corners, corners[0]])


CIRCLES = st.tuples(DEGREES, st.integers(1, 500)).map(
    lambda given: (given[0][0] / 1000, given[0][1] / 1000, given[1] / 10)
)
PLACES = st.builds(
    capping.Place,
    name=WORDS,
    code=st.one_of(st.just(""), st.from_regex(r"[1-9]\d{11}", fullmatch=True)),
    rings=st.lists(rings(), max_size=2).map(tuple),
    circles=st.lists(CIRCLES, max_size=2).map(tuple),
)
BULLETINS = st.builds(
    capping.Bulletin,
    identifier=NAMES,
    sender=NAMES,
    sent=st.just(SENT),
    status=st.sampled_from([cap.Status.ACTUAL, cap.Status.EXERCISE, cap.Status.TEST]),
    kind=st.just(cap.MsgType.ALERT),
    hazard=st.sampled_from(["flood", "geohazard", "forest_fire"]),
    event=st.sampled_from(["洪水预警", "地质灾害预警"]),
    category=st.sampled_from(cap.Category),
    colour=st.sampled_from(["RED", "ORANGE", "YELLOW", "BLUE", "WHITE"]),
    headline=WORDS,
    description=WORDS,
    instruction=st.one_of(st.just(""), WORDS),
    onset=st.one_of(st.none(), st.just(SENT)),
    expires=LATER,
    urgency=st.sampled_from([u for u in cap.Urgency if u is not cap.Urgency.PAST]),
    certainty=st.sampled_from(cap.Certainty),
    responses=st.lists(st.sampled_from([cap.ResponseType.PREPARE, cap.ResponseType.EVACUATE]),
                       unique=True).map(tuple),
    sender_name=WORDS,
    contact=st.one_of(st.just(""), WORDS),
    step=st.sampled_from(["", "imminent", "observed"]),
    places=st.lists(PLACES, min_size=1, max_size=3).map(tuple),
    note=st.one_of(st.just(""), WORDS),
)  # fmt: skip


@given(BULLETINS)
@settings(max_examples=60, deadline=None)
def test_what_goes_out_comes_back(bulletin):
    (message,) = cap.read(cap.write(capping.to_cap(bulletin))).messages
    assert message.xsd
    assert message.alert is not None
    assert capping.from_cap(message.alert) == bulletin


@given(BULLETINS, st.sampled_from([cap.MsgType.UPDATE, cap.MsgType.CANCEL]))
@settings(max_examples=20, deadline=None)
def test_so_do_updates_and_cancellations(bulletin, kind):
    earlier = cap.Reference(bulletin.sender, "x" + bulletin.identifier, SENT - timedelta(hours=1))
    later = capping.Bulletin(**(vars(bulletin) | {"kind": kind, "references": (earlier,)}))
    (message,) = cap.read(cap.write(capping.to_cap(later))).messages
    assert message.alert is not None
    assert capping.from_cap(message.alert) == later
