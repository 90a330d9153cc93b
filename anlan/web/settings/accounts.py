# ruff: noqa: E501 (the table of buttons is wide so that it can be read)
"""Accounts and lent rights: opened, locked, reset, granted, withdrawn (账号与授权)."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from anlan.people import access, actions
from anlan.people.models import Account, Grant, Person
from anlan.people.rules.facts import GrantFacts
from anlan.registry.models import sector_labels
from anlan.web.requests import Request

from ..deeds import Deed, perform
from ..forms import EndOfDay, Form, Found, Lines
from ..ledgers.asker import Asker
from .views import administrator

MOST = 200
HERE = "/settings/accounts/"
GRANTS = "/settings/grants/"


def listing(request: HttpRequest) -> HttpResponse:
    """Accounts of the persons within reach, found by name, account or unit."""
    asker = administrator(request)
    words = request.GET.get("q", "").strip()
    found = (
        _accounts(asker).select_related("person__body").order_by("person__body__name", "username")
    )
    if words:
        found = found.filter(
            Q(username__icontains=words)
            | Q(person__name__icontains=words)
            | Q(person__initials__istartswith=words)
            | Q(person__body__name__icontains=words)
        )
    rows = list(found[: MOST + 1])
    shown = {"rows": rows[:MOST], "more": len(rows) > MOST, "words": words}
    return render(request, "settings/accounts.html", shown)


def new(request: HttpRequest) -> HttpResponseBase:
    """Open an account for a person who has none."""
    return perform(administrator(request), None, OPEN, back=HERE)


def deed(request: HttpRequest, pk: int, verb: str) -> HttpResponseBase:
    """Lock, unlock, or give a new password."""
    asker = administrator(request)
    account = get_object_or_404(_accounts(asker), pk=pk)
    if verb not in DEEDS:
        raise Http404(verb)
    return perform(asker, account, DEEDS[verb], back=HERE)


def grants(request: HttpRequest) -> HttpResponse:
    """Rights lent and not yet ended, and the latest that have."""
    asker = administrator(request)
    found = _grants(asker).select_related("person", "granted_by").order_by("-until")
    return render(request, "settings/grants.html", {"rows": list(found[:MOST]), "at": asker.at})


def lend(request: HttpRequest) -> HttpResponseBase:
    """Lend rights to somebody, with a reason and an end."""
    return perform(administrator(request), None, LEND, back=GRANTS)


def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take lent rights back before their end."""
    asker = administrator(request)
    lent = get_object_or_404(_grants(asker), pk=pk)
    return perform(asker, lent, WITHDRAW, back=GRANTS)


def _accounts(request: Request) -> Any:
    return Account.objects.filter(person__in=access.persons_visible_to(request.scope))


def _grants(request: Request) -> Any:
    return Grant.objects.filter(request.scope.places(path="area_path", sector=""))


def _open_form(nobody: None, asker: Asker) -> type[Form]:
    made = {
        "person": Found("person", asker, label="人员", help_text="姓名，同名的写“单位/姓名”"),
        "username": forms.CharField(label="用户名", max_length=40, help_text="建议用姓名拼音"),
        "password": _secret("初始密码"),
    }
    return type("OpenForm", (Form,), made)


def _password_form(account: Account, asker: Asker) -> type[Form]:
    return type("PasswordForm", (Form,), {"new": _secret("新密码")})


def _reason_form(thing: Any, asker: Asker) -> type[Form]:
    return type("ReasonForm", (Form,), {"reason": Lines(label="原因", rows=2)})


def _lend_form(nobody: None, asker: Asker) -> type[Form]:
    roles = access.roles()
    made = {
        "person": Found("person", asker, label="授权给"),
        "area": Found("area", asker, label="范围"),
        "sectors": forms.MultipleChoiceField(
            label="领域", required=False, choices=list(sector_labels().items()),
            help_text="不选为全部领域", widget=forms.SelectMultiple(attrs={"size": 6}),
        ),
        "role": forms.ChoiceField(label="按哪个角色授权", choices=[(r.key, r.label) for r in roles.values()]),
        "reason": Lines(label="事由", rows=2),
        "until": EndOfDay(label="到哪天为止"),
    }  # fmt: skip
    return type("LendForm", (Form,), made)


def _secret(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少10位；本人首次登录须修改",
    )


def _open(nobody: None, values: dict[str, Any], asker: Asker) -> None:
    person = cast(Person, values.pop("person"))
    actions.open_account(person, **values, by=asker.person, at=asker.at)


def _reset(account: Account, values: dict[str, Any], asker: Asker) -> None:
    actions.set_password(account, new=values["new"], by=asker.person, at=asker.at)


def _lock(account: Account, values: dict[str, Any], asker: Asker) -> None:
    actions.lock_account(account, reason=values["reason"], by=asker.person, at=asker.at)


def _unlock(account: Account, values: dict[str, Any], asker: Asker) -> None:
    actions.unlock_account(account, by=asker.person, at=asker.at)


def _lend(nobody: None, values: dict[str, Any], asker: Asker) -> None:
    until: datetime = values["until"]
    facts = GrantFacts(
        deeds=access.roles()[values["role"]].deeds,
        reason=values["reason"],
        until=until,
        sectors=tuple(values["sectors"]),
    )
    actions.grant(values["person"], facts, area=values["area"], by=asker.person, at=asker.at)


def _withdraw(lent: Grant, values: dict[str, Any], asker: Asker) -> None:
    actions.withdraw(lent, reason=values["reason"], by=asker.person, at=asker.at)


# fmt: off
OPEN = Deed("open_account", "开通账号", _open, _open_form)
LEND = Deed("grant", "授权", _lend, _lend_form, warning="对方在所选范围内将能办理该角色的全部事项，到期自动收回。")
WITHDRAW = Deed("withdraw", "收回授权", _withdraw, _reason_form, grave=True)
DEEDS = {each.verb: each for each in (
    Deed("set_password",   "重设密码", _reset,  _password_form, warning="该账号的所有登录会立即退出，本人下次登录须修改密码。"),
    Deed("lock_account",   "锁定账号", _lock,   _reason_form, grave=True, warning="该账号将不能登录，正在使用的页面下一步即退出。"),
    Deed("unlock_account", "解锁账号", _unlock),
)}
# fmt: on
