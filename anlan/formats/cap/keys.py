"""Whose key a message was signed with (签名者). The message itself was held against its digest
before: what is checked here is the signature over that digest, and who is behind it.
"""

import warnings
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
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
from signxml.exceptions import InvalidDigest, SignXMLException
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from .means import Means
from .signatures import DS, Broken, Signed, Verdict, covers, inherit
from .transforms import Impossible
from .trust import Trust, name_of

_MOST = 8  # certificates of one signature
_EFFORT = 40_000  # one attempt takes the time of so many bytes in canonical form

_ID = "{http://www.w3.org/XML/1998/namespace}id"
_CANNOT = (
    SignXMLException,
    crypto.UnsupportedAlgorithm,
    crypto.InternalError,
    x509.DuplicateExtension,
    etree.LxmlError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    TypeError,
    ValueError,
)  # what signxml and cryptography raise over keys and certificates that are none
_KEYED = frozenset(each for each in SignatureMethod if "HMAC" not in each.name)


class _Verifier(XMLVerifier):
    """Verifies the signature over what stands in it, the digest of the message among it."""

    def __init__(self, own: frozenset[str]) -> None:
        super().__init__()
        self._own = own

    def _verify_reference(self, reference: etree._Element, *given: Any) -> VerifyResult:
        if not covers(reference, self._own):
            return self._verify_part(reference, *given)
        signature, key = given[-2:]
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return VerifyResult(b"", None, signature, signature_key=pem)

    def _verify_part(self, reference: etree._Element, *given: Any) -> VerifyResult:
        """Properties and certificates that are signed as well; where nothing says how they were
        brought into canonical form, some signers take the exclusive one.
        """
        try:
            return super()._verify_reference(reference, *given)  # type: ignore[no-untyped-call, no-any-return]
        except InvalidDigest:
            form = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
            self.config = replace(self.config, default_reference_c14n_method=form)
            return super()._verify_reference(reference, *given)  # type: ignore[no-untyped-call, no-any-return]

    def _c14n(
        self,
        nodes: etree._Element,
        algorithm: CanonicalizationMethod,
        inclusive_ns_prefixes: list[str] | None = None,
    ) -> bytes:
        # Canonical XML of an inner element comes out with empty xmlns="" that are not there, when
        # its namespace is declared further up; standing alone it comes out right.
        alone = etree.fromstring(etree.tostring(nodes, with_tail=False), self.parser)
        exclusive = "xml-exc-c14n" in algorithm.value
        for above in () if exclusive else nodes.iterancestors():
            inherit(alone, above, but=_ID if "xml-c14n11" in algorithm.value else "")
        return etree.tostring(
            alone,
            method="c14n",
            exclusive=exclusive,
            with_comments=algorithm.value.endswith("#WithComments"),
            inclusive_ns_prefixes=inclusive_ns_prefixes,
        )


def signed_by(
    signature: etree._Element,
    own: frozenset[str],
    trust: Trust | None,
    at: datetime | None,
    means: Means,
) -> Signed:
    """Who signed: raises Broken when the key that is named does not fit, Impossible when none can
    be tried. `own` is what references call the message.
    """
    try:
        return _signed_by(signature, own, trust or Trust(), at, means)
    except _CANNOT as error:
        raise Impossible("签名里的证书无法读取") from error


def _signed_by(
    signature: etree._Element, own: frozenset[str], trust: Trust, at: datetime | None, means: Means
) -> Signed:
    weak = _weak(signature)
    embedded = _certificates(signature)
    bare = any(
        signature.find(f"{DS}KeyInfo/{{*}}{name}") is not None
        for name in ("KeyValue", "DEREncodedKeyValue")
    )
    if not embedded and not bare:
        return _by_known_key(signature, own, trust, at, means, weak)
    holder, key = _held(signature, own, embedded, means)
    holder = holder or trust.knows_key(key)
    if holder is None:
        return Signed(Verdict.UNKNOWN_SIGNER, (_fingerprint(key),), weak)
    known = at is not None and trust.vouches_for(holder, embedded, at)
    return Signed(Verdict.VALID if known else Verdict.UNKNOWN_SIGNER, (name_of(holder),), weak)


