"""pytest plugin: one throw-away database server for the whole session (`-p tests.throwaway`).

A plugin and not a part of conftest.py, because pytest-django reads the settings, and with them the
environment, before it reads any conftest. Under xdist only the master starts a server; the workers
inherit its address.
"""

import os
import tempfile

from anlan.kernel import database


def _begin() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    server = database.throwaway()
    # Tests make databases and break the trail on purpose: they come as superuser.
    os.environ["ANLAN_DATABASE_URL"] = server.superuser_url
    os.environ["ANLAN_DATA"] = tempfile.mkdtemp(dir=server.data_dir)
    os.environ["ANLAN_SECRET_KEY"] = "only for tests: nothing signed with it leaves this process"
    os.environ["ANLAN_TEST_TEMPLATE"] = "anlan_template"
    os.environ.pop("ANLAN_CATALOGUES", None)
    # xdist compares the names of tests between its workers, and a name may be made from a set.
    os.environ["PYTHONHASHSEED"] = "0"


_begin()
