"""Real messages and feeds, each read by hand against the standard (CAP 1.2 §3, CAP 1.1)."""

from pathlib import Path

import pytest

from anlan.formats import cap

SHARED = Path(__file__).resolve().parents[5] / "shared" / "data" / "cap"
pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the real messages lie in ../shared/data/cap, which is not here"
)

WEAK = {"signature_unknown", "signature_weak"}

# fmt: off
VERDICTS = {
    #  file                       type     xsd    usable signature         must be among the faults
    "43b080713727.cap":         ("alert", True,  True,  "none",           {"no_expiry"}),
    "KAR0-0306112239-SW.cap":   ("alert", True,  True,  "none",           {"no_expiry"}),
    "amber.atom":               ("feed",  True,  True,  "none",           {"no_expiry"}),
    "australia.cap":            ("alert", True,  True,  "none",           set()),
    "bushfire_invalid.edxlde":  ("other", False, False, "none",           {"unknown_value"}),
    "bushfire_valid.edxlde":    ("other", True,  True,  "none",           set()),
    "canada.cap":               ("alert", True,  True,  "none",           set()),
    "canada_errors.cap":        ("alert", True,  False, "none",           {"reference_missing"}),
    "canada_signed.atom":       ("feed",  True,  True,  "unknown_signer", WEAK),
    "canada_signed.cap":        ("alert", True,  True,  "unknown_signer", WEAK),
    "earthquake-iso8859-1.cap": ("alert", True,  True,  "unknown_signer", WEAK),
    "earthquake.cap":           ("alert", True,  True,  "none",           set()),
    "earthquake_index.atom":    ("feed",  None,  True,  "none",           set()),
    "earthquake_signed.cap":    ("alert", True,  True,  "unknown_signer", WEAK),
    "empty_weather_index.atom": ("feed",  None,  True,  "none",           set()),
    "environment_canada_x509_cert.pem": ("other", None, False, "none",    {"not_xml"}),
    "invalid.cap":              ("alert", False, False, "none",           {"missing"}),
    "invalid.rss":              ("feed",  None,  False, "none",           {"entry_without_alert"}),
    "invalid_element.atom":     ("feed",  None,  False, "none",           {"entry_without_alert"}),
    "naads_x509_cert.pem":      ("other", None,  False, "none",           {"not_xml"}),
    "no_entries.atom":          ("feed",  False, True,  "none",           {"outside_entry"}),
    "no_id.atom":               ("feed",  None,  False, "none",           {"feed_part_missing"}),
    "no_link.atom":             ("feed",  None,  False, "none",           {"entry_without_alert"}),
    "no_optional_fields.cap":   ("alert", True,  True,  "none",           {"no_info"}),
    "no_title.atom":            ("feed",  None,  False, "none",           {"entry_without_alert"}),
    "noaa_errors.cap":          ("alert", False, False, "none",           {"empty", "schema"}),
    "ny_index.rss":             ("feed",  None,  True,  "none",           set()),
    "taiwan.cap":               ("alert", True,  True,  "none",           set()),
    "thunderstorm.cap":         ("alert", True,  True,  "none",           set()),
    "wcatwc-warning.cap":       ("alert", True,  True,  "none",           {"reference_sender"}),
    "weather.atom":             ("feed",  True,  True,  "none",           set()),
    "weather.cap":              ("alert", True,  True,  "none",           set()),
    "weather_index.atom":       ("feed",  None,  True,  "none",           set()),
    "weather_invalid.atom":     ("feed",  True,  False, "none",           {"unnameable"}),
}
# fmt: on


def file(name: str) -> Path:
    return next(SHARED.rglob(name))


@pytest.mark.parametrize("name", VERDICTS)
def test_each_real_file_has_its_verdict(name):
    kind, xsd, usable, signature, faults = VERDICTS[name]
    reading = cap.read(file(name).read_bytes())
    said = (reading.kind, reading.xsd, reading.usable, reading.signature)
    assert said == (kind, xsd, usable, signature)
    assert faults <= {each.name for each in reading.faults}


def test_no_file_is_left_without_a_verdict():
    found = {each.name for each in SHARED.rglob("*") if each.is_file() and each.suffix != ".xsd"}
    assert found == set(VERDICTS)


def test_what_stands_in_them_is_read():
    said = cap.read(file("canada.cap").read_bytes()).messages[0].alert
    assert [info.language for info in said.infos] == ["en-CA", "fr-CA"]
    assert len(said.references) == 2
    assert len(said.infos[0].areas[0].geocodes) == 10
    latin = cap.read(file("earthquake-iso8859-1.cap").read_bytes()).messages[0].alert
    assert latin.infos[0].headline.startswith("EQ 4.6 Usulután, Usulután")
    circle = latin.infos[0].areas[0].circles[0]
    assert (circle.centre, circle.radius_km) == (cap.Point(12.747, -88.783), 0.0)
    links = [entry.links for entry in cap.read(file("earthquake_index.atom").read_bytes()).entries]
    assert links[0][0].endswith("/cap/us2010apcd")  # the one that says it is CAP, before the page


@pytest.mark.parametrize(
    ("certificate", "signer"),
    [
        ("naads_x509_cert.pem", "dss1.pelmorex.com"),
        ("environment_canada_x509_cert.pem", "meteo.gc.ca"),
    ],
)
@pytest.mark.parametrize("name", ["canada_signed.cap", "canada_signed.atom"])
def test_a_signature_of_someone_the_site_was_given_is_valid(name, certificate, signer):
    from anlan.formats.cap.trust import Trust

    reading = cap.read(file(name).read_bytes(), trust=Trust.read([file(certificate)]))
    assert reading.signature == "valid"
    assert any(each.startswith(signer) for each in reading.messages[0].signers)


@pytest.mark.parametrize("name", [name for name, row in VERDICTS.items() if row[3] != "none"])
@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"Actual<", b"Test<"),
        (b"<urgency>", b"<urgency><!-- -->Im"),
        (b"</headline>", b" now</headline>"),
        (b"<areaDesc>", b"<areaDesc>Not "),
        (b"</info>", b"<parameter><valueName>a</valueName><value>b</value></parameter></info>"),
    ],
)
def test_a_tampered_twin_of_a_signed_message_is_refused(name, was, becomes):
    raw = file(name).read_bytes()
    twin = raw.replace(was, becomes, 1)
    assert twin != raw
    reading = cap.read(twin)
    assert (reading.signature, reading.usable) == ("broken", False)


def test_every_usable_message_can_be_written_again():
    for name, (_, _, usable, _, _) in VERDICTS.items():
        for message in cap.read(file(name).read_bytes()).messages:
            said = message.alert
            if (
                usable
                and said
                and message.xsd
                and message.version == "1.2"
                and all(resource.mime_type for info in said.infos for resource in info.resources)
            ):
                assert cap.read(cap.write(said)).messages[0].alert == said, name
