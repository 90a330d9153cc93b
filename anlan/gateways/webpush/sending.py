"""Push messages, encrypted for one browser. The number is its subscription, as JSON."""

import json
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from pywebpush import WebPushException, webpush

from anlan.gateways.contract import WITHIN, Message, OutOfOrder, Outward, Sent
from anlan.wiring.lines import LineEntry, secret_of

TIMEOUT = 3.0  # seconds
KEPT = 3600  # seconds that the push service keeps it for a phone without a network
GONE = (404, 410)
# A browser tells us where to push: only to services of the browser makers, never into our network.
SERVICES = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    "notify.windows.com",
)


class Push(Outward):
    """A line to the push services of the browsers (推送通道)."""

    batch = 20

    def __init__(self, entry: LineEntry) -> None:
        self.entry = entry

    def send(self, messages: Sequence[Message], *, at: datetime) -> list[Sent]:
        """Until the time is up; those left over stay unsent and come again."""
        key = secret_of(self.entry)
        if not key:
            raise OutOfOrder(f"没有设置环境变量 {self.entry.secret_env}")
        until, sent = time.monotonic() + WITHIN - TIMEOUT, []
        for each in messages:
            sent.append(self._push(each, key))
            if time.monotonic() > until:
                break
        return sent

    def _push(self, message: Message, key: str) -> Sent:
        subscription = _subscription(message.number, self.entry.link_domains or SERVICES)
        if subscription is None:
            return Sent(message.ref, "没有可用的推送订阅")
        content = {"ref": str(message.ref), "text": message.text, "urgent": message.urgent}
        try:
            webpush(
                subscription,
                data=json.dumps(content, ensure_ascii=False),
                vapid_private_key=key,
                vapid_claims={"sub": f"mailto:{self.entry.sender}"},
                timeout=TIMEOUT,
                ttl=KEPT,
                headers={"Urgency": "high" if message.urgent else "normal"},
            )
        except WebPushException as fault:
            status = getattr(fault.response, "status_code", None)
            if status in GONE:
                return Sent(message.ref, "推送订阅已失效", gone=True)
            return Sent(message.ref, f"推送服务拒收（{status or '无应答'}）")
        except (requests.RequestException, ValueError) as fault:
            # Each browser maker has a service of its own: one that is down says nothing of others.
            return Sent(message.ref, f"推送服务不通（{type(fault).__name__}）")
        return Sent(message.ref)


def _subscription(text: str, services: tuple[str, ...]) -> dict[str, Any] | None:
    """What a browser gave us, when it leads to one of these services."""
    try:
        found = json.loads(text)
        keys, parts = found["keys"], urlsplit(found["endpoint"])
        host = parts.hostname or ""
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    known = any(host == each or host.endswith(f".{each}") for each in services)
    loopback = host == "127.0.0.1"  # a site's own relay beside it
    if not known or not (parts.scheme == "https" or loopback):
        return None
    return found if keys.get("p256dh") and keys.get("auth") else None
