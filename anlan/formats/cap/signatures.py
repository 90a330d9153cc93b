"""Signatures of messages (数字签名): whether what was signed is what is read, and who signed.

Services sign the alert as a whole (URI="", enveloped), often several in turn. So each signature is
held against the alert as it may have stood when it was made: with the other signatures, and
without. First the digest, over what is read, for everything else is vain where it fails; then,
in `keys`, whose key the digest was signed with.
"""

import copy
import hashlib
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from lxml import etree

from .elements import SIGNATURE
from .faults import Kind
from .means import Means, TooMuch

if TYPE_CHECKING:
    from .trust import Trust

DS = f"{{{SIGNATURE}}}"
MOST = 8  # signatures of one message
_MOST_REFERENCES = 8
_MOST_NAMESPACES = 40  # in force at one place: canonical form takes time by their square
_MOST = 1_000_000  # characters of a signed message, and
_TAG = 100  # so many for each element
_PLAIN = (
    f"{SIGNATURE}enveloped-signature",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2001/10/xml-exc-c14n",
)
_PREFIXES = "{http://www.w3.org/2001/10/xml-exc-c14n#}InclusiveNamespaces"
_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_HASHES = {name: name for name in ("sha1", "sha224", "sha256", "sha384", "sha512")}
_HASHES |= {f"sha3-{bits}": f"sha3_{bits}" for bits in (224, 256, 384, 512)}


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


class Impossible(Exception):
    """This signature is of a kind that cannot be checked here."""


class Broken(Exception):
    """What is read is not what was signed."""


def verify(
    alert: etree._Element, trust: "Trust | None", at: datetime | None, means: Means
) -> Signed:
    """What the signatures of this message are worth; certificates are judged as of `at`, when it
    was sent. The element must hold its comments and no namespaces that are not its own. Raises
    TooMuch when that would take longer than `means` allow.
    """
    found = signatures_of(alert)
    if not found:
        return UNSIGNED
    each = [_one(alert, number, trust, at, means) for number in range(len(found))]
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


def refuse_heavy(alert: etree._Element) -> None:
    """Raise TooMuch for what canonical form would take too long, or too much memory, over."""
    if sum(_TAG + len(each.text or "") + len(each.tail or "") for each in alert.iter()) > _MOST:
        raise TooMuch("签名的报文过长或元素过多")
    force = most = len(alert.nsmap)
    for event, _ in etree.iterwalk(alert, events=("start-ns", "end-ns")):
        force += 1 if event == "start-ns" else -1
        most = max(most, force)
    if most > _MOST_NAMESPACES:
        raise TooMuch("签名的报文里命名空间过多")


def signatures_of(alert: etree._Element) -> list[etree._Element]:
    """Those of the message, wherever they stand; not those inside another signature."""
    return [
        each
        for each in alert.iter(f"{DS}Signature")
        if next(each.iterancestors(f"{DS}Signature"), None) is None
    ]


# --- one signature ------------------------------------------------------------------------------


def _one(
    alert: etree._Element, number: int, trust: "Trust | None", at: datetime | None, means: Means
) -> Signed:
    signature = signatures_of(alert)[number]
    try:
        references = _references(alert, signature)
        _refuse_odd(signature)
        for each in references:
            if not _digest_holds(alert, number, each, means):
                raise Broken("内容与签名不符")
        from .keys import signed_by

        return signed_by(signature, _name_of(alert), trust, at, means)
    except Impossible as error:
        return Signed(Verdict.UNREADABLE, words=str(error))
    except Broken as error:
        return Signed(Verdict.BROKEN, words=str(error))


def _references(alert: etree._Element, signature: etree._Element) -> list[etree._Element]:
    """What the signature says of the whole message; there must be something."""
    every = signature.findall(f"{DS}SignedInfo/{DS}Reference")
    value = "".join((signature.findtext(f"{DS}SignatureValue") or "").split())
    if not every or not _BASE64.fullmatch(value) or len(signature.findall(f"{DS}SignedInfo")) > 1:
        raise Broken("签名残缺")
    own = _name_of(alert)
    whole = [each for each in every if covers(each, own)]
    if not whole or len(every) > _MOST_REFERENCES:
        raise Broken("签名没有覆盖整份报文")
    return whole


