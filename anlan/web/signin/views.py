"""Signing in and out (登录)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import (
    authenticate,
    decorators,
    login,
    logout,
    update_session_auth_hash,
)
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from anlan.kernel.errors import Refused
from anlan.people import actions
from anlan.web.reading import span
from anlan.web.requests import Request

from .forms import PasswordForm


@dataclass(frozen=True)
class Trouble:
    """Why one could not sign in, and what to do."""

    words: str
    mend: str = ""


@method_decorator(decorators.login_not_required, name="dispatch")
@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class SignIn(View):
    """The sign-in page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect(_next(request))
        return _page(request, None)

    def post(self, request: HttpRequest) -> HttpResponse:
        username = request.POST.get("username", "").strip()
        password = request.POST.get("password", "")
        if not username or not password:
            return _page(request, Trouble(_("请填写账号和密码")), status=422)
        account = authenticate(request, username=username, password=password)
        if account is None:
            trouble = Trouble(
                _("账号或密码不对"), _("请检查大小写和输入法。连续输错五次，账号将锁定一刻钟。")
            )
            return _page(request, trouble, status=422)
        login(request, account)
        return redirect(_next(request))


@method_decorator(sensitive_post_parameters(), name="dispatch")
class NewPassword(View):
    """One's own new password (修改密码); asked for before anything else where it must change."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "signin/password.html", {"form": PasswordForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        asked, form = cast(Request, request), PasswordForm(request.POST)
        if form.is_valid() and _changed(asked, form):
            update_session_auth_hash(request, asked.user)
            messages.success(request, _("新密码已生效，其他设备上的登录已退出"))
            return redirect(settings.LOGIN_REDIRECT_URL)
        return render(request, "signin/password.html", {"form": form}, status=422)


def _changed(request: Request, form: PasswordForm) -> bool:
    old, new = form.cleaned_data["old"], form.cleaned_data["new"]
    try:
        actions.set_password(request.user, old=old, new=new, by=request.person, at=request.at)
    except Refused as no:
        form.add_error(no.field if no.field in form.fields else "new", str(no))
        return False
    return True


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out (退出登录)."""
    logout(request)
    return redirect(settings.LOGIN_URL)


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """What axes shows after too many wrong passwords: how long it lasts, and who can help."""
    at = cast(Request, request).at
    trouble = Trouble(
        _("输错次数过多，账号已锁定，请%s后再试") % span(_left(request, at)),
        _("着急使用请联系本单位管理员解锁。锁定期间再试不会成功。"),
    )
    return _page(request, trouble, status=429)


def _left(request: HttpRequest, at: datetime) -> timedelta:
    """How long the lock still holds, from the last wrong try on."""
    tried = (
        AccessAttempt.objects.filter(username=request.POST.get("username", "").strip())
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    whole: timedelta = settings.AXES_COOLOFF_TIME
    return min(whole, max(timedelta(minutes=1), (tried or at) + whole - at))


def _page(request: HttpRequest, trouble: Trouble | None, status: int = 200) -> HttpResponse:
    shown = {
        "trouble": trouble,
        "locked": status == 429,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "username": request.POST.get("username", ""),
    }
    return render(request, "signin/sign_in.html", shown, status=status)


def _next(request: HttpRequest) -> str:
    """Where they wanted to go, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else settings.LOGIN_REDIRECT_URL
