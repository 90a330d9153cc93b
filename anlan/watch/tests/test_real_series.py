"""Ten rain gauges at Tharandt: our sums are those of an independent count, by the minute."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from anlan.kernel.trail import LOCAL
from anlan.watch import actions
from anlan.watch.models import Rollup, Stream, reading
from anlan.watch.rules import Amount, Columns, tried
from anlan.wiring import imports

from .judging import gauges, rule

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parents[4] / "shared" / "data" / "hydrology" / "tharandt_raingauge" / "Array"
MAPPING = str(Path(__file__).parents[3] / "tests" / "data" / "tharandt.map.yaml")
needs_gauges = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the rain gauges of Tharandt are not at {DATA}"
)


def tips(path):
    """Instant and millimetres of each tip; a line without a number says nothing."""
    for line in path.read_text(encoding="utf-8-sig").splitlines()[1:]:
        when, _, amount = line.partition(";")
        if amount.strip() not in ("", "NaN", "nan"):
            yield datetime.strptime(when.strip(), "%d.%m.%Y %H:%M").replace(tzinfo=UTC), amount


@needs_gauges
def test_rain_sums_of_ten_gauges(district, clock):
    """The files come in as they are; two tips within a minute are one point of their sum."""
    who = {"by": district.chen_section, "at": clock.now()}
    actions.open_source(
        key="tharandt", name="雨量阵列", body=district.bureau, area=district.zeguo, **who
    )
    files = sorted(DATA.glob("Sensor*.csv"))
    assert len(files) == 10
    for path in files:
        assert imports.run_observations(path, MAPPING, **who).ok
        minutes = by_the_minute(path)
        stream = Stream.objects.get(code=path.stem)
        points = reading.series([stream.pk], reading.moment(0), clock.now()).columns
        ours = dict(zip(points.at.tolist(), points.value.tolist(), strict=True))
        assert ours == {micros(at): float(amount) for at, amount in minutes.items()}
        actions.sum_up(at=clock.now())
        for span, start in (("H", _hour), ("D", _day)):
            wanted: Counter[datetime] = Counter()
            for at, amount in minutes.items():
                wanted[start(at)] += amount  # type: ignore[assignment]
            ours = Rollup.objects.filter(stream=stream, span=span).values_list("start", "total")
            assert {at: round(total, 6) for at, total in ours} == {
                at: round(float(total), 6) for at, total in wanted.items()
            }


@needs_gauges
@pytest.mark.parametrize(("within", "enough"), [(1, 5), (3, 8), (6, 10), (12, 15), (24, 20)])
def test_rain_within_hours_is_that_of_an_independent_count(within, enough):
    """Alarms rise and fall at the very tips where the sum of the last hours crosses."""
    rain = rule("accumulation", unit="mm",
                amounts=(Amount("WATCH", f"{within}h", enough),))  # fmt: skip
    crossed = 0
    for path in sorted(DATA.glob("Sensor*.csv")):
        minutes = sorted(by_the_minute(path).items())
        wanted, over, begin, total = [], False, 0, Decimal(0)
        for at, amount in minutes:
            total += amount
            while at - minutes[begin][0] >= timedelta(hours=within):
                total -= minutes[begin][1]
                begin += 1
            if (total >= enough) != over:
                over = not over
                wanted.append((micros(at), over))
        points = Columns.of([0] * len(minutes), [micros(at) for at, _ in minutes],
                            [float(amount) for _, amount in minutes])  # fmt: skip
        found = tried([rain], gauges(unit="mm"), points)
        told = [(e.raised_at, True) for e in found]
        told += [(e.over_at, False) for e in found if e.over_at]
        assert sorted(told) == wanted
        crossed += len(wanted)
    assert crossed, "a sum that nothing reaches proves nothing"


def by_the_minute(path):
    minutes: dict[datetime, Decimal] = {}
    for at, amount in tips(path):
        minutes[at] = minutes.get(at, Decimal(0)) + Decimal(amount)
    return minutes


def micros(at):
    return reading.micros(at)


def _hour(at):
    return at.replace(minute=0)


def _day(at):
    local = at.astimezone(LOCAL)
    return local.replace(hour=0, minute=0).astimezone(UTC)
