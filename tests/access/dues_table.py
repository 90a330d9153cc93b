# ruff: noqa: E501 (the table is wide so that it can be read)
"""Who may excuse, plan and climb where 泽国镇 is late with its night checks."""

from collections.abc import Callable
from datetime import date
from typing import Any

from anlan.dues import actions
from anlan.people.models import Person

from .dues_scene import YEAR, who
from .personas import rows
from .scene import Scene

# fmt: off
TABLE = rows(
    #                         nobody owner colleague finder station leader section chief sibling neighbour sector firm admin
    # The bureau excuses the town; the town's own leader does not.
    ("dues.waive",            "-     -     -         -      -       -      x       x     -       -         -      -    -"),
    ("dues.withdraw_waiver",  "-     -     -         -      -       -      x       x     -       -         -      -    -"),
    ("dues.plan",             "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("dues.unplan",           "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    # A word of reminder is for everybody who leads there.
    ("dues.remind",           "-     -     -         -      x       x      x       x     -       -         -      -    -"),
    # A letter is written by the section and signed by the chief, who does not write it.
    ("dues.confirm_step",     "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("dues.decline_step",     "-     -     -         -      -       -      x       x     -       -         -      -    -"),
)
# fmt: on

Attempt = Callable[[Scene, Person], Any]
DAYS = (date(2024, 6, 3), date(2024, 6, 9))


def _who(s: Scene, by: Person) -> dict[str, Any]:
    return {"by": by, "at": s.at}


# fmt: off
ATTEMPTS: dict[str, Attempt] = {
    "dues.waive":           lambda s, by: actions.waive("town_night_check", who=who(s), days=DAYS, reason="台风", **_who(s, by)),
    "dues.withdraw_waiver": lambda s, by: actions.withdraw_waiver(s["waiver"], **_who(s, by)),
    "dues.plan":            lambda s, by: actions.plan("plan_dust", first=YEAR, things=[s.district.foundry, s.district.cold_chain], **_who(s, by)),
    "dues.unplan":          lambda s, by: actions.unplan(s["plan_line"], reason="已停产", **_who(s, by)),
    "dues.remind":          lambda s, by: actions.remind(s["arrear"], **_who(s, by)),
    "dues.confirm_step":    lambda s, by: actions.confirm_step(s["step"], **_who(s, by)),
    "dues.decline_step":    lambda s, by: actions.decline_step(s["step"], reason="已说明", **_who(s, by)),
}
# fmt: on
