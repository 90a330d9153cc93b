"""Where one is reached beside the telephone (联络方式): mail, and this device by push."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from anlan.callup import actions
from anlan.callup.models import Address
from anlan.kernel.errors import Invalid, Refused
from anlan.people.rules.privacy import mask_phone
from anlan.wiring import lines

from ..middleware import go
from ..requests import Request

LONGEST = 4000  # characters of a subscription: browsers give some hundred
SAID = {"MAIL": "邮箱", "PUSH": "这台设备的推送"}


def page(request: Request) -> HttpResponseBase:
    """What is kept of me, and how to change it."""
    if request.method == "POST":
        try:
            return _keep(request)
        except Refused as refusal:
            return _shown(request, refusal)
    return _shown(request, None)


def _keep(request: Request) -> HttpResponseBase:
    channel = request.POST.get("channel", "")
    address = request.POST.get("address", "").strip()
    if channel not in SAID:
        raise Invalid("没有这种联络方式", mend="请用页面上的按钮")
    if address:
        _check(channel, address)
    actions.keep_address(channel=channel, address=address, by=request.person, at=request.at)
    messages.success(request, f"{SAID[channel]}{'已登记' if address else '已取消'}")
    return go(request, "/me/reach/")


def _check(channel: str, address: str) -> None:
    if channel == "MAIL":
        try:
            validate_email(address)
        except ValidationError:
            raise Invalid("邮箱写法不对", mend="如 name@example.cn", field="address") from None
        return
    try:
        given = json.loads(address)
        whole = given["endpoint"].startswith("https://") and given["keys"]["p256dh"]
    except (ValueError, TypeError, KeyError, AttributeError):
        whole = False
    if not whole or len(address) > LONGEST:
        raise Invalid("浏览器没有给出可用的订阅", mend="请刷新页面再开启，或换一个浏览器")


def _shown(request: Request, refusal: Refused | None) -> HttpResponse:
    kept = dict(Address.objects.filter(person=request.person).values_list("channel", "address"))
    context: dict[str, Any] = {
        "phone": mask_phone(request.person.phone),
        "mail": request.POST.get("address", "") if refusal else kept.get("MAIL", ""),
        "pushed": "PUSH" in kept,
        "push_key": lines.push_key(),
        "refusal": refusal,
    }
    return render(request, "callups/reach.html", context, status=422 if refusal else 200)
