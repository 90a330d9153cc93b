"""Answer links (应答链接): signed, once, expiring, and short enough for an SMS.

A token is the id of the person in the call-up, their turn, a letter for its way unless that was an
SMS, and eleven characters of a keyed hash: 64 bits, tried over a network only. The turn rises with
each answer, so that a link serves once; nothing about it is stored, and how long it lives stands in
the plan of the call-up.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings

from anlan.kernel.errors import GoneStale, Invalid, NotAllowed
from anlan.people.rules.privacy import plain_phone

from .. import rules
from .callups import Called

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
LETTERS = {"MAIL": "m", "PUSH": "p"}  # what the link says of its way; nothing in an SMS
SIGNED = 8  # bytes of the hash
LONGEST = 60
WHOM_TO_CALL = "请拨打本地值班电话，说明您的姓名和情况"


def issue_token(called: Called) -> str:
    """The token for this person's present turn (签发链接); it goes the way they last answered."""
    last = called.answers.order_by("-pk").values_list("channel", flat=True).first()
    return token_of(called.pk, called.turn, last or "SMS")


def token_of(called: int, turn: int, channel: str = "SMS") -> str:
    """The same from the numbers alone, for ten thousand at once."""
    name = f"{_short(called)}.{_short(turn)}"
    if letter := LETTERS.get(channel):
        name += f".{letter}"
    return f"{name}.{_signature(name)}"


def carried_by(token: str) -> str:
    """Over which channel a link came."""
    letter = token.split(".")[2:-1]
    return next((way for way, known in LETTERS.items() if letter == [known]), "SMS")


def read_token(token: str, *, at: datetime) -> Called:
    """Whom a link belongs to; Refused where it is forged, used up or too old (验证链接)."""
    name, _, given = token[:LONGEST].rpartition(".")
    if not name or not hmac.compare_digest(_signature(name).encode(), given.encode()):
        raise Invalid(
            "这个链接不正确", mend=f"请点开短信里的原链接，不要手工改动；或{WHOM_TO_CALL}"
        )
    called_id, turn = (_long(part) for part in name.split(".")[:2])
    called = Called.objects.select_related("callup", "person", "area").filter(pk=called_id).first()
    if called is None:
        raise Invalid("这个链接不正确", mend=WHOM_TO_CALL)
    hours = rules.read_plan(called.callup.plan).link_hours
    if at > called.called_at + timedelta(hours=hours):
        raise GoneStale("这个链接已经过期", mend=WHOM_TO_CALL)
    if called.turn != turn:
        raise NotAllowed(
            "这个链接已经用过，您的应答已收到", mend="情况有变，请用应答后页面上的按钮，或回复短信"
        )
    return called


def number_key(number: str) -> str:
    """A keyed hash of a telephone number: finds who replied, and gives no number away."""
    plain = plain_phone(number)
    if not plain:
        return ""
    return hmac.new(_key("number"), plain.encode(), hashlib.sha256).hexdigest()[:24]


def keys_of(numbers: Iterable[str]) -> list[str]:
    return [number_key(number) for number in numbers]


@lru_cache(maxsize=8)
def _derived(secret: str, purpose: str) -> bytes:
    return hashlib.sha256(f"anlan.callup.{purpose}:{secret}".encode()).digest()


def _key(purpose: str) -> bytes:
    return _derived(settings.SECRET_KEY, purpose)


def _signature(name: str) -> str:
    full = hmac.new(_key("answer"), name.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(full[:SIGNED]).decode().rstrip("=")


def _short(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, len(ALPHABET))
        digits = ALPHABET[rest] + digits
        if not number:
            return digits


def _long(text: str) -> int:
    number = 0
    for letter in text:
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    return number
