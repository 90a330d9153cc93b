"""The page of a matter, and the deeds done from it."""

from typing import cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from anlan.kernel.errors import Refused
from anlan.matters import access, actions
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


class Reason(forms.Form):
    """Why somebody wants to see it."""

    reason = forms.CharField(
        label=_("查看事由"),
        max_length=100,
        help_text=_("如“回访核实”“告知办理结果”。"),
        widget=forms.TextInput({"class": "form-control", "id": "deed-reason"}),
    )


def contact(request: HttpRequest, number: str) -> HttpResponse:
    """Who told it, for a stated reason; the look itself is written down (查看来电人)."""
    asked = cast(Request, request)
    matter = the_matter(asked, number)
    access.check(asked.person, "reveal_contact", matter, at=asked.at)
    form, told = Reason(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            told = actions.reveal_contact(matter, reason=reason, by=asked.person, at=asked.at)
        except Refused as no:
            form.add_error(None, str(no))
    wrong = request.method == "POST" and told is None
    given = {"matter": matter, "form": form, "told": told}
    return render(request, "matter/contact.html", given, status=422 if wrong else 200)
