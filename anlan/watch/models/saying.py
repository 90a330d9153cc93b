"""What a warning says, as values (预警内容): for the message that goes out, and for its preview."""

from datetime import datetime

from anlan.formats import cap

from ..flow import World
from ..rules import capping
from .issuing import hazard_warned
from .warnings import Warning


def bulletin_of(warning: Warning, *, identifier: str, at: datetime) -> capping.Bulletin:
    """What it says, as values; before it is issued with the name it would get."""
    given = warning.content
    warned = hazard_warned(warning.hazard)
    return capping.Bulletin(
        identifier=identifier,
        sender=warning.sender,
        sent=at,
        status=cap.Status(warning.status),
        kind=cap.MsgType(warning.kind.capitalize()),
        hazard=warning.hazard,
        event=f"{warned.label}{warning.colour_word}预警",
        category=warned.category,
        colour=warning.colour,  # type: ignore[arg-type]  # of the catalogue's colours
        headline=warning.headline,
        description=given.get("description", ""),
        instruction=given.get("instruction", ""),
        onset=datetime.fromisoformat(given["onset"]) if given.get("onset") else None,
        expires=warning.expires or at,
        urgency=cap.Urgency(given.get("urgency", "Expected")),
        certainty=cap.Certainty(given.get("certainty", "Likely")),
        responses=tuple(cap.ResponseType(each) for each in given.get("responses", ())),
        sender_name=warning.body.name if warning.body else "",
        contact=given.get("contact", ""),
        step=given.get("step", ""),
        places=warning.places,
        references=_references(warning),
        note="演练，非真实预警" if warning.world == World.DRILL else "",
    )


def _references(warning: Warning) -> tuple[cap.Reference, ...]:
    """The one it follows, and all that one named: an update of an update names both."""
    if warning.follows is None:
        return ()
    return warning.follows.alert().superseded
