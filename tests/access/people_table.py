# ruff: noqa: E501 (the table is wide so that it can be read)
"""Who may do what to areas, bodies, posts, persons, charges and accounts of 泽国镇."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from anlan.demo.cast import PASSWORD
from anlan.kernel.errors import Forbidden
from anlan.people import actions
from anlan.people.models import Person
from anlan.people.rules.facts import (
    AreaFacts,
    BodyFacts,
    ChargeFacts,
    GrantFacts,
    PersonFacts,
    PostFacts,
)

from .personas import rows
from .scene import Scene

# fmt: off
TABLE = rows(
    #                                    nobody owner colleague finder station leader section chief sibling neighbour sector firm admin
    # The tree is the administrator's; grids are drawn by those who work with them.
    ("people.add_area",                  "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.rename_area",               "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.transfer_area",             "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.merge_areas",               "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.split_area",                "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.set_outline",               "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.load_divisions",            "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.add_grid",                  "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    ("people.register_body",             "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    ("people.change_body",               "-     -     -         -      -       -      x       -     -       -         -      -    x"),
    ("people.close_body",                "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.seat_member",               "-     -     -         -      -       -      x       -     -       -         -      -    x"),
    ("people.unseat_member",             "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.create_post",               "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.change_post",               "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.abolish_post",              "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    # People come and go below the town's station, too.
    ("people.add_person",                "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    ("people.change_person",             "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    ("people.appoint",                   "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    ("people.release",                   "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    ("people.leave",                     "-     -     -         -      -       -      x       -     -       -         -      -    x"),
    # Who must ring people sees numbers; departments ring the firms of the whole city.
    ("people.reveal_phone",              "-     -     -         -      x       x      x       x     -       -         x      -    x"),
    # A charge is confirmed by who holds it, or by whoever keeps the list there.
    ("people.give_charge",               "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    ("people.end_charge",                "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    ("people.confirm_charge",            "-     -     -         x      x       x      x       -     -       -         -      -    x"),
    ("people.confirm_charges",           "-     -     -         x      x       x      x       -     -       -         -      -    x"),
    ("people.open_confirmation_round",   "-     -     -         -      -       -      x       -     -       -         -      -    x"),
    # A table of many is each row by hand: the same rights, row by row.
    ("people.import_areas",              "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.import_bodies",             "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    ("people.import_persons",            "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    ("people.import_charges",            "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    # Accounts: one's own password, and the administrator.
    ("people.open_account",              "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.set_password",              "-     x     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.lock_account",              "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.unlock_account",            "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.grant",                     "-     -     -         -      -       -      -       -     -       -         -      -    x"),
    ("people.withdraw",                  "-     -     -         -      -       -      -       -     -       -         -      -    x"),
)
# fmt: on

SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [[121.30, 28.45], [121.36, 28.45], [121.36, 28.51], [121.30, 28.51], [121.30, 28.45]]
    ],
}
Attempt = Callable[[Scene, Person], Any]


def _who(s: Scene, by: Person) -> dict[str, Any]:
    return {"by": by, "at": s.at}


def _area(s: Scene, code: str) -> AreaFacts:
    return AreaFacts(code, "下陈村", since=s.day)


def _add_grid(s: Scene, by: Person) -> None:
    facts = AreaFacts("331081100024008", "牧屿8号网格", since=s.day)
    actions.add_grid(facts, parent=s["village_muyu"], grid_kind="GENERAL", **_who(s, by))


def _rename(s: Scene, by: Person) -> None:
    actions.rename_area(s["village_muyu"], name="牧屿村", since=s.day, **_who(s, by))


def _transfer(s: Scene, by: Person) -> None:
    actions.transfer_area(s["village"], to=s.district.taiping, since=s.day, **_who(s, by))


def _merge(s: Scene, by: Person) -> None:
    actions.merge_areas([s["village"]], into=s["village_muyu"], since=s.day, **_who(s, by))


def _split(s: Scene, by: Person) -> None:
    parts = [(_area(s, "331081100031"), [])]
    actions.split_area(s["village_muyu"], parts=parts, remains=True, **_who(s, by))


def _register_body(s: Scene, by: Person) -> None:
    facts = BodyFacts(name="温岭市海诚水产有限公司", kind="ENTERPRISE")
    actions.register_body(facts, area=s["village_muyu"], **_who(s, by))


def _change_body(s: Scene, by: Person) -> None:
    facts = BodyFacts(name="温岭市泽海冷链有限公司", kind="ENTERPRISE")
    actions.change_body(s["cold_chain"], facts, area=s["village_muyu"], **_who(s, by))


def _seat(s: Scene, by: Person) -> None:
    member = s.district.zeguo_station_post
    actions.seat_member(s["committee"], member=member, role="DEPUTY", **_who(s, by))


def _create_post(s: Scene, by: Person) -> None:
    facts = PostFacts("泽海冷链值班长", ("safety_officer",))
    actions.create_post(facts, body=s["cold_chain"], area=s["village_muyu"], **_who(s, by))


def _change_post(s: Scene, by: Person) -> None:
    facts = PostFacts("泽海冷链安全总监", ("safety_officer",))
    actions.change_post(s["post"], facts, superior=s.district.zeguo_station_post, **_who(s, by))


def _appoint(s: Scene, by: Person) -> None:
    actions.appoint(s["new_person"], post=s["post"], since=s.day, **_who(s, by))


def _release(s: Scene, by: Person) -> None:
    actions.release(s["person"], post=s["post"], on=s.day, **_who(s, by))


def _give(s: Scene, by: Person) -> None:
    facts = ChargeFacts("town_leader_village", since=s.day)
    holder = s.district.zeguo_leader_post
    actions.give_charge(facts, area=s["village_muyu"], holder=holder, **_who(s, by))


def _round(s: Scene, by: Person) -> None:
    ends, area = s.day + timedelta(days=10), s.district.zeguo
    actions.open_confirmation_round(kind="grid_worker", area=area, confirm_by=ends, **_who(s, by))


def _table(take: Callable[..., Any], row: Any, s: Scene, by: Person) -> None:
    """One row of a table: refused for want of a right, it says so of that row."""
    try:
        take([row], source="名单.xlsx", **_who(s, by))
    except actions.RowsRefused as no:
        if "权限" not in no.words:
            raise  # not for want of a right: another hindrance
        raise Forbidden(no.words, mend=no.mend) from no


def _import_areas(s: Scene, by: Person) -> None:
    _table(actions.import_areas, actions.AreaRow(_area(s, "331081100031")), s, by)


def _import_bodies(s: Scene, by: Person) -> None:
    facts = BodyFacts(name="温岭市海诚水产有限公司", kind="ENTERPRISE")
    _table(actions.import_bodies, actions.BodyRow(facts, s["village_muyu"]), s, by)


def _import_persons(s: Scene, by: Person) -> None:
    row = actions.PersonRow(PersonFacts("江涛"), s["cold_chain"])
    _table(actions.import_persons, row, s, by)


def _import_charges(s: Scene, by: Person) -> None:
    facts, holder = ChargeFacts("town_leader_village", since=s.day), s.district.zeguo_leader_post
    _table(actions.import_charges, actions.ChargeRow(facts, s["village_muyu"], holder), s, by)


def _open_account(s: Scene, by: Person) -> None:
    given = {"username": "luxiao", "password": "Chaoyang-2024-ok"}
    actions.open_account(s["new_person"], **given, **_who(s, by))


def _set_password(s: Scene, by: Person) -> None:
    actions.set_password(s["account"], new="Chaoyang-2024-ok", old=PASSWORD, **_who(s, by))


def _grant(s: Scene, by: Person) -> None:
    facts = GrantFacts(("matters.check",), "交叉检查", s.at + timedelta(days=7))
    actions.grant(s["idle"], facts, area=s.district.zeguo, **_who(s, by))


# fmt: off
ATTEMPTS: dict[str, Attempt] = {
    "people.add_area":       lambda s, by: actions.add_area(_area(s, "331081100031"), parent=s.district.zeguo, **_who(s, by)),
    "people.rename_area":    _rename,
    "people.transfer_area":  _transfer,
    "people.merge_areas":    _merge,
    "people.split_area":     _split,
    "people.set_outline":    lambda s, by: actions.set_outline(s["village_muyu"], outline=SQUARE, **_who(s, by)),
    "people.load_divisions": lambda s, by: actions.load_divisions(root="331081", **_who(s, by)),
    "people.add_grid":       _add_grid,
    "people.register_body":  _register_body,
    "people.change_body":    _change_body,
    "people.close_body":     lambda s, by: actions.close_body(s["cold_chain"], on=s.day, reason="注销", **_who(s, by)),
    "people.seat_member":    _seat,
    "people.unseat_member":  lambda s, by: actions.unseat_member(s["seat"], on=s.day, **_who(s, by)),
    "people.create_post":    _create_post,
    "people.change_post":    _change_post,
    "people.abolish_post":   lambda s, by: actions.abolish_post(s["post"], on=s.day, **_who(s, by)),
    "people.add_person":     lambda s, by: actions.add_person(PersonFacts("江涛"), body=s["cold_chain"], **_who(s, by)),
    "people.change_person":  lambda s, by: actions.change_person(s["person"], PersonFacts("徐文", "13800000099"), body=s["cold_chain"], **_who(s, by)),
    "people.appoint":        _appoint,
    "people.release":        _release,
    "people.leave":          lambda s, by: actions.leave(s["person"], on=s.day, reason="离职", **_who(s, by)),
    "people.reveal_phone":   lambda s, by: actions.reveal_phone(s["person"], reason="整改联系", **_who(s, by)),
    "people.give_charge":    _give,
    "people.end_charge":     lambda s, by: actions.end_charge(s["charge"], on=s.day, reason="调整", **_who(s, by)),
    "people.confirm_charge": lambda s, by: actions.confirm_charge(s["charge"], **_who(s, by)),
    "people.confirm_charges": lambda s, by: actions.confirm_charges([s["charge"]], **_who(s, by)),
    "people.open_confirmation_round": _round,
    "people.import_areas":   _import_areas,
    "people.import_bodies":  _import_bodies,
    "people.import_persons": _import_persons,
    "people.import_charges": _import_charges,
    "people.open_account":   _open_account,
    "people.set_password":   _set_password,
    "people.lock_account":   lambda s, by: actions.lock_account(s["account"], reason="异常", **_who(s, by)),
    "people.unlock_account": lambda s, by: actions.unlock_account(s["account"], **_who(s, by)),
    "people.grant":          _grant,
    "people.withdraw":       lambda s, by: actions.withdraw(s["grant"], reason="结束", **_who(s, by)),
}
# fmt: on
