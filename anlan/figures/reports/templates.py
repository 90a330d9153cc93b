"""The templates of reports (报告模板): one file each, checked against the figures when it is read.

A clerk edits `catalogues/report_*.yaml`, or lays a file of the same name into the site's folder; a
file of a new name is a new report.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid
from anlan.kernel.expressions import ExpressionError, compile_expression
from anlan.papers.models import kinds as paper_kinds

from .. import compute
from ..compute.deriving import is_rate
from ..rules import reporting

PREFIX = "report_"


@dataclass(frozen=True)
class ReportTemplate:
    """One report as the catalogue writes it (报告模板).

    `paper` is the kind of paper it is issued as, `span` the period that it is usually about.
    """

    key: str
    label: str
    version: str
    paper: str
    title: str
    text: str
    span: Literal["year", "half", "month", "week", "day", "any"] = "any"
    head: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("报告模板没有正文")


def templates() -> dict[str, ReportTemplate]:
    """All reports of the catalogue, by key; CatalogueError where one is wrong."""
    return dict(catalogues.once("reports", _checked))


def template_named(key: str) -> ReportTemplate:
    """One report; Invalid where there is none of that name."""
    known = templates()
    if key not in known:
        near = catalogues.nearest(key, known)
        mend = near or f"可用：{'、'.join(known)}"
        raise Invalid(f"没有名为“{key}”的报告", mend=mend, field="kind")
    return known[key]


def file_names() -> list[str]:
    """The catalogues that hold reports: the shipped ones, and the site's own besides."""
    return catalogues.names(PREFIX)


def known_figures() -> dict[str, reporting.Known]:
    """What sentences need to know of every figure."""
    return {
        figure.key: reporting.Known(
            figure.key,
            figure.label,
            figure.unit,
            is_rate(figure),
            compute.dimensions_of(figure),
            compute.goal_words(figure),
        )
        for figure in compute.definitions().values()
    }


def lines_of(template: ReportTemplate) -> tuple[reporting.Line, ...]:
    """Its text, read."""
    return reporting.read(template.text, known_figures())


def _checked() -> dict[str, ReportTemplate]:
    """Refuse reports that name what does not exist; judged once a reading."""
    found: dict[str, ReportTemplate] = {}
    known, papers = known_figures(), paper_kinds()
    for name in file_names():
        for key, template in catalogues.load(name, ReportTemplate).items():
            if key in found:
                words = f"报告“{key}”与别的文件重名"
                raise catalogues.refused(name, words, key=key, mend="请改名")
            if template.paper not in papers:
                raise catalogues.unknown(name, key, template.paper, "没有的文书种类", papers)
            _judge(name, template, known)
            found[key] = template
    return found


def _judge(name: str, template: ReportTemplate, known: Mapping[str, reporting.Known]) -> None:
    """Refuse a text that names what does not exist, with the line of the file."""
    try:
        for line in reporting.read(f"{template.title}\n{template.text}", known):
            if line.condition:
                _compiles(line.number, line.condition)
    except reporting.TemplateError as wrong:
        said = [template.title, *template.text.splitlines()][wrong.line - 1].strip()
        raise catalogues.refused(
            name, wrong.words, key=template.key, value=said, mend=wrong.mend
        ) from wrong


def _compiles(line: int, condition: reporting.Condition) -> None:
    try:
        compile_expression(condition.text, {variable: float for variable, _ in condition.names})
    except ExpressionError as wrong:
        words = f"条件有误：{wrong.words}"
        raise reporting.TemplateError(line, words, mend=wrong.mend) from wrong
