"""Phones in the field: plain HTTP against a running site, as its own pages send it."""

import http.client
import json
import uuid
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from anlan.demo.cast import PASSWORD

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What the site said."""

    status: int
    body: bytes

    def json(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.body)
        return found


@dataclass
class Phone:
    """One browser: its cookies and the token that its forms carry."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = FORM, seconds: float = 60
    ) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": kind,
            "Accept": "application/json",
            "X-CSRFToken": self.token,
        }
        try:
            line.request(method, path, body, headers)
            said = line.getresponse()
            for given in said.headers.get_all("Set-Cookie") or ():
                for name, morsel in SimpleCookie(given).items():
                    self.cookies[name] = morsel.value
            return Answer(said.status, said.read())
        finally:
            line.close()

    def sign_in(self, username: str) -> "Phone":
        self.ask("GET", "/sign-in/")
        self.token = self.cookies["anlan_csrf"]
        given = urlencode({"username": username, "password": PASSWORD}).encode()
        said = self.ask("POST", "/sign-in/", given)
        assert said.status == 302, said.body.decode()[:500]
        self.token = self.ask("GET", "/field/hello/").json()["token"]
        return self

    def report(self, photo: bytes, *, origin: str, area: str, title: str) -> Answer:
        edge = uuid.uuid4().hex
        fields = {"origin": origin, "area": area, "title": title, "deed": "report"}
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
            for name, text in fields.items()
        ]
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="photos"; filename="x.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        parts += [head.encode(), photo, f"\r\n--{edge}--\r\n".encode()]
        kind = f"multipart/form-data; boundary={edge}"
        return self.ask("POST", "/field/report/", b"".join(parts), kind)
