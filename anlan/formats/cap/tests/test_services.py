"""Messages in the manner of many services, each with its own habits; all words are ours."""

import base64
import hashlib

import pytest

from anlan.formats import cap
from anlan.formats.cap.terms import colour
from anlan.formats.cap.tests.scene import CAP12, SQUARE

ATOM = "http://www.w3.org/2005/Atom"


def message(envelope: str, *infos: str, space: str = CAP12) -> str:
    inside = envelope + "".join(infos)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<alert xmlns="{space}">{inside}</alert>'


def envelope(identifier: str, sender: str, sent: str, kind: str = "Alert", more: str = "") -> str:
    return (
        f"<identifier>{identifier}</identifier><sender>{sender}</sender><sent>{sent}</sent>"
        f"<status>Actual</status><msgType>{kind}</msgType><scope>Public</scope>{more}"
    )


def pair(kind: str, name: str, value: str) -> str:
    return f"<{kind}><valueName>{name}</valueName><value>{value}</value></{kind}>"


# National Weather Service: expires is when the product ends, before the event begins; UGC and SAME
# codes by the dozen; references to a whole chain.
NWS = message(
    envelope(
        "urn:oid:2.49.0.1.840.0.1f.001.2", "w-nws.webmaster@noaa.gov",
        "2026-01-20T03:12:00-05:00", "Update",
        "<code>IPAWSv1.0</code><references>w-nws.webmaster@noaa.gov,urn:oid:2.49.0.1.840.0.1f.001.1,"
        "2026-01-19T15:12:00-05:00 w-nws.webmaster@noaa.gov,urn:oid:2.49.0.1.840.0.1e.001.1,"
        "2026-01-19T03:12:00-05:00</references>",
    ),
    "<info><language>en-US</language><category>Met</category><event>Winter Storm Watch</event>"
    "<responseType>Prepare</responseType><urgency>Future</urgency><severity>Severe</severity>"
    "<certainty>Possible</certainty>" + pair("eventCode", "SAME", "WSA")
    + pair("eventCode", "NationalWeatherService", "WSA")
    + "<effective>2026-01-20T03:12:00-05:00</effective><onset>2026-01-21T19:00:00-05:00</onset>"
    "<expires>2026-01-20T15:15:00-05:00</expires><senderName>NWS Albany NY</senderName>"
    "<headline>Winter Storm Watch</headline><description>* WHAT...Snow possible.</description>"
    "<instruction>Monitor forecasts.</instruction><web>http://www.weather.gov</web>"
    + pair("parameter", "VTEC", "/O.CON.KALY.WS.A.0002.260122T0000Z-260123T1200Z/")
    + "<area><areaDesc>Northern Herkimer; Hamilton</areaDesc>"
    + "".join(pair("geocode", "SAME", f"0360{n:02}") for n in range(40))
    + "".join(pair("geocode", "UGC", f"NYZ0{n:02}") for n in range(40)) + "</area></info>",
)  # fmt: skip

# MeteoAlarm: many languages, awareness level and type as parameters, EMMA_ID codes, no outline.
METEOALARM = message(
    envelope("2.49.0.0.276.0.DE.260712", "opendata@dwd.example", "2026-07-12T08:00:00-00:00"),
    *(
        f"<info><language>{language}</language><category>Met</category><event>{event}</event>"
        "<responseType>Monitor</responseType><urgency>Immediate</urgency>"
        "<severity>Severe</severity><certainty>Likely</certainty><onset>2026-07-12T10:00:00+02:00</onset>"
        "<expires>2026-07-12T20:00:00+02:00</expires><senderName>Wetterdienst</senderName>"
        f"<description>{event}</description>"
        + pair("parameter", "awareness_level", "3; orange; Severe")
        + pair("parameter", "awareness_type", "3; Thunderstorm")
        + "<area><areaDesc>Kreis Freising</areaDesc>" + pair("geocode", "EMMA_ID", "DE050")
        + "</area></info>"
        for language, event in (("de-DE", "Schweres Gewitter"), ("en-GB", "severe thunderstorm"))
    ),
)  # fmt: skip

