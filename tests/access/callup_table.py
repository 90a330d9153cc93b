# ruff: noqa: E501 (the table is wide so that it can be read)
"""Who may do what to a call-up of 泽国镇 that 黄磊's station drafted, and to whom it calls."""

from collections.abc import Callable
from typing import Any

from anlan.callup import actions
from anlan.callup.actions import HandCall, Sheet
from anlan.people.models import Person

from .callup_scene import brief, six
from .personas import rows
from .scene import Scene

# fmt: off
TABLE = rows(
    #                                    nobody owner colleague finder station leader section chief sibling neighbour sector firm admin
    ("callup.draft",                     "-     -     -         -      x       x      x       x     -       -         -      -    -"),
    ("callup.submit",                    "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    ("callup.send_back",                 "-     -     -         -      -       x      -       x     -       -         -      -    -"),
    ("callup.approve",                   "-     -     -         -      -       x      -       x     -       -         -      -    -"),
    # The duty officer logs what the chief said over the phone.
    ("callup.approve_by_phone",          "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("callup.confirm_approval",          "-     -     -         -      -       -      -       x     -       -         -      -    -"),
    ("callup.start",                     "-     -     -         -      x       x      x       x     -       -         -      -    -"),
    ("callup.start_urgently",            "-     -     -         -      x       x      x       x     -       -         -      -    -"),
    ("callup.end",                       "-     -     -         -      x       x      x       x     -       -         -      -    -"),
    ("callup.void",                      "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    # 孙国强 is called: the answer is his alone.
    ("callup.answer",                    "-     -     -         x      -       -      -       -     -       -         -      -    -"),
    ("callup.ring_by_hand",              "-     -     -         -      x       x      x       -     -       -         -      -    -"),
    ("callup.record_hand_call",          "-     -     -         -      x       x      x       -     -       -         -      -    -"),
    ("callup.give_up",                   "-     -     -         -      x       x      x       -     -       -         -      -    -"),
    # Everybody for themselves.
    ("callup.keep_address",              "x     x     x         x      x       x      x       x     x       x         x      x    x"),
    # Spot checks of the town.
    ("callup.draw_check",                "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("callup.record_check",              "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("callup.settle_check",              "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("callup.call_sample",               "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("callup.conclude_sample",           "-     -     -         -      x       -      x       -     -       -         -      -    -"),
)
# fmt: on

Attempt = Callable[[Scene, Person], Any]


def _who(s: Scene, by: Person) -> dict[str, Any]:
    return {"by": by, "at": s.at}


def _by_phone(s: Scene, by: Person) -> None:
    callup = s["callup_submitted"]
    actions.approve_by_phone(callup, approver=s.district.zhou_chief, **_who(s, by))


def _settle(s: Scene, by: Person) -> None:
    actions.settle_check(s["wrong"], on=s.day, note="已补训", **_who(s, by))


# fmt: off
ATTEMPTS: dict[str, Attempt] = {
    "callup.draft":            lambda s, by: actions.draft(brief(s), **_who(s, by)),
    "callup.submit":           lambda s, by: actions.submit(s["callup_draft"], **_who(s, by)),
    "callup.send_back":        lambda s, by: actions.send_back(s["callup_submitted"], reason="再核", **_who(s, by)),
    "callup.approve":          lambda s, by: actions.approve(s["callup_submitted"], **_who(s, by)),
    "callup.approve_by_phone": _by_phone,
    "callup.confirm_approval": lambda s, by: actions.confirm_approval(s["callup_by_phone"], **_who(s, by)),
    "callup.start":            lambda s, by: actions.start(s["callup_drill"], **_who(s, by)),
    "callup.start_urgently":   lambda s, by: actions.start_urgently(s["callup_draft"], reason="坝体渗漏", **_who(s, by)),
    "callup.end":              lambda s, by: actions.end(s["callup_running"], reason="雨停", **_who(s, by)),
    "callup.void":             lambda s, by: actions.void(s["callup_draft"], reason="误拟", **_who(s, by)),
    "callup.answer":           lambda s, by: actions.answer(s["called"], kind="RECEIVED", **_who(s, by)),
    "callup.ring_by_hand":     lambda s, by: actions.ring_by_hand(s["called"], **_who(s, by)),
    "callup.record_hand_call": lambda s, by: actions.record_hand_call(s["called"], HandCall("ANSWERED"), **_who(s, by)),
    "callup.give_up":          lambda s, by: actions.give_up(s["called"], reason="上门未见", **_who(s, by)),
    "callup.keep_address":     lambda s, by: actions.keep_address(channel="MAIL", address="a@b.cn", **_who(s, by)),
    "callup.draw_check":       lambda s, by: actions.draw_check(six(s), **_who(s, by)),
    "callup.record_check":     lambda s, by: actions.record_check(s["six_asked"], Sheet(outcome="SILENT"), **_who(s, by)),
    "callup.settle_check":     _settle,
    "callup.call_sample":      lambda s, by: actions.call_sample(s["sample"], **_who(s, by)),
    "callup.conclude_sample":  lambda s, by: actions.conclude_sample(s["rung"], **_who(s, by)),
}
# fmt: on
