"""What time does to what is owed (定时扫描); safe to run twice."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from anlan.kernel.trail import LOCAL
from anlan.people.models import Area

from . import actions
from .flow import Standing
from .models import Arrear, condition, coverage, dues, ladders
from .rules import Coverage, Due, Row, Run, Rung, State, next_rung, run_of

LOOK_BACK = {"day": 14, "week": 70, "month": 200, "quarter": 400, "half": 400, "year": 400, "": 400}


def climb_ladders(*, at: datetime) -> dict[str, int]:
    """Find what is late, let go what is met, and propose the next rung (督促升级)."""
    done = {"opened": 0, "settled": 0, "proposed": 0}
    today = at.astimezone(LOCAL).date()
    roots = Area.objects.filter(level=Area.Level.DISTRICT).real().valid_on(today)
    for due in dues().values():
        if due.ladder:
            for root in roots:
                _Round(due, root, today, at, done).go()
    return done


@dataclass(frozen=True)
class _Round:
    """One due in one district, swept once."""

    due: Due
    root: Area
    today: date
    at: datetime
    done: dict[str, int]

    def go(self) -> None:
        since = self.today - timedelta(days=LOOK_BACK[self.due.every])
        seen = coverage(
            self.due, since=since, until=self.today, area=self.root, scope=None, at=self.at
        )
        below = Arrear.objects.standing().filter(due=self.due.key).under(self.root.path)
        standing = {arrear.row: arrear for arrear in below}
        for row in seen.rows:
            arrear = self._judged(seen, row, standing.pop(row.who.key, None))
            if arrear is not None:
                self.done["proposed"] += _climb(self.due, arrear, self.today, at=self.at)
        for arrear in standing.values():  # the town was merged, the firm closed: nobody owes it
            self._end(arrear, waived=False)

    def _judged(self, seen: Coverage, row: Row, arrear: Arrear | None) -> Arrear | None:
        """The arrear of a row as it stands now; None where nothing is late."""
        run = run_of(seen.spans, row.cells, today=self.today)
        if run is None:
            if arrear is not None:
                self._end(arrear, waived=_waived(row))
            return None
        missing = _missing(run, seen, row)
        if arrear is not None:
            actions.stand_on(arrear, run=run, missing=missing, at=self.at)
            return arrear
        if not seen.totals.met and self.due.across != "district":
            return None  # nobody has ever done it: not in use yet, rather than everybody's fault
        opened = actions.open_arrear(self.due, who=row.who, run=run, missing=missing, at=self.at)
        self.done["opened"] += opened is not None
        return opened

    def _end(self, arrear: Arrear, *, waived: bool) -> None:
        end = actions.excuse if waived else actions.settle
        end(arrear, at=self.at)
        self.done["settled"] += 1


def _missing(run: Run, seen: Coverage, row: Row) -> Decimal:
    cells = zip(seen.spans, row.cells, strict=True)
    return Decimal(sum(cell.missing for span, cell in cells if span in run.spans))


def _waived(row: Row) -> bool:
    ended = [cell.state for cell in row.cells if cell.state not in (State.NONE, State.UNKNOWN)]
    return State.WAIVED in ended and State.DONE not in ended[-1:]


def _climb(due: Due, arrear: Arrear, today: date, *, at: datetime) -> bool:
    """Propose the next rung if it is reached; one a sweep, and none while one waits."""
    steps = list(arrear.steps.all())
    if any(step.stage in (Standing.PROPOSED, Standing.DRAFTED) for step in steps):
        return False
    issued = [step.issued_at.astimezone(LOCAL).date() for step in steps if step.issued_at]
    rung = next_rung(
        ladders()[due.ladder],
        {step.rung for step in steps},
        late_days=(today - arrear.since).days + 1,
        in_a_row=arrear.in_a_row,
        since_last=(today - max(issued)).days if issued else -1,
        holds=_holds,
    )
    return rung is not None and actions.propose_step(arrear, rung=rung, at=at) is not None


def _holds(rung: Rung, late_days: int, in_a_row: int, since_last: int) -> bool:
    rule = condition(rung.when, "dues_ladders", rung.key, of_a_rung=True)
    return rule.holds(late_days=late_days, in_a_row=in_a_row, since_last=since_last)
