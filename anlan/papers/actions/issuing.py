"""Signing a paper, and what undoes it (签发、退回、撤回)."""

from datetime import datetime, timedelta

from django.db import transaction

from anlan.formats import official
from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid
from anlan.kernel.trail import LOCAL
from anlan.people.models import Person

from .. import access, events, rules
from ..flow import FLOW
from ..models import Paper, Series, template_named
from ..models.text import written
from .beats import _searchable, _series


@transaction.atomic
def issue(paper: Paper, *, by: Person, at: datetime) -> str:
    """Sign a paper: it takes the next number of its series and is never altered again (签发).

    Returns the number. Whoever drafted or handed it in may not sign it. The counter of the series
    stays locked until the end, so that a signature that fails leaves no gap.
    """
    under = access.check(by, "issue", paper, at=at)
    paper.refresh_from_db()
    series, year = _series(paper), at.astimezone(LOCAL).year
    serial = _next(series, year)
    number = rules.numbered(series, year, serial)
    rule = paper.rule
    paper.number = number
    paper.reply_due_at = paper.reply_due_at or _after(at, rule.reply_days)
    paper.valid_until = _after(at, rule.valid_days)
    document = official.as_json(written(paper, at=at))
    paper.number = ""
    version = template_named(paper.template).version if paper.template else ""
    bodies = [one.body for one in paper.sent_to.select_related("body")]
    FLOW.move(
        paper, "issue", at=at, number=number, series=series, year=year, serial=serial,
        document=document, title=document["title"][:200], template_version=version,
        issued_by=by, issued_at=at, valid_from=at, valid_until=paper.valid_until,
        reply_due_at=paper.reply_due_at,
    )  # fmt: skip
    Paper.objects.filter(pk=paper.pk).update(search=_searchable(paper, bodies))
    trail.write(paper, "issue", by=by, under=under, at=at, number=number)
    outbox.announce(events.PaperIssued(paper.pk))
    if paper.replaces is not None:
        _supersede(paper.replaces, paper, by=by, at=at)
    return number


@transaction.atomic
def send_back(paper: Paper, *, reason: str, by: Person, at: datetime) -> None:
    """Do not sign it: it goes back to whoever drafted it (退回修改)."""
    under = access.check(by, "send_back", paper, at=at)
    said = _reason(reason, "退回原因")
    FLOW.move(
        paper, "send_back", at=at, submitted_by=None, details={**paper.details, "returned": said}
    )
    trail.write(paper, "send_back", by=by, under=under, at=at, reason=said)
    outbox.announce(events.PaperSentBack(paper.pk))


@transaction.atomic
def withdraw(paper: Paper, *, reason: str, by: Person, at: datetime) -> None:
    """Take back what was issued; it keeps its number and stays readable (撤回文书)."""
    under = access.check(by, "withdraw", paper, at=at)
    said = _reason(reason, "撤回原因")
    FLOW.move(paper, "withdraw", at=at, details={**paper.details, "withdrawn": said})
    trail.write(paper, "withdraw", by=by, under=under, at=at, reason=said)
    outbox.announce(events.PaperWithdrawn(paper.pk))


def _supersede(old: Paper, new: Paper, *, by: Person, at: datetime) -> None:
    """The older one stays, marked; somebody may have withdrawn it in between: then it refuses."""
    FLOW.move(old, "supersede", at=at)
    trail.write(old, "supersede", by=by, at=at, paper=new.number)
    outbox.announce(events.PaperSuperseded(old.pk, new.pk))


def _next(series: str, year: int) -> int:
    """The next number of a series: its row is locked until this transaction ends."""
    Series.objects.bulk_create([Series(series=series, year=year)], ignore_conflicts=True)
    counter = Series.objects.select_for_update().get(series=series, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _after(at: datetime, days: int) -> datetime | None:
    """The end of the day so many natural days later: due dates run to midnight of the district."""
    if not days:
        return None
    return (at.astimezone(LOCAL) + timedelta(days=days + 1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )


def _reason(words: str, what: str) -> str:
    if not words.strip():
        raise Invalid(f"请填写{what}", mend="用一句话说明即可", field="reason")
    return words.strip()[:300]
