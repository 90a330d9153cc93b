"""Signatures that stand around messages (信封签名): of a feed, of an EDXL or SOAP envelope, or of
one that holds the message inside itself. What they say counts for the messages they are of, as
the messages' own signatures do.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from lxml import etree

from .feeds import alerts_in
from .means import Means
from .signatures import (
    MOST,
    Broken,
    Signed,
    Verdict,
    as_it_stood,
    check_digest,
    inherit,
    meant,
    names_of,
    prolog,
    references_of,
    refuse_heavy,
    signatures_of,
    together,
)
from .transforms import Impossible, refuse_odd

if TYPE_CHECKING:
    from .trust import Trust


class Envelope:
    """A document around messages, with its comments. Making one raises TooMuch when its signatures
    would take longer than `means` allow; certificates are judged as of `at`.
    """

    def __init__(
        self, root: etree._Element, trust: "Trust | None", at: datetime | None, means: Means
    ) -> None:
        self._root, self._trust, self._at, self._means = root, trust, at, means
        self._alerts = alerts_in(root)
        outer = around(root, self._alerts)
        if len(outer) > MOST:
            broken = Signed(Verdict.BROKEN, words=f"签名多达 {len(outer)} 个")
            self._told = [(broken, [root])]
            return
        refuse_heavy(root)
        self._told = [self._one(signature) for signature in outer]

    def over(self, number: int) -> Signed:
        """What stands around the message of this number; around all of them, past the last one
        that is an element.
        """
        holders = [self._root]
        if number < len(self._alerts):
            alert = self._alerts[number]
            holders = [alert, *alert.iterancestors()]
        return together(
            signed for signed, targets in self._told if any(each in targets for each in holders)
        )

    def _one(self, signature: etree._Element) -> tuple[Signed, list[etree._Element]]:
        """What a signature is worth, and what it is of: of everything where that is not clear."""
        targets: list[etree._Element] = []
        try:
            references = references_of(signature)
            targets = [self._target(each) for each in references if meant(each) is not None]
            refuse_odd(signature)
            inside = [each for each in references if meant(each) is not None]
            for reference, target in zip(inside, targets, strict=True):
                head = prolog(target) if target is self._root else b""
                check_digest(_as_it_stood(target, signature), reference, head, self._means)
            from .keys import signed_by

            names = frozenset(meant(each) or "" for each in inside)
            return signed_by(signature, names, self._trust, self._at, self._means), targets
        except Impossible as error:
            return Signed(Verdict.UNREADABLE, words=str(error)), targets or [self._root]
        except Broken as error:
            return Signed(Verdict.BROKEN, words=str(error)), targets or [self._root]

    def _target(self, reference: etree._Element) -> etree._Element:
        name = meant(reference)
        if not name:
            return self._root
        named = [each for each in self._root.iter(etree.Element) if name in each.attrib.values()]
        if len(named) != 1 or name not in names_of(named[0]):
            raise Broken("签名所指的内容不在文件里")
        return named[0]


def around(root: etree._Element, alerts: Sequence[etree._Element]) -> list[etree._Element]:
    """The signatures that are no message's own."""
    own = set(alerts)
    return [each for each in signatures_of(root) if own.isdisjoint(each.iterancestors())]


def _as_it_stood(target: etree._Element, signature: etree._Element) -> Iterator[etree._Element]:
    """What was signed, without the signature where that lies in it."""
    within = signatures_of(target)
    alone = etree.fromstring(etree.tostring(target, with_tail=False))
    for above in target.iterancestors():
        inherit(alone, above)
    if signature in within:
        yield from as_it_stood(alone, within.index(signature))
    else:
        yield alone
