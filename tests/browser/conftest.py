"""A real Chromium before a real server on a real PostgreSQL."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from psycopg import sql
from pytest_django import DjangoDbBlocker

from .house import IN_GRID7, House, lit
from .seat import Seat, Watch

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE_MODEL = "Pixel 7"
# What ought to come, comes; how fast is a benchmark's question, never a test's.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def playing() -> Iterator[Playwright]:
    # Its event loop runs in this thread; Django must not mistake our queries for the loop's.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playing: Playwright) -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert found, "Chromium is missing: bin/check says how to get it"
    browser = playing.chromium.launch(executable_path=found, args=QUIET)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def house(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """The sample district in a database of this file alone, served."""
    assert (Path(settings.PACKAGE) / "web/static/built/manifest.json").exists(), "run bin/bundle"
    given = connections["default"].settings_dict
    login = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"]}
    name, template = f"browser_{os.urandom(4).hex()}", given["TEST"]["TEMPLATE"]
    made, original = sql.Identifier(name), sql.Identifier(template)
    with (
        psycopg.connect(
            **login, password=given["PASSWORD"], dbname="postgres", autocommit=True
        ) as server,
        django_db_blocker.unblock(),
        override_settings(FILES_DIR=tmp_path_factory.mktemp("files"), ALLOWED_HOSTS=["127.0.0.1"]),
    ):
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(made, original))
        usual = connections["default"].settings_dict["NAME"]
        connections["default"].close()
        connections["default"].settings_dict["NAME"] = name
        try:
            with lit() as house:
                yield house
        finally:
            connections["default"].close()
            connections["default"].settings_dict["NAME"] = usual
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(made))


@pytest.fixture
def sit(
    house: House, chromium: Browser, playing: Playwright, tmp_path: Path
) -> Iterator[Callable[..., Seat]]:
    """`sit("phone")` is a fresh browser; whatever went wrong in it fails the test."""
    taken: list[Seat] = []

    def take(device: str) -> Seat:
        looks = playing.devices[PHONE_MODEL] if device == "phone" else DESK
        context = chromium.new_context(
            **looks, locale="zh-CN", geolocation=IN_GRID7, permissions=["geolocation"]
        )
        context.set_default_timeout(20_000)
        watch = Watch(house.address)
        watch.over(context)
        shots = tmp_path / f"{device}{len(taken)}"
        shots.mkdir()
        seat = Seat(house, context, context.new_page(), watch, shots)
        taken.append(seat)
        return seat

    yield take
    faults = [fault for seat in taken for fault in seat.watch.faults]
    for seat in taken:
        seat.context.close()
    assert not faults
