# ruff: noqa: E501 (the table is wide so that it can be read)
"""Who may do what to a gas detector at 泽海冷链; its keeper is 牧屿7号网格 (the finder's post)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.test import override_settings

from anlan.people.models import Person
from anlan.watch import actions
from anlan.watch.actions import StreamForm, Work
from anlan.watch.rules.tables import CellColumn, ObservationMap, Timing

from .personas import rows
from .scene import Scene
from .watch_scene import brief, station

# fmt: off
TABLE = rows(
    #                           nobody owner colleague finder station leader section chief sibling neighbour sector firm admin
    ("watch.open_source",       "-     -     -         -      -       -      x       -     -       -         -      -    x"),
    ("watch.renew_secret",      "-     -     -         -      -       -      x       -     -       -         -      -    x"),
    ("watch.close_source",      "-     -     -         -      -       -      x       -     -       -         -      -    x"),
    ("watch.add_station",       "-     -     -         -      -       -      x       -     -       -         -      -    x"),
    ("watch.change_station",    "-     -     -         -      -       -      x       -     -       -         -      -    x"),
    ("watch.stop_station",      "-     -     -         -      -       -      x       -     -       -         -      -    x"),
    ("watch.resume_station",    "-     -     -         -      -       -      x       -     -       -         -      -    x"),
    # Whoever may bring tables, where the source lies.
    ("watch.import_observations", "-   -     -         -      x       -      x       -     -       -         -      -    x"),
    ("watch.add_stream",        "-     -     -         -      -       -      x       -     -       -         -      -    x"),
    # Whose post answers for the station knows its limits, and when it is worked on.
    ("watch.change_stream",     "-     -     -         x      -       -      x       -     -       -         -      -    x"),
    ("watch.set_maintenance",   "-     -     -         x      x       -      x       -     -       -         -      -    x"),
    ("watch.confirm_sighting",  "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("watch.dismiss_sighting",  "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    # Whoever answers for the place, and the desks above it.
    ("watch.acknowledge",       "-     -     -         x      x       -      x       x     -       -         -      -    -"),
    ("watch.assign_alarm",      "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("watch.settle",            "-     -     -         x      x       -      x       -     -       -         -      -    -"),
    ("watch.dismiss",           "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("watch.silence",           "-     -     -         -      x       -      x       x     -       -         -      -    -"),
    ("watch.unsilence",         "-     -     -         -      x       -      x       x     -       -         -      -    -"),
    ("watch.open_matter",       "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    # Rules hold in the whole district: a right that reaches everywhere.
    ("watch.try_rule",          "-     -     -         -      -       -      x       -     -       -         -      -    x"),
    ("watch.put_rule_in_force", "-     -     -         -      -       -      x       -     -       -         -      -    x"),
    # A warning is the bureau's: drafted by the section, approved by the chief.
    ("watch.draft_warning",     "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("watch.edit_warning",      "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("watch.submit_warning",    "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("watch.void_warning",      "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("watch.return_warning",    "-     -     -         -      -       -      -       x     -       -         -      -    -"),
    ("watch.approve_warning",   "-     -     -         -      -       -      -       x     -       -         -      -    -"),
    ("watch.update_warning",    "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("watch.cancel_warning",    "-     -     -         -      -       -      x       x     -       -         -      -    -"),
    ("watch.call_for_warning",  "-     -     -         -      -       -      x       -     -       -         -      -    -"),
)
# fmt: on

Attempt = Callable[[Scene, Person], Any]


def _who(s: Scene, by: Person) -> dict[str, Any]:
    return {"by": by, "at": s.at}


def _open(s: Scene, by: Person) -> None:
    where = s.district
    actions.open_source(
        key="cold-two", name="二号平台", body=where.cold_chain, area=where.zeguo, **_who(s, by)
    )


def _maintain(s: Scene, by: Person) -> None:
    work = Work(s.at, s.at + timedelta(hours=2), "换探头")
    actions.set_maintenance(s["gauge"], work, **_who(s, by))


def _bring(s: Scene, by: Person) -> None:
    mapping = ObservationMap(
        "日报", "cold-chain", Timing(column="时间"), (CellColumn("氨气", "nh3", "ammonia"),)
    )
    actions.import_observations(
        [], mapping=mapping, source=s["source"], file="日报.csv", **_who(s, by)
    )


RULE = """road_depth:
  label: 道路积水
  kind: threshold
  family: waterlogging
  observed: road_depth
  unit: cm
  grades: {WATCH: 8}