def _by_known_key(
    signature: etree._Element,
    own: frozenset[str],
    trust: Trust,
    at: datetime | None,
    means: Means,
    weak: str,
) -> Signed:
    """A signature that brings no key: one of those we know may fit."""
    for certificate in trust.certificates:
        try:
            _held(signature, own, (certificate,), means)
        except (Broken, Impossible):
            continue
        known = at is not None and trust.vouches_for(certificate, (), at)
        verdict = Verdict.VALID if known else Verdict.UNKNOWN_SIGNER
        return Signed(verdict, (name_of(certificate),), weak)
    return Signed(Verdict.UNKNOWN_SIGNER, ("签名里没有证书或公钥",), weak)


def _held(
    signature: etree._Element, own: frozenset[str], keys: Sequence[x509.Certificate], means: Means
) -> tuple[x509.Certificate | None, bytes]:
    """Whose key the signature holds with. A chain may hold keys of several types: one that cannot
    have made this signature says nothing against the others.
    """
    documents = _standing(signature, with_certificates=bool(keys))
    impossible: Impossible | None = None
    tried = False
    for certificate, document in product(keys or (None,), documents):
        means.spend(_EFFORT)
        try:
            return certificate, _checked(document, own, certificate).signature_key
        except crypto.InvalidSignature:
            tried = True
        except _CANNOT as error:
            impossible = Impossible("签名的算法或格式不受支持")
            impossible.__cause__ = error
    if impossible and not tried:
        raise impossible
    raise Broken("内容与签名不符")


def _checked(
    document: bytes, own: frozenset[str], certificate: x509.Certificate | None
) -> VerifyResult:
    """What signxml says of it, with this certificate or with the key that came along."""
    time = certificate.not_valid_before_utc + timedelta(seconds=1) if certificate else None
    settings = SignatureConfiguration(
        require_x509=certificate is not None,
        expect_references=True,
        signature_methods=_KEYED,
        digest_algorithms=frozenset(DigestAlgorithm),
        verification_time=time,
    )
    options: dict[str, Any] = {"x509_cert": certificate} if certificate else {}
    results = _Verifier(own).verify(
        document, expect_config=settings, validate_schema=False, **options
    )
    return results[0] if isinstance(results, list) else results


def _standing(signature: etree._Element, *, with_certificates: bool) -> tuple[bytes, ...]:
    """The signature with what holds around it: namespaces, and attributes such as xml:lang; and
    without the latter, as some sign it.
    """
    alone = etree.fromstring(etree.tostring(signature, with_tail=False))
    for info in () if with_certificates else alone.findall(f"{DS}KeyInfo"):
        for each in info.findall(f"{DS}X509Data"):
            info.remove(each)  # the name of a certificate, where a key lies open beside it
    bare = etree.tostring(alone)
    for above in signature.iterancestors():
        inherit(alone, above)
    return tuple(dict.fromkeys((etree.tostring(alone), bare)))


# --- certificates -------------------------------------------------------------------------------


def _weak(signature: etree._Element) -> str:
    """The weak algorithm, if one is used; a shared key proves nothing to anybody else."""
    used = [
        each.get("Algorithm", "")
        for tag in ("SignatureMethod", "DigestMethod")
        for each in signature.iter(f"{DS}{tag}")
    ]
    if any("hmac" in each for each in used):
        raise Impossible("签名使用共享密钥")
    return next((name.rpartition("#")[2].upper() for name in used if name.endswith("sha1")), "")


def _certificates(signature: etree._Element) -> tuple[x509.Certificate, ...]:
    path = f"{DS}KeyInfo/{DS}X509Data/{DS}X509Certificate"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old certificates break rules that are younger
        return tuple(
            x509.load_der_x509_certificate(b64decode(each.text or ""))
            for each in signature.findall(path)[:_MOST]
        )


def _fingerprint(key: bytes) -> str:
    public = load_pem_public_key(key)
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(der)
    return f"公钥 {digest.finalize().hex()[:16]}"
