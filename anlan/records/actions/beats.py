"""What somebody says was done, and what several deeds keep of it alike."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import connection

from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.models import StoredFile
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area, Body, Person, Post
from anlan.registry.models import Item

from .. import rules
from ..flow import DEEDS
from ..models import (
    ChecklistEdition,
    Evidence,
    Participation,
    Record,
    Visit,
    checklist_named,
    kind_named,
)

LOOK_AGAIN = "请刷新页面，查看最新状态后再办理"


@dataclass(frozen=True)
class Visited:
    """One body that was visited, and how it was found (受检单位)."""

    body: Body
    result: str = ""
    words: str = ""


@dataclass(frozen=True)
class Found:
    """Something found besides the checklist (其他问题)."""

    title: str
    words: str = ""
    clause: str = ""
    grade: str = ""


@dataclass(frozen=True)
class Shown:
    """A stored file, and what it shows (佐证)."""

    file: StoredFile
    caption: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Entry:
    """What was done, as somebody says it (登记内容): typed values, before anything is stored.

    `opens` leaves out of the proposed hazards those that were settled or are known: the items
    named in `spared` open nothing. `again` says why this is a second visit of the same day, `late`
    why it comes so late.
    """

    kind: str
    area: Area
    started_at: datetime
    ended_at: datetime | None = None
    title: str = ""
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    sector: str = ""
    topic: str = ""
    item: Item | None = None
    organiser: Body | None = None
    bodies: tuple[Visited, ...] = ()
    leader: Person | None = None
    people: tuple[Person, ...] = ()
    person_times: int | None = None
    words: str = ""
    counts: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    checklist: str = ""
    answers: Mapping[str, rules.Answer] = field(default_factory=dict)
    found: tuple[Found, ...] = ()
    spared: frozenset[str] = frozenset()
    unannounced: bool | None = None
    again: str = ""
    late: str = ""
    origin: str = ""

    @property
    def day(self) -> date:
        return self.started_at.astimezone(LOCAL).date()


def _completed(given: Entry, *, by: Person) -> Entry:
    """Fill in what kind, item and enterer already tell."""
    kind = kind_named(given.kind)
    sector = given.sector or kind.sector or (given.item.sector if given.item else "")
    bodies = given.bodies
    if not bodies and given.item and given.item.enterprise and "bodies" in kind.asks:
        bodies = (Visited(given.item.enterprise),)
    counts = dict(given.counts)
    faults = len(given.found) + sum(each.verdict == "no" for each in given.answers.values())
    if kind.tally and (faults or given.checklist):
        counts[kind.tally] = rules.tallied(counts.get(kind.tally), faults)
        if counts[kind.tally] is None:
            words = f"填报的问题数少于检查出的{faults}处"
            raise Invalid(words, mend="请核对问题数", field=kind.tally)
    hidden = kind.unannounced if given.unannounced is None else given.unannounced
    named = [str(visited.body) for visited in bodies]
    where = given.item.name if given.item else given.place or given.area.name
    return replace(
        given,
        title=rules.title_of(given.title, kind.label, named, where),
        sector=sector,
        bodies=bodies,
        counts=counts,
        organiser=given.organiser or by.body,
        unannounced=hidden,
    )


def _numbers(kind: str, year: int, count: int) -> list[str]:
    """Fresh numbers, JC2024-000123; a number that was drawn is never drawn again."""
    prefix = kind_named(kind).prefix
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('records_number') FROM generate_series(1, %s)", [count])
        return [f"{prefix}{year}-{drawn:06d}" for (drawn,) in cursor.fetchall()]


def _describe(record: Record, given: Entry) -> None:
    """Write an entry into a record's own columns."""
    record.title, record.place, record.topic = given.title, given.place, given.topic
    record.area, record.area_path = given.area, given.area.path
    record.lon, record.lat, record.sector = given.lon, given.lat, given.sector
    record.item, record.organiser = given.item, given.organiser
    record.started_at, record.ended_at, record.day = given.started_at, given.ended_at, given.day
    named = len(given.people) + (given.leader is not None and given.leader not in given.people)
    record.person_times = rules.person_times(given.person_times, named) or 0
    record.counts = {key: number for key, number in given.counts.items() if number is not None}
    own = {key: value for key, value in given.details.items() if value not in (None, "")}
    kept = {k: v for k, v in record.details.items() if k not in record.rule.detail_keys}
    record.details = kept | own | {"words": given.words}
    record.hidden, record.origin = bool(given.unannounced), given.origin
    record.edition = _edition(given)
    record.answers = {key: asdict(answer) for key, answer in given.answers.items()}
    record.search = _words_to_find(record, [visited.body.name for visited in given.bodies])


