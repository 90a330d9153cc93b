"""Strict about meaning, calm about noise."""

import base64
import codecs
import hashlib

import pytest

from anlan.formats import cap
from anlan.formats.cap.tests.scene import AREA, CAP12, SQUARE, alert, follow, info

EARLIER = "qxj@wenling.example,33108141600000_20260712203138_0,2026-07-12T20:31:38+08:00"

OWN = "qxj@wenling.example,33108141600000_20260712213138_0,2026-07-12T21:31:38+08:00"
PREFIXED = alert().replace("<", "<c:").replace("<c:/", "</c:").replace("xmlns=", "xmlns:c=")
MIXED = (
    alert()
    .replace("<info>", '<info xmlns="urn:oasis:names:tc:emergency:cap:1.1">')
    .replace("<sender>", '<sender xmlns="">')
)
SHA1 = "fd4cef7a4e607f1fcc920ad6329a6df2df99a4e8"  # of hallo


def picture(content: str = "aGFsbG8=", digest: str = SHA1, size: str = "5") -> str:
    return (
        "<resource><resourceDesc>图</resourceDesc><mimeType>image/png</mimeType>"
        f"<size>{size}</size><derefUri>{content}</derefUri><digest>{digest}</digest></resource>"
    )


def judged(text: str | bytes) -> cap.Reading:
    return cap.read(text if isinstance(text, bytes) else text.encode())


def names(reading: cap.Reading, *, grave: bool | None = None) -> set[str]:
    return {each.name for each in reading.faults if grave is None or each.grave is grave}


def test_a_sound_warning_is_read_in_full_and_may_be_used():
    reading = judged(alert())
    assert (reading.kind, reading.xsd, reading.usable, reading.faults) == ("alert", True, True, ())
    (message,) = reading.messages
    said = message.alert
    assert said is not None
    assert said.sent.isoformat() == "2026-07-12T21:31:38+08:00"
    assert said.infos[0].areas[0].polygons[0].points[0] == cap.Point(28.30, 121.30)
    assert said.info_in("zh") is said.infos[0]


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("mark", codecs.BOM_UTF8 + alert().encode()),
        ("blanks before the declaration", b'\r\n  <?xml version="1.0"?>' + alert().encode()),
        ("zeros behind", alert().encode() + b"\x00\x00\r\n"),
        ("utf-16", alert().encode("utf-16")),
        ("utf-16 without mark", ('<?xml version="1.0"?>' + alert()).encode("utf-16-le")),
        ("gbk", ('<?xml version="1.0" encoding="GBK"?>' + alert()).encode("gb18030")),
        ("GB2312", ('<?xml version="1.0" encoding="GB2312"?>' + alert()).encode("gb18030")),
        ("style sheet", b'<?xml-stylesheet href="a.xsl"?><!-- c -->' + alert().encode()),
        ("prefix", PREFIXED.encode()),
    ],
)
def test_noise_around_a_message_changes_nothing(what, content):
    reading = judged(content)
    assert reading.usable, reading.faults
    assert reading.xsd
    assert reading.messages[0].alert == judged(alert()).messages[0].alert
    assert reading.faults == ()


@pytest.mark.parametrize(
    ("declared", "actual", "noted"),
    [
        ("UTF-8", "utf-8", set()),
        ("ISO-8859-1", "utf-8", {"encoding"}),
        ("us-ascii", "utf-8", {"encoding"}),
        ("GB2312", "utf-8", {"encoding"}),
        ("x-unheard-of", "utf-8", {"encoding"}),
        ("UTF-8", "gb18030", {"encoding"}),
        ("us-ascii", "gb18030", {"encoding"}),
        ("punycode", "gb18030", {"encoding"}),
    ],
)
def test_an_encoding_that_is_not_the_declared_one_is_found_out(declared, actual, noted):
    text = f'<?xml version="1.0" encoding="{declared}"?>' + alert()
    reading = judged(text.encode(actual))
    assert reading.messages[0].alert == judged(alert()).messages[0].alert
    assert names(reading) == noted


def test_a_latin_message_that_says_it_is_utf_8_keeps_its_accents():
    text = '<?xml version="1.0" encoding="UTF-8"?>' + alert(
        infos=[info("<areaDesc>México</areaDesc>", event="Erupción", description="", headline="Ó")]
    )
    reading = judged(text.encode("cp1252"))
    assert reading.messages[0].alert.infos[0].event == "Erupción"
    assert names(reading) == {"encoding"}


