"""Accidents: the list, the quick report, the page of one, and its deeds."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from anlan.accidents import access, actions
from anlan.accidents.models import Accident
from anlan.kernel.errors import Forbidden, Refused

from ..deeds import perform, tell
from ..ledgers import views as ledgers
from ..ledgers.asker import Asker, asker_of
from ..ledgers.ledger import Ledger, Look
from ..ledgers.state import State
from ..middleware import go
from ..requests import Request
from .deeds import DEEDS, shown_in
from .forms import quick_form, telling_of
from .ledger import ledger, numbers_of
from .page import page_of

SHOWN_DEEDS = 3


def found(asker: Asker) -> Ledger:
    """The ledger that the list's addresses share."""
    return ledger()


def listed(request: Request) -> HttpResponseBase:
    """The list, with the numbers of its very rows on top."""
    asker = asker_of(request)
    look = Look(ledger(), State(request.GET), asker)
    if look.state.one("as"):
        return ledgers.page(request, find=found)
    context = {**ledgers.shown(request, look), "numbers": numbers_of(look)}
    return render(request, "accidents/list.html", context)


def new(request: Request) -> HttpResponseBase:
    """Tell of an accident with the little that is known: one minute, at night, on a phone."""
    asker = asker_of(request)
    if not access.may_report(request.scope):
        raise Forbidden("您没有报告事故的岗位", mend="请立即拨打属地值班电话或 12350、119、110。")
    made = quick_form(asker)
    if request.method != "POST":
        return render(request, "accidents/new.html", {"form": made()})
    form = made(request.POST, request.FILES)
    if form.is_valid():
        try:
            accident = actions.report(
                telling_of(form.cleaned_data, asker),
                evidence=shown_in(form.cleaned_data["evidence"], asker),
                by=asker.person,
                at=asker.at,
            )
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, f"已报出，编号{accident.number}；有新情况随时续报")
            return go(request, f"/accidents/{accident.number}/")
    return render(request, "accidents/new.html", {"form": form}, status=422)


def accident_of(request: Request, number: str) -> Accident:
    """The accident of an address, as far as the asker may see it."""
    seen = access.visible_to(request.scope).select_related(
        "area__parent", "body", "merged_into", "investigation__lead"
    )
    one: Accident = get_object_or_404(seen, number=number)
    return one


def page(request: Request, number: str) -> HttpResponse:
    """Everything about one accident."""
    accident, asker = accident_of(request, number), asker_of(request)
    open_now = [move.name for move in access.deeds_open_to(asker.scope, accident)]
    deeds = [DEEDS[verb] for verb in DEEDS if verb in open_now]
    context = {
        "page": page_of(accident, asker),
        "accident": accident,
        "deeds": deeds[:SHOWN_DEEDS],
        "more": deeds[SHOWN_DEEDS:],
    }
    return render(request, "accidents/page.html", context)


def deed(request: Request, number: str, verb: str) -> HttpResponseBase:
    """One button of the page."""
    accident = accident_of(request, number)
    wanted = DEEDS.get(verb)
    if wanted is None:
        raise Http404
    if not access.may(request.scope, verb, accident):
        raise Forbidden(
            f"您不能对{accident.number}办理“{wanted.label}”",
            mend="如属您的职责，请联系管理员核对岗位和责任区域。",
        )
    return perform(request, accident, wanted, back=f"/accidents/{number}/")
