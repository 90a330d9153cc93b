"""Names in a cell, the title of a record that has none, the words it is found by."""

import re

BETWEEN = re.compile(r"[、;；\n\r\t]+|[,，](?=\s*\S)")
LONGEST_TITLE = 120


def names_in(text: str) -> list[str]:
    """The names in a cell or a box, each once: 泽海冷链、开元铸造."""
    names = (" ".join(name.split()) for name in BETWEEN.split(text or ""))
    return list(dict.fromkeys(name for name in names if name))


def title_of(given: str, kind: str, visited: list[str], place: str) -> str:
    """What a record is called: as given, else kind and whom or where: 执法检查 泽海冷链等3家."""
    if given.strip():
        return given.strip()[:LONGEST_TITLE]
    if len(visited) > 1:
        return f"{kind} {visited[0]}等{len(visited)}家"[:LONGEST_TITLE]
    return f"{kind} {visited[0] if visited else place}".strip()[:LONGEST_TITLE]


def search_text(*parts: str) -> str:
    """What people type when they look for it, each part once."""
    return " ".join(dict.fromkeys(part for part in parts if part))