@pytest.mark.parametrize(
    ("harmless", "text"),
    [
        ("value_form", alert(status="actual")),
        ("value_form", alert(infos=[info(certainty="Very Likely")])),
        ("value_form", alert(infos=[info(severity=" SEVERE\n")])),
        ("time_form", alert(sent="2026-07-12T13:31:38Z")),
        ("time_form", alert(sent="2026-07-12 21:31:38+08:00")),
        ("time_form", alert(sent="2026-07-12T21:31:38.250+08:00")),
        ("unknown_element", alert(end='<x:layer xmlns:x="urn:x">1</x:layer>')),
        ("schema", alert(infos=[info(extra="<audience>渔民</audience>")])),
        ("said_twice", alert(source=None, more="<scope>Public</scope>")),
        ("spaces_in_name", alert(sender="Wenling Weather Service")),
        ("place_empty", alert(infos=[info(AREA + "<polygon/>")])),
        ("place_empty", alert(infos=[info(onset="")])),
        ("polygon_form", alert(infos=[info(AREA.replace(" 28", ", 28"))])),
        ("number_unreadable", alert(infos=[info(AREA + "<altitude>高</altitude>")])),
        ("markup_in_text", alert(infos=[info(description="<b>台风</b>将至")])),
        ("no_expiry", alert(infos=[info(expires=None)])),
        ("no_info", alert(infos=[])),
        ("expires_before_onset", alert(infos=[info(onset="2026-07-14T08:00:00+08:00")])),
        ("languages_differ", alert(infos=[info(), info(language="en", severity="Minor")])),
        ("reference_sender", follow("Update", EARLIER.replace("qxj@", "fxb@"))),
        ("resource_size", alert(infos=[info(extra=picture(size="6"))])),
        ("number_unreadable", alert(infos=[info(extra=picture(size="-5"))])),
        (
            "polygon_form",
            alert(infos=[info("<areaDesc>a</areaDesc><circle>28.4 ,121.4 5</circle>")]),
        ),
    ],
)
def test_what_can_be_read_in_one_way_only_is_noted_and_used(harmless, text):
    reading = judged(text)
    assert harmless in names(reading, grave=False)
    assert reading.usable, [each.shown for each in reading.faults]


@pytest.mark.parametrize(
    ("fatal", "text"),
    [
        ("missing", alert(identifier=None)),
        ("missing", alert(sender=None)),
        ("missing", alert(sent=None)),
        ("missing", alert(scope=None)),
        ("missing", alert(infos=[info(event=None)])),
        ("missing", alert(infos=[info(category=None)])),
        ("empty", alert(identifier="  ")),
        ("empty", alert(infos=[info(urgency="")])),
        ("unknown_value", alert(status="Live")),
        ("unknown_value", alert(msgType="Warning")),
        ("unknown_value", alert(scope="Everybody")),
        ("unknown_value", alert(infos=[info(severity="High")])),
        ("unknown_value", alert(infos=[info(extra="<responseType>Flee</responseType>")])),
        ("unnameable", alert(identifier="A,1")),
        ("repeated", alert(more="<status>Exercise</status>")),
        ("time_without_zone", alert(sent="2026-07-12T21:31:38")),
        ("time_without_zone", alert(infos=[info(expires="2026-07-13T21:31:38")])),
        ("time_unreadable", alert(sent="12/07/2026 21:31")),
        ("time_unreadable", alert(sent="2026-02-30T21:31:38+08:00")),
        ("time_unreadable", alert(sent="2026-07-12T21:31:38+19:00")),
        ("time_unreadable", alert(sent="2026-07-12T21:31:38+08:75")),
        ("expired_when_sent", alert(infos=[info(expires="2026-07-12T21:00:00+08:00")])),
        ("reference_missing", follow("Update", "")),
        ("reference_missing", follow("Cancel", "")),
        ("reference_missing", follow("Cancel", "33108141600000_20260712203138_0")),
        ("reference_to_itself", follow("Update", OWN)),
        ("reference_to_later", follow("Update", EARLIER.replace("T20", "T23"))),
        ("restriction_missing", alert(scope="Restricted")),
        ("addresses_missing", alert(scope="Private")),
        ("not_for_use", alert(status="Draft")),
        ("not_for_use", alert(status="System")),
        ("wrong_namespace", alert().replace(CAP12, "urn:oasis:names:tc:emergency:cap:1.3")),
        ("wrong_namespace", alert().replace(f' xmlns="{CAP12}"', "")),
        ("missing", MIXED),
        ("not_well_formed", alert()[:-9]),
        ("not_well_formed", alert() + "<alert/>"),
        ("not_well_formed", alert(infos=[info(description="a &nbsp; b")])),
        ("resource_digest", alert(infos=[info(extra=picture(content="aGFsbG8"))])),
        ("resource_digest", alert(infos=[info(extra=picture(digest=SHA1[:39]))])),
        ("resource_digest", alert(infos=[info(extra=picture(digest="not-a-digest"))])),
        ("resource_digest", alert(infos=[info(extra=picture(digest="0" * 32))])),
        ("resource_digest", alert(infos=[info(extra=picture(digest="0" * 128))])),
        ("missing", alert(infos=[info(f"<polygon>{SQUARE}</polygon>")])),
        ("missing", alert(infos=[info(extra=picture().replace("mimeType", "mime"))])),
        ("missing", alert(infos=[info(extra=picture().replace("resourceDesc", "desc"))])),
        ("missing", alert(infos=[info(extra="<parameter><valueName>a</valueName></parameter>")])),
        ("missing", alert(infos=[info(extra="<eventCode><value>a</value></eventCode>")])),
        ("missing", alert(infos=[info(AREA + "<geocode><valueName>SAME</valueName></geocode>")])),
        ("too_large", follow("Update", f"{EARLIER} " * 1500)),
    ],
)
def test_what_leaves_a_doubt_may_not_be_acted_on(fatal, text):
    reading = judged(text)
    assert fatal in names(reading, grave=True)
    assert not reading.usable


