"""What was found becomes matters, in the transaction of the record that found it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from anlan.kernel import trail
from anlan.kernel.errors import Invalid
from anlan.matters import actions as ledger
from anlan.matters.models import Evidence as MatterEvidence
from anlan.matters.models import Matter
from anlan.people.models import Body, Person

from .. import access
from ..models import RaisedMatter, Record
from ..rules import Proposal
from .beats import Found, _demand, _hold, _note


@transaction.atomic
def raise_matter(
    record: Record, *, found: Found, body: Body | None = None, by: Person, at: datetime
) -> Matter:
    """Open a matter for something that the record found after all (记录转事项)."""
    under = access.check(by, "raise_matter", record, at=at)
    _hold(record, "raise_matter")
    if record.hidden:
        raise Invalid("暗访尚未公开，转办会暴露行踪", mend="请先公开暗访，问题会一并转办")
    visited = list(record.visits.values_list("body_id", flat=True))
    if body is not None and body.pk not in visited:
        raise Invalid(f"{body}不在这次记录的单位名单里", mend="请核对单位", field="body")
    matter = _raise(record, _proposed(found), body=body, by=by, at=at)
    trail.write(record, "raise_matter", by=by, under=under, at=at, matter=matter.number)
    return matter


def _raise_all(
    record: Record, proposed: Sequence[Proposal], *, by: Person, at: datetime
) -> list[str]:
    """Open a matter for each, or keep them back while the visit is hidden; their numbers."""
    if record.hidden:
        _note(record, findings=[vars(each) for each in proposed])
        return []
    return [_raise(record, each, by=by, at=at).number for each in proposed]


def _raise(
    record: Record, what: Proposal, *, body: Body | None = None, by: Person, at: datetime
) -> Matter:
    finding = _finding(record, what, body)
    photos = [
        ledger.Shown(each.file, MatterEvidence.Phase.FOUND, each.caption, each.lon, each.lat)
        for each in record.evidence.select_related("file")
    ]
    matter = ledger.report(finding, evidence=photos, on_behalf_of=record.on_behalf_of, by=by, at=at)
    RaisedMatter.objects.create(record=record, matter=matter, check_item=what.check)
    return matter


def _finding(record: Record, what: Proposal, body: Body | None) -> ledger.Finding:
    visits = list(record.visits.select_related("body")[:2])
    only = visits[0].body if len(visits) == 1 else None
    said = (what.words, f"依据：{what.basis}" if what.basis else "", _advice(what))
    return ledger.Finding(
        title=what.title,
        source=record.rule.source,
        kind=record.rule.opens,
        area=record.area,
        description="\n".join(filter(None, said)),
        place=record.place,
        lon=record.lon,
        lat=record.lat,
        body=body or only,
        item=record.item,
        clause=what.clause,
        grade="" if what.clause else what.grade,
        sector="" if what.clause else record.sector,
        found_at=record.started_at,
        details={"record": record.number, "check": what.check, **_campaign(record)},
    )


def _campaign(record: Record) -> dict[str, object]:
    """The campaign (专项) that its findings belong to, where it belongs to one."""
    return {"topic": record.topic} if record.topic else {}


def _advice(what: Proposal) -> str:
    return f"建议措施：{what.measure}" if what.measure else ""


def _proposed(found: Found) -> Proposal:
    """Something found besides the checklist, in the words of a proposal."""
    title = _demand(found.title, what="发现的问题", field="found")
    return Proposal("", title, "", "", found.clause, found.grade, found.words)
