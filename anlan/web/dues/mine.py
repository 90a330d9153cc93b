"""What my own unit owes in the running periods: a part of my work, one line a due (本单位应做)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from anlan.dues import access
from anlan.dues.models import Arrear
from anlan.dues.rules import Cell, Due, Row, Span
from anlan.people.access import Scope

from ..figures.asked import root_of
from ..requests import Request
from .views import lines_of

MOST = 12
NOW = {
    "day": "今天", "week": "本周", "month": "本月", "quarter": "本季度", "half": "本半年",
    "year": "今年", "": "到期前",
}  # fmt: skip
PLACES = {
    "towns": "个镇街", "villages": "个村社", "departments": "个部门", "firms": "家企业",
    "items": "处",
}  # fmt: skip


@dataclass(frozen=True)
class Owed:
    """One due of mine in its running period: where it is still to be done."""

    due: Due
    span: Span
    rows: tuple[tuple[Row, Cell], ...]

    @property
    def state(self) -> str:
        """The worst of them: overdue, behind, running."""
        states = {cell.state.value for _, cell in self.rows}
        return next((each for each in ("missing", "behind") if each in states), "open")

    @property
    def words(self) -> str:
        """10个村社本月还没做; of one alone how far it has come."""
        if len(self.rows) == 1:
            row, cell = self.rows[0]
            return (
                f"{row.who.label} · {self.span.label} · {cell.done}/{cell.required}{self.due.unit}"
            )
        begun = any(cell.done for _, cell in self.rows)
        where = f"{len(self.rows)}{PLACES.get(self.due.across, '处')}"
        return f"{where}{NOW[self.due.every]}还没做{'完' if begun else ''}"


@dataclass(frozen=True)
class Late:
    """One due that my unit is late with: the one arrear, or how many there are."""

    due: str
    label: str
    arrears: tuple[Arrear, ...]

    @property
    def words(self) -> str:
        if len(self.arrears) > 1:
            return f"{len(self.arrears)}个对象逾期未完成"
        return f"{self.arrears[0].label} · {'、'.join(self.arrears[0].periods)}"


def mine(request: Request) -> HttpResponse:
    """What my unit owes now and has not done; and what it is late with."""
    units, area = access.units_of(request.scope), root_of(request.scope)
    owed = []
    for line in lines_of(request, area):
        rows = tuple(
            (row, row.cells[line.now])
            for row in line.found.rows
            if row.who.body_id in units
            and row.cells[line.now].missing
            and _within_reach(request.scope, row)
        )
        if rows:
            owed.append(Owed(line.due, line.found.spans[line.now], rows))
    standing = access.visible_to(request.scope).standing().filter(body__in=units)
    late = _grouped(standing.order_by("since", "pk"), request.scope)
    context = {"owed": owed[:MOST], "late": late[:MOST], "area": area}
    return render(request, "dues/mine.html", context)


def _within_reach(scope: Scope, row: Row) -> bool:
    """Whether the asker can do something about it: it lies in their places, or is their firm's.

    A grid worker belongs to the station, but what the town owes is not theirs to do.
    """
    return row.who.body_id in scope.bodies or _covers(scope, row.who.path)


def _covers(scope: Scope, path: str) -> bool:
    return any(path.startswith(reach.path) for reach in scope.reaches)


def _grouped(arrears: Iterable[Arrear], scope: Scope) -> Sequence[Late]:
    found: dict[str, list[Arrear]] = {}
    for arrear in arrears:
        if arrear.body_id in scope.bodies or _covers(scope, arrear.area_path):
            found.setdefault(arrear.due, []).append(arrear)
    return [Late(key, some[0].due_label, tuple(some)) for key, some in found.items()]
