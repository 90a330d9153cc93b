"""What every web worker runs: the application, made warm before the first officer asks (预热).

Django imports views, compiles templates and reads catalogues when they are first wanted: two
seconds, and whoever is rung out of bed after a restart would be the one to wait for them.
"""

import gc
from pathlib import Path

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

TEMPLATES = Path(__file__).resolve().parent / "templates"


def application() -> WSGIHandler:
    """The application of one worker, which answers its first request as fast as any other."""
    made = get_wsgi_application()
    warm()
    _open_the_pool()
    gc.collect()
    gc.freeze()  # what is loaded by now stays: no collection needs to walk through it again
    return made


def warm() -> None:
    """Load what requests would load one by one: views, languages, templates, catalogues."""
    from django.conf import settings
    from django.template.loader import get_template
    from django.urls import get_resolver
    from django.utils import translation

    from anlan.people.access import roles
    from anlan.wiring.catalogues import keep_fresh

    _ = get_resolver().reverse_dict  # made of every address, so every view is imported
    for code, _ in settings.LANGUAGES:
        with translation.override(code):
            translation.gettext("安澜")
    for path in TEMPLATES.rglob("*.html"):
        get_template(path.relative_to(TEMPLATES).as_posix())
    roles()
    keep_fresh()  # the first look reads and judges every catalogue


def _open_the_pool() -> None:
    from django.db import connection

    connection.ensure_connection()
    connection.close()  # back into the pool
