"""Observations over HTTP (观测接入): a batch in any of four forms, and what cameras saw.

A source proves itself with its key and password (Basic). The answer comes when the points are on
disk: 200 with what became of them, 400 and where the message is wrong, 401, 413, or 503 with
Retry-After when nothing can be stored now. The contract is in docs/howto/ingest.md.
"""

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from anlan.formats import points as wire
from anlan.formats.points import BadPoints, time_of
from anlan.kernel import files
from anlan.kernel.errors import Forbidden, Refused
from anlan.watch import access, actions
from anlan.watch.actions import HeldUp, Seen
from anlan.watch.models import Source, Station, Stream, reading
from anlan.wiring.now import now

MOST_BYTES = 32 * 2**20
RETRY_AFTER = 10  # seconds
MOST_NAMED = 20

View = Callable[..., HttpResponse]


def from_source(view: View) -> View:
    """A view that a source asks: known by its password, told in JSON what is wrong."""

    @csrf_exempt  # no browser and no cookie: the password says who it is
    @login_not_required
    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, sender(request), *args, **kwargs)
        except Forbidden as refusal:
            answer = say(401, refusal.words, refusal.mend)
            answer["WWW-Authenticate"] = 'Basic realm="anlan"'
            return answer
        except HeldUp as refusal:
            answer = say(503, refusal.words, refusal.mend)
            answer["Retry-After"] = str(RETRY_AFTER)
            return answer
        except BadPoints as wrong:
            return say(400, str(wrong))
        except Refused as refusal:
            return say(400, refusal.words, refusal.mend)

    return asked


def sender(request: HttpRequest) -> Source:
    """Who asks, by Basic authentication; Forbidden otherwise."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        key, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        key = secret = ""
    if kind.lower() != "basic" or not key:
        raise Forbidden("请以来源代号和密钥认证", mend="HTTP Basic：用户名为来源代号，密码为密钥")
    return access.check_source(key, secret)


def say(status: int, words: str, mend: str = "") -> HttpResponse:
    """A refusal, in JSON."""
    told = {"error": words} | ({"mend": mend} if mend else {})
    return JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})


@from_source
@require_POST
def points(request: HttpRequest, source: Source) -> HttpResponse:
    """Store a batch of points; answered when it is on disk."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return say(413, f"一次最多 {MOST_BYTES // 2**20} MB", "请分几次发送")
    actions.check_room(at=now())
    message = wire.read(_body(request), request.content_type or "")
    taken = actions.receive(message, source=source, at=now())
    told: dict[str, Any] = {
        "taken": taken.stored.taken,
        "late": taken.stored.late,
        "repeated": taken.stored.repeated,
        "flagged": taken.stored.flagged,
        "refused": taken.stored.refused,
    }
    if taken.unknown:
        told["unknown"] = taken.unknown[:MOST_NAMED]
    if taken.clashing:
        told["unit_clash"] = taken.clashing[:MOST_NAMED]
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


def _body(request: HttpRequest) -> bytes:
    """The whole body; larger than a form may be, for it is no form."""
    return request.read()


@from_source
@require_GET
def streams(request: HttpRequest, source: Source) -> HttpResponse:
    """The streams of the source: number, code, unit; what the compact form counts by."""
    rows = Stream.objects.filter(source=source, active=True).order_by("pk")
    found = [
        {"number": pk, "stream": code, "unit": unit, "station": station, "observed": observed}
        for pk, code, unit, station, observed in rows.values_list(
            "pk", "code", "unit", "station__code", "observed"
        )
    ]
    return JsonResponse({"streams": found}, json_dumps_params={"ensure_ascii": False})


@from_source
@require_POST
def events(request: HttpRequest, source: Source) -> HttpResponse:
    """Something that a camera or AI box saw; a person reviews it. The same one twice is one."""
    try:
        told = orjson.loads(request.read(MOST_BYTES + 1))
    except orjson.JSONDecodeError as wrong:
        raise BadPoints(f"不是 JSON：{wrong}") from None
    missing = {"id", "kind", "words", "at"} - (told.keys() if isinstance(told, dict) else set())
    if missing:
        raise BadPoints(f"缺少 {'、'.join(sorted(missing))}")
    at = now()
    station = Station.objects.filter(code=str(told.get("station", "")), source=source).first()
    seen = Seen(
        origin=str(told["id"])[:80], kind=str(told["kind"])[:40], words=str(told["words"])[:200],
        at=reading.moment(time_of(told["at"])), station=station, facts=told.get("facts") or {},
        picture=_picture(told.get("picture"), at),
    )  # fmt: skip
    made, new = actions.report_sighting(source, seen, at=at)
    return JsonResponse({"id": made.pk, "new": new}, status=201 if new else 200)


def _picture(given: Any, at: Any) -> Any:
    if not given:
        return None
    try:
        content = base64.b64decode(str(given), validate=True)
    except binascii.Error:
        raise BadPoints("picture 应当是 base64 编码的图片") from None
    return files.keep(content, name="事件.jpg", by=None, at=at)
