"""Signatures in all the ways that signers and carriers know, put together here step by step."""

import base64
import hashlib
import re

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from lxml import etree

from anlan.formats import cap
from anlan.formats.cap.signing import SiteKey, sign
from anlan.formats.cap.tests.scene import CAP12, alert
from anlan.formats.cap.tests.test_signatures import DS, bureau, certified, trusting
from anlan.formats.cap.trust import Trust

EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
FILTER = "http://www.w3.org/2002/06/xmldsig-filter2"
BARE = alert()
NOTED = BARE.replace("<event>", "<!-- 值班员 --><event>")
NAMED = BARE.replace("<alert ", '<alert Id="a1" ')
XML_NAMED = BARE.replace("<alert ", '<alert xml:id="a1" ')
STYLED = f"<?xml-stylesheet href='a.xsl'?>\n{BARE}"


def step(algorithm: str, inside: str = "") -> str:
    return f'<Transform Algorithm="{algorithm}">{inside}</Transform>'


ENVELOPED = step(f"{DS}enveloped-signature")
XPATH = step(
    "http://www.w3.org/TR/1999/REC-xpath-19991116",
    f'<XPath xmlns:d="{DS}">not(ancestor-or-self::d:Signature)</XPath>',
)
SUBTRACT = step(
    FILTER, f'<XPath xmlns="{FILTER}" xmlns:d="{DS}" Filter="subtract">//d:Signature</XPath>'
)


def form(text: str, *, exclusive: bool = False, comments: bool = False) -> bytes:
    root = etree.fromstring(text.encode())
    return etree.tostring(root, method="c14n", exclusive=exclusive, with_comments=comments)


def sealed(content: bytes, uri: str, steps: str, digest: str = "sha256", more: str = "") -> str:
    """A signature of the bureau's over this content."""
    value = base64.b64encode(hashlib.new(digest, content).digest()).decode()
    inside = (
        f'<CanonicalizationMethod Algorithm="{EXCLUSIVE}"/>'
        '<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>'
        f"<Reference {uri}><Transforms>{steps}</Transforms>"
        f'<DigestMethod Algorithm="urn:any#{digest}"/><DigestValue>{value}</DigestValue>'
        "</Reference>"
    )
    told = form(f'<SignedInfo xmlns="{DS}">{inside}</SignedInfo>', exclusive=True)
    key = load_pem_private_key(bureau().private, None)
    proof = base64.b64encode(key.sign(told, padding.PKCS1v15(), hashes.SHA256())).decode()
    certificate = x509.load_pem_x509_certificate(bureau().certificate).public_bytes(Encoding.DER)
    return (
        f'<Signature xmlns="{DS}"><SignedInfo>{inside}</SignedInfo>'
        f"<SignatureValue>{proof}</SignatureValue><KeyInfo><X509Data><X509Certificate>"
        f"{base64.b64encode(certificate).decode()}</X509Certificate></X509Data></KeyInfo>{more}"
        "</Signature>"
    )


def put(signature: str, document: str, before: str = "</alert>") -> str:
    head, end, tail = document.rpartition(before)
    return f"{head}{signature}{end}{tail}"


def verdict(xml: str) -> tuple[str, bool]:
    reading = cap.read(xml.encode(), trust=trusting(bureau()))
    return reading.signature, reading.usable


STANDING = {
    "no URI": (BARE, form(BARE), "", ENVELOPED),
    "no URI, a style sheet before it": (
        STYLED,
        b"<?xml-stylesheet href='a.xsl'?>\n" + form(BARE),
        "",
        ENVELOPED,
    ),
    "pointer to the whole": (BARE, form(BARE), 'URI="#xpointer(/)"', ENVELOPED),
    "pointer to its name": (NAMED, form(NAMED), "URI=\"#xpointer(id('a1'))\"", ENVELOPED),
    "xml:id": (XML_NAMED, form(XML_NAMED), 'URI="#a1"', ENVELOPED),
    "signatures left out by XPath": (BARE, form(BARE), 'URI=""', XPATH),
    "signatures subtracted": (BARE, form(BARE), 'URI=""', SUBTRACT),
    "two forms": (
        BARE,
        form(BARE, exclusive=True),
        'URI=""',
        ENVELOPED + step(INCLUSIVE) + step(EXCLUSIVE),
    ),
    "comments left out by the letter": (
        NOTED,
        form(NOTED),
        'URI=""',
        ENVELOPED + step(f"{INCLUSIVE}#WithComments"),
    ),
    "comments signed as well": (
        NOTED,
        form(NOTED, comments=True),
        'URI=""',
        ENVELOPED + step(f"{INCLUSIVE}#WithComments"),
    ),
}


@pytest.mark.parametrize("way", STANDING)
def test_whatever_way_a_message_is_signed_it_holds_and_its_twin_does_not(way):
    text, content, uri, steps = STANDING[way]
    xml = put(sealed(content, uri, steps), text)
    assert verdict(xml) == ("valid", True)
    assert verdict(xml.replace("Severe", "Minor")) == ("broken", False)


@pytest.mark.parametrize("digest", ["sm3", "md5"])
def test_a_digest_of_elsewhere_shows_a_change_all_the_same(digest):
    if digest not in hashlib.algorithms_available:
        pytest.skip(f"this machine cannot take {digest}")
    xml = put(sealed(form(BARE), "", ENVELOPED, digest), BARE)
    assert verdict(xml) == ("unreadable" if digest == "md5" else "valid", True)
    assert verdict(xml.replace("Severe", "Minor")) == ("broken", False)


