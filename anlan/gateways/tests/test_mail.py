"""E-mail, against a real SMTP server of this machine."""

import email
import email.policy
import logging
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from anlan.gateways import mail
from anlan.gateways.contract import OutOfOrder
from anlan.wiring.lines import LineEntry

from .outside import Spoken

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
NOON = datetime(2024, 6, 12, 4, 0, tzinfo=UTC)
PASSWORD = "you-xiang-mi-ma"


class Office:
    """The post office of the city: knows three people."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.tried: list[str] = []

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if not address.endswith("@wl.gov.cn"):
            return "550 not one of ours"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        made = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(made, EmailMessage)
        self.letters.append(made)
        return "250 kept"

    def knows(
        self, server: Any, session: Any, envelope: Any, mechanism: str, given: LoginPassword
    ) -> AuthResult:
        self.tried.append(mechanism)
        return AuthResult(success=given.password.decode() == PASSWORD, handled=False)


@pytest.fixture
def office() -> Iterator[tuple[Office, int]]:
    kept = Office()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(
        kept,
        hostname="127.0.0.1",
        port=port,
        auth_required=True,
        auth_require_tls=False,
        authenticator=kept.knows,
    )
    server.start()
    yield kept, port
    server.stop()


def line(port: int, **more: Any) -> LineEntry:
    given = {"sender": "anlan@wl.gov.cn", "user": "anlan", "secret_env": "ANLAN_MAIL_PASSWORD"}
    return LineEntry(
        key="mail",
        label="邮件",
        world="LIVE",
        kind="mail",
        channels=("MAIL",),
        url=f"smtp://127.0.0.1:{port}",
        **(given | more),
    )


def letter(to: str = "lin@wl.gov.cn", text: str = "台风红色预警\n请立即到岗") -> Spoken:
    return Spoken(number=to, text=text, channel="MAIL")


def test_a_letter_arrives_with_its_words_and_a_name_of_its_own(office, monkeypatch):
    monkeypatch.setenv("ANLAN_MAIL_PASSWORD", PASSWORD)
    post, port = office
    message = letter()
    (sent,) = mail.made(line(port)).send([message], at=NOON)
    assert sent.taken
    (kept,) = post.letters
    assert kept["Subject"] == "台风红色预警"
    assert kept.get_content().split() == message.text.split()
    assert kept["Message-ID"] == f"<{message.ref}@wl.gov.cn>"
    assert kept["To"] == "lin@wl.gov.cn"


def test_an_address_that_is_none_is_refused_and_the_others_go(office, monkeypatch):
    monkeypatch.setenv("ANLAN_MAIL_PASSWORD", PASSWORD)
    post, port = office
    batch = [
        letter("lin@elsewhere.cn"),
        letter("不是邮箱"),
        letter("a@b\r\nBcc: x@wl.gov.cn"),
        letter(),
    ]
    sent = {each.ref: each.fault for each in mail.made(line(port)).send(batch, at=NOON)}
    assert [sent[each.ref] for each in batch] == [
        "邮件服务器拒收（550）",
        "邮箱地址写法不对",
        "邮箱地址写法不对",
        "",
    ]
    assert len(post.letters) == 1


def test_a_wrong_password_is_a_line_out_of_order_and_stays_out_of_the_log(
    office, monkeypatch, caplog
):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("ANLAN_MAIL_PASSWORD", "geheim")
    with pytest.raises(OutOfOrder, match="SMTPAuthenticationError") as fault:
        mail.made(line(office[1])).send([letter()], at=NOON)
    assert "geheim" not in caplog.text + repr(fault.value)
    assert fault.value.__suppress_context__


def test_a_server_that_is_not_there_is_a_line_out_of_order():
    with pytest.raises(OutOfOrder, match="邮件服务器不通"):
        mail.made(line(9, user="")).send([letter()], at=NOON)