def _words_to_find(record: Record, bodies: Sequence[str]) -> str:
    item = record.item.name if record.item else ""
    return rules.search_text(record.number, record.title, record.place, record.topic, item, *bodies)


def _surround(record: Record, given: Entry) -> None:
    """Whom it visited and who took part, as they are said now."""
    faults = Visit.Result.FAULTS if _finds(given) and len(given.bodies) == 1 else ""
    record.visits.all().delete()
    Visit.objects.bulk_create(
        Visit(
            record=record, body=each.body, day=record.day,
            result=each.result or faults, words=each.words,
        )
        for each in given.bodies
    )  # fmt: skip
    record.participations.all().delete()
    Participation.objects.bulk_create(_took_part(record, given))


def _took_part(record: Record, given: Entry) -> list[Participation]:
    roles = {person.pk: Participation.Role.MEMBER for person in given.people}
    if given.leader:
        roles[given.leader.pk] = Participation.Role.LEADER
    return [Participation(record=record, person_id=pk, role=role) for pk, role in roles.items()]


def _finds(given: Entry) -> bool:
    return bool(given.found) or any(each.verdict == "no" for each in given.answers.values())


def _edition(given: Entry) -> ChecklistEdition | None:
    """The edition of the checklist in force on the day it was answered, kept as it reads."""
    if not given.checklist:
        return None
    checklist = checklist_named(given.checklist)
    edition = checklist.edition_on(given.day)
    if edition is None:
        words = f"{checklist.label}在{given.day}还没有启用"
        raise Invalid(words, mend="请换一份检查表，或核对开始时间", field="checklist")
    items = [asdict(item) for item in edition.items]
    digest = sha256(json.dumps(items, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    kept, _ = ChecklistEdition.objects.get_or_create(
        key=checklist.key, digest=digest,
        defaults={"label": checklist.label, "since": edition.since, "items": items},
    )  # fmt: skip
    return kept


def _show(record: Record, shown: Sequence[Shown], *, by: Person, at: datetime) -> list[int]:
    """Keep evidence; the ids of its files, for the trail."""
    Evidence.objects.bulk_create(
        Evidence(
            record=record, file=each.file, caption=each.caption,
            lon=each.lon, lat=each.lat, by=by, at=at,
        )
        for each in shown
    )  # fmt: skip
    return [each.file.pk for each in shown]


def _hold(record: Record, verb: str) -> None:
    """Lock the row and read it anew, for a deed that leaves the stage alone."""
    Record.objects.select_for_update().only("pk").get(pk=record.pk)
    record.refresh_from_db()
    deed = DEEDS.moves[verb]
    if record.stage not in deed.sources:
        stage = record.get_stage_display()
        raise NotAllowed(f"{record}现为“{stage}”，不能{deed.term}", mend=LOOK_AGAIN)


def _note(record: Record, **facts: object) -> None:
    """Add to the details; the row is locked by the caller, so nobody's facts are lost."""
    record.details = {**record.details, **facts}
    Record.objects.filter(pk=record.pk).update(details=record.details)


def _demand(words: str, *, what: str, field: str = "reason") -> str:
    """Words that must be given."""
    if not words.strip():
        raise Invalid(f"请填写{what}", mend="用一句话说明即可", field=field)
    return words.strip()[:300]


def _begun(given: Entry, *, by: Person, under: Post | None, at: datetime) -> Record:
    """A new row at its first stage."""
    (number,) = _numbers(given.kind, given.day.year, 1)
    return Record(
        number=number, kind=given.kind, entered_by=by, post=under, entered_at=at, details={}
    )
