"""Signed requests: what is altered, late or made up is not taken."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.formats.signatures import NONCE, SIGNATURE, TIME, Asked, BadSignature, sign, verify

NOON = datetime(2024, 6, 12, 4, 0, tzinfo=UTC)
SECRET, ONCE = "an-lan", "0123456789abcdef"
ASKED = Asked("POST", "/gateways/receipt/telecom/", b'{"receipts": []}')


# By openssl, as docs/howto/gateways.md shows it to whoever writes an adapter.
KNOWN = "v1=e2656829b6db18e5e5ae44d8f22a3c883fbff9c634f77f4c98f4e2ffbc0943ec"


def test_a_provider_gets_the_same_with_openssl():
    assert signed() == {TIME: "1718164800", NONCE: ONCE, SIGNATURE: KNOWN}


def signed(**altered: str) -> dict[str, str]:
    return sign(ASKED, SECRET, nonce=ONCE, at=NOON) | altered


def test_what_was_signed_with_the_same_secret_is_taken():
    assert verify(ASKED, SECRET, signed(), at=NOON) == ONCE


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", ASKED.path, ASKED.body),
        ("POST", "/gateways/receipt/unicom/", ASKED.body),
        ("POST", ASKED.path + "?x=1", ASKED.body),
        ("POST", ASKED.path, b"{}"),
    ],
)
def test_a_signature_holds_for_one_request_only(method, path, body):
    with pytest.raises(BadSignature, match="签名不符"):
        verify(Asked(method, path, body), SECRET, signed(), at=NOON)


@pytest.mark.parametrize("seconds", [-299, 0, 299])
def test_two_clocks_may_differ_a_little(seconds):
    assert verify(ASKED, SECRET, signed(), at=NOON + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-301, 301, 86400])
def test_what_was_overheard_yesterday_is_not_taken_today(seconds):
    with pytest.raises(BadSignature, match="时间戳"):
        verify(ASKED, SECRET, signed(), at=NOON + timedelta(seconds=seconds))


@pytest.mark.parametrize("header", [TIME, NONCE, SIGNATURE])
@pytest.mark.parametrize("text", ["", "0", "签名", "v1=", "9" * 200, "\n", "１７１８１７９２００"])
def test_a_made_up_header_is_not_taken(header, text):
    with pytest.raises(BadSignature):
        verify(ASKED, SECRET, signed(**{header: text}), at=NOON)


def test_a_new_time_or_number_needs_a_new_signature():
    """Else a request that was overheard could be sent again under another number."""
    for header, text in ((NONCE, "f" * 16), (TIME, str(int(NOON.timestamp()) + 1))):
        with pytest.raises(BadSignature, match="签名不符"):
            verify(ASKED, SECRET, signed(**{header: text}), at=NOON)


def test_without_a_secret_nothing_is_taken_not_even_what_was_signed_without():
    with pytest.raises(BadSignature):
        verify(ASKED, "", sign(ASKED, "", nonce=ONCE, at=NOON), at=NOON)


@given(st.text(), st.text(), st.text())
def test_nothing_that_is_guessed_gets_in(time, nonce, signature):
    with pytest.raises(BadSignature):
        verify(ASKED, SECRET, {TIME: time, NONCE: nonce, SIGNATURE: signature}, at=NOON)
