"""A report is written, edited, checked by somebody else, and becomes a paper (统计报告)."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from anlan.formats import official
from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.refs import Ref
from anlan.papers import actions as papers
from anlan.papers.models import Paper
from anlan.people.models import Area, Body, Person

from .. import access, compute, events, rules
from ..flow import REPORT_DEEDS, REPORTS, ReportStage
from ..models import Report, ReportRows
from ..reports import answered, made, template_named
from ..rules import reporting

LOOK_AGAIN = "请刷新页面，查看最新状态后再办理"
LONGEST = 5000


@transaction.atomic
def make_report(
    key: str, *, period: rules.Period, area: Area, issuer: Body, by: Person, at: datetime
) -> Report:
    """Write a report of a period: its figures computed now, its sentences made (编制报告)."""
    under = access.check_making(by, area, issuer, at=at)
    report = Report(
        key=key, area=area, area_path=area.path, issuer=issuer,
        period=period.text, begins=period.start, last=period.last, made_by=by, made_at=at,
    )  # fmt: skip
    _compute(report, at=at)
    report.save(force_insert=True)
    trail.write(report, "make_report", by=by, under=under, at=at, key=key, period=period.text)
    return report


@transaction.atomic
def refresh_report(report: Report, *, by: Person, at: datetime) -> None:
    """Compute its figures and write its sentences anew; what was edited is given up (重新取数)."""
    under = access.check_with(by, "refresh_report", report, at=at)
    _hold(report, "refresh_report")
    _compute(report, at=at)
    report.save()
    trail.write(report, "refresh_report", by=by, under=under, at=at)


@transaction.atomic
def edit_report(
    report: Report, *, paragraphs: Mapping[int, str], by: Person, at: datetime
) -> list[str]:
    """Change sentences; a number typed over a computed one is marked as typed by hand (修改报告).

    `paragraphs` are the new words by the number of the block. Returns the numbers typed by hand.
    """
    under = access.check_with(by, "edit_report", report, at=at)
    _hold(report, "edit_report")
    given = official.from_json(report.document)
    blocks: list[official.Block | None] = list(given.blocks)
    for place, words in paragraphs.items():
        blocks[place] = _edited(blocks, place, words)
    kept = tuple(block for block in blocks if block is not None)
    report.document = official.as_json(official.Document(**{**given.__dict__, "blocks": kept}))
    report.save(update_fields=["document"])
    typed = [run.text for run in rules.reporting.numbers_by_hand(official.runs_of(kept))]
    trail.write(report, "edit_report", by=by, under=under, at=at,
                paragraphs=len(paragraphs), by_hand=typed[:20])  # fmt: skip
    return typed


@transaction.atomic
def discard_report(report: Report, *, by: Person, at: datetime) -> None:
    """Throw a draft away (丢弃报告)."""
    under = access.check_with(by, "discard_report", report, at=at)
    _hold(report, "discard_report")
    trail.write(report, "discard_report", by=by, under=under, at=at, title=report.title)
    report.delete()


@transaction.atomic
def submit_report(report: Report, *, by: Person, at: datetime) -> None:
    """Hand a report to whoever checks it (报告送校核)."""
    under = access.check_with(by, "submit_report", report, at=at)
    REPORTS.move(report, "submit_report", at=at)
    trail.write(report, "submit_report", by=by, under=under, at=at)
    outbox.announce(events.ReportSubmitted(report.pk))


@transaction.atomic
def return_report(report: Report, *, reason: str, by: Person, at: datetime) -> None:
    """It is not right yet: back to its maker (校核退回)."""
    under = access.check_with(by, "return_report", report, at=at)
    said = _reason(reason)
    details = {**report.details, "returned": said}
    REPORTS.move(report, "return_report", at=at, details=details)
    trail.write(report, "return_report", by=by, under=under, at=at, reason=said)
    outbox.announce(events.ReportReturned(report.pk))


@transaction.atomic
def check_report(report: Report, *, by: Person, at: datetime) -> str:
    """Say that it is right: values, definitions and rows are frozen with it (校核定稿).

    Returns the digest that stands for all of it. Printed again, it is the same.
    """
    under = access.check_with(by, "check_report", report, at=at)
    report.refresh_from_db()
    _is_still_so(report)
    rows = _keep_rows(report)
    digest = rules.digest_of({**report.content(), "rows": rows})
    REPORTS.move(report, "check_report", at=at, checked_by=by, checked_at=at, digest=digest)
    runs = official.runs_of(official.from_json(report.document).blocks)
    typed = [run.text for run in reporting.numbers_by_hand(runs)]
    trail.write(
        report, "check_report", by=by, under=under, at=at, digest=digest, by_hand=typed[:20]
    )
    outbox.announce(events.ReportChecked(report.pk))
    return digest


@transaction.atomic
def file_report(report: Report, *, by: Person, at: datetime) -> Paper:
    """Make it a paper for whoever signs; the number comes with the signature (成文送签)."""
    under = access.check_with(by, "file_report", report, at=at)
    kind = template_named(report.key).paper
    document = official.Document(**{**official.from_json(report.document).__dict__, "draft": False})
    paper = papers.draft(
        kind=kind, about=Ref.of(report), issuer=report.issuer, document=document, by=by, at=at
    )
    REPORTS.move(report, "file_report", at=at, paper=paper)
    papers.submit(paper, by=by, at=at)
    trail.write(report, "file_report", by=by, under=under, at=at, paper=paper.pk)
    outbox.announce(events.ReportFiled(report.pk, paper.pk))
    return paper


@transaction.atomic
def reopen_report(report: Report, *, reason: str, by: Person, at: datetime) -> None:
    """Let it be written again, while nothing of it has gone out (退回重编)."""
    under = access.check_with(by, "reopen_report", report, at=at)
    said = _reason(reason)
    paper = report.paper
    if paper is not None and paper.stage in (Paper.Stage.SUBMITTED, Paper.Stage.ISSUED):
        words = f"报告已成文，{paper.get_stage_display()}"
        raise NotAllowed(words, mend="请先在文书页面退回或撤回")
    REPORTS.move(
        report, "reopen_report", at=at, checked_by=None, checked_at=None, digest="", paper=None,
        details={**report.details, "returned": said},
    )  # fmt: skip
    report.rows.all().delete()
    trail.write(report, "reopen_report", by=by, under=under, at=at, reason=said)
    outbox.announce(events.ReportReopened(report.pk))


# --- parts of deeds ---------------------------------------------------------------------


def _compute(report: Report, *, at: datetime) -> None:
    """Put figures and sentences into the report's own columns."""
    template = template_named(report.key)
    found = made(
        template, period=report.span, area=report.area, issuer=report.issuer.name, scope=None,
        at=at,
    )  # fmt: skip
    report.template_version, report.as_of = template.version, at
    report.title = found.document.title[:200]
    report.document = official.as_json(found.document)
    report.values = [_told(ask, told) for ask, told in sorted(found.answers.items())]
    known = compute.definitions()
    report.definitions = {key: _plain(asdict(known[key])) for key in found.figures()}


