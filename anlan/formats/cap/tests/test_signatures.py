"""Who signed, and whether what was signed is what is read."""

import base64
import re
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import etree

from anlan.formats import cap
from anlan.formats.cap.signing import SiteKey, make_key, sign
from anlan.formats.cap.tests.scene import alert, info
from anlan.formats.cap.trust import Trust

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
DS = "http://www.w3.org/2000/09/xmldsig#"


@cache
def bureau() -> SiteKey:
    return make_key(common_name="温岭市应急管理局", organization="温岭市", at=BEGUN)


@cache
def stranger() -> SiteKey:
    return make_key(common_name="路人", organization="无", at=BEGUN)


def trusting(*keys: SiteKey) -> Trust:
    return Trust(tuple(x509.load_pem_x509_certificate(key.certificate) for key in keys))


def signed(*keys: SiteKey, text: str = "") -> bytes:
    xml = (text or alert()).encode()
    for key in keys:
        xml = sign(xml, key)
    return xml


def test_a_message_that_we_signed_is_valid_for_who_was_given_our_certificate():
    reading = cap.read(signed(bureau()), trust=trusting(bureau()))
    assert (reading.xsd, reading.signature, reading.usable) == (True, "valid", True)
    assert reading.messages[0].signers == ("温岭市应急管理局，温岭市",)
    assert reading.faults == ()


def test_a_signer_the_site_does_not_know_is_named_and_not_believed():
    for trust in (None, Trust(), trusting(stranger())):
        reading = cap.read(signed(bureau()), trust=trust)
        assert (reading.signature, reading.usable) == ("unknown_signer", True)
        assert "温岭市应急管理局" in reading.faults[0].words


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("橙色", "蓝色"),
        ("Actual<", "Exercise<"),
        ("28.30", "28.31"),
        ("+08:00", "+09:00"),
        ("<event>", "<event> "),
        ("</info>", "</info><info/>"),
        ("<alert ", '<alert xmlns:x="urn:x" x:y="z" '),
    ],
)
def test_a_tampered_twin_is_broken_refused_and_kept(was, becomes):
    xml = signed(bureau()).decode()
    twin = xml.replace(was, becomes, 1)
    assert twin != xml
    reading = cap.read(twin.encode(), trust=trusting(bureau()))
    assert (reading.signature, reading.usable) == ("broken", False)
    assert "signature_broken" in {each.name for each in reading.faults if each.grave}
    assert isinstance(cap.for_use(reading.messages[0]), cap.Refused)


def test_a_signature_value_or_digest_that_was_changed_is_broken():
    root = etree.fromstring(signed(bureau()))
    for tag in ("SignatureValue", "DigestValue"):
        twin = etree.fromstring(etree.tostring(root))
        node = twin.find(f".//{{{DS}}}{tag}")
        node.text = ("B" if node.text[0] == "A" else "A") + node.text[1:]
        assert cap.read(etree.tostring(twin)).signature == "broken"


def test_a_comment_in_the_middle_of_a_word_changes_neither_the_signature_nor_the_word():
    twin = signed(bureau()).decode().replace("橙色", "橙<!-- 蓝 -->色", 1)
    reading = cap.read(twin.encode(), trust=trusting(bureau()))
    assert reading.signature == "valid"
    assert "橙色" in reading.messages[0].alert.infos[0].headline


def test_a_signed_message_wrapped_into_another_vouches_for_nothing():
    """The classic: the signature still holds, over the old message that is hidden inside."""
    old = etree.fromstring(signed(bureau()))
    signature = old.find(f"{{{DS}}}Signature")
    old.remove(signature)
    old.set("Id", "old")
    signature.find(f".//{{{DS}}}Reference").set("URI", "#old")
    new = etree.fromstring(alert(infos=[info(event="解除")]))
    etree.SubElement(signature, f"{{{DS}}}Object").append(old)
    new.append(signature)
    reading = cap.read(etree.tostring(new), trust=trusting(bureau()))
    assert reading.signature == "broken"
    assert not reading.usable


def test_several_signatures_each_hold_over_the_message_as_it_stood():
    twice = signed(bureau(), stranger())
    reading = cap.read(twice, trust=trusting(bureau()))
    assert (reading.signature, len(reading.messages[0].signers)) == ("valid", 2)
    assert cap.read(twice.replace("橙".encode(), "红".encode(), 1)).signature == "broken"


def test_a_message_stays_signed_inside_a_feed_of_many_namespaces():
    inner = etree.tostring(etree.fromstring(signed(bureau()))).decode()
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss">'
        "<!-- <alert>not one</alert> --><id>a</id><title>b</title><updated>c</updated>"
        f'<entry><title>t</title><content type="text/xml">{inner}</content></entry></feed>'
    )
    reading = cap.read(feed.encode(), trust=trusting(bureau()))
    assert (reading.kind, reading.signature, reading.usable) == ("feed", "valid", True)
    twin = cap.read(feed.replace("&#27225;", "&#32418;", 1).replace("橙", "红", 1).encode())
    assert (twin.signature, twin.usable) == ("broken", False)


def test_a_certificate_that_had_run_out_vouches_for_nobody():
    late = alert(
        sent="2036-01-01T00:00:00+08:00", infos=[info(expires="2036-01-02T00:00:00+08:00")]
    )
    reading = cap.read(signed(bureau(), text=late), trust=trusting(bureau()))
    assert reading.signature == "unknown_signer"


