# ruff: noqa: E501 (the table is wide so that it can be read)
"""Who may do what to an accident at 泽海冷链 that the firm itself reported."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from anlan.accidents import actions
from anlan.accidents.actions import (
    Answers,
    Demand,
    Facts,
    Fault,
    News,
    PastAccident,
    Proposal,
    Shown,
)
from anlan.accidents.rules import Toll
from anlan.people.models import Person

from .accidents_scene import CAUSE, GROUP, decision, told
from .personas import rows
from .scene import Scene

# fmt: off
TABLE = rows(
    #                                  nobody owner colleague finder station leader section chief sibling neighbour sector firm admin
    # Whoever learns of it tells it, wherever it is; a firm its own.
    ("accidents.report",               "-     x     x         x      x       x      x       x     x       x         x      -    -"),
    ("accidents.follow_up",            "-     x     x         x      x       x      x       x     -       -         -      -    -"),
    ("accidents.attach",               "-     x     x         x      x       x      x       -     -       -         -      -    -"),
    ("accidents.import_accidents",     "-     -     -         -      x       -      x       -     -       -         -      -    x"),
    # The bureau reports upwards, and settles what it was.
    ("accidents.report_up",            "-     -     -         -      -       -      x       x     -       -         -      -    -"),
    ("accidents.correct",              "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("accidents.verify",               "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("accidents.classify",             "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("accidents.mark_misreport",       "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("accidents.merge",                "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("accidents.void",                 "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("accidents.investigate",          "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("accidents.exclude_appraisal",    "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("accidents.submit_report",        "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("accidents.propose_treatment",    "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("accidents.settle_treatment",     "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("accidents.require_measure",      "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("accidents.close",                "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    ("accidents.evaluate",             "-     -     -         -      -       -      x       -     -       -         -      -    -"),
    # What goes out in the name of the government is not entered by whoever handed it in.
    ("accidents.extend_investigation", "-     -     -         -      -       -      -       x     -       -         -      -    -"),
    ("accidents.return_report",        "-     -     -         -      -       -      -       x     -       -         -      -    -"),
    ("accidents.approve_report",       "-     -     -         -      -       -      -       x     -       -         -      -    -"),
    ("accidents.remove",               "-     -     -         -      -       -      -       x     -       -         -      -    -"),
    ("accidents.restore",              "-     -     -         -      -       -      -       x     -       -         -      -    -"),
)
# fmt: on

Attempt = Callable[[Scene, Person], Any]


def _who(s: Scene, by: Person) -> dict[str, Any]:
    return {"by": by, "at": s.at}


def _import(s: Scene, by: Person) -> None:
    past = PastAccident(told(s, origin="1", happened_at=s.at - timedelta(days=200)))
    actions.import_accidents([past], name="事故.xlsx", **_who(s, by))


def _correct(s: Scene, by: Person) -> None:
    now = s["accident"]
    facts = Facts(now.title, now.happened_at, now.area, place="一号冷库", body=now.body)
    facts = replace(facts, sector=now.sector)
    actions.correct(now, facts=facts, reason="补地点", **_who(s, by))


def _extend(s: Scene, by: Person) -> None:
    actions.extend_investigation(
        s["accident_investigating"], days=30, paper="温政函2号", reason="等鉴定", **_who(s, by)
    )


def _up(s: Scene, by: Person) -> None:
    actions.report_up(s["accident"], clock="county_up", words="电话", met_at=s.at, **_who(s, by))


# fmt: off
ATTEMPTS: dict[str, Attempt] = {
    "accidents.report":               lambda s, by: actions.report(told(s), **_who(s, by)),
    "accidents.follow_up":            lambda s, by: actions.follow_up(s["accident"], news=News(Toll(minor=1), s.at), **_who(s, by)),
    "accidents.attach":               lambda s, by: actions.attach(s["accident"], evidence=[Shown(s.photo("FOUND", 6)[0].file)], **_who(s, by)),
    "accidents.import_accidents":     _import,
    "accidents.report_up":            _up,
    "accidents.correct":              _correct,
    "accidents.verify":               lambda s, by: actions.verify(s["accident"], **_who(s, by)),
    "accidents.classify":             lambda s, by: actions.classify(s["accident"], scope="production_safety", category="c1986_09", **_who(s, by)),
    "accidents.mark_misreport":       lambda s, by: actions.mark_misreport(s["accident"], fault=Fault("LATE", "泽海冷链", "超时1小时"), **_who(s, by)),
    "accidents.merge":                lambda s, by: actions.merge(s["accident_again"], into=s["accident"], reason="同一起", **_who(s, by)),
    "accidents.void":                 lambda s, by: actions.void(s["accident_again"], reason="误报", **_who(s, by)),
    "accidents.investigate":          lambda s, by: actions.investigate(s["accident_verified"], group=GROUP, **_who(s, by)),
    "accidents.exclude_appraisal":    lambda s, by: actions.exclude_appraisal(s["accident_investigating"], days=10, reason="电气鉴定", **_who(s, by)),
    "accidents.extend_investigation": _extend,
    "accidents.submit_report":        lambda s, by: actions.submit_report(s["accident_investigating"], findings=CAUSE, **_who(s, by)),
    "accidents.return_report":        lambda s, by: actions.return_report(s["accident_handed_in"], reason="补充间接原因", **_who(s, by)),
    "accidents.approve_report":       lambda s, by: actions.approve_report(s["accident_handed_in"], paper="温政函3号", **_who(s, by)),
    "accidents.propose_treatment":    lambda s, by: actions.propose_treatment(s["accident_handed_in"], proposal=Proposal("CRIMINAL", "电工", "移送司法机关"), **_who(s, by)),
    "accidents.settle_treatment":     lambda s, by: actions.settle_treatment(s["treatment"], outcome="罚款40万元", **_who(s, by)),
    "accidents.require_measure":      lambda s, by: actions.require_measure(s["accident_replied"], demand=Demand("全员用电培训"), **_who(s, by)),
    "accidents.close":                lambda s, by: actions.close(s["accident_replied"], words="已当场整改", **_who(s, by)),
    "accidents.evaluate":             lambda s, by: actions.evaluate(s["accident_replied"], answers=Answers(True, True, True, "均已落实"), **_who(s, by)),
    "accidents.remove":               lambda s, by: actions.remove(s["accident_replied"], decision=decision(s), **_who(s, by)),
    "accidents.restore":              lambda s, by: actions.restore(s["accident_removed"], reason="决定撤销", **_who(s, by)),
}
# fmt: on