# Canada: empty optional elements, layers in codes and parameters, a test text under status Actual.
CANADA = message(
    envelope(
        "urn:oid:2.49.0.1.124.1.2026", "cap-pac@canada.ca", "2026-07-12T21:45:05-00:00", "Alert",
        "<restriction/><addresses/><code>profile:CAP-CP:0.4</code><code>layer:SOREM:2.0</code><note/>"
        "<references/><incidents/>",
    ),
    "<info><language>fr-CA</language><category>Met</category><event>orages</event>"
    "<responseType>Monitor</responseType><urgency>Future</urgency><severity>Moderate</severity>"
    "<certainty>Possible</certainty><audience>grand public</audience>"
    + pair("eventCode", "profile:CAP-CP:Event:0.4", "thunderstorm")
    + "<effective>2026-07-12T21:45:05-00:00</effective><expires>2026-07-13T05:00:00-00:00</expires>"
    "<senderName>Environnement Canada</senderName><headline>veille</headline><contact/>"
    + pair("parameter", "layer:EC-MSC-SMC:1.1:Newly_Active_Areas", "")
    + f"<area><areaDesc>Baie</areaDesc><polygon>{SQUARE}</polygon>"
    + pair("geocode", "profile:CAP-CP:Location:0.3", "4716053")
    + "<altitude/></area></info>",
)  # fmt: skip

# A service with the WMO's template: style sheet, OID, polygon over several lines.
WMO = message(
    envelope("urn:oid:2.49.0.0.404.0.2026.1", "info@met.example", "2026-07-12T09:00:00+03:00"),
    "<info><language>en</language><category>Met</category><event>Heavy Rain</event>"
    "<responseType>Prepare</responseType><urgency>Expected</urgency><severity>Moderate</severity>"
    "<certainty>Likely</certainty>" + pair("eventCode", "OET:v1.2", "OET-170")
    + "<effective>2026-07-12T09:00:00+03:00</effective><expires>2026-07-13T09:00:00+03:00</expires>"
    f"<area><areaDesc>Coast</areaDesc><polygon>\n  {SQUARE}\n</polygon></area></info>",
).replace("<alert", "<?xml-stylesheet href='https://x/style.xsl'?><alert")  # fmt: skip

# China: identifier of GB/T 35965.1 without serial, areas by twelve digits, everything in one info.
CHINA = message(
    envelope("33108141600000_20260712213138", "warning@cma.example", "2026-07-12T21:31:38+08:00"),
    "<info><language>zh-CN</language><category>Met</category><event>台风</event>"
    "<urgency>Unknown</urgency><severity>Severe</severity><certainty>Unknown</certainty>"
    + pair("eventCode", "国家突发事件预警信息发布系统事件编码", "11B01")
    + "<effective>2026-07-12T21:31:38+08:00</effective><expires>2026-07-13T21:31:38+08:00</expires>"
    "<senderName>温岭市气象台</senderName>"
    "<headline>温岭市气象台发布台风橙色预警[Ⅱ级/严重]</headline><description>防御台风。</description>"
    "<instruction>停止户外作业。</instruction><area><areaDesc>浙江省台州市温岭市</areaDesc>"
    + pair("geocode", "CPEAS Geographic Code", "331081000000") + "</area></info>",
)  # fmt: skip

# Taiwan: marked up description, colour as a parameter, several areas of one code each.
TAIWAN = message(
    envelope("CWA-typhoon-warning_202607121730001", "w@cwa.example", "2026-07-12T17:30:00+08:00"),
    "<info><language>zh-TW</language><category>Met</category><event>颱風</event>"
    "<responseType>Monitor</responseType><urgency>Future</urgency><severity>Severe</severity>"
    "<certainty>Likely</certainty>" + pair("eventCode", "profile:CAP-TWP:Event:1.0", "typhoon")
    + "<effective>2026-07-12T17:30:00+08:00</effective><onset>2026-07-12T17:30:00+08:00</onset>"
    "<expires>2026-07-12T21:30:00+08:00</expires><senderName>氣象署</senderName>"
    "<headline>海上颱風警報</headline><description><section title='位置'>東經 126 度。</section>"
    "<section title='動態'>向西北西。</section></description>"
    + pair("parameter", "alert_color", "橙色")
    + "".join(f"<area><areaDesc>{name}</areaDesc>{pair('geocode', 'Geocode_103', code)}</area>"
              for name, code in (("臺北市", "63"), ("新北市", "65"))) + "</info>",
)  # fmt: skip