"""


def _put_in_force(s: Scene, by: Person) -> None:
    """Into a folder that is gone afterwards: a file is not undone with the transaction."""
    with TemporaryDirectory() as folder, override_settings(ANLAN_CATALOGUES=Path(folder)):
        actions.put_rule_in_force(s["rule_trial"], **_who(s, by))


# fmt: off
ATTEMPTS: dict[str, Attempt] = {
    "watch.open_source":      _open,
    "watch.renew_secret":     lambda s, by: actions.renew_secret(s["source"], **_who(s, by)),
    "watch.close_source":     lambda s, by: actions.close_source(s["source"], reason="合同到期", **_who(s, by)),
    "watch.add_station":      lambda s, by: actions.add_station(station(s, "AQ009"), **_who(s, by)),
    "watch.change_station":   lambda s, by: actions.change_station(s["gauge"], changes={"name": "二号冷库"}, **_who(s, by)),
    "watch.stop_station":     lambda s, by: actions.stop_station(s["gauge"], reason="大修", **_who(s, by)),
    "watch.resume_station":   lambda s, by: actions.resume_station(s["stopped_gauge"], **_who(s, by)),
    "watch.add_stream":       lambda s, by: actions.add_stream(s["gauge"], StreamForm("t", "air_temperature"), **_who(s, by)),
    "watch.import_observations": _bring,
    "watch.change_stream":    lambda s, by: actions.change_stream(s["stream"], changes={"highest": 500.0}, **_who(s, by)),
    "watch.set_maintenance":  _maintain,
    "watch.confirm_sighting": lambda s, by: actions.confirm_sighting(s["sighting"], **_who(s, by)),
    "watch.dismiss_sighting": lambda s, by: actions.dismiss_sighting(s["sighting"], reason="水汽", **_who(s, by)),
    "watch.acknowledge":      lambda s, by: actions.acknowledge(s["alarm"], **_who(s, by)),
    "watch.assign_alarm":     lambda s, by: actions.assign_alarm(s["alarm"], to=s.district.zeguo_station_post, **_who(s, by)),
    "watch.settle":           lambda s, by: actions.settle(s["past_alarm"], outcome="已通风", **_who(s, by)),
    "watch.dismiss":          lambda s, by: actions.dismiss(s["alarm"], reason="探头受潮", **_who(s, by)),
    "watch.silence":          lambda s, by: actions.silence(s["alarm"], until=s.at + timedelta(hours=1), reason="检修", **_who(s, by)),
    "watch.unsilence":        lambda s, by: actions.unsilence(s["quiet_alarm"], **_who(s, by)),
    "watch.open_matter":      lambda s, by: actions.open_matter(s["alarm"], words="更换阀门", **_who(s, by)),
    "watch.try_rule":         lambda s, by: actions.try_rule(RULE, days=7, **_who(s, by)),
    "watch.put_rule_in_force": _put_in_force,
    "watch.draft_warning":    lambda s, by: actions.draft_warning(brief(s), **_who(s, by)),
    "watch.edit_warning":     lambda s, by: actions.edit_warning(s["warning_draft"], brief=brief(s), **_who(s, by)),
    "watch.submit_warning":   lambda s, by: actions.submit_warning(s["warning_draft"], **_who(s, by)),
    "watch.void_warning":     lambda s, by: actions.void_warning(s["warning_draft"], reason="误拟", **_who(s, by)),
    "watch.return_warning":   lambda s, by: actions.return_warning(s["warning_submitted"], reason="再核", **_who(s, by)),
    "watch.approve_warning":  lambda s, by: actions.approve_warning(s["warning_submitted"], **_who(s, by)),
    "watch.update_warning":   lambda s, by: actions.update_warning(s["warning_issued"], **_who(s, by)),
    "watch.cancel_warning":   lambda s, by: actions.cancel_warning(s["warning_issued"], reason="水退", **_who(s, by)),
    "watch.call_for_warning": lambda s, by: actions.call_for_warning(s["warning_issued"], **_who(s, by)),
}
# fmt: on
