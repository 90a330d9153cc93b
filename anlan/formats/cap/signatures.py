"""Signatures of messages (数字签名): whether what was signed is what is read, and who signed.

Services sign the alert as a whole (URI="", none at all, or its Id; enveloped), often several in
turn. So each signature is held against the alert as it may have stood when it was made: with the
other signatures, and without; and, where that fails, without what carriers add that says nothing.
First the digest, over what is read, for everything else is vain where it fails; then, in `keys`,
whose key the digest was signed with. What is done before the digest stands in `transforms`.
"""

import copy
import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from lxml import etree

from .elements import SIGNATURE
from .faults import Kind
from .means import Means, TooMuch
from .transforms import MOST_NAMESPACES, Impossible, contents, refuse_odd

if TYPE_CHECKING:
    from .trust import Trust

DS = f"{{{SIGNATURE}}}"
MOST = 8  # signatures of one message
_MOST_REFERENCES = 8
_MOST = 1_000_000  # characters of a signed message, and
_TAG = 100  # so many for each element
_IDS = ("Id", "ID", "id")  # in whatever namespace: xml:id, wsu:Id
_XML = "{http://www.w3.org/XML/1998/namespace}"
_POINTER = re.compile(r"#xpointer\(id\((['\"])(.+)\1\)\)")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_LEAST = 8  # bytes of a signature or a digest
_FEEBLE = ("md5", "ripemd160")  # a digest of these shows a change, and proves nothing
_HASHES = {name: name for name in ("sha1", "sha224", "sha256", "sha384", "sha512", "sm3", *_FEEBLE)}
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


class Broken(Exception):
    """What is read is not what was signed."""


def verify(
    alert: etree._Element, trust: "Trust | None", at: datetime | None, means: Means
) -> Signed:
    """What the signatures of this message are worth; certificates are judged as of `at`, when it
    was sent. The element must hold its comments. Raises TooMuch when that would take longer than
    `means` allow.
    """
    count = len(signatures_of(alert))
    if not count:
        return UNSIGNED
    found = together(_one(alert, number, trust, at, means) for number in range(count))
    for again, bare, reflowed in _retold(alert) if found.verdict is Verdict.BROKEN else ():
        try:
            other = together(_one(again, each, trust, at, means, bare) for each in range(count))
        except TooMuch:
            break  # broken it is
        if other.verdict is not Verdict.BROKEN:
            # Blanks are content to whoever signs: said, so that one asks for the original.
            return replace(found, words="签名之后重新排过版，摘要对不上") if reflowed else other
    return found


def together(signed: Iterable[Signed]) -> Signed:
    """Several signatures as one: one that fails refuses, one that is believed is enough."""
    each = [one for one in signed if one.verdict is not Verdict.NONE]
    if not each:
        return UNSIGNED
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
    if most > MOST_NAMESPACES:
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
    alert: etree._Element,
    number: int,
    trust: "Trust | None",
    at: datetime | None,
    means: Means,
    bare: bool = False,
) -> Signed:
    signature = signatures_of(alert)[number]
    own = names_of(alert)
    try:
        whole = [each for each in references_of(signature) if covers(each, own)]
        if not whole:
            raise Broken("签名没有覆盖整份报文")
        refuse_odd(signature)
        for each in whole:
            check_digest(as_it_stood(alert, number, bare=bare), each, prolog(alert), means)
        from .keys import signed_by

        return signed_by(signature, own, trust, at, means)
    except Impossible as error:
        return Signed(Verdict.UNREADABLE, words=str(error))
    except Broken as error:
        return Signed(Verdict.BROKEN, words=str(error))


def references_of(signature: etree._Element) -> Sequence[etree._Element]:
    """What the signature says it is of; raises Broken when half of it is missing."""
    every = signature.findall(f"{DS}SignedInfo/{DS}Reference")
    exact(signature.findtext(f"{DS}SignatureValue"))
    for each in signature.iter(f"{DS}X509Certificate"):
        if _BASE64.fullmatch("".join((each.text or "").split())):
            exact(each.text)
    if not every or len(signature.findall(f"{DS}SignedInfo")) > 1:
        raise Broken("签名残缺")
    if len(every) > _MOST_REFERENCES:
        raise Broken("签名没有覆盖整份报文")
    return every


def exact(text: str | None) -> bytes:
    """What stands in base64, to the last bit: others decode to the same, and were changed."""
    joined = "".join((text or "").split())
    try:
        content = b64decode(joined, validate=True)
    except ValueError as error:
        raise Broken("签名残缺") from error
    if len(content) < _LEAST or b64encode(content).decode() != joined:
        raise Broken("签名残缺")
    return content