# Australia: prefixed elements, a circle, tags of HTML as text, a relative link.
AUSTRALIA = (
    message(
        envelope("tag:rfs.example2026-07-12:40184", "web@rfs.example", "2026-07-12T09:00:00+10:00",
                 more="<code>urn:oasis:names:tc:emergency:cap:1.2:profile:CAP-AU:1.0</code>"),
        "<info><language>en-AU</language><category>Fire</category><event>Bushfire</event>"
        "<urgency>Expected</urgency><severity>Minor</severity><certainty>Observed</certainty>"
        "<expires>2026-07-13T09:00:00+10:00</expires><description>Advice&lt;br /&gt;</description>"
        "<web>/fires?id=1</web>"
        "<area><areaDesc>Creek</areaDesc><circle>-35.38,147.05 0.0</circle></area></info>",
    )
    .replace("<", "<cap:")
    .replace("<cap:/", "</cap:")
    .replace("<cap:?", "<?")
    .replace("xmlns=", "xmlns:cap=")
)  # fmt: skip

# The network's heartbeat: not for anybody to act on.
HEARTBEAT = message(
    envelope("NAADS-1", "heartbeat@naads.example", "2026-07-12T09:00:00-00:00",
             more="<references>a@b,1,2026-07-12T08:00:00-00:00</references>"),
).replace("Actual", "System")  # fmt: skip

# A flood service of CAP 1.1 days: times with Z, empty parameters.
OLD = message(
    envelope("EA-1", "fws@ea.example", "2026-07-12T08:00:00Z"),
    "<info><category>Met</category><event>Flood</event><urgency>Expected</urgency>"
    "<severity>Severe</severity><certainty>Likely</certainty><expires>2026-07-13T08:00:00Z</expires>"
    + pair("parameter", "WMOHEADER", "")
    + f"<area><areaDesc>River</areaDesc><polygon>{SQUARE}</polygon></area></info>",
    space="urn:oasis:names:tc:emergency:cap:1.1",
)  # fmt: skip

SOUND = {
    "NWS": (NWS, True, {"expires_before_onset"}),
    "MeteoAlarm": (METEOALARM, True, set()),
    "Canada": (CANADA, False, {"schema"}),
    "WMO": (WMO, True, set()),
    "China": (CHINA, True, set()),
    "Taiwan": (TAIWAN, False, {"markup_in_text", "schema"}),
    "Australia": (AUSTRALIA, True, set()),
    "CAP 1.1": (OLD, True, {"time_form"}),
}


@pytest.mark.parametrize("service", SOUND)
def test_what_a_service_sends_every_day_is_usable_with_its_habits_noted(service):
    text, xsd, faults = SOUND[service]
    reading = cap.read(text.encode())
    assert reading.usable, [each.shown for each in reading.faults]
    assert (reading.kind, reading.xsd, {each.name for each in reading.faults}) == (
        "alert",
        xsd,
        faults,
    )
    assert isinstance(cap.for_use(reading.messages[0]), cap.Live)


PICTURE = base64.b64encode(bytes(range(200))).decode()


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (200, PICTURE),  # as some take it: over the base64, not over what stands in it
        (len(PICTURE) + 5, "".join(f"{PICTURE[n : n + 60]}\n" for n in range(0, len(PICTURE), 60))),
    ],
)
def test_a_digest_may_be_that_of_the_base64_it_stands_in(size, text):
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    sound = (
        "<resource><resourceDesc>sound</resourceDesc><mimeType>audio/mp3</mimeType>"
        f"<size>{size}</size><derefUri>{PICTURE}</derefUri><digest>{digest}</digest></resource>"
    )
    sent = CANADA.replace("<area>", f"{sound}<area>")
    assert cap.read(sent.encode()).usable
    changed = sent.replace(PICTURE, f"BBBB{PICTURE[4:]}")
    assert "resource_digest" in {each.name for each in cap.read(changed.encode()).faults}


def test_an_outline_across_the_date_line_is_told_from_either_side():
    across = "-17,179 -17,181 -16,181 -16,179 -17,179"
    reading = cap.read(WMO.replace(SQUARE, across).encode())
    assert (reading.usable, {each.name for each in reading.faults}) == (True, {"polygon_form"})
    polygon = reading.messages[0].alert.infos[0].areas[0].polygons[0]
    assert [point.lon for point in polygon.points] == [179, -179, -179, 179, 179]
    slip = SQUARE.replace("121.50", "221.50", 1)
    assert not cap.read(WMO.replace(SQUARE, slip).encode()).usable


