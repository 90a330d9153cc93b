"""From a sheet to the ledger: upload or paste, mend the marked cells, then all or nothing."""

from dataclasses import dataclass
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from anlan.kernel.errors import Forbidden, Invalid, Refused
from anlan.matters.models import kinds as matter_kinds
from anlan.people.access import Scope
from anlan.records.models import kinds as record_kinds
from anlan.registry.models import kinds as item_kinds
from anlan.registry.rules import Field
from anlan.wiring import imports
from anlan.wiring.imports import Outcome
from anlan.wiring.imports.kinds import Importer

from ..ledgers.views import XLSX
from ..requests import Request
from .grid import MOST_SHOWN, Grid, from_file, from_text, lines_of

RIGHT = "imports.run"
LEDGERS = {
    "area": "/areas/",
    "grid": "/areas/",
    "body": "/enterprises/",
    "person": "/people/",
    "charge": "/charges/",
    "shift": "/duty/roster/",
}


@dataclass(frozen=True)
class Guide:
    """One column as the page explains it."""

    field: Field
    words: str


def index(request: Request) -> HttpResponse:
    """Everything that can be imported, by group."""
    _may_import(request.scope)
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, label in imports.importable().items():
        groups.setdefault(_group(name), []).append((name, label))
    return render(request, "imports/index.html", {"groups": groups.items()})


def page(request: Request, kind: str) -> HttpResponseBase:
    """The page of one kind: how a sheet must look, then what came of the one handed in."""
    _may_import(request.scope)
    try:
        importer = imports.named(kind)
    except Invalid as unknown:
        raise Http404(str(unknown)) from unknown
    if request.GET.get("as") == "template":
        return _file(imports.template(kind), f"{importer.label}导入模板.xlsx")
    if request.method == "POST":
        return _handed_in(request, kind, importer)
    return render(request, "imports/page.html", _frame(kind, importer))


def _handed_in(request: Request, kind: str, importer: Importer) -> HttpResponseBase:
    step = request.POST.get("step", "check")
    try:
        grid = _grid(request, importer)
        stored = step == "store"
        outcome = imports.run_rows(
            kind,
            grid.text,
            name=grid.name,
            dry_run=not stored,
            by=request.person,
            at=request.at,
        )
    except Refused as refusal:
        context = _frame(kind, importer) | {
            "refusal": refusal,
            "text": request.POST.get("text", ""),
        }
        return render(request, "imports/page.html", context, status=422)
    if step == "errors":
        return _file(imports.error_sheet(outcome), f"{importer.label}错误清单.xlsx")
    if stored and outcome.ok:
        messages.success(request, outcome.words)
        return redirect(_ledger(kind))
    return _judged(request, kind, importer, grid, outcome)


def _judged(
    request: Request, kind: str, importer: Importer, grid: Grid, outcome: Outcome
) -> HttpResponse:
    lines = lines_of(grid, outcome.faults)
    general = [fault for fault in outcome.faults if not 0 <= fault.row - 2 < len(grid.rows)]
    lacking = {*grid.added, *(f.heading for f in importer.fields if f.heading not in grid.heads)}
    context = _frame(kind, importer) | {
        "grid": grid,
        "outcome": outcome,
        "lines": lines,
        "free": [field for field in importer.fields if field.heading in lacking],
        "general": general,
        "hidden": outcome.refused - len(lines) if outcome.faults else len(grid.rows) - len(lines),
        "most": MOST_SHOWN,
    }
    return render(request, "imports/judged.html", context, status=422 if outcome.faults else 200)


def _grid(request: Request, importer: Importer) -> Grid:
    """What was handed in: a file, pasted cells, or the grid of the last answer with its mends."""
    file = request.FILES.get("file")
    if file is not None:
        read = from_file(file.read(), importer.fields, name=file.name or "")
        return read.completed(importer.fields)
    text = request.POST.get("text", "")
    if not text.strip():
        raise Invalid("还没有选择文件，也没有粘贴内容", mend="请选一种方式", field="file")
    given, strange = request.POST, request.POST.getlist("column")
    grid = from_text(text, importer.fields, name=given.get("name", ""), passed=strange)
    gone = [int(row) for row in request.POST.getlist("drop") if row.isdigit()]
    grid = grid.completed(importer.fields).mended(given.dict()).without(gone)
    meant = dict(zip(strange, given.getlist("meant"), strict=False))
    return grid.understood(meant).completed(importer.fields)


def _frame(kind: str, importer: Importer) -> dict[str, object]:
    guides = [Guide(field, imports.told(field)) for field in importer.fields]
    return {
        "kind": kind,
        "label": importer.label,
        "guides": guides,
        "back": _ledger(kind),
        "heads": [field.heading for field in importer.fields],
    }


def _group(name: str) -> str:
    key = name.replace("-", "_")
    if key in LEDGERS:
        return "单位、人员与责任"
    if key in matter_kinds.kinds():
        return "事项"
    if key in record_kinds():
        return f"台账：{record_kinds()[key].group}"
    found = item_kinds().get(key)
    return found.group if found else "其他"


def _ledger(kind: str) -> str:
    key = kind.replace("-", "_")
    if key in LEDGERS:
        return LEDGERS[key]
    if key in matter_kinds.kinds():
        return f"/matters/?kind={key}"
    if key in record_kinds():
        return f"/records/{key}/"
    return f"/items/{key}/"


def _may_import(scope: Scope) -> None:
    if not scope.may_anywhere(RIGHT):
        raise Forbidden("您没有批量导入的权限", mend="请联系本级管理员，或请镇街、科室代为导入。")


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
