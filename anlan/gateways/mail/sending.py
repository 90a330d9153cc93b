"""Letters over SMTP, one connection for a batch."""

import smtplib
import ssl
import time
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from anlan.gateways.contract import WITHIN, Message, OutOfOrder, Outward, Sent
from anlan.wiring.lines import LineEntry, secret_of

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
TIMEOUT = 5.0  # seconds for one exchange with the server
SUBJECT = 60  # signs


class Mail(Outward):
    """A line to a mail server (邮件通道)."""

    batch = 20

    def __init__(self, entry: LineEntry) -> None:
        self.entry = entry

    def send(self, messages: Sequence[Message], *, at: datetime) -> list[Sent]:
        """Until the time is up; those left over stay unsent and come again."""
        until, sent = time.monotonic() + WITHIN - TIMEOUT, []
        try:
            with self._connected() as server:
                for each in messages:
                    sent.append(self._post(server, each, at))
                    if time.monotonic() > until:
                        break
        except (OSError, smtplib.SMTPException) as fault:
            if sent:
                return sent  # those before are with the server; the next batch meets the fault
            raise OutOfOrder(f"邮件服务器不通（{type(fault).__name__}）") from None
        return sent

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.entry.url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        try:
            if parts.scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            if self.entry.user:
                server.login(self.entry.user, secret_of(self.entry))
        except BaseException:
            server.close()
            raise
        return server

    def _post(self, server: smtplib.SMTP, message: Message, at: datetime) -> Sent:
        try:
            letter = self._letter(message, at)
        except (ValueError, IndexError):
            return Sent(message.ref, "邮箱地址写法不对")
        try:
            server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as refusal:
            codes = "、".join(str(code) for code, _ in refusal.recipients.values())
            return Sent(message.ref, f"邮件服务器拒收（{codes}）")
        return Sent(message.ref)

    def _letter(self, message: Message, at: datetime) -> EmailMessage:
        letter = EmailMessage()
        letter["Subject"] = message.text.splitlines()[0][:SUBJECT]
        letter["From"] = Address(addr_spec=self.entry.sender)
        letter["To"] = Address(addr_spec=message.number)
        letter["Date"] = format_datetime(at)
        # The same for the same attempt: a mail server or reader that saw it drops the second.
        domain = self.entry.sender.rpartition("@")[2]
        letter["Message-ID"] = f"<{message.ref}@{domain}>"
        if message.urgent:
            letter["X-Priority"] = "1"
        letter.set_content(message.text)
        return letter
