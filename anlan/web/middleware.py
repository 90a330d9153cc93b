"""What happens to every request: who asks, at which instant; what a refusal looks like."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from psycopg.errors import UniqueViolation

from anlan.kernel.errors import Forbidden, GoneStale, Refused
from anlan.people import access
from anlan.people.models import Person
from anlan.wiring.catalogues import keep_fresh
from anlan.wiring.now import now

from .requests import Request

Answer = Callable[[HttpRequest], HttpResponseBase]
FRAME = "web/base.html"
DRAWER = "web/drawer.html"
CHANGE_PASSWORD = "/sign-in/password/"
# A new password must be possible before anything else is, and one must be able to leave.
BEFORE_A_NEW_PASSWORD = (CHANGE_PASSWORD, "/sign-out/")


class Sessions(SessionMiddleware):
    """Sessions whose cookie is taken away by leaving (POST), never by a late answer.

    A new password gives the browser a new session. A page that it asked for in the background just
    before comes back after that, still under the old one, which is gone: deleting the cookie then
    would sign out who has this moment come in.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer = super().process_response(request, response)
        cookie = answer.cookies.get(settings.SESSION_COOKIE_NAME)
        if request.method in ("GET", "HEAD") and cookie is not None and not cookie.value:
            del answer.cookies[settings.SESSION_COOKIE_NAME]
        return answer


class Headers:
    """Nothing from outside, no inline script, and the camera and position for our own pages."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Security-Policy", settings.SECURE_CSP)
        answer.headers.setdefault(
            "Permissions-Policy", "camera=(self), geolocation=(self), microphone=()"
        )
        if hasattr(request, "person"):
            # A shared desk: pressing Back after signing out must not show the last page.
            answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer


class Language:
    """Chinese unless this device asked for another language; what a browser prefers is no wish.

    Half of these offices run an English Windows and read Chinese.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        with translation.override(wanted if wanted in known else settings.LANGUAGE_CODE):
            answer = self.get_response(request)
        answer.headers.setdefault("Content-Language", settings.LANGUAGE_CODE)
        return answer


class WhoAsks:
    """Sets `request.at`, `.person`, `.scope`, `.shell`; sends strangers to the sign-in page.

    A view that is open to all says so with Django's `login_not_required`.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = cast(Request, request)
        keep_fresh()
        asked.at = now()
        asked.shell = DRAWER if asked.htmx and asked.htmx.target == "drawer" else FRAME
        if request.user.is_authenticated:
            self._know(asked)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view, "login_required", True):
            return None
        if not request.user.is_authenticated:
            return go(request, f"{settings.LOGIN_URL}?{urlencode({'next': _here(request)})}")
        if request.user.must_change_password and request.path not in BEFORE_A_NEW_PASSWORD:
            return go(request, CHANGE_PASSWORD)
        return None

    def _know(self, request: Request) -> None:
        person = Person.objects.select_related("body").get(pk=request.user.person_id)
        if person.left_on and person.left_on <= request.at.date():
            logout(request)  # gone from service: the account may not have been closed yet
            return
        request.person = person
        request.scope = access.scope_of(person, at=request.at)


class Refusals:
    """Turns a Refused that no view caught into words on the screen, and messages into toasts."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        asked = cast(Request, request)
        if asked.htmx and isinstance(answer, HttpResponse) and _is_fragment(answer):
            self._say(asked, answer)
        return answer

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        if _came_second(exception):
            exception = GoneStale(
                "刚刚有人做了同样的登记，这一次没有保存", mend="请刷新页面核对，确有不同再登记"
            )
        if not isinstance(exception, Refused):
            return None
        status = 403 if isinstance(exception, Forbidden) else 409
        asked = cast(Request, request)
        if asked.htmx:
            answer = HttpResponse(status=422)
            answer["HX-Reswap"] = "none"  # what was typed stays on the screen
            answer["X-Said"] = "1"
            messages.error(request, exception.words, extra_tags=exception.mend)
            return answer
        return render(request, "web/refused.html", {"refusal": exception}, status=status)

    def _say(self, request: Request, answer: HttpResponse) -> None:
        if not messages.get_messages(request):
            return
        toasts = render_to_string("web/toasts.html", {"over_the_air": True}, request=request)
        answer.content += toasts.encode()


def go(request: HttpRequest, address: str) -> HttpResponseBase:
    """Send the browser somewhere, also when it was htmx that asked."""
    if cast(Request, request).htmx:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = address
        return answer
    return redirect(address)


def _came_second(exception: Exception) -> bool:
    """Two people entered the same at once: the database let one of them in."""
    cause = exception.__cause__
    return isinstance(exception, IntegrityError) and isinstance(cause, UniqueViolation)


def _here(request: HttpRequest) -> str:
    """Where to come back to: the page on the screen, not the fragment that was asked for."""
    htmx = cast(Request, request).htmx
    if htmx and htmx.current_url:
        parts = urlsplit(htmx.current_url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path() if request.method == "GET" else "/"


def _is_fragment(answer: HttpResponse) -> bool:
    going = {"HX-Redirect", "HX-Refresh", "HX-Location", "Location"} & set(answer.headers)
    html = answer.headers.get("Content-Type", "").startswith("text/html")
    return html and not going
