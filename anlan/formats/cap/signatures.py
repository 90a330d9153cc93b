"""Signatures of messages (数字签名): whether what was signed is what is read, and who signed.

Services sign the alert as a whole (URI="", enveloped), often several in turn, and a feed lends
the alert namespaces that its issuer never saw. So each signature is tried on the alert as it may
have stood when it was made: with the other signatures, and without. What a signature covers is
compared with what is read: a signature over something else proves nothing.
"""

import copy
import hashlib
import re
import warnings
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cryptography import exceptions as crypto
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from .elements import SIGNATURE
from .faults import Kind
from .trust import Trust, name_of

_DS = f"{{{SIGNATURE}}}"
_MOST = 8  # certificates of one signature
_PLAIN = (
    f"{SIGNATURE}enveloped-signature",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2001/10/xml-exc-c14n",
)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_HASHES = {"sha1": "sha1", "sha256": "sha256", "sha384": "sha384", "sha512": "sha512"}
_CANNOT = (
    SignXMLException,
    crypto.UnsupportedAlgorithm,
    etree.LxmlError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
)
_KEYED = frozenset(each for each in SignatureMethod if "HMAC" not in each.name)


class Verdict(StrEnum):
    """What a signature is worth."""

    NONE = "none"
    VALID = "valid"
    UNKNOWN_SIGNER = "unknown_signer"
    BROKEN = "broken"
    UNREADABLE = "unreadable"


_WORST = (Verdict.BROKEN, Verdict.VALID, Verdict.UNKNOWN_SIGNER, Verdict.UNREADABLE)


@dataclass(frozen=True)
class Signed:
    """One signature, or all of a message: the verdict, by whom, and what there is to say."""

    verdict: Verdict
    signers: tuple[str, ...] = ()
    weak: str = ""
    words: str = ""


UNSIGNED = Signed(Verdict.NONE)


class _Impossible(Exception):
    """This signature is of a kind that cannot be checked here."""


class _Broken(Exception):
    """What is read is not what was signed."""


class _Nth(XMLVerifier):
    """Verifies one of several signatures; signxml itself takes the first it finds.

    `whole` also counts the processing instructions before the root, which belong to URI="" by the
    letter: some signers include them, others do not.
    """

    def __init__(self, number: int, *, whole: bool) -> None:
        super().__init__()
        self._number = number
        self._whole = whole

    def _get_signature(self, root: etree._Element) -> etree._Element:
        return _signatures(root)[self._number]

    def _tostring(self, xml_node: etree._Element, **kwargs: Any) -> Any:
        if self._whole and xml_node.getparent() is None:
            return etree.tostring(xml_node.getroottree(), **kwargs)
        return etree.tostring(xml_node, **kwargs)

    def _c14n(
        self,
        nodes: etree._Element,
        algorithm: CanonicalizationMethod,
        inclusive_ns_prefixes: list[str] | None = None,
    ) -> bytes:
        # Canonical XML of an inner element comes out with empty xmlns="" that are not there, when
        # its namespace is declared further up; standing alone it comes out right.
        alone = etree.fromstring(self._tostring(nodes, with_tail=False), self.parser)
        return etree.tostring(
            alone.getroottree() if self._whole else alone,
            method="c14n",
            exclusive="xml-exc-c14n" in algorithm.value,
            with_comments=algorithm.value.endswith("#WithComments"),
            inclusive_ns_prefixes=inclusive_ns_prefixes,
        )


def verify(alert: etree._Element, trust: Trust, at: datetime | None) -> Signed:
    """What the signatures of this message are worth; certificates are judged as of `at`, when it
    was sent. The element must hold its comments and no namespaces that are not its own.
    """
    found = _signatures(alert)
    if not found:
        return UNSIGNED
    each = [_one(alert, number, trust, at) for number in range(len(found))]
    verdict = next(worst for worst in _WORST if any(one.verdict is worst for one in each))
    return Signed(
        verdict,
        tuple(dict.fromkeys(name for one in each for name in one.signers)),
        next((one.weak for one in each if one.weak), ""),
        next((one.words for one in each if one.verdict is verdict and one.words), ""),
    )


def faults_of(signed: Signed) -> Iterator[tuple[Kind, str]]:
    """What a verdict means for the message."""
    if signed.verdict is Verdict.BROKEN:
        yield Kind.SIGNATURE_BROKEN, signed.words
    elif signed.verdict is Verdict.UNREADABLE:
        yield Kind.SIGNATURE_UNREADABLE, signed.words
    elif signed.verdict is Verdict.UNKNOWN_SIGNER:
        yield Kind.SIGNATURE_UNKNOWN, "；".join(signed.signers) or "未注明"
    if signed.weak and signed.verdict is not Verdict.BROKEN:
        yield Kind.SIGNATURE_WEAK, signed.weak


