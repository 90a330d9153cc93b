"""Persons: the page of one, with posts and charges; the whole number, for a reason."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from anlan.kernel.errors import Forbidden, Refused
from anlan.people import access, actions
from anlan.people.models import Person, Tenure
from anlan.people.rules.privacy import mask_phone

from ..deeds import history_of, perform, tell
from ..ledgers.asker import asker_of
from ..requests import Request
from .deeds import ADD, DEEDS, REASON
from .phones import answers_of, person_line

LABELS = {"reason": "用途", "post": "岗位", "since": "自", "on": "日期", "name": "姓名"}


def page(request: Request, pk: int) -> HttpResponse:
    """One person: where they are, what they hold, what they answer for."""
    person, asker = _person(request, pk), asker_of(request)
    tenures = Tenure.objects.filter(person=person).select_related("post__body", "post__area")
    now = set(tenures.valid_on(asker.day).values_list("pk", flat=True))
    charges = access.charges_visible_to(asker.scope).valid_on(asker.day)
    mine = charges.filter(person=person) | charges.filter(
        post__in=[tenure.post_id for tenure in tenures if tenure.pk in now]
    )
    context = {
        "person": person,
        "callee": person_line(person, asker.scope),
        "tenures": [(tenure, tenure.pk in now) for tenure in tenures.order_by("-since", "-pk")],
        "answers": answers_of(mine.order_by("area_path", "kind"), asker.scope, asker.day),
        "account": getattr(person, "account", None),
        "deeds": [d for verb, d in DEEDS.items() if access.may(asker.scope, verb, person)],
        "gone": bool(person.left_on and person.left_on <= asker.day),
        "lines": history_of(person, actions, LABELS),
    }
    return render(request, "people/page.html", context)


def new(request: Request) -> HttpResponseBase:
    """Enter a person."""
    if not request.scope.may_anywhere("people.add_person"):
        raise Forbidden("您没有登记人员的权限", mend="请联系本级管理员。")
    return perform(request, None, ADD, back="/people/")


def deed(request: Request, pk: int, verb: str) -> HttpResponseBase:
    """One button of the page."""
    person = _person(request, pk)
    wanted = DEEDS.get(verb)
    if wanted is None:
        raise Http404
    if not access.may(request.scope, verb, person):
        raise Forbidden(f"您不能为“{person}”办理{wanted.label}", mend="请联系本级管理员。")
    return perform(request, person, wanted, back=f"/people/{pk}/")


def phone(request: Request, pk: int) -> HttpResponse:
    """The whole number for a stated reason; the look itself is written down."""
    person, asker = _person(request, pk), asker_of(request)
    form = REASON(person, asker)(request.POST or None)
    number = ""
    if request.method == "POST" and form.is_valid():
        try:
            number = actions.reveal_phone(
                person, reason=form.cleaned_data["reason"], by=asker.person, at=asker.at
            )
        except Refused as refusal:
            tell(form, refusal)
    context = {"person": person, "form": form, "number": number, "masked": mask_phone(person.phone)}
    wrong = request.method == "POST" and not number
    return render(request, "people/phone.html", context, status=422 if wrong else 200)


def _person(request: Request, pk: int) -> Person:
    seen = access.persons_visible_to(request.scope).select_related("body__area")
    return get_object_or_404(seen, pk=pk)
