"""A storm of 2018 sent again through the door of every device: paced, whole, judged, once each."""

import csv
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from anlan.formats.points import read as read_points
from anlan.gateways.replaying import Busy, Recording, Replay
from anlan.kernel.errors import Refused
from anlan.watch import actions
from anlan.watch.actions import JudgeBench, StationForm, StreamForm
from anlan.watch.models import Alarm, AlarmPart, Latest, watch_rules
from anlan.watch.rules import Grade
from anlan.wiring import imports

HOME = Path(__file__).resolve().parents[4]
SERIES = Path(os.environ.get("ANLAN_HYDROLOGY", HOME / "shared/data/hydrology"))
FILE = SERIES / "usgs/DeadRun_Instant.csv"
MAPPING = Path(__file__).parents[3] / "tests/data/dead_run.map.yaml"
STAGE = "USGS:01589330:00065:00000"
LIMIT = 3.0  # feet
RULES = f"""
dead_run:
  label: 水位三英尺
  kind: threshold
  family: river
  observed: water_level
  unit: "[ft_i]"
  grades: {{WATCH: {LIMIT}}}
"""


class Watch:
    """A clock that goes on only while somebody naps."""

    def __init__(self) -> None:
        self.now, self.naps = 0.0, []

    def nap(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds

    def read(self) -> float:
        return self.now


class Door:
    """Takes messages down with the moment at which they came."""

    def __init__(self, watch: Watch, busy: int = 0) -> None:
        self.watch, self.busy, self.came = watch, busy, []

    def send(self, body: bytes) -> dict[str, int]:
        if self.busy:
            self.busy -= 1
            raise Busy("对方暂停接收（503）", 10)
        message = read_points(body, "application/json")
        self.came.append((self.watch.now, message))
        return {"taken": len(message)}


def recording(minutes: int) -> Recording:
    at = 1_528_000_000_000_000 + np.arange(minutes) * 60_000_000
    none = np.zeros(minutes, np.int64)
    return Recording(["z"], ["m"], none, at, at / 1e15, none.astype(np.bool_))


@pytest.mark.parametrize("speed", [1, 60, 3600])
def test_points_come_at_the_pace_at_which_they_were_measured_times_n(speed):
    watch = Watch()
    door = Door(watch)
    told = Replay(recording(600), door, speed, nap=watch.nap, watch=watch.read).run()
    assert (told.points, told.taken) == (600, 600)
    assert told.seconds == pytest.approx(599 * 60 / speed, rel=0.01)
    first = recording(600).at[0]
    for came, message in door.came:
        due = (message.at - first) / 1e6 / speed
        assert (due <= came + 1e-3).all(), "nothing is sent before it was measured"
        assert (due >= came - 1.1).all(), "nothing is kept back"


def test_while_the_site_is_busy_it_waits_and_then_nothing_is_missing():
    watch = Watch()
    door = Door(watch, busy=3)
    told = Replay(recording(50), door, 0, nap=watch.nap, watch=watch.read).run()
    assert (told.retries, told.points, watch.naps) == (3, 50, [10, 10, 10])
    assert sum(len(message) for _, message in door.came) == 50
    with pytest.raises(Refused, match="已等了") as refused:
        Replay(recording(50), Door(watch, busy=10**6), 0, nap=watch.nap, watch=watch.read).run()
    assert "重新回放" in refused.value.mend


# --- the real storm through the real door ---------------------------------------------------------


@pytest.fixture
def dead_run(district, clock, settings, tmp_path, monkeypatch):
    """The station, its rule, and the judge at work before anything comes; the source's password."""
    from anlan.kernel import catalogues

    (tmp_path / "watch_rules.yaml").write_text(RULES, encoding="utf-8")
    settings.ANLAN_CATALOGUES = tmp_path
    catalogues.reload()
    who = {"by": district.chen_section, "at": clock.now()}
    source, secret = actions.open_source(
        key="usgs", name="USGS", body=district.bureau, area=district.zeguo, **who
    )
    form = StationForm("DR", "死水河站", area=district.zeguo, source=source)
    station = actions.add_station(form, **who)
    for code, observed, unit in (
        ("dead-run-stage", "water_level", "[ft_i]"),
        ("dead-run-flow", "flow", "[ft_i]3/s"),
    ):
        given = StreamForm(code, observed, unit=unit, interval_s=300, keep_days=36500)
        actions.add_stream(station, given, **who)
    monkeypatch.setattr("anlan.api.ingest.now", clock.now)
    bench = JudgeBench(list(watch_rules().values()))
    bench.open(at=clock.now())
    yield bench, secret
    settings.ANLAN_CATALOGUES = None
    catalogues.reload()


def spoilt(path: Path, into: Path) -> list[tuple[int, float]]:
    """The file with gaps, and with ice in the gauge; the stages that are left to judge."""
    dice = np.random.default_rng(11)
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    left = []
    for row, fate in zip(rows, dice.random(len(rows)), strict=True):
        at = round(datetime.fromisoformat(row["datetimeUTC"]).timestamp() * 1e6)
        if fate < 0.05:
            row[STAGE] = ("", "-999999", "--")[int(fate * 60) % 3]
        elif fate < 0.10:
            row[STAGE], row[f"{STAGE}_qualifiers"] = (
                "9.99",
                ("A,e", "P Ice", "e")[int(fate * 60) % 3],
            )
        elif fate < 0.12:
            row[STAGE], row[f"{STAGE}_qualifiers"] = "9.99", "P,Eqp"
        else:
            left.append((at, float(row[STAGE])))
    with into.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return left


def crossings(stages: list[tuple[int, float]]) -> list[tuple[int, bool]]:
    """When it came to be over the limit and when it no longer was, by walking from row to row."""
    found, over = [], False
    for at, stage in stages:
        if (stage >= LIMIT) != over:
            over = not over
            found.append((at, over))
    return found


class ThisSite:
    """The door of this site, as a device finds it: HTTP, key and password."""

    def __init__(self, client, secret: str) -> None:
        from anlan.api.tests.test_ingest import basic

        self.client, self.headers = client, basic("usgs", secret)

    def send(self, body: bytes) -> dict:
        answer = self.client.post(
            "/ingest/points/", body, content_type="application/json", headers=self.headers
        )
        assert answer.status_code == 200, answer.content
        return answer.json()


@pytest.mark.django_db
@pytest.mark.skipif(not FILE.is_file(), reason=f"the series of Dead Run is not at {FILE}")
@pytest.mark.parametrize("whole", [True, False], ids=["as it came", "with gaps and ice"])
def test_dead_run_again_raises_each_alarm_once_where_the_stage_crossed(
    client, dead_run, clock, tmp_path, whole
):
    bench, secret = dead_run
    path = FILE
    stages = spoilt(FILE, tmp_path / "spoilt.csv")
    if whole:
        with FILE.open(encoding="utf-8") as file:
            stages = [
                (round(datetime.fromisoformat(r["datetimeUTC"]).timestamp() * 1e6), float(r[STAGE]))
                for r in csv.DictReader(file)
            ]
    else:
        path = tmp_path / "spoilt.csv"
    found = imports.read_observations(path, imports.map_named(str(MAPPING)))
    assert not found.faults
    series = Recording.of(found.seen)
    watch = Watch()
    replay = Replay(series, ThisSite(client, secret), 7 * 86_400, nap=watch.nap, watch=watch.read,
                    progress=lambda told: bench.round(at=clock.now()))  # fmt: skip
    told = replay.run()
    assert told.messages > 15, "a month at a week a second comes in many messages"
    assert (told.taken, told.refused, told.unknown) == (len(series), 0, set())
    wanted = crossings(stages)
    assert len(wanted) >= 4, "a limit that nothing crosses proves nothing"
    assert _told() == wanted
    assert not Alarm.objects.filter(over_at=None).exists()
    assert set(AlarmPart.objects.values_list("worst", flat=True)) == {int(Grade.WATCH)}
    newest = Latest.objects.get(stream__code="dead-run-stage")
    assert newest.at <= datetime(2018, 7, 2, 3, 55, tzinfo=UTC) + timedelta(seconds=1)
    # Sent once more, nothing is stored and nothing is raised again.
    again = Replay(series, ThisSite(client, secret), 0).run()
    bench.round(at=clock.now())
    assert (again.taken, again.repeated) == (0, len(series))
    assert _told() == wanted


def _told() -> list[tuple[int, bool]]:
    found = []
    for raised, over in AlarmPart.objects.order_by("raised_at").values_list("raised_at", "over_at"):
        found += [(round(raised.timestamp() * 1e6), True), (round(over.timestamp() * 1e6), False)]
    return found
