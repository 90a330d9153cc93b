"""A report handed in, and its figures judged beside it; nothing is kept (材料稽核)."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anlan.figures.rules.audit import audit
from anlan.formats.documents import DocumentError, read
from anlan.kernel.errors import Invalid
from anlan.web.requests import Request

from .marked import VERDICTS, groups_of, pieces_of

MOST_CHARACTERS = 200_000
ACCEPTED = ".txt,.docx,.html,.htm"


def audit_page(request: HttpRequest) -> HttpResponse:
    """Upload or paste; the answer is the text with each figure marked, and the list beside it."""
    asker = cast(Request, request)
    if request.method != "POST":
        return render(request, "audit/ask.html", {"accepted": ACCEPTED})
    try:
        name, text = _handed_in(asker)
    except Invalid as refusal:
        typed = request.POST.get("text", "")
        shown = {"refusal": refusal, "typed": typed, "accepted": ACCEPTED}
        return render(request, "audit/ask.html", shown, status=422)
    found = audit(text)
    shown = {
        "name": name,
        "found": found,
        "pieces": pieces_of(found),
        "groups": groups_of(found),
        "verdicts": VERDICTS,
    }
    return render(request, "audit/judged.html", shown)


def _handed_in(request: Request) -> tuple[str, str]:
    """The name and text of the file, or of what was pasted."""
    file = request.FILES.get("file")
    if file is not None:
        try:
            name, text = file.name or "", read(file.read())
        except DocumentError as wrong:
            raise Invalid(wrong.words, mend=wrong.mend, field="file") from wrong
    else:
        name, text = "粘贴的文字", request.POST.get("text", "").replace("\r\n", "\n")
    if not text.strip():
        raise Invalid("还没有选择文件，也没有粘贴文字", mend="请选一种方式", field="text")
    if len(text) > MOST_CHARACTERS:
        mend = f"一次最多 {MOST_CHARACTERS // 10_000} 万字，请分成几份"
        raise Invalid(f"文字太长，有 {len(text)} 字", mend=mend, field="file")
    return name, text
