"""An accident at 泽海冷链 at every stage: what the rows of the accidents are tried on."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from anlan.accidents import actions
from anlan.accidents.actions import Decision, Findings, Group, Proposal, Telling
from anlan.accidents.models import Accident
from anlan.accidents.rules import Toll

if TYPE_CHECKING:
    from .scene import Scene

CAUSE = Findings("LIABLE", "违规带电检修")
GROUP = Group("COUNTY", "周建国")


def told(s: "Scene", **given: Any) -> Telling:
    """An electric shock two hours ago, one dead."""
    where = s.district
    facts: dict[str, Any] = {
        "happened_at": s.at - timedelta(hours=2),
        "area": where.grid7,
        "body": where.cold_chain,
        "sector": "ammonia_refrigeration",
        "category": "c1986_05",
        "toll": Toll(deaths=1),
    }
    return Telling(**(facts | given))


def _reported(s: "Scene") -> Accident:
    return actions.report(told(s), by=s.district.xu_safety, at=s.at)


def _led_to(s: "Scene", stage: str) -> Accident:
    accident = _reported(s)
    section: dict[str, Any] = {"by": s.district.chen_section, "at": s.at}
    chief: dict[str, Any] = {"by": s.district.zhou_chief, "at": s.at}
    steps = (
        ("verified", lambda: actions.verify(accident, **section)),
        ("investigating", lambda: actions.investigate(accident, group=GROUP, **section)),
        ("handed_in", lambda: actions.submit_report(accident, findings=CAUSE, **section)),
        ("replied", lambda: actions.approve_report(accident, paper="温政函1号", **chief)),
    )
    for name, step in steps:
        step()
        if name == stage:
            break
    return accident


def make(s: "Scene") -> None:
    """Told, told twice, verified, investigated, handed in, replied to, removed."""
    made, where = s.things, s.district
    made["accident"], made["accident_again"] = _reported(s), _reported(s)
    for stage in ("verified", "investigating", "handed_in", "replied"):
        made[f"accident_{stage}"] = _led_to(s, stage)
    made["accident_removed"] = _led_to(s, "verified")
    actions.remove(
        made["accident_removed"], decision=decision(s), by=where.zhou_chief, at=s.at
    )  # fmt: skip
    made["treatment"] = actions.propose_treatment(
        made["accident_replied"], proposal=Proposal("FIRM_PENALTY", "泽海冷链", "罚款"),
        by=where.chen_section, at=s.at,
    )  # fmt: skip


def decision(s: "Scene") -> Decision:
    """Found to be no accident of production."""
    return Decision("突发疾病死亡", "统计制度第X条", "温应急核销1号", s.day)