def meant(reference: etree._Element) -> str | None:
    """The name of what a reference means; empty for the whole document, None for what lies
    elsewhere. Without URI it is what the receiver expects: the document that came.
    """
    said = reference.get("URI", "")
    if said in ("", "#xpointer(/)"):
        return ""
    if found := _POINTER.fullmatch(said):
        return found[2]
    return said[1:] if said.startswith("#") and "(" not in said else None


def covers(reference: etree._Element, own: frozenset[str]) -> bool:
    """Whether a reference means the whole message, `own` being what the message is called."""
    name = meant(reference)
    return name == "" or name in own


def names_of(element: etree._Element) -> frozenset[str]:
    """What a reference may call this element; nothing that another one is called too."""
    named = ((str(name).rpartition("}")[2], value) for name, value in element.items())
    given = {str(value) for name, value in named if name in _IDS and value}
    within = element.getroottree().getroot().iter(etree.Element) if given else ()
    values = [each.attrib.values() for each in within if each.attrib]
    return frozenset(name for name in given if sum(name in value for value in values) == 1)


# --- digests ------------------------------------------------------------------------------------


def check_digest(
    standings: Iterable[etree._Element], reference: etree._Element, head: bytes, means: Means
) -> None:
    """Raise Broken unless the content, as it may have stood, is what this digest was made of."""
    method = reference.find(f"{DS}DigestMethod")
    named = (method.get("Algorithm") or "") if method is not None else ""
    name = _HASHES.get(named.rpartition("#")[2])
    if name is None or name not in hashlib.algorithms_available:
        raise Impossible("签名的算法或格式不受支持")
    expected = exact(reference.findtext(f"{DS}DigestValue"))
    made = (content for each in standings for content in contents(each, reference, means))
    try:
        holds = any(_digest(name, each, head) & {expected} for each in made)
    except etree.C14NError as error:  # namespaces without scheme: nobody can have signed that
        raise Broken("内容与签名不符") from error
    if not holds:
        raise Broken("内容与签名不符")
    if name in _FEEBLE:
        raise Impossible("签名的算法或格式不受支持")


def _digest(name: str, content: bytes, head: bytes) -> set[bytes]:
    """With what stands before the root, and without."""
    digests = [hashlib.new(name, each, usedforsecurity=False) for each in {b"", head}]
    for digest in digests:
        digest.update(content)
    return {digest.digest() for digest in digests}


def as_it_stood(
    alert: etree._Element, number: int, *, bare: bool = False
) -> Iterator[etree._Element]:
    """The alert without this signature, as it may have been when that was made; `bare`, without
    namespaces that only signatures have a use for.
    """
    count = len(signatures_of(alert))
    keeps = [set(range(count)), {number}]
    if count > 2:
        keeps += [set(range(number + 1)), set(range(number, count))]
    for keep in keeps if count > 1 else keeps[:1]:
        standing = copy.deepcopy(alert)
        for index, signature in enumerate(signatures_of(standing)):
            if index not in keep or index == number:
                _cut(signature)
        if bare:
            etree.cleanup_namespaces(standing)
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


def prolog(alert: etree._Element) -> bytes:
    """The processing instructions before the root, such as the name of a style sheet. They belong
    to URI="" by the letter: some signers include them, others do not.
    """
    before = [
        each
        for each in alert.itersiblings(preceding=True)
        if isinstance(each, etree._ProcessingInstruction)
    ]
    return b"".join(etree.tostring(each, with_tail=False) + b"\n" for each in reversed(before))


def inherit(node: etree._Element, above: etree._Element, *, but: str = "") -> None:
    """Give an element that stands alone what held around it, such as xml:lang."""
    for name, value in above.items():
        if str(name).startswith(_XML) and name not in node.attrib and name != but:
            node.set(name, value)


# --- what carriers add --------------------------------------------------------------------------


def _retold(alert: etree._Element) -> Iterator[tuple[etree._Element, bool, bool]]:
    """The alert without what carriers add that says nothing: the namespaces of an envelope, and
    indentation; and which of the two was taken away.
    """
    own = {each.prefix for each in alert.iter(etree.Element) if not str(each.tag).startswith(DS)}
    wrapped = bool(set(alert.nsmap) - own)
    indented = any(_is_indented(each) for each in alert.iter(etree.Element))
    for tight in (False, True) if indented else (False,):
        for bare in (False, True) if wrapped else (False,):
            if not tight and not bare:
                continue
            again = copy.deepcopy(alert.getroottree()).getroot()
            if bare:
                etree.cleanup_namespaces(again)
            for each in again.iter(etree.Element) if tight else ():
                _close_up(each)
            yield again, bare, tight


def _is_indented(element: etree._Element) -> bool:
    """Whether nothing but blanks stands between the children of this element."""
    said = [element.text, *(child.tail for child in element)] if len(element) else []
    return any(said) and not any(text and text.strip() for text in said)


def _close_up(element: etree._Element) -> None:
    if _is_indented(element):
        element.text = None
        for child in element:
            child.tail = None
