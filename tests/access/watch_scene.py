"""A gas detector at 泽海冷链's cold store, its source, and what a camera saw there."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from anlan.watch import actions
from anlan.watch.actions import Brief, Seen, StationForm, StreamForm
from anlan.watch.models import Alarm, text_in_force
from anlan.watch.rules import Change, Grade, What

if TYPE_CHECKING:
    from .scene import Scene


def station(s: "Scene", code: str) -> StationForm:
    return StationForm(code, "一号冷库氨气", item=s["site"], source=s.things.get("source"))  # type: ignore[arg-type]


def make(s: "Scene") -> None:
    """One station in use and one stopped, a stream, a source, two sightings."""
    where, made = s.district, s.things
    section: dict[str, Any] = {"by": where.chen_section, "at": s.at}
    made["source"], _ = actions.open_source(
        key="cold-chain", name="泽海冷链平台", body=where.cold_chain, area=where.zeguo, **section
    )
    made["gauge"] = actions.add_station(station(s, "AQ001"), **section)
    made["stopped_gauge"] = actions.add_station(station(s, "AQ002"), **section)
    actions.stop_station(s["stopped_gauge"], reason="大修", **section)
    made["stream"] = actions.add_stream(s["gauge"], StreamForm("nh3", "ammonia"), **section)
    seen = Seen("1", "smoke", "冷库门口有烟", s.at, station=s["gauge"])
    made["sighting"], _ = actions.report_sighting(s["source"], seen, at=s.at)
    _alarms(s)
    _warnings(s)
    rule = text_in_force("road_depth").replace("WATCH: 5", "WATCH: 8")
    made["rule_trial"], _ = actions.try_rule(rule, days=7, **section)


def _alarms(s: "Scene") -> None:
    """Ammonia where there should be none: one that goes on, one that is over, one silenced."""
    rules = {"alarm": "gas_lel", "past_alarm": "road_depth", "quiet_alarm": "rain_in_an_hour"}
    for name, rule in rules.items():
        raised = _change(s, rule, What.RAISED, Grade.ALERT)
        s.things[name] = _alarm(s, raised)
    _alarm(s, _change(s, "road_depth", What.CLEARED, Grade.NONE))
    s["past_alarm"].refresh_from_db()
    until = s.at + timedelta(hours=1)
    actions.silence(
        s["quiet_alarm"], until=until, reason="检修", by=s.district.chen_section, at=s.at
    )


def _alarm(s: "Scene", change: Change) -> Alarm:
    actions.raise_changes([change], at=s.at)
    return Alarm.objects.latest("pk")


def _change(s: "Scene", rule: str, what: What, grade: Grade) -> Change:
    now, place = round(s.at.timestamp() * 1e6), s.district.zeguo.pk
    return Change(rule, s["stream"].pk, place, what, grade, Grade.NONE, now, now, 30.0, 25.0)


def brief(s: "Scene") -> Brief:
    return Brief(
        "flood", "ORANGE", "泽国镇洪水橙色预警", "水位超警戒", "做好转移准备",
        (s.district.zeguo,), s.at + timedelta(hours=6),
    )  # fmt: skip


def _warnings(s: "Scene") -> None:
    section: dict[str, Any] = {"by": s.district.chen_section, "at": s.at}
    for name in ("warning_draft", "warning_submitted", "warning_issued"):
        s.things[name] = actions.draft_warning(brief(s), **section)
    for name in ("warning_submitted", "warning_issued"):
        actions.submit_warning(s[name], **section)
    actions.approve_warning(s["warning_issued"], by=s.district.zhou_chief, at=s.at)
