"""What every page needs around it: errors, large type, the app's manifest and worker."""

import json
from pathlib import Path
from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from anlan.kernel.trail import LOCAL
from anlan.people.models import Charge, Tenure, charge_kinds
from anlan.web.reading import moment
from anlan.web.requests import Request
from anlan.web.templatetags.anlan import MANIFEST, built, built_name
from anlan.web.work.lists import count, owed
from anlan.wiring.now import now

HERE = Path(__file__).resolve().parent
A_YEAR = 365 * 24 * 3600


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Who I am here: my posts, what I answer for, and this device's settings (我的)."""
    asked = cast(Request, request)
    day = asked.at.astimezone(LOCAL).date()
    held = Tenure.objects.valid_on(day).filter(person=asked.person)
    mine = Q(person=asked.person) | Q(post__in=sorted(asked.scope.posts))
    charges = Charge.objects.valid_on(day).filter(mine).select_related("area", "above__post")
    labels = {kind.key: kind.label for kind in charge_kinds().values()}
    given = {
        "tenures": held.select_related("post__body", "post__area", "post__superior"),
        "charges": [(labels.get(c.kind, c.kind), c) for c in charges.order_by("area_path")[:50]],
        "counted": count(owed(asked.scope), asked.at),
    }
    return render(request, "web/me.html", given)


@require_POST
def set_type(request: HttpRequest) -> HttpResponse:
    """Switch large type on or off for this device (大字)."""
    wanted = request.POST.get("next", "/")
    back = wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"
    answer = redirect(back)
    if request.COOKIES.get("anlan_type") == "large":
        answer.delete_cookie("anlan_type")
    else:
        answer.set_cookie("anlan_type", "large", max_age=A_YEAR, samesite="Lax", httponly=True)
    return answer


@require_GET
@login_not_required
def app_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the application on its first screen."""
    sizes = {"src": "/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    shown = {
        "name": _("安澜 应急管理"),
        "short_name": _("安澜"),
        "start_url": "/field/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f3f5f7",
        "theme_color": "#0f2f4a",
        "lang": "zh-CN",
        "icons": [sizes],
    }
    return JsonResponse(
        shown,
        json_dumps_params={"ensure_ascii": False},
        content_type="application/manifest+json",
    )


@require_GET
@login_not_required
def app_icon(request: HttpRequest) -> HttpResponse:
    """The application's sign."""
    return HttpResponse((HERE / "icon.svg").read_text("utf-8"), content_type="image/svg+xml")


@require_GET
@login_not_required
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, told which files make up this version of the shell."""
    code = MANIFEST.parent / built_name("worker.js")
    shell = [built(name) for name in ("main.css", "main.js", "field.js", "icons.svg")]
    text = code.read_text("utf-8") if code.exists() else ""
    told = f"self.ANLAN_SHELL={json.dumps([*shell, '/icon.svg', '/offline/'])};\n"
    answer = HttpResponse(told + text, content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = "/"
    answer["Cache-Control"] = "no-cache"
    return answer


@require_GET
@login_not_required
def offline(request: HttpRequest) -> HttpResponse:
    """What a phone without signal shows for a page it has not kept."""
    return render(request, "web/offline.html")


def _trouble(request: HttpRequest, code: int, words: str, mend: str) -> HttpResponse:
    frame = "web/base.html" if hasattr(request, "scope") else "web/alone.html"
    shown = {"code": code, "words": words, "mend": mend, "moment": moment(now()), "frame": frame}
    if hasattr(request, "scope") and cast(Request, request).htmx:
        answer = HttpResponse(status=code)
        answer["HX-Reswap"] = "none"
        return answer
    return render(request, "web/trouble.html", shown, status=code)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _trouble(request, 400, _("这个请求无法识别"), _("请返回上一页，刷新后再试一次。"))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    mend = _("如确属您的职责，请联系本级管理员核对岗位与责任区域。")
    return _trouble(request, 403, _("您没有权限查看此页"), mend)


def forgery(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or from before signing in: its form no longer counts."""
    mend = _("可能是登录已过期或换了账号。请返回上一页，刷新后再提交；填写的内容多数仍在。")
    return _trouble(request, 403, _("页面已过期，没有提交成功"), mend)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    mend = _("它可能已被并案、作废，或不在您的可见范围。地址是别人发来的，请向对方核实。")
    return _trouble(request, 404, _("没有找到这项内容"), mend)


def failed(request: HttpRequest) -> HttpResponse:
    """Our own fault: a page that needs neither database nor session."""
    return HttpResponse((HERE / "failed.html").read_text("utf-8"), status=500)
