"""A gas detector at 泽海冷链's cold store, its source, and what a camera saw there."""

from typing import TYPE_CHECKING, Any

from anlan.watch import actions
from anlan.watch.actions import Seen, StationForm, StreamForm

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
