"""Stored files: given only to whoever sees a thing that shows them."""

from typing import cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from anlan.accidents import access as accidents
from anlan.accidents.models import Evidence as AccidentEvidence
from anlan.kernel import files
from anlan.kernel.models import StoredFile
from anlan.matters import access
from anlan.matters.models import Evidence
from anlan.people.access import Scope
from anlan.records import access as books
from anlan.records.models import Evidence as RecordEvidence
from anlan.web.requests import Request


@require_safe
def original(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """The file as it was kept (附件)."""
    stored = _shown_to(cast(Request, request).scope, sha256)
    return _known(request, stored.sha256) or _send(stored)


@require_safe
def small(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """The small copy of a picture (缩略图)."""
    stored = _shown_to(cast(Request, request).scope, sha256)
    if not stored.thumbnail:
        raise Http404
    seen = _known(request, f"{stored.sha256}-small")
    return seen or _guarded(
        FileResponse(files.open_thumbnail(stored), content_type="image/webp"),
        f"{stored.sha256}-small",
    )


def _known(request: HttpRequest, tag: str) -> HttpResponse | None:
    """What the browser has already, once it is sure that this person may still see it."""
    if request.headers.get("If-None-Match") == quote_etag(tag):
        return HttpResponseNotModified()
    return None


def _shown_to(scope: Scope, sha256: str) -> StoredFile:
    """The file, if this person put it in or sees a matter, record or accident that shows it."""
    stored = get_object_or_404(StoredFile, sha256=sha256)
    if stored.kept_by_id == scope.person_id:
        return stored
    shown_on = Evidence.objects.filter(file=stored).values("matter")
    told_by = RecordEvidence.objects.filter(file=stored).values("record")
    happened = AccidentEvidence.objects.filter(file=stored).values("accident")
    if (
        not access.visible_to(scope).filter(pk__in=shown_on).exists()
        and not books.visible_to(scope).filter(pk__in=told_by).exists()
        and not accidents.visible_to(scope).filter(pk__in=happened).exists()
    ):
        raise Http404
    return stored


def _send(stored: StoredFile) -> HttpResponseBase:
    answer = FileResponse(
        files.open_stored(stored),
        content_type=stored.media_type,
        as_attachment=not files.is_inline(stored),
        filename=stored.name,
    )
    return _guarded(answer, stored.sha256)


def _guarded(answer: FileResponse, tag: str) -> FileResponse:
    """Kept by the browser, but asked for again each time: rights end, and desks are shared."""
    answer["ETag"] = quote_etag(tag)
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    # Should a document ever be shown by the browser itself, nothing in it may run.
    answer["Content-Security-Policy"] = "script-src 'none'; base-uri 'none'; form-action 'none'"
    return answer
