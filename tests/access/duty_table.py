# ruff: noqa: E501 (the table is wide so that it can be read)
"""Who may do what in 泽国镇's duty room: 孙国强 (finder) sits there, 林海 (leader) leads."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from anlan.duty import actions
from anlan.duty.actions import DeskFacts, Note, Occasion, Order, Planned, RotationFacts, SwapFacts
from anlan.people.models import Person

from .personas import rows
from .scene import Scene

# fmt: off
TABLE = rows(
    #                          nobody owner colleague finder station leader section chief sibling neighbour sector firm admin
    ("duty.open_desk",         "-     -     -         -      -       -      x       -     -       -         -      -    x"),
    ("duty.change_desk",       "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    ("duty.close_desk",        "-     -     -         -      -       -      x       -     -       -         -      -    x"),
    # Joint duty begins with a response: leaders decide it, the station prepares it.
    ("duty.open_joint",        "-     -     -         -      x       x      x       x     -       -         -      -    -"),
    ("duty.set_seat",          "-     -     -         -      x       x      x       x     -       -         -      -    -"),
    ("duty.close_joint",       "-     -     -         -      x       x      x       x     -       -         -      -    -"),
    # The roster is made by the office whose desk it is, and by the district.
    ("duty.assign",            "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("duty.reassign_shift",    "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("duty.drop_shift",        "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("duty.clear_roster",      "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("duty.set_rotation",      "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("duty.generate_roster",   "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("duty.import_shifts",     "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    # A swap is between two, and nobody else's.
    ("duty.ask_swap",          "-     -     -         x      -       -      -       -     -       -         -      -    -"),
    ("duty.accept_swap",       "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    ("duty.decline_swap",      "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    ("duty.withdraw_swap",     "-     -     -         x      -       -      -       -     -       -         -      -    -"),
    # Whoever is on duty there writes and sees who comes; the office may too.
    ("duty.confirm_arrival",   "-     -     -         x      x       x      x       -     -       -         -      -    -"),
    ("duty.write_log",         "-     -     -         x      x       x      x       -     -       -         -      -    -"),
    ("duty.correct_log",       "-     -     -         x      x       x      x       -     -       -         -      -    -"),
    ("duty.give_handover",     "-     -     -         x      -       -      -       -     -       -         -      -    -"),
    ("duty.take_handover",     "-     -     -         x      x       -      x       -     -       -         -      -    -"),  # 林海 gave it
    ("duty.summon",            "-     -     -         -      x       x      x       x     -       -         -      -    -"),
    ("duty.end_summons",       "-     -     -         -      x       x      x       x     -       -         -      -    -"),
)
# fmt: on

Attempt = Callable[[Scene, Person], Any]


def _who(s: Scene, by: Person) -> dict[str, Any]:
    return {"by": by, "at": s.at}


def _open(s: Scene, by: Person) -> None:
    facts, where = DeskFacts("holiday_duty", "节假日值班"), s.district
    actions.open_desk(facts, area=where.zeguo, body=where.zeguo_town, **_who(s, by))


def _joint(s: Scene, by: Person) -> None:
    facts, where = DeskFacts("joint_duty", "两会期间值班"), s.district
    occasion = Occasion("全国两会期间")
    actions.open_joint(facts, area=where.zeguo, body=where.bureau, occasion=occasion, **_who(s, by))


def _planned(s: Scene) -> Planned:
    starts = s.at + timedelta(days=9)
    return Planned("OFFICER", s.district.sun_grid7, starts, starts + timedelta(days=1))


def _rotation(s: Scene, by: Person) -> None:
    group = [s.district.sun_grid7, s.district.huang_zeguo_station]
    actions.set_rotation(s["desk"], RotationFacts("OFFICER"), group=group, **_who(s, by))


def _generate(s: Scene, by: Person) -> None:
    days = {"first": date(2024, 7, 1), "last": date(2024, 7, 2)}
    actions.generate_roster(s["desk"], [s["rotation"]], **days, **_who(s, by))


def _reassign(s: Scene, by: Person) -> None:
    to = s.district.huang_zeguo_station
    actions.reassign_shift(s["later"], person=to, reason="出差", **_who(s, by))


def _clear(s: Scene, by: Person) -> None:
    days = {"first": date(2024, 6, 1), "last": date(2024, 6, 30)}
    actions.clear_roster(s["desk"], level="OFFICER", **days, **_who(s, by))


def _ask(s: Scene, by: Person) -> None:
    facts = SwapFacts(s.district.huang_zeguo_station, None, "出差")
    actions.ask_swap(s["later"], facts, **_who(s, by))


def _summon(s: Scene, by: Person) -> None:
    order = Order("暴雨红色预警", s.at + timedelta(hours=1))
    actions.summon(s["desk"], [s.district.sun_grid7], order=order, **_who(s, by))


# fmt: off
ATTEMPTS: dict[str, Attempt] = {
    "duty.open_desk":       _open,
    "duty.change_desk":     lambda s, by: actions.change_desk(s["desk"], name="值班室", phone="86120001", **_who(s, by)),
    "duty.close_desk":      lambda s, by: actions.close_desk(s["desk"], reason="并入片区", **_who(s, by)),
    "duty.open_joint":      _joint,
    "duty.set_seat":        lambda s, by: actions.set_seat(s["joint"], body=s.district.fire_brigade, number=1, **_who(s, by)),
    "duty.close_joint":     lambda s, by: actions.close_joint(s["joint"], reason="响应结束", **_who(s, by)),
    "duty.assign":          lambda s, by: actions.assign(s["desk"], _planned(s), **_who(s, by)),
    "duty.reassign_shift":  _reassign,
    "duty.drop_shift":      lambda s, by: actions.drop_shift(s["later"], reason="停班", **_who(s, by)),
    "duty.clear_roster":    _clear,
    "duty.set_rotation":    _rotation,
    "duty.generate_roster": _generate,
    "duty.import_shifts":   lambda s, by: actions.import_shifts([(s["desk"], _planned(s))], source="值班表.xlsx", **_who(s, by)),
    "duty.ask_swap":        _ask,
    "duty.accept_swap":     lambda s, by: actions.accept_swap(s["swap"], **_who(s, by)),
    "duty.decline_swap":    lambda s, by: actions.decline_swap(s["swap"], reason="有事", **_who(s, by)),
    "duty.withdraw_swap":   lambda s, by: actions.withdraw_swap(s["swap"], **_who(s, by)),
    "duty.confirm_arrival": lambda s, by: actions.confirm_arrival(s["shift"], **_who(s, by)),
    "duty.write_log":       lambda s, by: actions.write_log(s["desk"], Note("CALL_IN", "试试"), **_who(s, by)),
    "duty.correct_log":     lambda s, by: actions.correct_log(s["entry"], words="更正", **_who(s, by)),
    "duty.give_handover":   lambda s, by: actions.give_handover(s["shift"], words="无异常", **_who(s, by)),
    "duty.take_handover":   lambda s, by: actions.take_handover(s["handover"], **_who(s, by)),
    "duty.summon":          _summon,
    "duty.end_summons":     lambda s, by: actions.end_summons(s["summons"], **_who(s, by)),
}
# fmt: on
