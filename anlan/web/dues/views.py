"""What is owed: how far each has come, who is missing when, and the rows behind a cell."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from tempfile import TemporaryFile
from typing import Any, cast

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from anlan.dues import access
from anlan.dues.models import Waiver, coverage_of_all, dues, items_missing
from anlan.dues.models import counting as counted
from anlan.dues.rules import STATES, Cell, Coverage, Due, Row, Span, State, Totals
from anlan.formats import spreadsheet
from anlan.kernel.trail import LOCAL, local
from anlan.people.models import Area
from anlan.web.requests import Request

from ..figures.asked import area_of, root_of
from . import asked

MOST = 200
RECENTLY = {
    "day": "近一周", "week": "近四周", "month": "近两个月", "quarter": "近四个月",
    "half": "近半年", "year": "近一年", "": "近一年",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One due of the overview."""

    due: Due
    found: Coverage
    now: int  # the period that today lies in, or the last one
    since: date  # late and never are said of the days from then on

    @property
    def column(self) -> Totals:
        """The sums of the running period."""
        return self.found.columns[self.now]

    @property
    def window(self) -> str:
        return RECENTLY[self.due.every]

    @property
    def percent(self) -> int:
        share = self.column.percent
        return 0 if share is None else int(share)

    @property
    def late(self) -> int:
        return len(self.found.late())

    @property
    def never(self) -> int:
        return len(self.found.never())


def overview(request: HttpRequest) -> HttpResponse:
    """Every due that I see a row of: progress of the running period, what is late, who never."""
    asker = cast(Request, request)
    area = area_of(asker.GET.get("area", ""), asker.scope)
    lines = list(lines_of(asker, area))
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.due.group, []).append(line)
    late = access.visible_to(asker.scope).standing().under(area.path)
    context = {
        "groups": groups.items(),
        "area": area,
        "areas": _areas(asker, area),
        "late": late.order_by("since")[:8],
        "late_count": late.count(),
        "at": asker.at,
        "mine_behind": sum(1 for line in lines if line.late),
    }
    return render(request, "dues/overview.html", context)


def lines_of(request: Request, area: Area) -> Iterable[Line]:
    """All dues with a row for the asker; each over the days in which it is judged late."""
    today = request.at.astimezone(LOCAL).date()
    by_rhythm: dict[str, dict[str, Due]] = {}
    for key, due in dues().items():
        by_rhythm.setdefault(due.every, {})[key] = due
    found: dict[str, Coverage] = {}
    for every, some in by_rhythm.items():
        since = today - timedelta(days=asked.RECENT[every])
        found |= coverage_of_all(
            dues=some, since=since, until=today, area=area, scope=request.scope, at=request.at
        )
    for key, due in dues().items():
        if key in found:
            since = today - timedelta(days=asked.RECENT[due.every])
            yield Line(due, found[key], _now(found[key].spans, today), since)


def _now(spans: tuple[Span, ...], today: date) -> int:
    running = [number for number, span in enumerate(spans) if span.holds(today)]
    return running[0] if running else len(spans) - 1


@dataclass(frozen=True)
class Square:
    """One cell as it is drawn: its shape, its words, where it leads."""

    cell: Cell
    href: str

    @property
    def state(self) -> str:
        return self.cell.state.value

    @property
    def sign(self) -> str:
        return STATES[self.cell.state][0]

    @property
    def words(self) -> str:
        cell = self.cell
        said = STATES[cell.state][1]
        return f"{said} {cell.done}/{cell.required}" if cell.required else said

    @property
    def text(self) -> str:
        cell = self.cell
        if cell.state in (State.NONE, State.UNKNOWN, State.WAIVED):
            return self.sign
        return f"{cell.done}/{cell.required}" if cell.required > 1 or cell.done > 1 else self.sign


