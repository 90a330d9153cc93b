"""Sources and their passwords; what cameras see and people say of it (来源与设备事件)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid
from anlan.kernel.models import StoredFile
from anlan.people.models import Area, Body, Person

from .. import access, events
from ..flow import SIGHTINGS
from ..models import Sighting, Source, Station
from ..rules.secrets import hashed, new_secret


@transaction.atomic
def open_source(
    *, key: str, name: str, body: Body, area: Area, by: Person, at: datetime
) -> tuple[Source, str]:
    """Let somebody send data (开通来源); the source and its password, which is said only here."""
    secret = new_secret()
    source = Source(
        key=key.strip().lower(), name=name.strip(), body=body, area=area, area_path=area.path,
        secret=hashed(secret), made_at=at,
    )  # fmt: skip
    access.check(by, "open_source", source, at=at)
    if not source.key.replace("-", "").replace("_", "").isalnum() or not source.key.isascii():
        raise Invalid("来源代号只能用字母、数字和连字符", mend="例如 hydro-bureau", field="key")
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as clash:
        raise Invalid(f"代号“{key}”已有来源使用", mend="请换一个代号", field="key") from clash
    trail.write(source, "open_source", by=by, at=at, key=source.key, name=source.name)
    outbox.announce(events.SourceOpened(source.pk))
    return source, secret


@transaction.atomic
def renew_secret(source: Source, *, by: Person, at: datetime) -> str:
    """Give a source a new password (更换密钥); the old one is worth nothing from now on."""
    access.check(by, "renew_secret", source, at=at)
    secret = new_secret()
    Source.objects.filter(pk=source.pk).update(secret=hashed(secret), active=True)
    trail.write(source, "renew_secret", by=by, at=at)
    outbox.announce(events.SourceOpened(source.pk))
    return secret


@transaction.atomic
def close_source(source: Source, *, reason: str, by: Person, at: datetime) -> None:
    """Take nothing more from a source (停用来源); what it sent stays."""
    access.check(by, "close_source", source, at=at)
    if not reason.strip():
        raise Invalid("请写明停用原因", mend="用一句话说明即可", field="reason")
    Source.objects.filter(pk=source.pk).update(active=False)
    source.active = False
    trail.write(source, "close_source", by=by, at=at, reason=reason)
    outbox.announce(events.SourceClosed(source.pk))


@dataclass(frozen=True)
class Seen:
    """What a box says it saw."""

    origin: str
    kind: str
    words: str
    at: datetime
    station: Station | None = None
    picture: StoredFile | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def report_sighting(source: Source, seen: Seen, *, at: datetime) -> tuple[Sighting, bool]:
    """Take in what a camera saw (上报设备事件); the same one twice is one. Whether it is new."""
    there = Sighting.objects.filter(source=source, origin=seen.origin).first()
    if there is not None:
        return there, False
    where = seen.station or source
    made = Sighting.objects.create(
        source=source, origin=seen.origin, kind=seen.kind, words=seen.words, at=seen.at,
        station=seen.station, area_path=where.area_path, sector=getattr(where, "sector", ""),
        picture=seen.picture, facts=dict(seen.facts), received_at=at,
    )  # fmt: skip
    trail.write(made, "report_sighting", by=None, at=at, source=source.key, kind=seen.kind)
    outbox.announce(events.SightingReported(made.pk))
    return made, True


@transaction.atomic
def confirm_sighting(sighting: Sighting, *, by: Person, at: datetime) -> None:
    """Say that it is so (确认属实)."""
    access.check(by, "confirm_sighting", sighting, at=at)
    SIGHTINGS.move(sighting, "confirm_sighting", at=at, reviewed_by=by, reviewed_at=at)
    trail.write(sighting, "confirm_sighting", by=by, at=at)
    outbox.announce(events.SightingConfirmed(sighting.pk))


@transaction.atomic
def dismiss_sighting(sighting: Sighting, *, reason: str, by: Person, at: datetime) -> None:
    """Say that it is not so, and why (判为误报)."""
    access.check(by, "dismiss_sighting", sighting, at=at)
    if not reason.strip():
        raise Invalid("请写明误报原因", mend="例如：水汽、反光、施工", field="reason")
    SIGHTINGS.move(sighting, "dismiss_sighting", at=at, reviewed_by=by, reviewed_at=at)
    trail.write(sighting, "dismiss_sighting", by=by, at=at, reason=reason)
    outbox.announce(events.SightingDismissed(sighting.pk))
