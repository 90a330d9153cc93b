"""Warnings from elsewhere (接收预警): kept as they came, used only when they are sound."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction
from lxml import etree

from anlan.formats import cap
from anlan.formats.cap.terms import WORDS
from anlan.formats.cap.trust import Trust
from anlan.kernel import outbox, trail
from anlan.people.models import Area

from .. import events
from ..flow import WARNINGS, WarningStage, World
from ..models import Warning, as_json, warned_of
from ..rules import capping


@dataclass(frozen=True)
class Arrival:
    """What became of one file (接收结果): new ones, those known already, those refused."""

    new: tuple[int, ...] = ()
    known: int = 0
    refused: tuple[int, ...] = ()
    faults: tuple[str, ...] = ()


@transaction.atomic
def receive_warnings(
    raw: bytes, *, feed: str = "", must_be_signed: bool = False, at: datetime
) -> Arrival:
    """Take in a message or a feed; each is kept, whatever is wrong with it (接收预警)."""
    reading = cap.read(raw, trust=_trust())
    pieces = _pieces(raw, reading)
    new, refused, known = [], [], 0
    for piece, message in zip(pieces, reading.messages, strict=True):
        row = _keep(piece, message, feed=feed, must_be_signed=must_be_signed, at=at)
        if row is None:
            known += 1
        elif row.stage == WarningStage.REFUSED:
            refused.append(row.pk)
        else:
            new.append(row.pk)
    words = tuple(fault.words for fault in reading.own_faults)
    return Arrival(tuple(new), known, tuple(refused), words)


def _keep(
    piece: bytes, message: cap.Message, *, feed: str, must_be_signed: bool, at: datetime
) -> Warning | None:
    """The new row, or None where it is known already."""
    digest = sha256(piece).hexdigest()
    use, alert = cap.for_use(message), message.alert
    unsigned = must_be_signed and message.signature != "valid"
    if isinstance(use, cap.Refused) or unsigned or alert is None:
        return _keep_refused(piece, message, digest=digest, feed=feed, unsigned=unsigned, at=at)
    named = Warning.objects.filter(sender=alert.sender, identifier=alert.identifier)
    if named.filter(sent=alert.sent).exclude(stage=WarningStage.REFUSED).exists():
        return None
    row = Warning(**_facts(alert, at=at), feed=feed, xml=piece, digest=digest)
    row.faults = [fault.words for fault in message.faults]
    row.signature, row.received_at, row.drafted_at = message.signature, at, at
    row.save()
    _follow(alert, row, at=at)
    trail.write(row, "receive_warnings", by=None, at=at, digest=digest, feed=feed)
    outbox.announce(events.WarningReceived(row.pk, row.world))
    return row


def _keep_refused(
    piece: bytes,
    message: cap.Message,
    *,
    digest: str,
    feed: str,
    unsigned: bool,
    at: datetime,
) -> Warning | None:
    """It may not be acted on: kept for the record, in a world where it can reach nobody."""
    if Warning.objects.filter(digest=digest, stage=WarningStage.REFUSED).exists():
        return None
    seen, alert = message.glimpse, message.alert
    words = [fault.words for fault in message.faults]
    row = Warning.objects.create(
        identifier=(alert.identifier if alert else seen.get("identifier", ""))[:200],
        sender=(alert.sender if alert else seen.get("sender", "不明"))[:200],
        sent=alert.sent if alert else None,
        world=World.DRILL,
        status=cap.Status.DRAFT,
        stage=WarningStage.REFUSED,
        headline=(seen.get("headline") or seen.get("event") or "拒用的报文")[:200],
        area_path=_whole_district(),
        content={},
        drafted_at=at,
        received_at=at,
        feed=feed,
        xml=piece,
        digest=digest,
        faults=[*words, "这个来源的报文必须有可信的签名"] if unsigned else words,
        signature=message.signature,
    )
    trail.write(row, "refuse", by=None, at=at, digest=digest, faults=row.faults)
    outbox.announce(events.WarningRefused(row.pk))
    return row


def _facts(alert: cap.Alert, *, at: datetime) -> dict[str, object]:
    said = capping.from_cap(alert)
    live = alert.status is cap.Status.ACTUAL
    kind = _KINDS.get(alert.msg_type, Warning.Kind.ALERT)
    areas = _areas_of(said)
    expires = said.expires if said and said.expires > alert.sent else alert.sent + _UNSAID
    words = (said.headline or said.event) if said else alert.note or WORDS[alert.msg_type]
    # A receipt, a refusal, a sign of life: kept, and nobody is warned of anything.
    warns = said is not None and alert.msg_type in (cap.MsgType.ALERT, cap.MsgType.UPDATE)
    return {
        "identifier": alert.identifier,
        "sender": alert.sender,
        "sent": alert.sent,
        "world": World.LIVE if live else World.DRILL,
        "status": alert.status.value,
        "kind": kind,
        "stage": WarningStage.ISSUED if warns and expires > at else _ENDED[kind],
        "hazard": _hazard(said),
        "colour": said.colour if said else "",
        "headline": words[:200],
        "root": areas[0] if areas else None,
        "area_path": areas[0].path if len(areas) == 1 else _whole_district(),
        "codes": [area.code for area in areas],
        "content": {**_content(said), "references": [_written(each) for each in alert.references]},
        "expires": min(expires, _LATEST),
    }


_UNSAID = timedelta(days=1)  # a message that says no end is looked at for a day
_LATEST = datetime(9990, 1, 1, tzinfo=UTC)  # some write 9999 for never: past what clocks can hold
_KINDS = {cap.MsgType.UPDATE: Warning.Kind.UPDATE, cap.MsgType.CANCEL: Warning.Kind.CANCEL}
_ENDED = {
    Warning.Kind.ALERT: WarningStage.EXPIRED,
    Warning.Kind.UPDATE: WarningStage.EXPIRED,
    Warning.Kind.CANCEL: WarningStage.CANCELLED,
}


def _content(said: capping.Bulletin | None) -> dict[str, object]:
    if said is None:
        return {}
    return {
        "event": said.event,
        "description": said.description,
        "instruction": said.instruction,
        "onset": said.onset.isoformat() if said.onset else "",
        "urgency": said.urgency.value,
        "certainty": said.certainty.value,
        "contact": said.contact,
        "sender_name": said.sender_name,
        "step": said.step,
        "places": [as_json(place) for place in said.places],
    }


def _hazard(said: capping.Bulletin | None) -> str:
    """Ours by its key, another's by the words of its event; empty where we know none."""
    if said is None:
        return ""
    known = warned_of()
    if said.hazard in known:
        return said.hazard
    return next((key for key, warned in known.items() if warned.label in said.event), "")


