# ruff: noqa: E501 (the table is wide so that it can be read)
"""Who may do what to a cold store, a crack above the village and a warehouse of 泽国镇."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from anlan.people.models import Person
from anlan.registry import actions

from .personas import rows
from .scene import Scene, bags, site

# fmt: off
TABLE = rows(
    #                                    nobody owner colleague finder station leader section chief sibling neighbour sector firm admin
    ("registry.register_item",           "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    ("registry.import_items",            "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    # 孙国强's post keeps the cold store: its keeper looks, corrects and confirms.
    ("registry.change_item",             "-     -     -         x      x       -      x       -     -       -         -      -    x"),
    ("registry.confirm_item",            "-     -     -         x      x       -      x       -     -       -         -      -    -"),
    ("registry.reveal_item",             "-     -     -         -      x       x      x       x     -       -         -      -    x"),
    ("registry.move_item",               "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    ("registry.grade_item",              "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("registry.assign_keeper",           "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("registry.set_parties",             "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("registry.retire_item",             "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    ("registry.restore_item",            "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    # A spot in no register: the grid worker of the place reports it, the station reviews it.
    ("registry.report_new_spot",         "-     -     -         x      x       -      x       -     -       -         -      -    -"),
    ("registry.adopt_spot",              "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("registry.decline_spot",            "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    # Stock.
    ("registry.receive_stock",           "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("registry.issue_stock",             "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("registry.lend_stock",              "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("registry.return_stock",            "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("registry.count_stock",             "-     -     -         -      x       -      x       -     -       -         -      -    -"),
)
# fmt: on

Attempt = Callable[[Scene, Person], Any]


def _who(s: Scene, by: Person) -> dict[str, Any]:
    return {"by": by, "at": s.at}


def _import(s: Scene, by: Person) -> None:
    row = {"name": "三号冷库", "area": s["village_muyu"], "ammonia_tonnes": 3.0}
    actions.import_items(kind="ammonia_site", rows=[row], source="台账.xlsx", **_who(s, by))


def _report_spot(s: Scene, by: Person) -> None:
    given = {"name": "牧屿河岸塌陷", "area": s.district.grid7.code}
    actions.report_new_spot(kind="geohazard_spot", given=given, **_who(s, by))


def _grade(s: Scene, by: Person) -> None:
    actions.grade_item(s["site"], grade="LARGER", reason="液氨充装量增加", **_who(s, by))


def _keeper(s: Scene, by: Person) -> None:
    actions.assign_keeper(s["site"], post=s.district.zeguo_station_post, **_who(s, by))


def _parties(s: Scene, by: Person) -> None:
    parties = {"territorial": s.district.zeguo_town}
    actions.set_parties(s["site"], parties=parties, **_who(s, by))


def _lend(s: Scene, by: Person) -> None:
    to, due_on = s.district.taiping_street, s.day + timedelta(days=5)
    actions.lend_stock(s["store"], amount=bags(10), to=to, due_on=due_on, **_who(s, by))


# fmt: off
ATTEMPTS: dict[str, Attempt] = {
    "registry.register_item":  lambda s, by: actions.register_item(kind="ammonia_site", given=site(s, name="四号冷库"), **_who(s, by)),
    "registry.import_items":   _import,
    "registry.change_item":    lambda s, by: actions.change_item(s["site"], given={"address": "牧屿街90号"}, **_who(s, by)),
    "registry.confirm_item":   lambda s, by: actions.confirm_item(s["site"], **_who(s, by)),
    "registry.reveal_item":    lambda s, by: actions.reveal_item(s["store"], key="keeper_phone", **_who(s, by)),
    "registry.move_item":      lambda s, by: actions.move_item(s["site"], area=s["village"], **_who(s, by)),
    "registry.grade_item":     _grade,
    "registry.assign_keeper":  _keeper,
    "registry.set_parties":    _parties,
    "registry.retire_item":    lambda s, by: actions.retire_item(s["site"], reason="停用", **_who(s, by)),
    "registry.restore_item":   lambda s, by: actions.restore_item(s["retired"], reason="复用", **_who(s, by)),
    "registry.report_new_spot": _report_spot,
    "registry.adopt_spot":     lambda s, by: actions.adopt_spot(s["spot"], given={"disaster_type": "滑坡"}, **_who(s, by)),
    "registry.decline_spot":   lambda s, by: actions.decline_spot(s["spot"], reason="已在册", **_who(s, by)),
    "registry.receive_stock":  lambda s, by: actions.receive_stock(s["store"], amount=bags(10), **_who(s, by)),
    "registry.issue_stock":    lambda s, by: actions.issue_stock(s["store"], amount=bags(10), **_who(s, by)),
    "registry.lend_stock":     _lend,
    "registry.return_stock":   lambda s, by: actions.return_stock(s["loan"], quantity=Decimal(50), **_who(s, by)),
    "registry.count_stock":    lambda s, by: actions.count_stock(s["store"], amount=bags(430), **_who(s, by)),
}
# fmt: on
