"""The catalogues of this room, checked against each other (文书种类、文书模板)."""

from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid

from ..rules import PaperKind, PaperTemplate

KINDS = "paper_kinds"


def kinds() -> dict[str, PaperKind]:
    """All kinds of papers (文书种类), in the order of the catalogue."""
    return dict(catalogues.once(KINDS, _checked))


def _checked() -> dict[str, PaperKind]:
    known, written = catalogues.load(KINDS, PaperKind), templates()
    for kind in known.values():
        if kind.template and kind.template not in written:
            raise catalogues.unknown(KINDS, kind.key, kind.template, "没有的文书模板", written)
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