def test_a_last_bit_that_no_decoder_looks_at_was_changed_all_the_same():
    """Base64 pads with zero bits: others mean the same bytes, and come from no signer."""
    key, certificate = certified("温岭市气象台", None, authority=False)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    xml = sign(BARE.encode(), SiteKey(private, certificate.public_bytes(pem))).decode()
    padded = re.search(r"([A-Za-z0-9+/])==</ds:SignatureValue>", xml)
    assert padded
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    next_letter = letters[letters.index(padded[1]) + 1]
    twin = xml.replace(padded[0], f"{next_letter}==</ds:SignatureValue>")
    reading = cap.read(twin.encode(), trust=Trust((certificate,)))
    assert cap.read(xml.encode(), trust=Trust((certificate,))).signature == "valid"
    assert (reading.signature, reading.usable) == ("broken", False)


# --- on the way ---------------------------------------------------------------------------------


def indented(xml: str) -> str:
    root = etree.fromstring(xml.encode())
    etree.indent(root, space="    ")
    return etree.tostring(root, encoding="unicode")


def test_indentation_added_on_the_way_breaks_the_digest_and_is_said():
    """Blanks are signed like words; but whoever asks the issuer for the original knows why."""
    xml = indented(sign(BARE.encode(), bureau()).decode())
    reading = cap.read(xml.encode(), trust=trusting(bureau()))
    assert (reading.signature, reading.usable) == ("broken", False)
    assert any("重新排过版" in fault.words for fault in reading.faults)
    for was, becomes in (("<event>", "<event> "), ("Severe", "Minor"), ("橙色", "蓝色")):
        changed = cap.read(xml.replace(was, becomes).encode(), trust=trusting(bureau()))
        assert not changed.usable
        assert not any("重新排过版" in fault.words for fault in changed.faults)


def atom(inside: str, spaces: str = "") -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {spaces}><id>a</id><title>b</title>'
        f"<updated>c</updated><entry><title>t</title><content>{inside}</content></entry></feed>"
    )


def edxl(inside: str, spaces: str = "") -> str:
    return (
        f'<EDXLDistribution xmlns="urn:oasis:names:tc:emergency:EDXL:DE:1.0" {spaces}>'
        f"<contentObject><embeddedXMLContent>{inside}</embeddedXMLContent></contentObject>"
        "</EDXLDistribution>"
    )


@pytest.mark.parametrize("envelope", [atom, edxl])
def test_an_alert_may_stand_on_the_namespaces_of_its_envelope(envelope):
    """Programs that build the envelope as a tree say a namespace once, at the top."""
    prefixed = NOTED.replace("<", "<cap:").replace("<cap:/", "</cap:").replace("<cap:!", "<!")
    prefixed = prefixed.replace("xmlns=", "xmlns:cap=")
    signature = sealed(form(prefixed), 'URI=""', ENVELOPED)
    whole = put(signature, prefixed, "</cap:alert>").replace(f' xmlns:cap="{CAP12}"', "")
    xml = envelope(whole, f'xmlns:cap="{CAP12}" xmlns:xsi="urn:x"')
    assert verdict(xml) == ("valid", True)
    assert verdict(xml.replace("Severe", "Minor")) == ("broken", False)


@pytest.mark.parametrize("envelope", [atom, edxl])
def test_a_signature_of_the_envelope_counts_for_the_alerts_in_it(envelope):
    end = "</feed>" if envelope is atom else "</EDXLDistribution>"
    whole = put(sealed(form(envelope(BARE)), 'URI=""', ENVELOPED), envelope(BARE), end)
    part = put(
        sealed(form(NAMED, exclusive=True), 'URI="#a1"', step(EXCLUSIVE)), envelope(NAMED), end
    )
    for xml in (whole, part):
        assert verdict(xml) == ("valid", True)
        assert verdict(xml.replace("Severe", "Minor")) == ("broken", False)
    elsewhere = put(sealed(form(NAMED), 'URI="#b2"', step(EXCLUSIVE)), envelope(NAMED), end)
    assert verdict(elsewhere) == ("broken", False)


def test_an_alert_inside_a_signature_is_held_against_it():
    held = f'<Object Id="o">{BARE}</Object>'
    content = form(f'<Object xmlns="{DS}" Id="o">{BARE}</Object>', exclusive=True)
    xml = sealed(content, 'URI="#o"', step(EXCLUSIVE), more=held)
    assert verdict(xml) == ("valid", True)
    assert verdict(xml.replace("Severe", "Minor")) == ("broken", False)


def test_a_signature_in_a_feed_says_nothing_of_the_alert_beside_the_one_it_is_of():
    signature = sealed(form(NAMED, exclusive=True), 'URI="#a1"', step(EXCLUSIVE))
    other = alert(identifier="33108141600000_20260712213139_0", severity="Minor")
    feed = put(signature, atom(f"{NAMED}</content></entry><entry><content>{other}"), "</feed>")
    reading = cap.read(feed.encode(), trust=trusting(bureau()))
    assert [each.signature for each in reading.messages] == ["valid", "none"]


def test_what_has_no_canonical_form_was_not_signed_as_it_stands():
    twin = sign(BARE.encode(), bureau()).decode().replace("<alert ", '<alert xmlns:a="a" a:b="c" ')
    assert verdict(twin) == ("broken", False)
    assert verdict(atom(twin.partition("?>")[2])) == ("broken", False)


def test_many_signatures_around_an_alert_are_no_way_to_waste_time():
    xml = atom(BARE).replace("<entry>", f'<Signature xmlns="{DS}"/>' * 9 + "<entry>")
    assert verdict(xml) == ("broken", False)