def matrix(request: HttpRequest, key: str) -> HttpResponse:
    """Who × when; narrowed to those who are late, or were never there."""
    asker = cast(Request, request)
    look = asked.look_at(asker, key)
    show = asker.GET.get("show", "")
    chosen = {"late": look.found.late, "never": look.found.never}.get(show)
    rows = chosen() if chosen else list(look.found.rows)
    drawn = [
        (row, [Square(cell, look.href(row, span)) for cell, span in _pairs(row, look)])
        for row in rows[:MOST]
    ]
    context = {
        "look": look,
        "due": look.due,
        "show": show,
        "rows": drawn,
        "more": max(0, len(rows) - MOST),
        "columns": list(zip(look.heads, look.found.spans, look.found.columns, strict=True)),
        "late": len(look.found.late()),
        "never": len(look.found.never()),
        "areas": _areas(asker, look.area),
        "states": STATES.items(),
        "waivers": Waiver.objects.standing().filter(
            access.everything_below(asker.scope), due=key, area_path__startswith=look.area.path
        ),
        "may_waive": asker.scope.may_anywhere("dues.waive"),
        "earlier": look.moved(-1),
        "later": look.moved(1),
    }
    return render(request, "dues/matrix.html", context)


def _pairs(row: Row, look: asked.Look) -> Iterable[tuple[Cell, Span]]:
    return zip(row.cells, look.found.spans, strict=True)


def cell(request: HttpRequest, key: str, row: str, first: str) -> HttpResponse:
    """One cell: the rows it counts, and by name what is missing."""
    asker = cast(Request, request)
    look, who, span, number = asked.cell_of(asker, key, row, first)
    due, one = look.due, who.who
    records: list[Any] = []
    if due.counts in ("records", "visited"):
        depth = _depth(one.path) if due.across in ("towns", "villages") else 0
        found = counted.records_of(due, look.area.path, (span,), asker.scope)
        found = found.annotate(_row=counted.row_of_records(due, depth)).filter(_row=one.key)
        ordered = found.select_related("area", "organiser").order_by("-started_at", "-pk")
        records = list(ordered.distinct()[:MOST])
    missing: list[Any] = []
    if due.counts in ("visited", "items") and not due.least and who.cells[number].required:
        missing = list(items_missing(due, asked.asked_of(look, asker), one, span)[:MOST])
    matters = _matters(due, look, span, one.path, asker) if due.counts == "matters" else []
    context = {
        "look": look, "due": due, "row": who, "span": span, "cell": who.cells[number],
        "square": Square(who.cells[number], ""), "records": records, "missing": missing,
        "matters": matters, "may_waive": access.may(asker.scope, "waive", one.path, one.body_id),
        "href": look.href(who, span).partition("?")[0],
    }  # fmt: skip
    return render(request, "dues/cell.html", context)


def _matters(due: Due, look: asked.Look, span: Span, path: str, request: Request) -> list[Any]:
    found = counted.matters_of(due, path, (span,), request.scope).select_related("area")
    return list(found.order_by("closed_at", "dispatched_at")[:MOST])


def _depth(path: str) -> int:
    return len(path.strip("/").split("/"))


def sheet(request: HttpRequest, key: str) -> HttpResponseBase:
    """The matrix as .xlsx, as it stands on the screen."""
    asker = cast(Request, request)
    look = asked.look_at(asker, key)
    content = TemporaryFile()  # noqa: SIM115
    heads = ["对象", *look.heads, "应做", "已做", "欠", "完成率"]
    spreadsheet.write(
        content,
        [spreadsheet.Column(head) for head in heads],
        _sheet_rows(look),
        sheet="应做矩阵",
        title=f"{look.area.name}{look.due.label}",
        note=f"{look.due.rhythm}{look.due.amount}　导出时间：{local(asker.at)}"
        f"　导出人：{asker.person.name}",
    )
    content.seek(0)
    name = f"{look.area.name}{look.due.label}.xlsx"
    return FileResponse(content, as_attachment=True, filename=name)


def _sheet_rows(look: asked.Look) -> Iterable[list[Any]]:
    for row in look.found.rows:
        totals = row.totals
        cells = [Square(cell, "").words for cell in row.cells]
        yield [
            row.who.label, *cells, totals.required, totals.met, totals.missing, totals.words,
        ]  # fmt: skip
    totals = look.found.totals
    columns = [each.words for each in look.found.columns]
    yield ["合计", *columns, totals.required, totals.met, totals.missing, totals.words]


def _areas(request: Request, area: Area) -> list[Area]:
    """The area shown, those above it as far as one reaches, and the towns below."""
    root = root_of(request.scope)
    today = request.at.astimezone(LOCAL).date()
    chain = Area.objects.filter(code__in=area.path.split("/")).order_by("path")
    above = [each for each in chain if each.path.startswith(root.path)]
    below = area.children.exclude(level=Area.Level.GRID).valid_on(today).real().order_by("code")
    return [*above, *below[:60]]
