"""What every test of the house starts from: a database of its own, copied in a tenth of a second.

The server is started by tests/throwaway.py. The first worker that needs a database migrates one
template under a lock; everyone then copies it (TEST["TEMPLATE"] in the settings).
"""

import fcntl
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from pytest_django import DjangoDbBlocker

from anlan.demo.district import Clock, District
from tests.cast_once import district_at

# Two cores shared with a database and a browser: an example may take its time, and still be right.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

NEVER_CONNECTED = "ALTER DATABASE {} ALLOW_CONNECTIONS false"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Before pytest-django creates the test database: make sure that its template is there."""
    given = settings.DATABASES["default"]
    template = given["TEST"]["TEMPLATE"]
    login = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"]}
    lock = Path(settings.DATA_DIR) / "template.lock"
    with (
        lock.open("wb") as gate,
        psycopg.connect(
            **login, password=given["PASSWORD"], dbname="postgres", autocommit=True
        ) as server,
        django_db_blocker.unblock(),
    ):
        fcntl.flock(gate, fcntl.LOCK_EX)
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            return
        name = sql.Identifier(template)
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        _migrate(template)
        # A template with a connection on it cannot be copied: nobody shall ever open one.
        server.execute(sql.SQL(NEVER_CONNECTED).format(name))


def _migrate(database: str) -> None:
    connection = connections["default"]
    usual = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = database
    try:
        call_command("migrate", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database of this test alone, without a transaction around it: commits, threads, kills.

    Not `transactional_db`: that one empties tables afterwards, and the trail cannot be emptied.
    """
    connection = connections["default"]
    given = connection.settings_dict
    usual, template = given["NAME"], given["TEST"]["TEMPLATE"]
    name = f"{usual}_{os.urandom(4).hex()}"
    login = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"]}
    with (
        psycopg.connect(
            **login, password=given["PASSWORD"], dbname="postgres", autocommit=True
        ) as server,
        django_db_blocker.unblock(),
    ):
        made, original = sql.Identifier(name), sql.Identifier(template)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(made, original))
        connection.close()
        given["NAME"] = name
        try:
            yield name
        finally:
            connection.close()
            given["NAME"] = usual
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(made))


@pytest.fixture
def clock() -> Clock:
    """Wednesday 2024-06-12, 16:00 in the district: the middle of the plum rains."""
    return Clock(datetime(2024, 6, 12, 8, 0, tzinfo=UTC))


@pytest.fixture
def district(db: None, clock: Clock) -> District:
    return district_at(clock)
