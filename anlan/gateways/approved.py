"""Texts that the SMS provider approved, and links it lets through (报备模板与链接域名).

A provider drops what it did not approve without a word, so we refuse it before, in words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from anlan.gateways.contract import Message, Sent
from anlan.wiring.lines import LineEntry, Template

# With its scheme, with www, or a bare domain before a slash: phones make links of all three.
_LINK = re.compile(
    r"(?:https?://|www\.|(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?=/))[^\s，。；、！？）)】」]+",
    re.IGNORECASE,
)
_HOLE = re.compile(r"\\\{([a-z_]+)\\\}")


@dataclass(frozen=True)
class Fit:
    """The template that a text was made from, and what stands in its holes."""

    template: str
    words: dict[str, str]


def fit(entry: LineEntry, text: str) -> Fit | None:
    """The first approved template that says this text; none when there is none."""
    for template in entry.templates:
        if found := _pattern(template).fullmatch(text):
            return Fit(template.id, found.groupdict())
    return None


def fault_of(entry: LineEntry, text: str) -> str:
    """Why a text must not go over this line; empty when it may."""
    if entry.templates and fit(entry, text) is None:
        return "短信内容不符合任何已报备模板"
    for link in _LINK.findall(text):
        host = urlsplit(link if "://" in link else f"//{link}").hostname or ""
        if (entry.link_domains or entry.templates) and host not in entry.link_domains:
            return f"链接域名 {host} 未报备"
    return ""


def sifted(entry: LineEntry, messages: Sequence[Message]) -> tuple[list[Message], list[Sent]]:
    """What may go over this line, and a refusal for each of the others."""
    faults = {each.ref: fault_of(entry, each.text) for each in messages if each.channel == "SMS"}
    fine = [each for each in messages if not faults.get(each.ref)]
    return fine, [Sent(ref, fault) for ref, fault in faults.items() if fault]


@cache
def _pattern(template: Template) -> re.Pattern[str]:
    seen: set[str] = set()

    def hole(found: re.Match[str]) -> str:
        name = found[1]
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>.+?)"

    return re.compile(_HOLE.sub(hole, re.escape(template.text)), re.DOTALL)
