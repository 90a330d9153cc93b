"""What was done to a message before its digest was taken (规范化): its canonical forms.

Only what leaves the meaning as it is: leaving out the signatures themselves, and writing the rest
in a way that does not depend on who wrote it. What else a signature asks for is not done here.
"""

import re
from collections.abc import Iterator

from lxml import etree

from .elements import SIGNATURE
from .means import Means, TooMuch

MOST_NAMESPACES = 40  # in force at one place: canonical form takes time by their square
_MOST_FORMS = 3
_DS = f"{{{SIGNATURE}}}"
_PLAIN = (
    f"{SIGNATURE}enveloped-signature",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2001/10/xml-exc-c14n",
)
_PREFIXES = "{http://www.w3.org/2001/10/xml-exc-c14n#}InclusiveNamespaces"
# Expressions that say in another way that signatures are left out.
_LEAVING_OUT = {
    "http://www.w3.org/TR/1999/REC-xpath-19991116": re.compile(
        r"not\(ancestor-or-self::([\w.-]+):Signature\)"
    ),
    "http://www.w3.org/2002/06/xmldsig-filter2": re.compile(
        r"(?:/descendant::|//|here\(\)/ancestor::)([\w.-]+):Signature(?:\[1\])?"
    ),
}


class Impossible(Exception):
    """This signature is of a kind that cannot be checked here."""


def refuse_odd(signature: etree._Element) -> None:
    """Refuse what is done before signing, but canonical form and leaving out signatures."""
    for each in signature.iter(f"{_DS}Transform"):
        name = each.get("Algorithm", "")
        plain = name.replace("#WithComments", "#").rstrip("#") in _PLAIN
        if not plain and not _leaves_out_signatures(each, name):
            raise Impossible("签名使用了不受支持的变换")


def contents(element: etree._Element, reference: etree._Element, means: Means) -> Iterator[bytes]:
    """What the digest may have been made of: canonical form, with comments where that is asked
    for, and then without as well: a reference to the document leaves them out by the letter, and
    not every signer keeps to it.
    """
    forms = [
        each for each in reference.iter(f"{_DS}Transform") if "c14n" in each.get("Algorithm", "")
    ]
    if len(forms) > _MOST_FORMS:
        raise Impossible("签名使用了不受支持的变换")
    commented = bool(forms) and forms[0].get("Algorithm", "").endswith("#WithComments")
    yield _canonical(element, forms, means, comments=commented)
    if commented and next(element.iter(etree.Comment), None) is not None:
        yield _canonical(element, forms, means, comments=False)


def _leaves_out_signatures(transform: etree._Element, name: str) -> bool:
    steps = list(transform.iterchildren(etree.Element))
    known = _LEAVING_OUT.get(name)
    if known is None or len(steps) != 1 or steps[0].get("Filter", "subtract") != "subtract":
        return False
    found = known.fullmatch("".join((steps[0].text or "").split()))
    return found is not None and steps[0].nsmap.get(found[1]) == SIGNATURE


def _canonical(
    element: etree._Element, forms: list[etree._Element], means: Means, *, comments: bool
) -> bytes:
    """The element as it is brought into each of these forms, one after another."""
    content = b""
    none: list[etree._Element | None] = [None]
    for form in [*forms] or none:
        used = form.get("Algorithm", "") if form is not None else ""
        exclusive = "exc-c14n" in used
        listed = form.find(_PREFIXES) if form is not None and exclusive else None
        prefixes = (listed.get("PrefixList") or "").split() if listed is not None else []
        if len(prefixes) > MOST_NAMESPACES:
            raise TooMuch("签名的报文里命名空间过多")
        content = etree.tostring(
            etree.fromstring(content) if content else element,
            method="c14n",
            exclusive=exclusive,
            with_comments=comments and used.endswith("#WithComments"),
            inclusive_ns_prefixes=prefixes or None,
        )
        means.spend(len(content))
    return content