def test_a_reference_to_itself_is_noise_beside_another_and_no_answer_alone():
    own = "warning@cma.example,33108141600000_20260712213138,2026-07-12T21:31:38+08:00"
    former = own.replace("213138,", "193138,").replace("T21", "T19")
    update = CHINA.replace("Alert<", "Update<")
    for named, usable in ((f"{former} {own}", True), (own, False)):
        text = update.replace("<info>", f"<references>{named}</references><info>", 1)
        assert cap.read(text.encode()).usable is usable


@pytest.mark.parametrize("space", ["", "urn:oasis:names:tc:emergency:cap:1.1"])
def test_what_some_would_read_and_others_would_not_is_refused(space):
    text = CHINA.replace("<info>", f'<info xmlns="{space}">')
    reading = cap.read(text.encode())
    assert not reading.usable
    assert "mixed_namespaces" in {each.name for each in reading.faults}


def test_a_heartbeat_warns_nobody():
    reading = cap.read(HEARTBEAT.encode())
    assert (reading.xsd, reading.usable) == (True, False)


def test_colours_are_the_issuers_own_words():
    shades = {
        name: colour(cap.read(SOUND[name][0].encode()).messages[0].alert.infos[0]) for name in SOUND
    }
    assert {name: shade for name, shade in shades.items() if shade} == {
        "MeteoAlarm": "橙",
        "China": "橙",
        "Taiwan": "橙",
    }


# --- feeds --------------------------------------------------------------------------------------


def feed(*entries: str) -> str:
    inside = "".join(f"<entry>{each}</entry>" for each in entries)
    return (
        f'<feed xmlns="{ATOM}"><id>https://x/feed</id><title>f</title>'
        f"<updated>2026-07-12T08:00:00Z</updated>{inside}</feed>"
    )


INDEX = '<title>t</title><link rel="alternate" href="https://x/p"/><link type="application/cap+xml" href="https://x/c"/>'


def bare(text: str) -> str:
    return text.split("?>", 1)[1].strip()


def test_feeds_embed_link_or_escape_their_alerts():
    whole = feed(
        INDEX,
        f"<title>e</title><content type='text/xml'>{bare(CHINA)}</content>",
        f"<title>c</title><content type='text'><![CDATA[{CHINA}]]></content>",
    )
    reading = cap.read(whole.encode())
    assert (reading.kind, reading.wrapper, reading.usable, reading.faults) == (
        "feed",
        "atom",
        True,
        (),
    )
    assert [entry.embedded for entry in reading.entries] == [False, True, True]
    assert reading.entries[0].links == ("https://x/c", "https://x/p")
    assert [each.alert.infos[0].event for each in reading.messages] == ["台风", "台风"]


def test_an_entry_may_lead_to_its_alert_by_its_content_or_by_its_lasting_name():
    reading = cap.read(feed("<title>t</title><content src='https://x/c'/>").encode())
    assert (reading.usable, reading.entries[0].links) == (True, ("https://x/c",))
    rss = (
        "<rss version='2.0'><channel><title>t</title><link>https://x</link>"
        "<item><title>i</title><guid {}>https://x/c</guid></item></channel></rss>"
    )
    assert cap.read(rss.format("").encode()).usable
    assert not cap.read(rss.format("isPermaLink='false'").encode()).usable


def test_rss_feeds_and_the_envelopes_of_networks_are_read_too():
    rss = (
        '<rss version="2.0"><channel><title>t</title><link>https://x</link>'
        f"<item><title>i</title>{bare(OLD)}</item>"
        "<item><title>l</title><enclosure type='application/cap+xml' url='https://x/c'/></item></channel></rss>"
    )
    assert [len(cap.read(rss.encode()).messages), len(cap.read(rss.encode()).entries)] == [1, 2]
    network = f'<n:alerts xmlns:n="http://feed.example/feed">{bare(NWS)}{bare(CHINA)}</n:alerts>'
    reading = cap.read(network.encode())
    assert (reading.kind, reading.usable, len(reading.messages)) == ("feed", True, 2)
    soap = f"<Envelope><Body>{bare(CHINA)}</Body></Envelope>"
    assert (cap.read(soap.encode()).kind, cap.read(soap.encode()).usable) == ("other", True)


def test_one_bad_alert_makes_a_feed_unusable_and_leaves_the_others_usable():
    whole = feed(
        f"<title>a</title><content>{bare(CHINA)}</content>",
        f"<title>b</title><content>{bare(CHINA).replace('Severe', 'High')}</content>",
    )
    reading = cap.read(whole.encode())
    assert [each.usable for each in reading.messages] == [True, False]
    assert not reading.usable