def covers(reference: etree._Element, own: str) -> bool:
    """Whether a reference means the whole message, `own` being what the message is called."""
    said = reference.get("URI")
    return said == "" or bool(own and said == f"#{own}")


def _name_of(alert: etree._Element) -> str:
    """What a reference may call the root; empty when another element has that name too."""
    own = next((alert.get(name, "") for name in ("Id", "ID", "id") if alert.get(name)), "")
    named = sum(own in each.attrib.values() for each in alert.iter(etree.Element)) if own else 0
    return own if named == 1 else ""


def _refuse_odd(signature: etree._Element) -> None:
    """Refuse what is done before signing, but canonical form and leaving out the signature."""
    used = (each.get("Algorithm", "") for each in signature.iter(f"{DS}Transform"))
    if any(name.replace("#WithComments", "#").rstrip("#") not in _PLAIN for name in used):
        raise Impossible("签名使用了不受支持的变换")


# --- digests ------------------------------------------------------------------------------------


def _digest_holds(
    alert: etree._Element, number: int, reference: etree._Element, means: Means
) -> bool:
    """Whether the message, as it may have stood, is what this digest was made of."""
    method = reference.find(f"{DS}DigestMethod")
    name = _HASHES.get(
        (method.get("Algorithm") or "").rpartition("#")[2] if method is not None else ""
    )
    if name is None:
        raise Impossible("签名的算法或格式不受支持")
    try:
        expected = b64decode(reference.findtext(f"{DS}DigestValue") or "")
    except ValueError as error:
        raise Broken("签名残缺") from error
    prolog = _prolog(alert)
    for standing in _as_it_stood(alert, number):
        content = _canonical(standing, reference, means)
        for head in {b"", prolog}:
            digest = hashlib.new(name, head, usedforsecurity=False)
            digest.update(content)
            if digest.digest() == expected:
                return True
    return False


def _canonical(alert: etree._Element, reference: etree._Element, means: Means) -> bytes:
    forms = [
        each for each in reference.iter(f"{DS}Transform") if "c14n" in each.get("Algorithm", "")
    ]
    if len(forms) > 1:
        raise Impossible("签名使用了不受支持的变换")
    used = forms[0].get("Algorithm", "") if forms else ""
    exclusive = "exc-c14n" in used
    listed = forms[0].find(_PREFIXES) if exclusive else None
    prefixes = (listed.get("PrefixList") or "").split() if listed is not None else []
    if len(prefixes) > _MOST_NAMESPACES:
        raise TooMuch("签名的报文里命名空间过多")
    content = etree.tostring(
        alert,
        method="c14n",
        exclusive=exclusive,
        with_comments=used.endswith("#WithComments"),
        inclusive_ns_prefixes=prefixes or None,
    )
    means.spend(len(content))
    return content


def _as_it_stood(alert: etree._Element, number: int) -> Iterator[etree._Element]:
    """The alert without this signature, as it may have been when that was made."""
    count = len(signatures_of(alert))
    keeps = [set(range(count)), {number}]
    if count > 2:
        keeps += [set(range(number + 1)), set(range(number, count))]
    for keep in keeps if count > 1 else keeps[:1]:
        standing = copy.deepcopy(alert)
        for index, signature in enumerate(signatures_of(standing)):
            if index not in keep or index == number:
                _cut(signature)
        yield standing


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


def _prolog(alert: etree._Element) -> bytes:
    """The processing instructions before the root, such as the name of a style sheet. They belong
    to URI="" by the letter: some signers include them, others do not.
    """
    before = [
        each
        for each in alert.itersiblings(preceding=True)
        if isinstance(each, etree._ProcessingInstruction)
    ]
    return b"".join(etree.tostring(each, with_tail=False) + b"\n" for each in reversed(before))
