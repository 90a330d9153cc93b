"""The stream itself: what is said to whom, how often the database is asked, how it ends."""

import asyncio
import json

import pytest

from anlan.web.live import app as live
from anlan.web.live import tower as towers
from anlan.web.live.tower import Full, Tower
from anlan.web.live.visitors import Visitor

FACTS = {"stage": "RUNNING", "called": 2, "answered": 0, "calling": 2}
FACTS |= {"passed_on": 0, "by_hand": 0, "unreached": 0, "words": 0}
OURS = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def _quick(monkeypatch, settings):
    monkeypatch.setattr(towers, "EVERY", 0.02)
    settings.ALLOWED_HOSTS, settings.WEB_PORT, settings.HTTPS = ["127.0.0.1"], "8000", False
    settings.CSRF_TRUSTED_ORIGINS = []


class Office:
    """A database that can be changed, counted and cut off."""

    def __init__(self):
        self.facts, self.asked, self.gone = {1: dict(FACTS), 2: dict(FACTS)}, [], False

    async def look(self, callups):
        self.asked.append(callups)
        if self.gone:
            raise OSError("the database is gone")
        return {pk: dict(self.facts[pk]) for pk in callups}


class Browser:
    """One open page: what it was sent, and its way of leaving."""

    def __init__(
        self,
        application,
        path="/callups/JY2024-000001/live/",
        origin=OURS,
        cookie="anlan_session=k",
    ):
        self.application, self.sent, self.left = application, [], asyncio.Event()
        headers = [(b"host", b"127.0.0.1:8001"), (b"cookie", cookie.encode())]
        headers += [(b"origin", origin.encode())] if origin else []
        self.scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
        self.task = asyncio.create_task(application(self.scope, self._receive, self._send))

    async def _receive(self):
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        self.sent.append(message)

    @property
    def status(self):
        return self.sent[0]["status"]

    @property
    def headers(self):
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}

    def events(self):
        text = b"".join(m.get("body", b"") for m in self.sent).decode()
        blocks = [block.split("\n") for block in text.split("\n\n") if block.startswith("event:")]
        return [
            (b[0].removeprefix("event: "), json.loads(b[1].removeprefix("data: "))) for b in blocks
        ]

    async def leaves(self):
        self.left.set()
        await asyncio.wait_for(self.task, 2)


SOMEBODY = Visitor(7, 1)


def told(story, office=None, admitted=SOMEBODY):
    """Run one story with an application whose door and database are the test's."""
    office = office or Office()

    async def run():
        application = live.Live()
        application.tower = Tower(office.look, most=5, most_of_one=3)

        async def admit(key, number):
            return admitted() if callable(admitted) else admitted

        application._admit = admit
        await asyncio.wait_for(story(application, office), 10)

    asyncio.run(run())


def test_a_page_hears_at_once_how_it_stands_and_then_only_of_changes():
    async def story(application, office):
        page = Browser(application)
        await asyncio.sleep(0.15)
        assert page.status == 200
        assert page.headers["content-type"].startswith("text/event-stream")
        assert page.headers["cache-control"] == "no-store"
        assert [name for name, _ in page.events()] == ["changed"], "nothing happened since"
        office.facts[1]["answered"] = 1
        await asyncio.sleep(0.1)
        assert [data["answered"] for _, data in page.events()] == [0, 1]
        assert "words" not in page.events()[0][1], "counts of states alone"
        await page.leaves()
        assert not application.tower.viewers

    told(story)


def test_many_pages_of_one_call_up_cost_one_question_each_second():
    async def story(application, office):
        application.tower.most_of_one = 99
        pages = [Browser(application) for _ in range(5)]
        await asyncio.sleep(0.2)
        looks = len(office.asked)
        assert looks <= 12
        assert all(asked == [1] for asked in office.asked)
        assert all(page.events() for page in pages)
        for page in pages:
            await page.leaves()
        await asyncio.sleep(0.06)
        looks = len(office.asked)
        await asyncio.sleep(0.1)
        assert len(office.asked) == looks, "nobody watches, nobody asks"

    told(story)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"path": "/callups/JY2024-000001/"}, 404),
        ({"path": "/callups/../live/"}, 404),
    ],
)
def test_other_origins_and_other_paths_get_nothing(given, status):
    async def story(application, office):
        page = Browser(application, **given)
        await asyncio.wait_for(page.task, 2)
        assert page.status == status
        assert not office.asked

    told(story)


def test_exactly_our_origin_may_read_it_with_its_cookie():
    async def story(application, office):
        page = Browser(application)
        await asyncio.sleep(0.05)
        assert page.headers["access-control-allow-origin"] == OURS
        assert page.headers["access-control-allow-credentials"] == "true"
        await page.leaves()
        behind_a_proxy = Browser(application, origin="")
        await asyncio.sleep(0.05)
        assert behind_a_proxy.status == 200
        assert "access-control-allow-origin" not in behind_a_proxy.headers
        await behind_a_proxy.leaves()

    told(story)


def test_a_stranger_is_told_that_there_is_nothing():
    async def story(application, office):
        page = Browser(application)
        await asyncio.wait_for(page.task, 2)
        assert page.status == 404

    told(story, admitted=None)


def test_beyond_the_limit_a_page_is_sent_to_ask_by_itself():
    async def story(application, office):
        pages = [Browser(application) for _ in range(3)]
        await asyncio.sleep(0.05)
        fourth = Browser(application)
        await asyncio.wait_for(fourth.task, 2)
        assert fourth.status == 503
        await pages[0].leaves()
        again = Browser(application)
        await asyncio.sleep(0.05)
        assert again.status == 200
        for page in (*pages[1:], again):
            await page.leaves()

    told(story)


def test_the_tower_itself_has_a_limit():
    async def story(application, office):
        tower = Tower(office.look, most=1, most_of_one=9)
        async with tower.watching(1, 1):
            with pytest.raises(Full):
                async with tower.watching(2, 1):
                    pass

    told(story)


def test_when_the_database_is_gone_pages_are_sent_away_rather_than_left_believing():
    async def story(application, office):
        page = Browser(application)
        await asyncio.sleep(0.1)
        office.gone = True
        await asyncio.wait_for(page.task, 2)
        assert page.events()[-1][0] == "away"
        office.gone = False
        again = Browser(application)
        await asyncio.sleep(0.1)
        assert again.events()[-1][0] == "changed"
        await again.leaves()

    told(story)


def test_with_each_heartbeat_the_right_is_asked_again(monkeypatch):
    monkeypatch.setattr(live, "HEARTBEAT", 0.05)
    answers = [Visitor(7, 1), Visitor(7, 1), Visitor(7, 1)]

    async def story(application, office):
        page = Browser(application)
        await asyncio.wait_for(page.task, 2)  # the session ended: the stream ends
        names = [name for name, _ in page.events()]
        assert names == ["changed", "beat", "beat", "away"]

    told(story, admitted=lambda: answers.pop() if answers else None)


def test_stopping_sends_everybody_home():
    async def story(application, office):
        page = Browser(application)
        await asyncio.sleep(0.05)
        said = []

        async def stop():
            return {"type": "lifespan.shutdown"}

        async def send(message):
            said.append(message["type"])

        await application({"type": "lifespan"}, stop, send)
        assert said == ["lifespan.shutdown.complete"]
        await asyncio.wait_for(page.task, 2)
        assert page.events()[-1][0] == "away"

    told(story)
