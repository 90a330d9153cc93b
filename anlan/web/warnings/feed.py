"""What everybody may read: the Atom feed of our warnings, and each message by itself (订阅源)."""

from datetime import UTC, datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from anlan.formats import cap
from anlan.watch.models import Publication

MOST = 50
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
LIVE = Publication.Outlet.PUBLIC


@login_not_required
@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """The newest messages, each entry with the message itself."""
    rows = Publication.objects.filter(outlet=LIVE).select_related("warning").order_by("-pk")
    published = [
        cap.Published(
            each.warning.alert(),
            bytes(each.warning.xml or b""),
            request.build_absolute_uri(f"/feeds/{each.warning.identifier}.xml"),
        )
        for each in rows[:MOST]
    ]
    body = cap.write_feed(
        published,
        identifier=request.build_absolute_uri("/feeds/warnings.atom"),
        title="预警信息",
        author=published[0].alert.infos[0].sender_name if published else "Anlan",
        updated=published[0].alert.sent if published else BEGAN,
    )
    return HttpResponse(body, content_type="application/atom+xml")


@login_not_required
@require_safe
def message(request: HttpRequest, identifier: str) -> HttpResponse:
    """One message as it went out, signature and all."""
    found = get_object_or_404(
        Publication.objects.select_related("warning"), outlet=LIVE, warning__identifier=identifier
    )
    return HttpResponse(bytes(found.warning.xml or b""), content_type="application/cap+xml")