def _told(ask: reporting.Ask, told: reporting.Told) -> dict[str, Any]:
    return {
        "figure": ask.figure,
        "span": ask.span,
        "by": ask.by,
        "ref": told.ref,
        "value": _number(told.value),
        "base": _number(told.base),
        "before": _number(told.before),
        "parts": [[part.key, part.label, _number(part.value), part.ref] for part in told.parts],
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _plain(given: Any) -> Any:
    """A definition as JSON: numbers as they are written, tuples as lists."""
    if isinstance(given, Decimal):
        return f"{given:f}"
    if isinstance(given, Mapping):
        return {str(key): _plain(value) for key, value in given.items()}
    if isinstance(given, list | tuple | frozenset):
        return [_plain(value) for value in given]
    return given


def _is_still_so(report: Report) -> None:
    """Refuse to freeze numbers that the ledger would not answer any more: rows came or went since.

    What is frozen must be the rows that were counted, or a number would open others.
    """
    asks = [reporting.Ask(each["figure"], each["span"], each["by"]) for each in report.values]
    now = answered(asks, period=report.span, area=report.area, scope=None, at=report.as_of)
    for ask, kept in zip(asks, report.values, strict=True):
        told = _told(ask, now[ask])
        if (told["value"], told["parts"]) != (kept["value"], kept["parts"]):
            label = now[ask].known.label
            words = f"取数以后台账有变动：{label}由{kept['value']}变为{told['value']}"
            if told["value"] == kept["value"]:
                words = f"取数以后台账有变动：{label}的分项变了"
            raise NotAllowed(words, mend="请退回，由编制人重新取数后再校核")


def _keep_rows(report: Report) -> dict[str, str]:
    """The ids behind every figure and span of the report; the digest of each."""
    kept: list[ReportRows] = []
    spans = {tuple(value["ref"].split("|")[:2]) for value in report.values}
    for figure, text in sorted(spans):
        asked: dict[str, Any] = {"period": rules.parse_period(text), "area": report.area}
        found = compute.rows(figure, **asked, scope=None, at=report.as_of)
        ids = sorted(set(found.order_by().values_list("pk", flat=True)))
        kept.append(
            ReportRows(
                report=report, figure=figure, period=text, count=len(ids),
                ids=rules.packed_ids(ids), digest=rules.digest_of(ids),
            )
        )  # fmt: skip
    ReportRows.objects.bulk_create(kept)
    return {f"{rows.figure}|{rows.period}": rows.digest for rows in kept}


def _edited(blocks: list[official.Block | None], place: int, words: str) -> official.Block | None:
    """One paragraph with its new words; nothing left of it takes it out."""
    if not 0 <= place < len(blocks) or not isinstance(blocks[place], official.Paragraph):
        raise Invalid("这一段不能直接修改", mend="表格和图由系统生成，请修改报告模板")
    if len(words) > LONGEST:
        raise Invalid(f"一段不能超过{LONGEST}字", mend="请分成几段")
    old = blocks[place]
    assert isinstance(old, official.Paragraph)
    new = reporting.rewritten((*old.lead, *old.runs), " ".join(words.split("\n")).strip())
    return next(iter(official.blocks([new])), None)


def _hold(report: Report, verb: str) -> None:
    """Lock the row and read it anew, for a deed that leaves the stage alone."""
    Report.objects.select_for_update().only("pk").get(pk=report.pk)
    report.refresh_from_db()
    deed = REPORT_DEEDS.moves[verb]
    if report.stage not in deed.sources:
        stage = ReportStage(report.stage).label
        raise NotAllowed(f"“{report}”现为“{stage}”，不能{deed.term}", mend=LOOK_AGAIN)


def _reason(words: str) -> str:
    if not words.strip():
        raise Invalid("请填写原因", mend="用一句话说明即可", field="reason")
    return words.strip()[:300]
