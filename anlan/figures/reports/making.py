"""A report made from its template for a period and an area (报告成稿)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anlan.formats import official
from anlan.formats.official import Document
from anlan.kernel.expressions import compile_expression
from anlan.kernel.trail import LOCAL
from anlan.people.access import Scope
from anlan.people.models import Area

from .. import compute
from ..rules import Period, reporting
from ..rules.reporting import Ask, Told
from .asking import answered
from .templates import ReportTemplate, lines_of


@dataclass(frozen=True)
class Made:
    """A report with the answers that it was written from."""

    document: Document
    answers: Mapping[Ask, Told]

    def values(self) -> dict[str, str]:
        """Every number that opens rows, as it was written: ref → words."""
        return {run.ref: run.text for run in official.runs_of(self.document.blocks) if run.ref}

    def figures(self) -> list[str]:
        """The figures it speaks of, in the order of the catalogue."""
        used = {ask.figure for ask in self.answers}
        return [key for key in compute.definitions() if key in used]


def made(
    template: ReportTemplate,
    *,
    period: Period,
    area: Area,
    issuer: str,
    scope: Scope | None,
    at: datetime,
) -> Made:
    """The whole report; `scope` None is the house itself, as a command of the machine asks."""
    compute.check_begun(period, at=at)
    lines = lines_of(template)
    title = reporting.read(template.title, {})[0].pieces
    answers = answered(reporting.needs(lines), period=period, area=area, scope=scope, at=at)
    facts = _facts(period, area, issuer, at)
    frame = reporting.Frame(facts, _judge, facts["全域"], answers)
    heading = "".join(run.text for run in reporting.sentence(title, frame))
    day = at.astimezone(LOCAL).date()
    document = Document(
        heading,
        reporting.write(lines, frame),
        head=f"{issuer}文件" if template.head else "",
        signature=issuer,
        signed_on=day,
        note=template.note,
        draft=True,
    )
    return Made(document, answers)


def _facts(period: Period, area: Area, issuer: str, at: datetime) -> dict[str, str]:
    here = at.astimezone(LOCAL)
    day = min(period.last, here.date())
    until = f"{day.year}年{day.month}月{day.day}日"
    if day == here.date():
        until += f"{here.hour}时"
    return {
        "期间": reporting.spoken(period),
        "地区": area.name,
        "全域": reporting.all_of(area.name),
        "截至": until,
        "年": f"{period.last.year}年",
        "单位": issuer,
        "下期": reporting.following(period),
    }


def _judge(text: str, values: Mapping[str, float]) -> bool:
    expression = compile_expression(text, dict.fromkeys(values, float))
    return bool(expression.evaluate(**values))
