"""What gateways tell us over HTTP (回执与上行短信): signed, in time, each request once.

The contract is in docs/howto/gateways.md. Who can't prove to be the gateway learns nothing: not
whether the line exists, not whether a reference does.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from anlan.formats import signatures
from anlan.kernel import nonces
from anlan.wiring import lines
from anlan.wiring.now import now
from anlan.wiring.receipts import OUTCOMES, Heard, Key, Receipt, Reply, take

MOST_BYTES = 1_000_000
MOST_ROWS = 1000
LONGEST = {"number": 30, "text": 500, "fact": 200}
FACTS = ("at", "code", "words", "seconds")  # of what the gateway adds, this is kept

_log = logging.getLogger("anlan.gateways")


class BadContent(ValueError):
    """Signed, and yet not what the contract says."""


@csrf_exempt  # no browser and no cookie: the signature says who it is
@login_not_required
@require_POST
def receipt(request: HttpRequest, line: str) -> HttpResponse:
    """How attempts fared, and keys that were pressed."""
    return _hear(request, line, "receipts", _receipts)


@csrf_exempt
@login_not_required
@require_POST
def inbound(request: HttpRequest, line: str) -> HttpResponse:
    """Short messages that came back."""
    return _hear(request, line, "messages", _replies)


def _hear(
    request: HttpRequest, line: str, rows: str, read: Callable[[dict[str, Any]], list[Heard]]
) -> HttpResponse:
    at = now()
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return _no(413, "内容过大")
    try:
        nonce = _nonce(request, line, at)
    except signatures.BadSignature as fault:
        _log.warning("%s: a request that is not the gateway's (%s)", line[:40], fault)
        return _no(403, "签名、时间戳或线路不对")
    try:
        heard = [each for row in _rows(request.body, rows) for each in read(row)]
    except BadContent as fault:
        return _no(400, str(fault))
    with transaction.atomic():
        if not nonces.spend(f"gateways.{line}", nonce, at=at):
            return _no(409, "这个请求已经收到过，不必再发")
        news = take(heard, line=line, at=at)
    return JsonResponse({"taken": len(heard), "news": news})


def _nonce(request: HttpRequest, line: str, at: datetime) -> str:
    entry = lines.entries().get(line)
    # An unknown line costs as much time as a known one with a wrong signature.
    secret = lines.secret_of(entry) if entry and entry.active else ""
    asked = signatures.Asked(request.method or "", request.get_full_path(), request.body)
    return signatures.verify(asked, secret, request.headers, at=at)


def _rows(body: bytes, name: str) -> list[dict[str, Any]]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise BadContent("不是 JSON") from None
    rows = content.get(name) if isinstance(content, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadContent(f"缺少列表 {name}")
    if len(rows) > MOST_ROWS:
        raise BadContent(f"一次最多 {MOST_ROWS} 条")
    return rows


def _receipts(row: dict[str, Any]) -> list[Heard]:
    try:
        ref = UUID(str(row.get("ref")))
    except ValueError:
        raise BadContent("ref 不是我们发出的编号") from None
    outcome, key, heard = row.get("outcome"), row.get("key"), list[Heard]()
    if key is not None:
        heard.append(Key(ref, _text(key, "fact")[:1]))
    if outcome is not None:
        if outcome not in OUTCOMES:
            raise BadContent(f"outcome 只能是：{'、'.join(OUTCOMES)}")
        facts = {name: _text(row[name], "fact") for name in FACTS if name in row}
        heard.append(Receipt(ref, outcome, facts))
    if not heard:
        raise BadContent("每条要有 outcome 或 key")
    return heard


def _replies(row: dict[str, Any]) -> list[Heard]:
    number = _text(row.get("from", ""), "number")
    if not number:
        raise BadContent("每条要有 from")
    return [Reply(number, _text(row.get("text", ""), "text"))]


def _text(given: Any, what: str) -> str:
    if not isinstance(given, str | int | float):
        raise BadContent("字段应为文字或数字")
    return str(given).replace("\0", "")[: LONGEST[what]]


def _no(status: int, words: str) -> HttpResponse:
    return JsonResponse({"error": words}, status=status, json_dumps_params={"ensure_ascii": False})
