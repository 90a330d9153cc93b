"""From a template and its values to the text of a paper (成文)."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.official import Block, parse, tidied

from .kinds import PLACEHOLDER, PaperTemplate
from .values import shown


def title_of(template: PaperTemplate, values: Mapping[str, Any], facts: Mapping[str, str]) -> str:
    """The title of a paper with its values filled in."""
    said = _said(template, values, facts)
    return PLACEHOLDER.sub(lambda name: said.get(name[1], ""), template.title)


def blocks_of(
    template: PaperTemplate, values: Mapping[str, Any], facts: Mapping[str, str]
) -> tuple[Block, ...]:
    """The body of a paper with its values filled in, as blocks."""
    said = _said(template, values, facts)
    lines: list[str] = []
    for line in template.text.splitlines():
        names = PLACEHOLDER.findall(line)
        if any(not said.get(name) for name in names):
            continue  # nothing to say here
        alone = len(names) == 1 and line.strip() == f"{{{names[0]}}}"
        if alone and isinstance(values.get(names[0]), list):
            lines += [f"{n}.{words}" for n, words in enumerate(values[names[0]], start=1)]
        else:
            lines.append(PLACEHOLDER.sub(lambda name: said[name[1]], line))
    return tidied(parse("\n".join(lines)))


def _said(
    template: PaperTemplate, values: Mapping[str, Any], facts: Mapping[str, str]
) -> dict[str, str]:
    own = {
        field.key: shown(field, values[field.key])
        for field in template.fields
        if field.key in values
    }
    return {**facts, **own}