def test_a_signer_is_believed_through_the_authority_that_the_site_was_given():
    root_key, root = certified("省预警中心", None, authority=True)
    leaf_key, leaf = certified("温岭市气象台", (root_key, root), authority=False)
    pem = serialization.Encoding.PEM
    private = leaf_key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    reading = cap.read(signed(SiteKey(private, leaf.public_bytes(pem))), trust=Trust((root,)))
    assert reading.signature == "valid"
    assert reading.messages[0].signers == ("温岭市气象台",)
    # A certificate that is no authority's cannot make signers.
    _, plain = certified("路人", None, authority=False)
    assert cap.read(signed(bureau()), trust=Trust((plain,))).signature == "unknown_signer"


def test_what_cannot_be_checked_here_is_said_and_not_refused():
    """CAP 1.2 §3.3.4.1: no message is refused because its signature cannot be verified."""
    xml = signed(bureau()).decode()
    for was, becomes in (
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "urn:unheard-of"),
        (f"{DS}enveloped-signature", "http://www.w3.org/TR/1999/REC-xpath-19991116"),
    ):
        reading = cap.read(xml.replace(was, becomes).encode())
        assert (reading.signature, reading.usable) == ("unreadable", True)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256"),
        ("xmldsig-more#rsa-sha256", "xmldsig-more#none"),
        ("<ds:X509Certificate>", "<ds:X509Certificate>AAAA"),
    ],
)
def test_what_cannot_be_checked_in_full_is_still_held_against_its_digest(was, becomes):
    odd = signed(bureau()).decode().replace(was, becomes)
    assert cap.read(odd.encode()).signature == "unreadable"
    twin = cap.read(odd.replace("Severe", "Minor").encode())
    assert (twin.signature, twin.usable) == ("broken", False)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (r"(<ds:SignatureValue>)[^<]+", r"\1"),
        (r"(<ds:SignatureValue>)[^<]+", r"\1@@@@"),
        (r"<ds:SignedInfo>.*</ds:SignedInfo>", ""),
        (r'URI=""', 'URI="http://127.0.0.1:9/other.cap"'),
    ],
)
def test_half_a_signature_or_one_over_something_else_is_broken(was, becomes):
    xml, changed = re.subn(was, becomes, signed(bureau()).decode(), flags=re.DOTALL)
    reading = cap.read(xml.encode())
    assert changed
    assert (reading.signature, reading.usable) == ("broken", False)


def test_a_signature_without_a_key_is_held_against_those_we_know():
    root = etree.fromstring(signed(bureau()))
    signature = root.find(f"{{{DS}}}Signature")
    signature.remove(signature.find(f"{{{DS}}}KeyInfo"))
    bare = etree.tostring(root)
    assert cap.read(bare, trust=trusting(stranger(), bureau())).signature == "valid"
    assert cap.read(bare, trust=trusting(stranger())).signature == "unknown_signer"
    twin = bare.replace(b"Severe", b"Minor")
    assert cap.read(twin, trust=trusting(bureau())).signature == "broken"
    assert cap.read(twin).signature == "broken"


@pytest.mark.parametrize("becomes", ["abc", "摘要", "", "AAAA"])
def test_half_a_digest_is_broken_whoever_signed(becomes):
    xml = re.sub(r"(<ds:DigestValue>)[^<]*", rf"\1{becomes}", signed(bureau()).decode())
    bare = re.sub(r"<ds:KeyInfo>.*</ds:KeyInfo>", "", xml, flags=re.DOTALL)
    odd = bare.replace("xmldsig-more#rsa-sha256", "xmldsig-more#unheard-of")
    for each in (xml, bare, odd):
        reading = cap.read(each.encode())
        assert (reading.signature, reading.usable) == ("broken", False)


def test_certificates_of_several_kinds_are_each_tried():
    """A chain may lie the authority first, and may mix elliptic curves with RSA."""
    _, other = certified("省预警中心", None, authority=True)
    pem = other.public_bytes(serialization.Encoding.PEM).decode()
    der = "".join(pem.split("-----")[2].split())
    mark = "<ds:X509Certificate>"
    both = signed(bureau()).decode().replace(mark, f"{mark}{der}</ds:X509Certificate>{mark}", 1)
    assert cap.read(both.encode(), trust=trusting(bureau())).signature == "valid"
    value = re.compile(r"(<ds:SignatureValue>)(.)")
    twin = value.sub(lambda found: found[1] + ("B" if found[2] == "A" else "A"), both)
    for each in (twin, both.replace("Severe", "Minor")):
        reading = cap.read(each.encode(), trust=trusting(bureau()))
        assert (reading.signature, reading.usable) == ("broken", False)
    alone = re.sub(rf"{mark}(?!{re.escape(der)})[^<]+</ds:X509Certificate>", "", both)
    assert cap.read(alone.encode()).signature == "unreadable"  # nothing in it can have signed


def test_a_signature_may_lie_open_beside_the_name_of_its_certificate():
    xml = signed(bureau()).decode()
    key = x509.load_pem_x509_certificate(bureau().certificate).public_key().public_numbers()
    modulus, exponent = (
        base64.b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).decode()
        for number in (key.n, key.e)
    )
    value = (
        f"<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{modulus}</ds:Modulus>"
        f"<ds:Exponent>{exponent}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
        "<ds:X509Data><ds:X509SubjectName>CN=a</ds:X509SubjectName></ds:X509Data>"
    )
    bare = re.sub(r"(<ds:KeyInfo>).*(</ds:KeyInfo>)", rf"\1{value}\2", xml, flags=re.DOTALL)
    assert cap.read(bare.encode(), trust=trusting(bureau())).signature == "valid"
    assert cap.read(bare.encode()).signature == "unknown_signer"
    assert cap.read(bare.replace("Severe", "Minor").encode()).signature == "broken"


def certified(name: str, above: tuple | None, *, authority: bool):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_key, issuer = above or (key, None)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGUN)
        .not_valid_after(BEGUN + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
    return key, made
