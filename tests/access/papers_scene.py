"""A reminder letter of 泽国镇 to 泽海冷链 at every stage: what the papers' rows are tried on."""

from typing import TYPE_CHECKING, Any

from anlan.papers import actions

if TYPE_CHECKING:
    from .scene import Scene

SAID = {
    "subject": "氨气报警器失效",
    "facts": ["一号冷库报警器已停用12天"],
    "demands": ["3日内恢复使用"],
}


def told(s: "Scene") -> dict[str, Any]:
    where = s.district
    return {
        "kind": "reminder_letter",
        "issuer": where.zeguo_town,
        "addressees": [where.cold_chain],
        "values": SAID,
    }


def make(s: "Scene") -> None:
    """The same letter written, handed in and sent."""
    where = s.district
    station, leader = where.huang_zeguo_station, where.lin_zeguo_leader
    for name in ("letter_written", "letter_handed_in", "letter"):
        paper = actions.draft(**told(s), by=station, at=s.at)
        if name != "letter_written":
            actions.submit(paper, by=station, at=s.at)
        if name == "letter":
            actions.issue(paper, by=leader, at=s.at)
        s.things[name] = paper