# --- one signature ------------------------------------------------------------------------------


def _one(alert: etree._Element, number: int, trust: Trust, at: datetime | None) -> Signed:
    signature = _signatures(alert)[number]
    try:
        weak = _refuse_odd(signature)
        embedded = _certificates(signature)
        bare = signature.find(f"{_DS}KeyInfo/{_DS}KeyValue") is not None
        if not embedded and not bare:
            return _by_known_key(alert, number, trust, at, weak)
        holder, key = _held(alert, number, embedded)
    except _Impossible as error:
        broken = _broken_anyway(alert, number)
        if broken:
            return Signed(Verdict.BROKEN, words=broken)
        return Signed(Verdict.UNREADABLE, words=str(error))
    except _Broken as error:
        return Signed(Verdict.BROKEN, words=str(error))
    holder = holder or trust.knows_key(key)
    if holder is None:
        return Signed(Verdict.UNKNOWN_SIGNER, (_fingerprint(key),), weak)
    known = at is not None and trust.vouches_for(holder, embedded, at)
    verdict = Verdict.VALID if known else Verdict.UNKNOWN_SIGNER
    return Signed(verdict, (name_of(holder),), weak)


def _broken_anyway(alert: etree._Element, number: int) -> str:
    """Why a signature that cannot be checked in full still does not hold; empty when it may."""
    signature = _signatures(alert)[number]
    references = signature.findall(f"{_DS}SignedInfo/{_DS}Reference")
    value = "".join((signature.findtext(f"{_DS}SignatureValue") or "").split())
    if not references or not _BASE64.fullmatch(value):
        return "签名残缺"
    if any(not (each.get("URI") or "").startswith("#") and each.get("URI") for each in references):
        return "签名没有覆盖整份报文"
    if _has_odd_transform(signature) or _prolog(alert):
        return ""
    try:
        holds = any(_digest_holds(*each) for each in _as_it_stood(alert, number))
    except (_Impossible, Base64Error):
        return ""
    return "" if holds else "内容与签名不符"


def _by_known_key(
    alert: etree._Element, number: int, trust: Trust, at: datetime | None, weak: str
) -> Signed:
    """A signature that brings no key: one of ours must fit, or its digest alone can be checked."""
    if not any(_digest_holds(*each) for each in _as_it_stood(alert, number)):
        raise _Broken("内容与签名不符")
    for certificate in trust.certificates:
        try:
            _held(alert, number, (certificate,))
        except (_Broken, _Impossible):
            continue
        known = at is not None and trust.vouches_for(certificate, (), at)
        verdict = Verdict.VALID if known else Verdict.UNKNOWN_SIGNER
        return Signed(verdict, (name_of(certificate),), weak)
    return Signed(Verdict.UNKNOWN_SIGNER, ("签名里没有证书或公钥",), weak)


def _digest_holds(standing: etree._Element, place: int) -> bool:
    """Whether the message is what the signature's digest of the whole was made of."""
    signature = _signatures(standing)[place]
    reference = signature.find(f"{_DS}SignedInfo/{_DS}Reference")
    method = reference.find(f"{_DS}DigestMethod") if reference is not None else None
    if reference is None or method is None or reference.get("URI") != "":
        raise _Impossible("签名的引用方式不受支持")
    name = _HASHES.get(method.get("Algorithm", "").rpartition("#")[2])
    if name is None:
        raise _Impossible("签名的算法或格式不受支持")
    expected = b64decode(reference.findtext(f"{_DS}DigestValue") or "")
    transforms = [each.get("Algorithm", "") for each in reference.iter(f"{_DS}Transform")]
    exclusive = any("exc-c14n" in each for each in transforms)
    comments = any(each.endswith("#WithComments") for each in transforms)
    _cut(signature)
    content = etree.tostring(standing, method="c14n", exclusive=exclusive, with_comments=comments)
    return hashlib.new(name, content, usedforsecurity=False).digest() == expected


def _held(
    alert: etree._Element, number: int, keys: Sequence[x509.Certificate]
) -> tuple[x509.Certificate | None, bytes]:
    """Whose key the signature holds with; raises when it holds in no way it can have been made."""
    said = "内容与签名不符"
    prolog = _prolog(alert)
    for standing, place in _as_it_stood(alert, number):
        for head in (b"", prolog) if prolog else (b"",):
            document = head + etree.tostring(standing)
            for certificate in keys or (None,):
                results = _checked(document, place, certificate, whole=bool(head))
                if any(_same(result, alert) for result in results):
                    return certificate, results[0].signature_key
                if results:
                    said = "签名没有覆盖整份报文"
    raise _Broken(said)


