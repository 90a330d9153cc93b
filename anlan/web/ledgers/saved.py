"""One's own tabs: kept and thrown away."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from anlan.kernel.errors import Refused

from .. import actions
from ..models import SavedView
from ..requests import Request
from .state import State


@require_POST
def keep(request: Request) -> HttpResponseBase:
    """Keep the list on the screen as a tab, and show it there."""
    back = _address(request)
    query = State.parse(request.POST.get("query", "")).canonical
    try:
        view = actions.keep_view(
            ledger=request.POST.get("ledger", "")[:60],
            name=request.POST.get("name", ""),
            query=query,
            by=request.person,
            at=request.at,
        )
    except Refused as refusal:
        messages.error(request, refusal.words, extra_tags=refusal.mend)
    else:
        messages.success(request, f"已保存视图“{view.name}”")
    return redirect(f"{back}?{query}")


@require_POST
def drop(request: Request, pk: int) -> HttpResponseBase:
    """Throw one's own tab away."""
    view = get_object_or_404(SavedView, pk=pk, person=request.person)
    actions.drop_view(view, by=request.person, at=request.at)
    messages.success(request, f"已删除视图“{view.name}”")
    return redirect(_address(request))


def _address(request: Request) -> str:
    """The list that it was done on; never another site."""
    for wanted in (request.POST.get("address"), request.META.get("HTTP_REFERER")):
        if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
            return wanted.split("?")[0]
    return "/"
