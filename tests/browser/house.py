"""The house with its lights on: the sample district served over HTTP, by a clock of its own."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import QuietWSGIRequestHandler

from anlan.demo.district import Clock, District
from anlan.kernel import clock
from anlan.matters.models import Matter
from anlan.people.actions import set_outline
from tests.journeys.story import Story

BEGIN = datetime(2024, 6, 12, 8, 0, tzinfo=UTC)  # a Wednesday afternoon in 温岭
IN_GRID7 = {"longitude": 121.345, "latitude": 28.495, "accuracy": 8}
# One within the other, so that a phone's position finds the grid.
OUTLINES = {
    "zeguo": (121.30, 28.44, 121.40, 28.54),
    "village_muyu": (121.32, 28.47, 121.37, 28.52),
    "grid7": (121.33, 28.48, 121.36, 28.51),
    "taiping": (121.35, 28.34, 121.40, 28.40),
    "village_dongmen": (121.36, 28.35, 121.39, 28.39),
    "grid3": (121.37, 28.36, 121.38, 28.38),
}


@dataclass
class House:
    """The running site, and what stands in it."""

    address: str
    district: District
    times: ExitStack

    @property
    def now(self) -> datetime:
        return clock.now()

    @property
    def story(self) -> Story:
        return Story(self.district, Clock(self.now))

    def wait_until(self, at: datetime) -> None:
        """Time passes; the clock runs on from there."""
        self.times.enter_context(clock.moved(at, speed=1.0))

    def newest(self) -> Matter:
        return Matter.objects.latest("pk")


def _square(west: float, south: float, east: float, north: float) -> dict[str, object]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def settle() -> District:
    district = District(Clock(BEGIN))
    for name, corners in OUTLINES.items():
        area = getattr(district, name)
        set_outline(area, outline=_square(*corners), by=district.ma_admin, at=BEGIN)
    return district


@contextmanager
def lit() -> Iterator[House]:
    """Serve whatever database is set up now, in threads of this process."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(WSGIHandler())
    with ExitStack() as times:
        times.enter_context(clock.moved(BEGIN, speed=1.0))
        house = House(f"http://127.0.0.1:{server.server_port}", settle(), times)
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield house
        finally:
            server.shutdown()
            server.server_close()
