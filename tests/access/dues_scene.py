"""泽国镇 misses its night checks: what the rows of the dues are tried on."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from anlan.dues import actions
from anlan.dues.models import PlanLine, due_named, ladders
from anlan.dues.rules import Run, Who

YEAR = date(2024, 1, 1)


def who(s: Any) -> Who:
    """泽国镇's row of the matrix of night checks."""
    where = s.district
    return Who(
        where.zeguo.code, where.zeguo.name, where.zeguo.path, where.zeguo_town.pk, where.zeguo.pk
    )


def make(s: Any) -> None:
    """Late by a week: reminded, and a letter proposed; another week is waived, a firm planned."""
    due, section = due_named("town_night_check"), s.district.chen_section
    (span,) = due.spans(date(2024, 5, 27), date(2024, 6, 2))
    run = Run(span.due + timedelta(days=1), (span,))
    arrear = actions.open_arrear(due, who=who(s), run=run, missing=Decimal(1), at=s.at)
    assert arrear is not None
    remind, letter, *_ = ladders()["towns"].rungs
    actions.propose_step(arrear, rung=remind, at=s.at)
    s.things["arrear"] = arrear
    s.things["step"] = actions.propose_step(arrear, rung=letter, at=s.at)
    s.things["waiver"] = actions.waive(
        due.key, who=who(s), days=(date(2024, 5, 20), date(2024, 5, 26)), reason="换届",
        by=section, at=s.at,
    )  # fmt: skip
    actions.plan("plan_dust", first=YEAR, things=[s.district.cold_chain], by=section, at=s.at)
    s.things["plan_line"] = PlanLine.objects.get(due="plan_dust")
