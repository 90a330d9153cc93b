"""The live process (实时推送): server-sent events for boards, a small ASGI application by itself.

It says only that something changed, and some counts; the page then asks the site for what its
reader may see, so that rights stay in one place. `GET /callups/<number>/live/` is all there is.
"""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeVar

from django.conf import settings
from django.db import connections
from django.http.request import validate_host

from .address import origins_for
from .tower import Facts, Full, Tower, Viewer, look
from .visitors import Visitor, admit

Asgi = dict[str, Any]
Receive = Callable[[], Awaitable[Asgi]]
Send = Callable[[Asgi], Awaitable[None]]
Got = TypeVar("Got")

PATH = re.compile(r"^/callups/([A-Z0-9-]{1,20})/live/$")
HEARTBEAT = 15.0  # seconds; with each one the session and the right to see are asked again
RETRY = 3000  # milliseconds until a browser tries again
MOST, MOST_OF_ONE = 400, 8  # open pages in all, and of one person
_log = logging.getLogger("anlan.live")


class Live:
    """The application: one for each process."""

    def __init__(self) -> None:
        # One thread asks for all who watch, another lets in: neither waits for the other.
        self.looks, self.door = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self.tower = Tower(self._look, most=MOST, most_of_one=MOST_OF_ONE)

    async def __call__(self, scope: Asgi, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._live_and_die(receive, send)
        if scope["type"] != "http":
            return None
        headers = {name.decode("latin-1").lower(): v for name, v in scope["headers"]}
        host, origin = _text(headers, "host"), _text(headers, "origin")
        if not _is_ours(host):
            return await _refuse(send, 400)
        if origin and origin not in origins_for(host):
            return await _refuse(send, 403)
        found = PATH.match(scope["path"])
        if found is None or scope["method"] != "GET":
            return await _refuse(send, 404, origin)
        key = _session_key(_text(headers, "cookie"))
        visitor = await self._admit(key, found[1])
        if visitor is None:
            return await _refuse(send, 404, origin)
        try:
            async with self.tower.watching(visitor.person_id, visitor.callup_id) as viewer:
                await _open(send, origin)
                await self._serve(viewer, receive, send, lambda: self._admit(key, found[1]))
        except Full:
            await _refuse(send, 503, origin)

    async def _serve(
        self,
        viewer: Viewer,
        receive: Receive,
        send: Send,
        still: Callable[[], Awaitable[Visitor | None]],
    ) -> None:
        """Tell what changes until the reader leaves or loses the right to see it."""
        left = asyncio.create_task(_until_left(receive))
        try:
            while True:
                news = asyncio.create_task(viewer.news.get())
                await asyncio.wait(
                    {news, left}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED
                )
                if left.done():
                    news.cancel()
                    return
                if not news.done():
                    news.cancel()
                    if await still() is None:
                        break
                    await _say(send, "event: beat\ndata: {}\n\n")
                    continue
                facts = news.result()
                if facts is None:
                    break
                await _say(send, _event(facts))
            await _say(send, "event: away\ndata: {}\n\n")
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            left.cancel()

    async def _live_and_die(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                self.tower.send_away()
                self.looks.shutdown(wait=False, cancel_futures=True)
                self.door.shutdown(wait=False, cancel_futures=True)
                return await send({"type": "lifespan.shutdown.complete"})

    async def _look(self, callups: list[int]) -> dict[int, Facts]:
        return await _in(self.looks, lambda: look(callups))

    async def _admit(self, key: str, number: str) -> Visitor | None:
        try:
            return await _in(self.door, lambda: admit(key, number))
        except Exception:  # nobody is let in while the database cannot be asked
            _log.exception("nobody could be let in")
            return None


async def _in(pool: ThreadPoolExecutor, work: Callable[[], Got]) -> Got:
    """Ask the database in a thread that keeps its connection; a broken one is thrown away."""

    def asked() -> Got:
        try:
            return work()
        except Exception:
            connections.close_all()
            raise

    return await asyncio.get_running_loop().run_in_executor(pool, asked)


async def _until_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _open(send: Send, origin: str) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),  # a proxy must not collect what is to arrive now
        *_leave(origin),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await _say(send, f"retry: {RETRY}\n\n")


async def _refuse(send: Send, status: int, origin: str = "") -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store"), *_leave(origin)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


def _leave(origin: str) -> list[tuple[bytes, bytes]]:
    """That the page of exactly this origin may read the answer, with its cookie."""
    if not origin:
        return []
    return [
        (b"access-control-allow-origin", origin.encode()),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"origin"),
    ]


def _event(facts: Facts) -> str:
    return f"event: changed\ndata: {json.dumps(facts, separators=(',', ':'))}\n\n"


def _is_ours(host: str) -> bool:
    name = host.rpartition(":")[0] or host
    return validate_host(name, settings.ALLOWED_HOSTS)


def _session_key(cookies: str) -> str:
    found: SimpleCookie = SimpleCookie()
    with suppress(CookieError):
        found.load(cookies)
    kept = found.get(settings.SESSION_COOKIE_NAME)
    return kept.value if kept else ""


def _text(headers: dict[str, bytes], name: str) -> str:
    return headers.get(name, b"").decode("latin-1")
