# ruff: noqa: E501 (the table is wide so that it can be read)
"""Who may do what to 泽国镇's monthly bulletin of May."""

from collections.abc import Callable
from typing import Any

from anlan.figures import actions
from anlan.people.models import Person

from .personas import rows
from .reports_scene import written
from .scene import Scene

# fmt: off
TABLE = rows(
    #                           nobody owner colleague finder station leader section chief sibling neighbour sector firm admin
    # In the name of the town writes the town.
    ("figures.make_report",     "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    ("figures.edit_report",     "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    ("figures.refresh_report",  "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    ("figures.discard_report",  "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    ("figures.submit_report",   "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    # Its leader checks what the station wrote.
    ("figures.return_report",   "-     -     -         -      -       x      -       -     -       -         -      -    -"),
    ("figures.check_report",    "-     -     -         -      -       x      -       -     -       -         -      -    -"),
    ("figures.file_report",     "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    ("figures.reopen_report",   "-     -     -         -      -       x      -       -     -       -         -      -    -"),
)
# fmt: on

Attempt = Callable[[Scene, Person], Any]


def _who(s: Scene, by: Person) -> dict[str, Any]:
    return {"by": by, "at": s.at}


def _tried(stage: str, deed: Callable[..., Any], **given: Any) -> Attempt:
    return lambda s, by: deed(s["bulletin_" + stage], **given, **_who(s, by))


ATTEMPTS: dict[str, Attempt] = {
    "figures.make_report": written,
    "figures.edit_report": _tried("written", actions.edit_report, paragraphs={0: "改"}),
    "figures.refresh_report": _tried("written", actions.refresh_report),
    "figures.discard_report": _tried("written", actions.discard_report),
    "figures.submit_report": _tried("written", actions.submit_report),
    "figures.return_report": _tried("submitted", actions.return_report, reason="补充"),
    "figures.check_report": _tried("submitted", actions.check_report),
    "figures.file_report": _tried("checked", actions.file_report),
    "figures.reopen_report": _tried("checked", actions.reopen_report, reason="补充"),
}
