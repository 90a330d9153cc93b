"""Signatures as other programs make them, put together here step by step without signxml."""

import base64
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from lxml import etree

from anlan.formats import cap
from anlan.formats.cap.tests.scene import CAP12, alert
from anlan.formats.cap.tests.test_signatures import DS, bureau, trusting

INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
STYLED = f"<?xml-stylesheet href='a.xsl'?>\n{alert()}"
NOTED = alert().replace("<info>", "<!-- 值班员 --><info>")


def canonical(text: str, method: str, *, whole: bool = False) -> bytes:
    root = etree.fromstring(text.encode())
    alone = root if whole else etree.fromstring(etree.tostring(root, encoding="utf-8"))
    return etree.tostring(
        alone.getroottree(),
        method="c14n",
        exclusive=method.startswith(EXCLUSIVE),
        with_comments=method.endswith("#WithComments"),
    )


def signed(
    text: str, method: str, *, prefix: str = "", uri: str = "", whole: bool = False
) -> bytes:
    """The text with a signature of the bureau's at its end, in canonical form from the start."""
    digest = base64.b64encode(hashlib.sha256(canonical(text, method, whole=whole)).digest())
    p, space = (f"{prefix}:", f'xmlns:{prefix}="{DS}"') if prefix else ("", f'xmlns="{DS}"')
    steps = "".join(
        f'<{p}Transform Algorithm="{each}"></{p}Transform>'
        for each in (f"{DS}enveloped-signature", method)
    )
    inside = (
        f'<{p}CanonicalizationMethod Algorithm="{method}"></{p}CanonicalizationMethod>'
        f'<{p}SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256">'
        f'</{p}SignatureMethod><{p}Reference URI="{uri}"><{p}Transforms>{steps}</{p}Transforms>'
        f'<{p}DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></{p}DigestMethod>'
        f"<{p}DigestValue>{digest.decode()}</{p}DigestValue></{p}Reference>"
    )
    # Inclusive canonical form carries the alert's own namespace down into a prefixed SignedInfo.
    around = f'xmlns="{CAP12}" ' if prefix and not method.startswith(EXCLUSIVE) else ""
    told = f"<{p}SignedInfo {around}{space}>{inside}</{p}SignedInfo>".encode()
    key = load_pem_private_key(bureau().private, None)
    value = base64.b64encode(key.sign(told, padding.PKCS1v15(), hashes.SHA256())).decode()
    der = x509.load_pem_x509_certificate(bureau().certificate).public_bytes(Encoding.DER)
    signature = (
        f"<{p}Signature {space}><{p}SignedInfo>{inside}</{p}SignedInfo>"
        f"<{p}SignatureValue>{value}</{p}SignatureValue><{p}KeyInfo><{p}X509Data>"
        f"<{p}X509Certificate>{base64.b64encode(der).decode()}</{p}X509Certificate>"
        f"</{p}X509Data></{p}KeyInfo></{p}Signature>"
    )
    return text.replace("</alert>", f"{signature}</alert>").encode()


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (alert(), {"method": INCLUSIVE}),
        (alert(), {"method": EXCLUSIVE}),
        (alert(), {"method": "http://www.w3.org/2006/12/xml-c14n11"}),
        (alert(), {"method": INCLUSIVE, "prefix": "ds"}),
        (alert(), {"method": EXCLUSIVE, "prefix": "ds"}),
        (NOTED, {"method": INCLUSIVE}),
        (NOTED, {"method": f"{INCLUSIVE}#WithComments"}),
        (NOTED, {"method": f"{EXCLUSIVE}WithComments"}),
        (STYLED, {"method": INCLUSIVE}),
        (STYLED, {"method": INCLUSIVE, "whole": True}),
        (alert().replace("<alert ", '<alert Id="a1" '), {"method": EXCLUSIVE, "uri": "#a1"}),
        (alert().replace("<alert ", '<alert Id="a1" '), {"method": INCLUSIVE, "uri": "#a1"}),
    ],
)
def test_it_holds_and_its_tampered_twin_does_not(text, how):
    xml = signed(text, **how)
    assert cap.read(xml, trust=trusting(bureau())).signature == "valid"
    twin = cap.read(xml.replace(b"Severe", b"Minor"), trust=trusting(bureau()))
    assert (twin.signature, twin.usable) == ("broken", False)


def test_windows_line_ends_do_not_break_a_signature():
    xml = signed(alert().replace("<info>", "\n<info>"), INCLUSIVE)
    sent = b"\xef\xbb\xbf" + xml.replace(b"\n", b"\r\n")
    assert cap.read(sent, trust=trusting(bureau())).signature == "valid"
