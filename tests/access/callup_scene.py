"""Call-ups of 泽国镇 at every stage, and spot checks: what the scene holds of them."""

from typing import TYPE_CHECKING

from anlan.callup import actions
from anlan.callup.actions import Brief, Sampling, Sheet

if TYPE_CHECKING:
    from .scene import Scene


def make(scene: "Scene") -> None:
    """Call-ups at every stage, and spot checks, in 泽国镇."""
    where, made = scene.district, scene.things
    station = {"by": where.huang_zeguo_station, "at": scene.at}
    chief = {"by": where.zhou_chief, "at": scene.at}
    made["callup_draft"] = actions.draft(brief(scene), **station)
    made["callup_drill"] = actions.draft(brief(scene, profile="drill"), **station)
    for name in ("submitted", "by_phone", "running"):
        made[f"callup_{name}"] = actions.draft(brief(scene), **station)
        actions.submit(made[f"callup_{name}"], **station)
    by = {"by": where.chen_section, "at": scene.at}
    actions.approve_by_phone(made["callup_by_phone"], approver=where.zhou_chief, **by)
    actions.approve(made["callup_running"], **chief)
    made["called"] = made["callup_running"].called.get(person=where.sun_grid7)
    made["six"] = actions.draw_check(six(scene), **station)
    made["six_asked"] = made["six"].checked.get()
    made["wrong"] = actions.draw_check(six(scene), **station).checked.get()
    actions.record_check(made["wrong"], Sheet(outcome="SILENT"), **station)
    made["sample"] = actions.draw_check(sample(scene), **station)
    made["rung"] = actions.draw_check(sample(scene), **station)
    over = actions.call_sample(made["rung"], **station)
    actions.end(over, reason="抽查结束", **station)


def brief(scene: "Scene", profile: str = "life_safety") -> Brief:
    area = scene.district.zeguo
    return Brief(profile=profile, hazard="other", title="短时强降雨", areas=(area,))


def six(scene: "Scene") -> Sampling:
    return Sampling("SIX_QUESTIONS", scene.district.zeguo, 1)


def sample(scene: "Scene") -> Sampling:
    return Sampling("REACHABILITY", scene.district.zeguo, 5)
