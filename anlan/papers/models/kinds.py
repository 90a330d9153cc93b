"""The catalogues of this room, checked against each other (文书种类、文书模板)."""

from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid

from ..rules import PaperKind, PaperTemplate


def kinds() -> dict[str, PaperKind]:
    """All kinds of papers (文书种类), in the order of the catalogue."""
    known, written = catalogues.load("paper_kinds", PaperKind), templates()
    for kind in known.values():
        if kind.template and kind.template not in written:
            mend = catalogues.nearest(kind.template, written)
            words = f"paper_kinds.yaml 中“{kind.label}”写了没有的模板“{kind.template}”"
            raise Invalid(words, mend=mend)
    return known


def kind_named(key: str) -> PaperKind:
    """One kind; Invalid where the catalogue has none of that name."""
    known = kinds()
    if key not in known:
        mend = catalogues.nearest(key, known)
        raise Invalid(f"没有“{key}”这种文书", mend=mend, field="kind")
    return known[key]


def templates() -> dict[str, PaperTemplate]:
    """All templates of papers (文书模板)."""
    return catalogues.load("paper_templates", PaperTemplate)


def template_named(key: str) -> PaperTemplate:
    """One template; Invalid where the catalogue has none of that name."""
    known = templates()
    if key not in known:
        mend = catalogues.nearest(key, known)
        raise Invalid(f"没有“{key}”这个文书模板", mend=mend, field="template")
    return known[key]
