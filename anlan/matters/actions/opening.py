"""How a matter begins: a draft, a report, or something found and mended on the spot."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import connection, transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, Refused
from anlan.people.models import Area, Body, Person, Post
from anlan.registry.models import Item

from .. import access, events, rules
from ..flow import FLOW, Stage
from ..models import Evidence, Matter, Rectification, Source, kinds
from ..models.routing import Facts, propose
from .beats import (
    Shown,
    _checker_for,
    _demand,
    _due,
    _hold,
    _note,
    _numbers,
    _ready_to_serve,
    _show,
    _year,
)
from .contacts import Contact, _check_contact, _keep_contact

LONGEST_TITLE = 120


@dataclass(frozen=True)
class Finding:
    """What somebody found (发现): all there is to say before anybody has dealt with it."""

    title: str
    source: str
    area: Area
    kind: str = "hazard"
    description: str = ""
    place: str = ""
    lon: float | None = None  # CGCS2000/WGS84 degrees
    lat: float | None = None
    body: Body | None = None
    item: Item | None = None
    clause: str = ""
    grade: str = ""
    sector: str = ""
    found_at: datetime | None = None
    parent: Matter | None = None
    origin: str = ""  # the phone's own id of a report, so that sending it twice makes one
    details: dict[str, object] = field(default_factory=dict)
    contact: Contact | None = None  # the citizen who told it


@transaction.atomic
def draft(
    finding: Finding, *, on_behalf_of: Person | None = None, by: Person, at: datetime
) -> Matter:
    """Begin a matter that only its writer sees yet (登记)."""
    matter, under = _open(finding, on_behalf_of=on_behalf_of, by=by, at=at)
    entry = trail.write(matter, "draft", by=by, under=under, on_behalf_of=on_behalf_of, at=at)
    _keep_contact(entry, matter, finding.contact)
    return matter


@transaction.atomic
def edit(matter: Matter, *, finding: Finding, by: Person, at: datetime) -> None:
    """Write a draft anew (修改草稿)."""
    under = access.check(by, "edit", matter, at=at)
    _hold(matter, "edit")
    given = _completed(finding, at=at)
    _describe(matter, given)
    matter.save()
    entry = trail.write(matter, "edit", by=by, under=under, at=at)
    _keep_contact(entry, matter, finding.contact)


@transaction.atomic
def discard(matter: Matter, *, by: Person, at: datetime) -> None:
    """Throw a draft away; its entries in the trail stay (丢弃草稿)."""
    under = access.check(by, "discard", matter, at=at)
    _hold(matter, "discard")
    trail.write(matter, "discard", by=by, under=under, at=at, number=matter.number)
    matter.evidence.all().delete()
    matter.delete()


@transaction.atomic
def report(
    what: Matter | Finding,
    *,
    evidence: Sequence[Shown] = (),
    on_behalf_of: Person | None = None,
    by: Person,
    at: datetime,
) -> Matter:
    """Put it before the post that has to dispatch it (上报)."""
    if known := _sent_before(what, by):
        return known
    matter = _in_hand(what, on_behalf_of=on_behalf_of, by=by, at=at)
    under = access.check(by, "report", matter, at=at)
    asked = propose(Facts.of(matter), at=at)
    due_at = _due(matter, "to_triage", at)
    FLOW.move(matter, "report", at=at, owner=asked.triage, due_at=due_at)
    informed = [post.pk for post in asked.inform]
    _note(matter, route=asked.route, informed=informed)
    files = _show(matter, evidence, by=by, at=at)
    whose = matter.on_behalf_of
    entry = trail.write(
        matter, "report", by=by, under=under, on_behalf_of=whose, at=at, files=files
    )
    _keep_contact(entry, matter, None if isinstance(what, Matter) else what.contact)
    outbox.announce(events.MatterReported(matter.pk, asked.triage.pk, informed))
    return matter


@transaction.atomic
def rectify_now(
    what: Matter | Finding,
    *,
    words: str,
    evidence: Sequence[Shown],
    on_behalf_of: Person | None = None,
    by: Person,
    at: datetime,
) -> Matter:
    """Mended in the visit that found it, shown before and after; still to be checked (即查即改)."""
    if known := _sent_before(what, by):
        return known
    matter = _in_hand(what, on_behalf_of=on_behalf_of, by=by, at=at)
    under = access.check(by, "rectify_now", matter, at=at)
    _must_be_small(matter)
    _must_show_both(matter, evidence)
    owner, checker = _hands(matter, under, at=at)
    grade = matter.grade or (Matter.Grade.GENERAL if matter.rule.graded else "")
    changes = {"owner": owner, "checker": checker, "grade": grade}
    FLOW.move(matter, "rectify_now", at=at, due_at=_due(matter, "to_check", at), **changes)
    done = Rectification.objects.create(
        matter=matter,
        round=matter.rectifications.count() + 1,
        words=_demand(words, what="整改情况", field="words"),
        by=by,
        on_behalf_of=matter.on_behalf_of,
        post=under,
        at=at,
    )
    _note(matter, on_the_spot=True)
    files = _show(matter, evidence, by=by, at=at, rectification=done)
    whose = matter.on_behalf_of
    trail.write(matter, "rectify_now", by=by, under=under, on_behalf_of=whose, at=at, files=files)
    outbox.announce(events.MatterSubmitted(matter.pk, checker.pk))
    return matter


# --- what a beginning needs -----------------------------------------------------------------------


def _open(
    finding: Finding, *, on_behalf_of: Person | None, by: Person, at: datetime
) -> tuple[Matter, Post | None]:
    """A new row at its first stage, and the post under which it was opened."""
    given = _completed(finding, at=at)
    body_id = given.body.pk if given.body else None
    under = access.check_opening(by, given.kind, path=given.area.path, body_id=body_id, at=at)
    if on_behalf_of == by:
        on_behalf_of = None  # one's own word needs nobody else to have spoken it
    matter = Matter(
        number=_numbers(given.kind, _year(at), 1)[0],
        stage=Stage.DRAFT,
        opener=by,
        on_behalf_of=on_behalf_of,
        details={**given.details, **({"opened_under": under.pk} if under else {})},
    )
    _describe(matter, given)
    matter.save(force_insert=True)
    return matter, under


def _in_hand(
    what: Matter | Finding, *, on_behalf_of: Person | None, by: Person, at: datetime
) -> Matter:
    if isinstance(what, Matter):
        return what
    return _open(what, on_behalf_of=on_behalf_of, by=by, at=at)[0]


def _sent_before(what: Matter | Finding, by: Person) -> Matter | None:
    """A phone without signal sends again what already arrived: it gets the same matter back."""
    if isinstance(what, Matter) or not what.origin:
        return None
    with connection.cursor() as cursor:
        # Sent twice at once, the second waits here until the first is committed, and then finds it.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('matters.origin'), hashtext(%s))", [what.origin]
        )
    found = Matter.objects.filter(origin=what.origin).exclude(stage=Stage.DRAFT).first()
    if found is not None and found.opener_id != by.pk:
        # One phone, two people: what the first one sent waits in the queue of the second.
        raise Refused("这条上报已由他人登记，没有重复登记", mend="请从本机待发列表中删除这一条")
    return found


def _completed(finding: Finding, *, at: datetime) -> Finding:
    """Check what was entered, and fill in what clause and item already tell."""
    _check_contact(finding.contact)
    rule, clause = kinds.kind_named(finding.kind), kinds.clause_named(finding.clause)
    title = _demand(finding.title, what="标题", field="title")
    if len(title) > LONGEST_TITLE:
        raise Invalid(f"标题太长（{len(title)}字）", mend="请缩到120字以内", field="title")
    if finding.source not in Source.values:
        raise Invalid(f"来源“{finding.source}”不存在", mend="请从来源列表中选择", field="source")
    if (finding.lon is None) != (finding.lat is None):
        raise Invalid("位置只有一半", mend="经度、纬度要同时填写", field="place")
    if finding.found_at and finding.found_at > at:
        raise Invalid("发现时间晚于现在", mend="请核对发现时间", field="found_at")
    grade = rules.grade_by(clause, finding.grade) if rule.graded else ""
    if grade is None:
        raise Invalid("所定等级与判定条款不符", mend="重大隐患须选择对应的判定条款", field="clause")
    sector = finding.sector or (clause.sector if clause else "")
    sector = kinds.check_sector(sector or (finding.item.sector if finding.item else ""))
    body = finding.body or (finding.item.enterprise if finding.item else None)
    moment = finding.found_at or at
    return replace(finding, title=title, grade=grade, sector=sector, body=body, found_at=moment)


def _describe(matter: Matter, given: Finding) -> None:
    matter.kind, matter.title, matter.description = given.kind, given.title, given.description
    matter.source, matter.grade, matter.clause = given.source, given.grade, given.clause
    matter.sector, matter.place = given.sector, given.place
    matter.area, matter.area_path = given.area, given.area.path
    matter.lon, matter.lat = given.lon, given.lat
    matter.body, matter.item, matter.parent = given.body, given.item, given.parent
    matter.found_at = given.found_at or matter.found_at
    matter.origin = given.origin
    matter.search = Matter.words_to_find(matter.number, given.title, given.place, given.body)


def _must_be_small(matter: Matter) -> None:
    if matter.grade == Matter.Grade.MAJOR:
        raise Invalid(
            "重大隐患不适用即查即改", mend="请上报，由交办岗位落实五项后整改", field="grade"
        )


def _must_show_both(matter: Matter, evidence: Sequence[Shown]) -> None:
    """A picture before and one after: what was reported first may already hold the one before."""
    phases = {each.phase for each in evidence}
    phases |= set(matter.evidence.values_list("phase", flat=True))
    before = {Evidence.Phase.BEFORE, Evidence.Phase.FOUND}
    if not phases & before or Evidence.Phase.AFTER not in phases:
        raise Invalid("即查即改要有整改前、整改后照片", mend="请各拍至少一张", field="evidence")


def _hands(matter: Matter, finder: Post | None, *, at: datetime) -> tuple[Post, Post]:
    """Who answers for what was mended on the spot, and who checks it."""
    asked = propose(Facts.of(matter), at=at)
    owner = asked.rectify or finder or asked.triage
    _ready_to_serve(owner, at=at, field="owner")
    return owner, _checker_for(matter, owner, None, at=at, finder=finder)
