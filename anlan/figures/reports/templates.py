"""The templates of reports (报告模板): one file each, checked against the figures when it is read.

A clerk edits `catalogues/report_*.yaml`, or lays a file of the same name into the site's folder; a
file of a new name is a new report.
"""

from dataclasses import dataclass
from typing import Literal

from anlan.kernel import catalogues
from anlan.kernel.catalogues import CatalogueError
from anlan.kernel.errors import Invalid
from anlan.kernel.expressions import ExpressionError, compile_expression

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
    found: dict[str, ReportTemplate] = {}
    for name in file_names():
        for key, template in catalogues.load(name, ReportTemplate).items():
            if key in found:
                raise Invalid(f"{name}.yaml 中的报告“{key}”与别的文件重名", mend="请改名")
            found[key] = _checked(name, template)
    return found


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
    folders = filter(None, (catalogues.shipped_folder(), catalogues.site_folder()))
    names = {path.stem for folder in folders for path in folder.glob(f"{PREFIX}*.yaml")}
    return sorted(names)


def known_figures() -> dict[str, reporting.Known]:
    """What sentences need to know of every figure."""
    return {
        figure.key: reporting.Known(
            figure.key,
            figure.label,
            figure.unit,
            is_rate(figure),
            compute.dimensions_of(figure),
        )
        for figure in compute.definitions().values()
    }


def lines_of(template: ReportTemplate) -> tuple[reporting.Line, ...]:
    """Its text, read."""
    return reporting.read(template.text, known_figures())


_judged: dict[str, ReportTemplate] = {}


def _checked(name: str, template: ReportTemplate) -> ReportTemplate:
    """Refuse a text that names what does not exist, with the line of the file."""
    if _judged.get(template.key) == template:
        return template
    try:
        for line in reporting.read(f"{template.title}\n{template.text}", known_figures()):
            if line.condition:
                names = {variable: float for variable, _ in line.condition.names}
                try:
                    compile_expression(line.condition.text, names)
                except ExpressionError as wrong:
                    raise reporting.TemplateError(
                        line.number, f"条件有误：{wrong.words}", mend=wrong.mend
                    ) from wrong
    except reporting.TemplateError as wrong:
        place, begins = catalogues.path_of(name), template.text.splitlines()
        said = [template.title, *begins][wrong.line - 1].strip()
        raise CatalogueError(
            place.name, _line_in(place.read_text("utf-8-sig"), said), wrong.words,
            value=said, mend=wrong.mend,
        ) from wrong  # fmt: skip
    _judged[template.key] = template
    return template


def _line_in(text: str, said: str) -> int:
    """Which line of the file says it."""
    for number, line in enumerate(text.splitlines(), start=1):
        if said and said in line:
            return number
    return 1
