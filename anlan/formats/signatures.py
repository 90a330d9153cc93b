"""Signed requests between us and a gateway (请求签名): who sent it, when, and only once.

    X-Anlan-Time: 1718179200                     seconds since 1970, UTC
    X-Anlan-Nonce: 0c4f2b…                       never used twice within the window
    X-Anlan-Signature: v1=<hex>                  HMAC-SHA256 keyed with the shared secret, over six
                                                 lines: v1, METHOD, /path, time, nonce, sha256(body)

The same in both directions. Whoever checks keeps the nonces of the window, or a request that was
overheard could be sent again.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

TIME, NONCE, SIGNATURE = "X-Anlan-Time", "X-Anlan-Nonce", "X-Anlan-Signature"
WINDOW = timedelta(minutes=5)  # how far the two clocks may be apart, and a request be late
_NONCE = re.compile(r"[0-9A-Za-z_-]{16,64}", re.ASCII)
_TIME = re.compile(r"\d{9,11}", re.ASCII)


class BadSignature(ValueError):
    """It was not sent by who holds the secret, or not now (签名无效)."""


@dataclass(frozen=True)
class Asked:
    """What is signed of a request."""

    method: str
    path: str
    body: bytes


def sign(asked: Asked, secret: str, *, nonce: str, at: datetime) -> dict[str, str]:
    """The headers that go with a request (签名)."""
    time = str(int(at.timestamp()))
    return {TIME: time, NONCE: nonce, SIGNATURE: f"v1={_digest(asked, secret, time, nonce)}"}


def verify(asked: Asked, secret: str, headers: Mapping[str, str], *, at: datetime) -> str:
    """The nonce of a request whose signature holds (验签); the caller sees that it is used once."""
    time, nonce = headers.get(TIME, ""), headers.get(NONCE, "")
    given = headers.get(SIGNATURE, "")
    if not secret:
        raise BadSignature("没有密钥，无法验签")
    if not _TIME.fullmatch(time) or not _NONCE.fullmatch(nonce):
        raise BadSignature("时间戳或一次性编号缺失、写法不对")
    expected = f"v1={_digest(asked, secret, time, nonce)}"
    # Bytes: text with signs beyond ASCII would raise instead of differing.
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise BadSignature("签名不符")
    if abs(at.timestamp() - int(time)) > WINDOW.total_seconds():
        raise BadSignature("时间戳超出允许的前后五分钟")
    return nonce


def _digest(asked: Asked, secret: str, time: str, nonce: str) -> str:
    body = hashlib.sha256(asked.body).hexdigest()
    text = "\n".join(("v1", asked.method.upper(), asked.path, time, nonce, body))
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
