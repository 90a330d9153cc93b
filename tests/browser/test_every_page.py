"""Every page, for those who sit there, at both widths: it opens, fits, and keeps to the policy."""

import re

import pytest
from playwright.sync_api import Error

from tests.access.addresses import LEADS
from tests.access.addresses_table import TABLE
from tests.access.personas import PERSONAS
from tests.access.scene import Scene, build

INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)[^>]*>|<[^>]+\sstyle=|<style|<[^>]+\son[a-z]+=|javascript:", re.I
)
SEATS = [("owner", "phone"), ("section", "desk"), ("admin", "desk")]
SEATS += [("finder", "phone")]  # who walks the grid has no desk
OTHER = {"desk": {"width": 412, "height": 839}, "phone": {"width": 1440, "height": 900}}
NO_PAGES = ("app_manifest", "app_icon", "worker", "file", "file_small")
NO_PAGES += ("warnings-feed", "warning-message")  # for machines
NO_PAGES += ("callup-preview", "callup-areas", "callup-now")  # parts that a page fetches
NO_PAGES += (
    "paper-file",
    "report-file",
    "dues-mine",
    "stations-latest",
    "stations-points",
    "due-sheet",
    "field_hello",
    "field_place",
    "field_reference",
    "choose",
    "area-below",
    "area-offers",
)


@pytest.fixture(scope="module")
def scene(house) -> Scene:
    scene = build(house.district)
    house.wait_until(scene.at)
    return scene


def pages_of(persona: str) -> list[str]:
    """Whatever the tables of tests/access say that they are shown."""
    shown = [name for name, row in TABLE.items() if row.answers[persona] == "x"]
    return [name for name in shown if name not in NO_PAGES]


def misfits_of(page) -> list[str]:
    """What does not fit the screen as wide as it is now."""
    found, width = [], page.viewport_size["width"]
    # Not innerWidth: a phone widens that to whatever runs over.
    if (wide := page.evaluate("document.documentElement.scrollWidth") - width) > 0:
        found.append(f"{wide}px wider than a screen of {width}")
    if page.locator("h1:visible").count() == 0:
        found.append(f"no heading at {width}")
    return found


def faults_of(page, response) -> list[str]:
    """What is wrong with the page that stands on the screen."""
    if response.status != 200:
        return [f"answered {response.status}"]
    found = misfits_of(page)
    if inline := INLINE.search(response.text()):
        found.append(f"inline: {inline[0][:80]}")
    if page.locator("html").get_attribute("lang") != "zh-CN":
        found.append("does not say that it is Chinese")
    unnamed = page.evaluate(
        "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]"
        ".filter(f => !f.matches('[aria-hidden=true]'))"
        ".filter(f => !f.labels?.length && !f.getAttribute('aria-label') && !f.placeholder)"
        ".map(f => f.outerHTML.slice(0, 80))"
    )
    return found + [f"a field without a name: {field}" for field in unnamed]


@pytest.mark.parametrize(("persona", "device"), SEATS)
def test_every_page_opens_and_fits(scene, sit, persona, device):
    seat = sit(device).sign_in(scene.person(PERSONAS[persona]))
    usual, wrong = seat.page.viewport_size, {}
    for name in pages_of(persona):
        path = LEADS[name](scene)
        try:
            response = seat.page.goto(seat.house.address + path)
        except Error as fault:
            if "Download is starting" in str(fault):
                continue  # a sheet to take away is no page
            raise
        faults = faults_of(seat.page, response)
        if persona != "finder":
            seat.page.set_viewport_size(OTHER[device])
            faults += misfits_of(seat.page)
        if faults:
            wrong[path] = faults
            seat.shot(name)
        seat.page.set_viewport_size(usual)
    assert not wrong
