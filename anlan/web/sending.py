"""A document sent to the browser as Word, PDF or page (下载)."""

from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpResponse

from anlan.formats import official

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def sent(document: official.Document, ending: str, name: str) -> HttpResponse:
    """The file with a name that says what it is; 404 for any other form."""
    if ending not in TYPES:
        raise Http404(ending)
    if ending == "pdf":
        content = official.pdf_of(document, fonts_of_site=settings.ANLAN_FONTS)
    else:
        content = official.docx_of(document)
    answer = HttpResponse(content, content_type=TYPES[ending])
    plain = "".join(char for char in name if char.isprintable() and char not in '/\\:*?"<>|')
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(plain)}.{ending}"
    return answer