def _checked(
    document: bytes, number: int, certificate: x509.Certificate | None, *, whole: bool
) -> list[VerifyResult]:
    """What signxml finds signed, with this certificate or with the key that came along."""
    time = certificate.not_valid_before_utc + timedelta(seconds=1) if certificate else None
    settings = SignatureConfiguration(
        require_x509=certificate is not None,
        expect_references=True,
        signature_methods=_KEYED,
        digest_algorithms=frozenset(DigestAlgorithm),
        verification_time=time,
    )
    options: dict[str, Any] = {"x509_cert": certificate} if certificate else {}
    try:
        results = _Nth(number, whole=whole).verify(
            document, expect_config=settings, validate_schema=False, **options
        )
    except crypto.InvalidSignature:
        return []
    except _CANNOT as error:
        raise _Impossible("签名的算法或格式不受支持") from error
    return results if isinstance(results, list) else [results]


def _prolog(alert: etree._Element) -> bytes:
    """The processing instructions before the root, such as the name of a style sheet."""
    before = [
        each
        for each in alert.itersiblings(preceding=True)
        if isinstance(each, etree._ProcessingInstruction)
    ]
    return b"".join(etree.tostring(each, with_tail=False) + b"\n" for each in reversed(before))


def _same(result: VerifyResult, alert: etree._Element) -> bool:
    """Whether what was signed is the whole of what is read."""
    return result.signed_xml is not None and _bare(result.signed_xml) == _bare(alert)


def _bare(alert: etree._Element) -> bytes:
    """The alert without its signatures, in canonical form."""
    alert = copy.deepcopy(alert)
    for signature in _signatures(alert):
        _cut(signature)
    return etree.tostring(alert, method="c14n", exclusive=True, with_comments=False)


def _as_it_stood(alert: etree._Element, number: int) -> Iterator[tuple[etree._Element, int]]:
    """The alert as it may have stood when this signature was made, and the signature's place in
    it.
    """
    count = len(_signatures(alert))
    keeps = [set(range(count)), {number}]
    if count > 2:
        keeps += [set(range(number + 1)), set(range(number, count))]
    for keep in keeps if count > 1 else keeps[:1]:
        standing = copy.deepcopy(alert)
        for index, signature in enumerate(_signatures(standing)):
            if index not in keep:
                _cut(signature)
        yield standing, sorted(keep).index(number)


def _cut(signature: etree._Element) -> None:
    """Take a signature out and leave the blanks around it."""
    above, before = signature.getparent(), signature.getprevious()
    if above is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (signature.tail or "")
    else:
        above.text = (above.text or "") + (signature.tail or "")
    above.remove(signature)


# --- what stands in it --------------------------------------------------------------------------


def _signatures(alert: etree._Element) -> list[etree._Element]:
    """Those of the message, wherever they stand; not those inside another signature."""
    return [
        each
        for each in alert.iter(f"{_DS}Signature")
        if next(each.iterancestors(f"{_DS}Signature"), None) is None
    ]


def _refuse_odd(signature: etree._Element) -> str:
    """Refuse what signxml would pass over in silence; the weak algorithm, if one is used."""
    if _has_odd_transform(signature):
        raise _Impossible("签名使用了不受支持的变换")
    used = [
        each.get("Algorithm", "")
        for tag in ("SignatureMethod", "DigestMethod")
        for each in signature.iter(f"{_DS}{tag}")
    ]
    if any("hmac" in each for each in used):
        raise _Impossible("签名使用共享密钥")
    return next((name.rpartition("#")[2].upper() for name in used if name.endswith("sha1")), "")


def _has_odd_transform(signature: etree._Element) -> bool:
    """Whether something but canonical form and leaving out the signature is done before signing."""
    used = (each.get("Algorithm", "") for each in signature.iter(f"{_DS}Transform"))
    return any(name.replace("#WithComments", "#").rstrip("#") not in _PLAIN for name in used)


def _certificates(signature: etree._Element) -> tuple[x509.Certificate, ...]:
    found = []
    path = f"{_DS}KeyInfo/{_DS}X509Data/{_DS}X509Certificate"
    for each in signature.findall(path)[:_MOST]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # old certificates break rules that are younger
                found.append(x509.load_der_x509_certificate(b64decode(each.text or "")))
        except (ValueError, Base64Error) as error:
            raise _Impossible("签名里的证书无法读取") from error
    return tuple(found)


def _fingerprint(key: bytes) -> str:
    public = load_pem_public_key(key)
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(der)
    return f"公钥 {digest.finalize().hex()[:16]}"
