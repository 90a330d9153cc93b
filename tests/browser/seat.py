"""Somebody at a real browser: what they press, what they read, and what must never happen there."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

from anlan.demo.cast import PASSWORD
from anlan.people.models import Person
from tests.journeys.story import picture

from .house import House

# An answer of ours that is no fault: the form came back, the matter is not for you.
ANSWERS = (403, 404, 409, 422, 429)
CODES = "|".join(map(str, ANSWERS))
SAID_OF_AN_ANSWER = re.compile(
    rf"Failed to load resource: the server responded with a status of ({CODES})"
)
# A page that was left while it still asked for suggestions: htmx reports the broken-off request.
BROKEN_OFF = ("htmx:afterRequest", "htmx:sendAbort")
NO_SIGNAL = "net::ERR_INTERNET_DISCONNECTED"
WATCH_POLICY = """
document.addEventListener('securitypolicyviolation', (event) => {
  const where = event.target.outerHTML?.slice(0, 160) ?? '';
  console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI} ${where}`);
});
"""


@dataclass
class Watch:
    """Everything that went wrong in one browser, as the browser itself says."""

    address: str
    faults: list[str] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)  # path → status, of what is no fault
    without_signal: bool = False
    also: tuple[str, ...] = ()  # other addresses of the same site: its live stream

    def over(self, context: BrowserContext) -> None:
        context.add_init_script(WATCH_POLICY)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("request", self._asked)
        context.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning") or SAID_OF_AN_ANSWER.match(message.text):
            return
        if self.without_signal and NO_SIGNAL in message.text:
            return
        if message.text.startswith(BROKEN_OFF):
            return
        self.faults.append(f"console {message.type}: {message.text} {message.location}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address, *self.also, "data:", "blob:")):
            self.faults.append(f"request to elsewhere: {request.url}")

    def _answered(self, response: Response) -> None:
        path = urlsplit(response.url).path
        if response.status in ANSWERS:
            self.answers[path] = response.status
            if path.startswith("/static/"):
                self.faults.append(f"{response.status}: {path}")
        elif response.status >= 400:
            self.faults.append(f"{response.status}: {path}")


@dataclass
class Seat:
    """One person at one device."""

    house: House
    context: BrowserContext
    page: Page
    watch: Watch
    shots: Path
    taken: int = 0

    def sign_in(self, person: Person) -> "Seat":
        self.open("/sign-in/")
        self.page.get_by_label("账号").fill(person.account.username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(f"{self.house.address}/")
        return self

    def open(self, path: str) -> "Seat":
        self.page.goto(self.house.address + path)
        return self

    def press(self, words: str, *, within: str = "body") -> None:
        """Press the button or link that says exactly this."""
        named = re.compile(rf"^\s*{re.escape(words)}\s*$")
        place = self.page.locator(within)
        button = place.get_by_role("button", name=named)
        button.or_(place.get_by_role("link", name=named)).locator("visible=true").first.click()

    def offers(self, words: str) -> bool:
        """Whether such a button or link can be seen anywhere, menus opened."""
        for menu in self.page.locator("article details.menu:not([open]) > summary").all():
            menu.click()
        named = re.compile(rf"^\s*{re.escape(words)}\s*$")
        button = self.page.get_by_role("button", name=named)
        return button.or_(self.page.get_by_role("link", name=named)).count() > 0

    def reads(self, within: str = "body") -> str:
        return self.page.locator(within).first.inner_text()

    def settled(self) -> None:
        self.page.wait_for_load_state("networkidle")

    def photo(self, seed: int = 0) -> dict[str, Any]:
        content = picture(seed, (1280, 960))
        return {"name": f"IMG_{seed}.jpg", "mimeType": "image/jpeg", "buffer": content}

    def shot(self, name: str) -> None:
        """A picture for whoever looks into a failed run."""
        self.taken += 1
        path = self.shots / f"{self.taken:02d}-{name}.png"
        # Left alone: hiding the caret would take an inline style, which the policy forbids us too.
        self.page.screenshot(path=path, full_page=True, caret="initial")
