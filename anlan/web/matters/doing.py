"""One deed on one matter: its form is shown, comes back filled in, and is done or refused."""

from collections.abc import Sequence
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from anlan.kernel import files
from anlan.kernel.errors import Refused
from anlan.kernel.models import StoredFile
from anlan.matters import access
from anlan.matters.flow import DEEDS as FLOW_DEEDS
from anlan.matters.flow import FLOW, term_of
from anlan.matters.models import Matter
from anlan.web.requests import Request

from .deeds import DEEDS, Deed, Doing
from .forms import DeedForm
from .views import shown, the_matter

CHANGED = "anlan:changed"
KEPT, KEPT_BEFORE = "kept", "kept_before"


class Do(View):
    """The form of a deed (GET) and the deed itself (POST)."""

    def get(self, request: HttpRequest, number: str, deed: str) -> HttpResponseBase:
        asked = cast(Request, request)
        matter = the_matter(asked, number)
        form = _form(asked, matter, deed)
        return _page(asked, matter, deed, form, refusal=_why_closed(asked, matter, deed))

    def post(self, request: HttpRequest, number: str, deed: str) -> HttpResponseBase:
        asked = cast(Request, request)
        matter = the_matter(asked, number)
        form = _form(asked, matter, deed, request.POST)
        try:
            access.check(asked.person, deed, matter, at=asked.at)
        except Refused as no:
            # Before anything is kept: whoever may not do it leaves no file behind either.
            status = 422 if asked.htmx else 403
            return _page(asked, matter, deed, form, refusal=no, status=status)
        kept, before, refusal = _keep_all(asked)
        if refusal is None and form.is_valid():
            refusal = _try(asked, matter, deed, form, kept, before)
            if refusal is None:
                return _done(asked, matter, deed)
        if refusal is not None and refusal.field in form.fields and form.is_bound:
            form.is_valid()
            form.add_error(refusal.field, str(refusal))
            refusal = None
        more = {KEPT: kept, KEPT_BEFORE: before}
        return _page(asked, matter, deed, form, refusal=refusal, status=422, **more)


def _form(request: Request, matter: Matter, deed: str, data: QueryDict | None = None) -> DeedForm:
    how = _how(matter, deed)
    return how.form(data, matter=matter, scope=request.scope, at=request.at)


def _how(matter: Matter, deed: str) -> Deed:
    rule = matter.rule
    if deed not in DEEDS or not (deed in rule.moves or deed in rule.deeds):
        raise Http404
    return DEEDS[deed]


def _keep_all(
    request: Request,
) -> tuple[list[StoredFile], list[StoredFile], Refused | None]:
    """Keep what was uploaded, also when the form must come back: nobody picks photos twice."""
    kept, before = _kept(request, KEPT), _kept(request, KEPT_BEFORE)
    try:
        for name, into in (("evidence", kept), ("before", before)):
            for file in request.FILES.getlist(name):
                stored = files.keep(
                    cast(BinaryIO, file), name=file.name or "", by=request.person, at=request.at
                )
                into.append(stored)
    except Refused as no:
        return kept, before, Refused(no.words, mend=no.mend, field="evidence")
    return kept, before, None


def _kept(request: Request, name: str) -> list[StoredFile]:
    """What this person uploaded with the form before it came back."""
    return list(
        StoredFile.objects.filter(
            sha256__in=request.POST.getlist(name), kept_by_id=request.person.pk
        )
    )


def _try(
    request: Request,
    matter: Matter,
    deed: str,
    form: DeedForm,
    kept: Sequence[StoredFile],
    before: Sequence[StoredFile],
) -> Refused | None:
    """Do it; the refusal where the answer was no."""
    doing = Doing(
        matter, form.cleaned_data, kept, before, request.scope, request.person, request.at
    )
    try:
        DEEDS[deed].do(doing)
    except Refused as no:
        return no
    return None


def _done(request: Request, matter: Matter, deed: str) -> HttpResponseBase:
    """Say so, and show the matter as it now stands, if it is still there for this person."""
    messages.success(request, _("已%s：%s") % (term_of(deed), matter.number))
    still = access.visible_to(request.scope).filter(pk=matter.pk).first() if matter.pk else None
    page = f"/matters/{matter.number}/"
    if not request.htmx:
        return redirect(page if still else "/")
    behind = urlsplit(request.htmx.current_url or "").path
    if still is None or behind == page:
        # The page itself is behind the drawer, and follows; or there is nothing left to show.
        answer = HttpResponse("")
    else:
        fresh = the_matter(request, matter.number)
        answer = render(request, "matter/page.html", shown(request, fresh))
    answer["HX-Trigger"] = CHANGED
    return answer


def _why_closed(request: Request, matter: Matter, deed: str) -> Refused | None:
    """Told when the form is opened, not only when it is sent: who was first, or whose it is."""
    table = FLOW if deed in FLOW.moves else FLOW_DEEDS
    if matter.stage not in table.moves[deed].sources:
        stage = matter.get_stage_display()
        words = _("%s现为“%s”，不能%s") % (matter.number, stage, term_of(deed))
        return Refused(words, mend=_("可能已有人办理，请看办理过程。"))
    if not access.may(request.scope, deed, matter):
        words = _("您不能%s这一件") % term_of(deed)
        return Refused(words, mend=_("如确属您的职责，请联系本级管理员核对岗位与责任区域。"))
    return None


def _page(
    request: Request,
    matter: Matter,
    deed: str,
    form: DeedForm,
    *,
    refusal: Refused | None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    how = _how(matter, deed)
    given = {
        "matter": matter,
        "deed": deed,
        "term": term_of(deed),
        "how": how,
        "will": how.will(matter),
        "form": form,
        "refusal": refusal,
        "closed": refusal is not None and request.method == "GET",
        **more,
    }
    return render(request, "matter/deed.html", given, status=status)
