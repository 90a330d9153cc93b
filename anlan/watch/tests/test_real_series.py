"""Ten rain gauges at Tharandt: our sums of hours and days are those of an independent count."""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from anlan.formats.points import read
from anlan.kernel.trail import LOCAL
from anlan.watch import actions
from anlan.watch.actions import StationForm, StreamForm, receive
from anlan.watch.models import Rollup

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parents[4] / "shared" / "data" / "hydrology" / "tharandt_raingauge" / "Array"


def tips(path):
    """Instant and millimetres of each tip; a line without a number says nothing."""
    for line in path.read_text(encoding="utf-8-sig").splitlines()[1:]:
        when, _, amount = line.partition(";")
        if amount.strip() not in ("", "NaN", "nan"):
            yield datetime.strptime(when.strip(), "%d.%m.%Y %H:%M").replace(tzinfo=UTC), amount


def test_rain_sums_of_ten_gauges(district, clock):
    if not DATA.is_dir():
        pytest.skip(f"the rain gauges of Tharandt are not at {DATA}")
    who = {"by": district.chen_section, "at": clock.now()}
    source, _ = actions.open_source(
        key="tharandt", name="雨量阵列", body=district.bureau, area=district.zeguo, **who
    )
    form = StationForm("T", "雨量阵列", area=district.zeguo, source=source)
    station = actions.add_station(form, **who)
    clock.forward(days=1)
    files = sorted(DATA.glob("Sensor*.csv"))
    assert len(files) == 10
    for path in files:
        stream = actions.add_stream(station, StreamForm(path.stem, "rainfall"), **who)
        minutes: dict[datetime, Decimal] = {}
        for at, amount in tips(path):  # two tips within a minute are one point of their sum
            minutes[at] = minutes.get(at, Decimal(0)) + Decimal(amount)
        rows = "\n".join(f"{path.stem},{at.isoformat()},{mm}" for at, mm in minutes.items())
        message = read(f"stream,at,value\n{rows}\n".encode(), "text/csv")
        taken = receive(message, source=source, at=clock.now())
        assert taken.stored.taken == len(minutes)
        actions.sum_up(at=clock.now())
        for span, start in (("H", _hour), ("D", _day)):
            wanted: Counter[datetime] = Counter()
            for at, amount in minutes.items():
                wanted[start(at)] += amount  # type: ignore[assignment]
            ours = Rollup.objects.filter(stream=stream, span=span).values_list("start", "total")
            assert {at: round(total, 6) for at, total in ours} == {
                at: round(float(total), 6) for at, total in wanted.items()
            }


def _hour(at):
    return at.replace(minute=0)


def _day(at):
    local = at.astimezone(LOCAL)
    return local.replace(hour=0, minute=0).astimezone(UTC)
