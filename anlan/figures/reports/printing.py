"""A report in the form that is asked for: Word, PDF, or a page on which numbers open (输出)."""

from html import escape

from django.conf import settings

from anlan.formats import official

from .. import compute
from .making import Made


def printed(made: Made, ending: str) -> bytes:
    """The file; a page carries its definitions along, for it may be read without the site."""
    if ending == ".docx":
        return official.docx_of(made.document)
    if ending == ".pdf":
        return official.pdf_of(made.document, fonts_of_site=settings.ANLAN_FONTS)
    page = official.page_of(
        made.document, address=lambda ref: f"#{ref.split('|')[0]}", after=_definitions(made)
    )
    return page.encode()


def _definitions(made: Made) -> str:
    """Every figure of the report with its value, base, scope and clause."""
    known = compute.definitions()
    lines = []
    for key in made.figures():
        figure = known[key]
        lines.append(
            f'<dt id="{escape(key)}">{escape(figure.label)}（{escape(figure.unit)}）</dt>'
            f"<dd>口径：{escape(figure.scope)}。出处：{escape(figure.clause)}</dd>"
        )
    return f'<section class="official"><h2>指标口径</h2><dl>{"".join(lines)}</dl></section>'
