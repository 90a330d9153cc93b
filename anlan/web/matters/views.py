"""The page of a matter, and the deeds done from it."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from anlan.matters import access
from anlan.matters.models import Matter
from anlan.web.requests import Request

from .page import page_of

WITH = ("area__parent__parent", "body", "item", "owner", "checker", "opener", "on_behalf_of")


def the_matter(request: Request, number: str) -> Matter:
    """The matter of this number, if this person sees it; 404 otherwise."""
    seen = access.visible_to(request.scope).select_related(*WITH)
    return get_object_or_404(seen, number=number)


@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    """The page of one matter (事项详情)."""
    asked = cast(Request, request)
    matter = the_matter(asked, number)
    return render(request, "matter/page.html", shown(asked, matter))


def shown(request: Request, matter: Matter) -> dict[str, object]:
    """What the page's template needs, in the drawer or on its own."""
    page = page_of(matter, request.scope, request.at)
    return {"page": page, "target": "#drawer"}
