# ruff: noqa: E501 (the table is wide so that it can be read)
"""Who posts, objects to, decides and closes the assessment of the towns."""

from collections.abc import Callable
from typing import Any

from anlan.figures import actions
from anlan.figures.rules import parse_period
from anlan.people.models import Person

from .personas import rows
from .scene import Scene

# fmt: off
TABLE = rows(
    #                              nobody owner colleague finder station leader section chief sibling neighbour sector firm admin
    ("figures.post_scores",        "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    # For 泽国镇 speak its station and its leader, not its grid workers, and no other town.
    ("figures.object_to",          "-     -     -         -      x       x      -       -     -       -         -      -    -"),
    # The section posted it: it does not judge what is said against it.
    ("figures.decide_objection",   "-     -     -         -      -       -      -       x     -       -         -      -    -"),
    ("figures.close_round",        "-     -     -         -      -       -      -       x     -       -         -      -    -"),
    ("figures.draft_letter",       "-     -     -         -      -       -      x       -     -       -         -      -    -"),
)
# fmt: on

Attempt = Callable[[Scene, Person], Any]


def _who(s: Scene, by: Person) -> dict[str, Any]:
    return {"by": by, "at": s.at}


def _post(s: Scene, by: Person) -> None:
    period = parse_period("2024-03")
    actions.post_scores("towns", period=period, area=s.district.wenling, **_who(s, by))


# fmt: off
ATTEMPTS: dict[str, Attempt] = {
    "figures.post_scores":      _post,
    "figures.object_to":        lambda s, by: actions.object_to(s["score"], leaf="rectified", words="有一条已销号", **_who(s, by)),
    "figures.decide_objection": lambda s, by: actions.decide_objection(s["objection"], score=None, opinion="台账为次日补录，维持", **_who(s, by)),
    "figures.close_round":      lambda s, by: actions.close_round(s["round_before"], **_who(s, by)),
    "figures.draft_letter":     lambda s, by: actions.draft_letter(s["score"], reminder=False, **_who(s, by)),
}
# fmt: on