@pytest.mark.parametrize(
    ("fatal", "place"),
    [
        ("polygon_open", f"<polygon>{SQUARE.rsplit(' ', 1)[0]}</polygon>"),
        ("polygon_crosses", "<polygon>28,121 29,122 29,121 28,122 28,121</polygon>"),
        ("coordinates_swapped", "<polygon>121,28 122,28 122,29 121,28</polygon>"),
        ("coordinates_outside", "<polygon>28,121 128,522 29,121 28,121</polygon>"),
        ("polygon_flat", "<polygon>28,121 29,122 28,121</polygon>"),
        ("polygon_flat", "<polygon>28,121 29,122.1 30,123.2 28,121</polygon>"),
        ("polygon_unreadable", "<polygon>28,121 29,12_1 29,122 28,121</polygon>"),
        ("circle_unreadable", "<circle>28.4,121.4 1_0</circle>"),
        ("polygon_unreadable", "<polygon>28,121 北纬29度 28,121</polygon>"),
        ("circle_unreadable", "<circle>28.4,121.4</circle>"),
        ("circle_unreadable", "<circle>28.4,121.4 -5</circle>"),
        ("coordinates_swapped", "<circle>121.4,28.4 5</circle>"),
    ],
)
def test_a_place_that_cannot_be_drawn_is_fatal_unless_another_one_says_where(fatal, place):
    words = "<areaDesc>温岭市</areaDesc>"
    code = "<geocode><valueName>CPEAS</valueName><value>331081000000</value></geocode>"
    alone = judged(alert(infos=[info(words + place)]))
    assert fatal in names(alone, grave=True)
    assert not alone.usable
    nameless = code.replace("CPEAS", "")
    assert not judged(alert(infos=[info(words + place + nameless)])).usable
    also = judged(alert(infos=[info(words + place + code)]))
    assert fatal in names(also, grave=False)
    assert also.usable


def test_a_slip_of_rounding_in_an_outline_is_mended_when_it_is_used():
    almost = SQUARE.rsplit(" ", 1)[0] + " 28.301,121.301"
    closed = judged(alert(infos=[info(f"<areaDesc>a</areaDesc><polygon>{almost}</polygon>")]))
    assert closed.usable
    assert names(closed) == {"polygon_form"}
    nick = "28.3,121.3 28.3,121.5 28.5,121.5 28.4999,121.31 28.5001,121.32 28.5,121.3 28.3,121.3"
    reading = judged(alert(infos=[info(f"<areaDesc>a</areaDesc><polygon>{nick}</polygon>")]))
    assert reading.usable
    (kept,) = reading.messages[0].alert.infos[0].areas[0].polygons
    assert len(kept.points) == 7  # the original stays as it was sent
    assert cap.outline_for_use(kept)


