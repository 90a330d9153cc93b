"""Signed requests to a gateway over HTTP: the part that SMS, voice and loudspeakers share.

The contract is in docs/howto/gateways.md. Words of a fault never hold an address, a number or what
the other side answered in its own words: they are shown on screens and kept in logs.
"""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import requests

from anlan.formats import signatures
from anlan.gateways.contract import WITHIN, Message, OutOfOrder, Sent
from anlan.wiring.lines import LineEntry, secret_of

CONNECT_WITHIN = 3.0  # seconds
LONGEST_FAULT = 100


class SignedPost:
    """One HTTP endpoint that takes messages by the batch."""

    def __init__(self, entry: LineEntry) -> None:
        self.entry = entry
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy and no .netrc that a stray variable names

    def send(self, messages: Sequence[dict[str, Any]], *, at: datetime) -> list[Sent]:
        """Post them; what the other side took and what it refused."""
        secret = secret_of(self.entry)
        if not secret:
            raise OutOfOrder(f"没有设置环境变量 {self.entry.secret_env}")
        content = {"line": self.entry.key, "messages": list(messages)}
        body = json.dumps(content, ensure_ascii=False).encode()
        answer = self._post(body, secret, at)
        return _results(answer, [each["ref"] for each in messages])

    def _post(self, body: bytes, secret: str, at: datetime) -> Any:
        parts = urlsplit(self.entry.url)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        asked = signatures.Asked("POST", path, body)
        headers = signatures.sign(asked, secret, nonce=secrets.token_hex(16), at=at)
        headers |= {"Content-Type": "application/json; charset=utf-8"}
        try:
            answer = self.session.post(
                self.entry.url,
                data=body,
                headers=headers,
                timeout=(CONNECT_WITHIN, WITHIN - CONNECT_WITHIN),
                allow_redirects=False,
            )
        except requests.RequestException as fault:
            # Its text holds the address, which may hold a key: only what kind of fault it was.
            slow = isinstance(fault, requests.ReadTimeout)  # it was asked, and may be ringing
            words = f"连接失败（{type(fault).__name__}）"
            raise OutOfOrder(words, perhaps_taken=slow) from None
        if answer.status_code != 200:
            raise OutOfOrder(f"对方返回 HTTP {answer.status_code}")
        try:
            return answer.json()
        except ValueError:
            raise OutOfOrder("对方返回的不是 JSON") from None


def _results(answer: Any, refs: Sequence[str]) -> list[Sent]:
    """One result for each message that we sent and the answer names; strangers are passed over."""
    rows = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise OutOfOrder("对方的回答里没有 results")
    told = {row.get("ref"): row for row in rows if isinstance(row, dict)}
    return [_sent(ref, told[ref]) for ref in refs if ref in told]


def _sent(ref: str, row: dict[str, Any]) -> Sent:
    if row.get("taken") is True:
        return Sent(UUID(ref))
    return Sent(UUID(ref), f"通道拒收：{str(row.get('fault') or '未说明')[:LONGEST_FAULT]}")


def plain(message: Message) -> dict[str, Any]:
    """What every kind of message has, as JSON."""
    return {
        "ref": str(message.ref),
        "to": message.number,
        "text": message.text,
        "urgent": message.urgent,
    }
