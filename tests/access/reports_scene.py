"""泽国镇's daily report of May at every stage: what the reports' rows are tried on."""

from typing import TYPE_CHECKING

from anlan.figures import actions
from anlan.figures.models import Report
from anlan.figures.rules import parse_period
from anlan.people.models import Person

if TYPE_CHECKING:
    from .scene import Scene


def written(s: "Scene", by: Person) -> Report:
    facts = {"period": parse_period("2024-05"), "area": s.district.zeguo}
    return actions.make_report("daily", **facts, issuer=s.district.zeguo_town, by=by, at=s.at)


def _at(s: "Scene", stage: str) -> Report:
    """The bulletin as far as it got: written by 黄, checked by 林."""
    station, leader = s.person("huang_zeguo_station"), s.person("lin_zeguo_leader")
    report = written(s, station)
    if stage != "written":
        actions.submit_report(report, by=station, at=s.at)
    if stage == "checked":
        actions.check_report(report, by=leader, at=s.at)
    return report


def make(s: "Scene") -> None:
    for stage in ("written", "submitted", "checked"):
        s.things["bulletin_" + stage] = _at(s, stage)