@pytest.mark.parametrize(
    "ring",
    [
        "-90,-180 -90,180 90,180 90,-180 -90,-180",  # the whole world
        "-60,-180 -60,-90 -60,0 -60,90 -60,180 -90,180 -90,-180 -60,-180",  # round the pole
        "-60,-180 -60,0 -60,180 -90,180 -90,-180 -60,-180",
        "10,-120 10,0 10,120 20,120 20,0 20,-120 10,-120",  # two thirds of the way round
        "51,179 51,-179 53,-179 53,179 51,179",  # across the date line
    ],
)
def test_an_outline_that_goes_far_round_the_earth_is_whole(ring):
    reading = judged(alert(infos=[info(f"<areaDesc>a</areaDesc><polygon>{ring}</polygon>")]))
    assert reading.faults == ()


@pytest.mark.parametrize(
    ("digest", "faults"),
    [
        (SHA1, set()),
        (SHA1.upper(), set()),
        ("/Uzvek5gfx/MkgrWMpptrd+ZpOg", {"resource_digest"}),
        (base64.b64encode(bytes.fromhex(SHA1)).decode(), set()),
        (hashlib.md5(b"hallo").hexdigest(), set()),
        (hashlib.sha512(b"hallo").hexdigest(), set()),
    ],
)
def test_an_attachment_is_held_against_its_digest_however_that_is_written(digest, faults):
    assert names(judged(alert(infos=[info(extra=picture(digest=digest))]))) == faults


def test_a_fault_names_its_line_and_element():
    text = alert(infos=["\n\n" + info(), "\n" + info(severity="High")])
    (fault,) = [each for each in judged(text).faults if each.name == "unknown_value"]
    assert (fault.line, fault.element) == (4, "alert/info[2]/severity")
    assert fault.shown == "✗ severity 的取值「High」不在标准之列（第 4 行、alert/info[2]/severity）"
    late = judged(
        "<?xml version='1.0'?>\n\n"
        + alert(infos=["\n" + info(expires="2026-07-12T01:00:00+08:00")])
    )
    assert [(each.line, each.name) for each in late.faults] == [(4, "expired_when_sent")]


def test_a_comment_cannot_cut_a_word_in_two():
    reading = judged(alert(infos=[info(event="台<!-- 不 -->风")]))
    assert reading.messages[0].alert.infos[0].event == "台风"


def test_cap_1_1_keeps_to_its_own_schema():
    old = alert().replace("cap:1.2", "cap:1.1")
    assert judged(old).xsd
    assert judged(old).messages[0].version == "1.1"
    newer = judged(old.replace("<urgency>", "<responseType>AllClear</responseType><urgency>"))
    assert (newer.xsd, newer.usable) == (False, True)


def test_references_are_read_in_every_way_they_are_written():
    sent = "2026-07-12T20:31:38+08:00"
    text = f"a@b,1,{sent}\n  Weather Service,2,{sent} a@b,3,{sent}"
    said = judged(follow("Update", text)).messages[0].alert
    assert [each.sender for each in said.references] == ["a@b", "Weather Service", "a@b"]
    half = judged(follow("Update", f"{EARLIER} a@b,2"))
    assert half.usable
    assert "reference_unreadable" in names(half)


def test_what_is_no_message_is_said_to_be_none():
    for content, name in (
        (b"", "not_xml"),
        (b"%PDF-1.7", "not_xml"),
        (b'{"alert": 1}', "not_xml"),
        (b"<html><body>404</body></html>", "web_page"),
        (b"<!DOCTYPE html><html></html>", "web_page"),
    ):
        reading = judged(content)
        assert (reading.kind, reading.usable, names(reading)) == ("other", False, {name})


@pytest.mark.parametrize(
    ("words", "codec", "read"),
    [
        ("温岭市气象台发布台风橙色预警信号，请注意防范", "gbk", True),
        ("中央氣象署發布海上陸上颱風警報，請民眾注意防範", "big5", True),
        ("Avviso: più pioggia, città di Forlì, perché è tardi", "latin-1", True),
        ("Предупреждение о сильном ветре", "cp1251", False),
        ("Ostrzeżenie: możliwe szkody, prędkość", "cp1250", False),
        ("大雨警報が発表されました", "shift_jis", False),
    ],
)
def test_bytes_are_read_as_what_they_are_or_not_at_all(words, codec, read):
    """A guess that fits nothing well would put words into the issuer's mouth."""
    text = alert(
        infos=[info("<areaDesc>x</areaDesc>", event=words, headline=words, description="")]
    )
    reading = judged(b'<?xml version="1.0" encoding="UTF-8"?>' + text.encode(codec))
    assert reading.usable is read
    assert names(reading) == ({"encoding"} if read else {"unreadable_text"})
    assert not read or reading.messages[0].alert.infos[0].headline == words
