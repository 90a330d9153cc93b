# ruff: noqa: E501 (the table is wide so that it can be read)
"""Who may do what to a visit that 泽国镇's station made, and to one that the bureau made unannounced."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from anlan.people.models import Person
from anlan.records import actions
from anlan.records.actions import Entry, Found, Visited

from .personas import rows
from .scene import Scene

# fmt: off
TABLE = rows(
    #                              nobody owner colleague finder station leader section chief sibling neighbour sector firm admin
    # A patrol is entered by every office there; an inspection by those who inspect.
    ("records.draft",              "-     -     -         x      x       x      x       x     -       -         -      -    -"),
    ("records.keep",               "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("records.import_records",     "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    # A draft is its writer's.
    ("records.edit",               "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    ("records.discard",            "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    ("records.correct",            "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("records.void",               "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    # The town's own people were there; the section may put right, so it may add.
    ("records.attach",             "-     -     -         x      x       x      x       -     -       -         -      -    -"),
    ("records.raise_matter",       "-     -     -         x      x       x      x       -     -       -         -      -    -"),
    # Made by the section, unannounced: its own bureau, and nobody of the town.
    ("records.release",            "-     -     -         -      -       -      x       x     -       -         -      -    -"),
)
# fmt: on

Attempt = Callable[[Scene, Person], Any]


def _who(s: Scene, by: Person) -> dict[str, Any]:
    return {"by": by, "at": s.at}


def told(s: Scene, **given: Any) -> Entry:
    """An hour at 泽海冷链, which nobody has entered yet."""
    where = s.district
    facts: dict[str, Any] = {
        "kind": "inspection",
        "area": where.village_muyu,
        "started_at": s.at - timedelta(days=2, hours=1),
        "bodies": (Visited(where.cold_chain),),
        "person_times": 2,
        "sector": "ammonia_refrigeration",
    }
    return Entry(**(facts | given))


def _draft(s: Scene, by: Person) -> None:
    actions.draft(told(s, kind="patrol", area=s.district.grid7), **_who(s, by))


def _import(s: Scene, by: Person) -> None:
    actions.import_records(
        [told(s, origin="1")], kind="inspection", name="检查.xlsx", **_who(s, by)
    )


def _correct(s: Scene, by: Person) -> None:
    entry = told(s, place="一号冷库", started_at=s["visit"].started_at)
    actions.correct(s["visit"], entry=entry, reason="补地点", **_who(s, by))


# fmt: off
ATTEMPTS: dict[str, Attempt] = {
    "records.draft":          _draft,
    "records.keep":           lambda s, by: actions.keep(told(s), **_who(s, by)),
    "records.import_records": _import,
    "records.edit":           lambda s, by: actions.edit(s["written"], entry=told(s, place="冷库"), **_who(s, by)),
    "records.discard":        lambda s, by: actions.discard(s["written"], **_who(s, by)),
    "records.correct":        _correct,
    "records.void":           lambda s, by: actions.void(s["visit"], reason="录错", **_who(s, by)),
    "records.attach":         lambda s, by: actions.attach(s["visit"], evidence=[actions.Shown(s.photo("FOUND", 5)[0].file)], **_who(s, by)),
    "records.raise_matter":   lambda s, by: actions.raise_matter(s["visit"], found=Found("叉车无牌"), **_who(s, by)),
    "records.release":        lambda s, by: actions.release(s["secret"], **_who(s, by)),
}
# fmt: on
