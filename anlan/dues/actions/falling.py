"""What time finds late, and what falls away again; nobody does it by hand."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from anlan.kernel import outbox, trail
from anlan.people.models import Area, Person

from .. import events
from ..flow import FLOW, STEPS, Standing
from ..models import Arrear
from ..rules import Due, Run, Who


@transaction.atomic
def open_arrear(due: Due, *, who: Who, run: Run, missing: Decimal, at: datetime) -> Arrear | None:
    """Write down that something owed was missed; None where it stands already (记入欠账)."""
    arrear, made = Arrear.objects.get_or_create(
        due=due.key, row=who.key, stage=Arrear.Stage.OPEN,
        defaults={
            "label": who.label, "area_id": who.area_id, "area_path": who.path,
            "body_id": who.body_id, "first": run.spans[0].first, "since": run.since,
            "in_a_row": run.in_a_row, "missing": missing, "opened_at": at,
            "periods": [span.label for span in run.spans],
        },
    )  # fmt: skip
    if not made:
        return None
    trail.write(arrear, "open_arrear", by=None, at=at, due=due.key, periods=arrear.periods)
    outbox.announce(events.ArrearOpened(arrear.pk))
    return arrear


@transaction.atomic
def stand_on(arrear: Arrear, *, run: Run, missing: Decimal, at: datetime) -> bool:
    """More was missed, or some of it made up (继续欠账); whether anything changed."""
    now = (run.spans[0].first, run.since, run.in_a_row, missing)
    if now == (arrear.first, arrear.since, arrear.in_a_row, arrear.missing):
        return False
    arrear.first, arrear.since, arrear.in_a_row, arrear.missing = now
    arrear.periods = [span.label for span in run.spans]
    arrear.save(update_fields=["first", "since", "in_a_row", "missing", "periods"])
    trail.write(arrear, "extend_arrear", by=None, at=at, periods=arrear.periods)
    return True


@transaction.atomic
def settle(arrear: Arrear, *, at: datetime) -> None:
    """It was made up: what was only proposed falls away (消除欠账)."""
    _end(arrear, "settle", at)


@transaction.atomic
def excuse(arrear: Arrear, *, at: datetime) -> None:
    """It was waived: what was only proposed falls away (豁免消除)."""
    _end(arrear, "excuse", at)


@transaction.atomic
def relocate(area: Area, *, before: str, by: Person | None, at: datetime) -> int:
    """Follow an area that moved (随区划调整). Safe to do twice; the second time finds none."""
    found = Arrear.objects.under(before).exclude(area_path=F("area__path"))
    path_now = Area.objects.filter(pk=OuterRef("area")).values("path")[:1]
    moved = found.update(area_path=Subquery(path_now))
    if moved:
        trail.write(area, "relocate", by=by, at=at, before=before, arrears=moved)
    return moved


def _end(arrear: Arrear, move: str, at: datetime) -> None:
    FLOW.move(arrear, move, at=at, settled_at=at)
    waiting = arrear.steps.filter(stage__in=(Standing.PROPOSED, Standing.DRAFTED))
    for step in waiting.select_for_update():
        STEPS.move(step, "drop_step", at=at)
        trail.write(step, "drop_step", by=None, at=at)
    trail.write(arrear, move, by=None, at=at)
    outbox.announce(events.ArrearSettled(arrear.pk))
