"""Alerts as their issuers wrote them (原文): with comments, and without the namespaces of what
wraps them, for that is what was signed.
"""

import re
from functools import cached_property
from hashlib import sha256

from lxml import etree

from .feeds import alerts_in
from .sources import Source, Unreadable

_OPENING = re.compile(rb"<((?:[\w.-]{1,40}:)?alert)(?=[\s>/])")
_MOST_NAMESPACES = 1000  # canonical form searches them for every element


class Originals:
    """The alerts of a source; in a feed they are found again by what they say."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._twins: dict[etree._Element, etree._Element] = {}

    def of(self, node: etree._Element) -> etree._Element:
        """The alert of which the reader has this element."""
        if node.getparent() is None:
            return self._source.tree(comments=True)
        span = self._spans.get(_said(node))
        if span is None:  # it stands on what its envelope declares
            return etree.fromstring(etree.tostring(self._commented(node), with_tail=False))
        return Source(self._source.content[slice(*span)]).tree(comments=True)

    def _commented(self, node: etree._Element) -> etree._Element:
        """The same alert with its comments."""
        if b"<!--" not in self._source.content:
            return node
        if not self._twins:
            here = alerts_in(node.getroottree().getroot())
            there = alerts_in(self._source.tree(comments=True))
            self._twins = dict(zip(here, there, strict=False)) if len(here) == len(there) else {}
        return self._twins.get(node, node)

    @cached_property
    def _spans(self) -> dict[bytes, tuple[int, int]]:
        """Where in the source each stands that can be read by itself; looked for once."""
        content, found = self._source.content, dict[bytes, tuple[int, int]]()
        at = 0
        while opening := _OPENING.search(content, at):
            end = content.find(b"</" + opening[1], opening.end())
            if end < 0:
                break
            at = content.find(b">", end) + 1
            if not at:
                break
            if content.count(b"xmlns", opening.start(), at) > _MOST_NAMESPACES:
                continue
            try:
                alone = Source(content[opening.start() : at]).tree(comments=True)
            except Unreadable:
                continue
            found.setdefault(_said(alone), (opening.start(), at))
        return found


def _said(node: etree._Element) -> bytes:
    try:
        canonical = etree.tostring(
            node, method="c14n", exclusive=True, with_comments=False, with_tail=False
        )
    except etree.C14NError:  # a namespace without scheme
        canonical = etree.tostring(node, with_tail=False)
    return sha256(canonical).digest()
