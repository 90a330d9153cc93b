"""A month's roster by table: desk, day, level, name (值班表)."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from typing import Any

from anlan.duty import actions
from anlan.duty.actions import InvalidShifts, Planned
from anlan.duty.models import Desk, Shift
from anlan.duty.rules.cover import span_of
from anlan.kernel.errors import Refused
from anlan.registry.actions import InvalidRows
from anlan.registry.rules import Field, Problem

from .context import Context, Row, needs_somebody
from .outcome import Stored

# fmt: off
SHIFT = (
    Field("desk", "值班室", required=True, longest=80, synonyms=("值班点", "单位")),
    Field("day", "日期", "date", required=True, synonyms=("值班日期",)),
    Field("level", "层级", "choice", required=True, synonyms=("类别", "值班类别"),
          choices={str(label): value for value, label in Shift.Level.choices}),
    Field("watch", "班次", longest=30, help="白班、夜班等，只有一个班次的可不填"),
    Field("person", "姓名", "person", required=True, synonyms=("值班人", "值班人员"),
          help="同名的写“单位/姓名”或手机号"),
    Field("starts", "开始时间", "moment", help="不填的按班次规定的时间"),
    Field("ends", "结束时间", "moment"),
)
# fmt: on


class Shifts:
    """Imports rosters (值班表): what the export writes, the import reads."""

    key, label, fields, sector = "shift", "值班表", SHIFT, ""

    def __init__(self) -> None:
        self.desks: dict[str, list[Desk]] = {}
        for desk in Desk.objects.filter(closed_at=None).prefetch_related("seats"):
            self.desks.setdefault(desk.name, []).append(desk)

    def identity(self, values: Mapping[str, Any]) -> Hashable:
        """The same person twice on one watch is one shift."""
        where = (values["desk"], values["day"], values["level"], values.get("watch", ""))
        return (*where, values["person"].pk)

    def judge(self, values: Mapping[str, Any]) -> None:
        """Raise Problem for a desk that is not there, or a watch that it does not have."""
        self._planned(values)

    def store(self, rows: Sequence[Row], context: Context) -> Stored:
        by = needs_somebody(context)
        planned = [(self._desk(row), self._planned(row)) for row in rows]
        try:
            made = actions.import_shifts(planned, source=context.source, by=by, at=context.at)
        except InvalidShifts as refused:
            raise InvalidRows(
                [(number, _problem(why)) for number, why in refused.problems]
            ) from refused
        return Stored(len(made), 0, 0)

    def _desk(self, row: Row) -> Desk:
        found = self.desks.get(row["desk"], [])
        if len(found) == 1:
            return found[0]
        known = "、".join(list(self.desks)[:12]) or "还没有设立值班室"
        words = f"没有值班室“{row['desk']}”" if not found else f"有 {len(found)} 个“{row['desk']}”"
        raise Problem(words, f"请核对名称：{known}", field="desk")

    def _planned(self, row: Row) -> Planned:
        desk = self._desk(row)
        starts, ends, watch = _span(desk, row)
        return Planned(row["level"], row["person"], starts, ends, None, None, watch)


def _span(desk: Desk, row: Row) -> tuple[datetime, datetime, str]:
    """As written, else as the kind of desk says for this watch and day."""
    rule = desk.spec.of(row["level"])
    watches = rule.watches if rule else ()
    asked = row.get("watch", "")
    fitting = [watch for watch in watches if asked in ("", watch.name)]
    if row.get("starts") and row.get("ends"):
        return row["starts"], row["ends"], asked
    if len(fitting) != 1:
        names = "、".join(watch.name for watch in watches) or "该值班室不设这一层级"
        words = f"没有班次“{asked}”" if asked else "没有写班次"
        raise Problem(words, f"可以填：{names}；或填写开始、结束时间", field="watch")
    starts, ends = span_of(fitting[0], row["day"])
    return starts, ends, fitting[0].name


def _problem(why: Refused) -> Problem:
    field = why.field if why.field in {each.key for each in SHIFT} else "person"
    return Problem(why.words, why.mend, field=field)