def _areas_of(said: capping.Bulletin | None) -> list[Area]:
    """The areas of ours that it names by code."""
    codes = [place.code.ljust(12, "0") for place in said.places if place.code] if said else []
    return list(Area.objects.filter(code__in=codes, valid_to=None).order_by("path"))


def _whole_district() -> str:
    top = Area.objects.filter(parent=None, valid_to=None).order_by("path").first()
    return top.path if top else "/"


# --- one names another --------------------------------------------------------------------------


def _follow(alert: cap.Alert, row: Warning, *, at: datetime) -> None:
    """Join it to those it names and to those that name it: a feed lists the latest first."""
    held = Warning.objects.filter(world=row.world, received_at__isnull=False).exclude(
        stage=WarningStage.REFUSED
    )
    for named in alert.references:
        rows = held.filter(sender=named.sender, identifier=named.identifier, sent=named.sent)
        for former in rows:
            _end(former, row, at=at)
    own = [_written(alert.reference)]
    naming = held.filter(sender=alert.sender, content__references__contains=own)
    for later in naming.select_related("follows").order_by("sent"):
        _end(row, later, at=at)


def _end(former: Warning, later: Warning, *, at: datetime) -> None:
    """What an update or a cancellation does to the one it names, whichever came first."""
    move = _ENDS.get(str(later.kind))
    if move is None or not _may_end(former, later):
        return
    sent = [each.sent for each in (later.follows, former) if each and each.sent]
    if former.sent == max(sent):
        later.follows = former
        later.save(update_fields=["follows"])
    if former.stage == WarningStage.ISSUED:
        WARNINGS.move(former, move, at=at)
        trail.write(former, move, by=None, at=at, by_message=later.identifier)


_ENDS = {"UPDATE": "supersede", "CANCEL": "cancel_warning"}


def _may_end(former: Warning, later: Warning) -> bool:
    """Its issuer's alone, and no less sure than what it ends: by the same feed, or signed. An
    update that says nothing takes no warning from anybody.
    """
    if later.sender != former.sender or (later.kind == "UPDATE" and not later.content.get("event")):
        return False
    same_feed = later.feed == former.feed and former.signature != "valid"
    return later.signature == "valid" or same_feed


def _written(reference: cap.Reference) -> str:
    return f"{reference.sender},{reference.identifier},{reference.sent.timestamp():.0f}"


def _pieces(raw: bytes, reading: cap.Reading) -> list[bytes]:
    """Each message's own bytes: the file itself, or what a feed holds of it."""
    if len(reading.messages) == 1 and reading.kind == "alert":
        return [raw]
    try:
        root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
        found = [each for each in root.iter("{*}alert") if not any(each.iterancestors("{*}alert"))]
    except etree.XMLSyntaxError:
        found = []
    if len(found) == len(reading.messages):
        return [etree.tostring(each, with_tail=False) for each in found]
    return [raw + f"\n<!-- {number} -->".encode() for number in range(len(reading.messages))]


def _trust() -> Trust | None:
    folder = Path(settings.DATA_DIR) / "cap" / "trust"
    return Trust.read([folder]) if folder.is_dir() else None
