# ruff: noqa: E501 (the table is wide so that it can be read)
"""Who may do what to a reminder letter that 泽国镇 sends to 泽海冷链."""

from collections.abc import Callable
from typing import Any

from anlan.papers import actions
from anlan.papers.models import Paper
from anlan.people.models import Person

from .papers_scene import SAID, told
from .personas import rows
from .scene import Scene

# fmt: off
TABLE = rows(
    #                     nobody owner colleague finder station leader section chief sibling neighbour sector firm admin
    # In the name of the town writes the town, not the bureau above it.
    ("papers.draft",      "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    ("papers.edit",       "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    ("papers.discard",    "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    ("papers.submit",     "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    # Written by the station, signed by its leader.
    ("papers.send_back",  "-     -     -         -      -       x      -       -     -       -         -      -    -"),
    ("papers.issue",      "-     -     -         -      -       x      -       -     -       -         -      -    -"),
    ("papers.withdraw",   "-     -     -         -      -       x      -       -     -       -         -      -    -"),
    # The firm it went to; and the station enters what came back on paper.
    ("papers.reply",      "-     x     x         -      x       -      -       -     -       -         -      -    -"),
)
# fmt: on

Attempt = Callable[[Scene, Person], Any]


def _draft(s: Scene, by: Person) -> Paper:
    return actions.draft(**told(s), by=by, at=s.at)


def _who(s: Scene, by: Person) -> dict[str, Any]:
    return {"by": by, "at": s.at}


# fmt: off
ATTEMPTS: dict[str, Attempt] = {
    "papers.draft":     _draft,
    "papers.edit":      lambda s, by: actions.edit(s["letter_written"], values=SAID, **_who(s, by)),
    "papers.discard":   lambda s, by: actions.discard(s["letter_written"], **_who(s, by)),
    "papers.submit":    lambda s, by: actions.submit(s["letter_written"], **_who(s, by)),
    "papers.send_back": lambda s, by: actions.send_back(s["letter_handed_in"], reason="补充依据", **_who(s, by)),
    "papers.issue":     lambda s, by: actions.issue(s["letter_handed_in"], **_who(s, by)),
    "papers.withdraw":  lambda s, by: actions.withdraw(s["letter"], reason="事实有误", **_who(s, by)),
    "papers.reply":     lambda s, by: actions.reply(s["letter"], text="已恢复使用", **_who(s, by)),
}
# fmt: on
