"""Whatever bytes come in, an answer comes out."""

import re
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.formats import cap
from anlan.formats.cap.signing import sign
from anlan.formats.cap.tests.scene import alert, info
from anlan.formats.cap.tests.test_services import AUSTRALIA, CANADA, CHINA, INDEX, NWS, bare, feed
from anlan.formats.cap.tests.test_signatures import bureau

PIECES = [
    *(b"<", b">", b"</info>", b"&#0;", b"&amp;", b"<!--", b"]]>", b"\xff", b"\x00", b"xmlns=''"),
    *(b'"', b"<?x", b"-00:00", b"T24:00:00", b"1e309,nan", b",,", b"<alert>", b"\xef\xbb\xbf"),
    b"9" * 400,
]


@cache
def seeds() -> tuple[bytes, ...]:
    signed = sign(alert().encode(), bureau())
    named = re.sub(rb"(<ds:KeyInfo>).*(</ds:KeyInfo>)", rb"\1<ds:KeyName>a</ds:KeyName>\2", signed)
    torn = re.sub(rb"(<ds:DigestValue>)[^<]*", rb"\1abc", named)
    texts = (NWS, CANADA, CHINA, AUSTRALIA, feed(INDEX, f"<content>{bare(CHINA)}</content>"))
    return (
        signed,
        named,
        torn,
        alert(infos=[info(), info(language="en")]).encode("utf-16"),
        *(text.encode() for text in texts),
    )


mutations = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(PIECES) | st.binary(max_size=6)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 8), mutations)
def test_no_mutation_of_a_message_brings_the_reader_down(seed, changes):
    content = seeds()[seed]
    for place, length, piece in changes:
        at = int(place * len(content))
        content = content[:at] + piece + content[at + length :]
    assert_answered(content)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_at_all_bring_the_reader_down(content):
    assert_answered(content)
    assert_answered(b"<alert>" + content)


def assert_answered(content: bytes) -> None:
    reading = cap.read(content)
    assert reading.kind in ("alert", "feed", "other")
    assert reading.usable or any(each.grave for each in reading.faults)
    assert "reader_failed" not in {each.name for each in reading.faults}
    for message in reading.messages:
        use = cap.for_use(message)
        assert isinstance(use, cap.Refused) is not message.usable
        if message.alert is not None and message.usable:
            for area in (area for each in message.alert.infos for area in each.areas):
                for polygon in area.polygons:
                    assert sum(len(part.points) for part in cap.outline_for_use(polygon)) <= 200
