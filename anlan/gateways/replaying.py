"""A recorded series sent again (回放): through the door that every device uses, at any speed.

What is sent is acknowledged by the site or sent again; where it is busy the sender waits as long as
it is told to, and then goes on, late but whole.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import orjson
import requests
from numpy.typing import NDArray

from anlan.kernel.errors import Refused
from anlan.watch.rules.tables import Seen

A_MESSAGE = 5_000  # points
WITHIN = 60.0  # seconds until a message must be answered
PATIENCE = 600.0  # seconds that a site may be busy or away
SHORTEST_NAP, LONGEST_NAP = 0.2, 1.0  # what is due meanwhile goes in one message
MICRO = 1_000_000


class Busy(Exception):
    """Nothing can be taken now: come again in so many seconds (稍后再送)."""

    def __init__(self, words: str, seconds: float) -> None:
        super().__init__(words)
        self.words, self.seconds = words, seconds


class Door(Protocol):
    """Where points are taken in."""

    def send(self, body: bytes) -> dict[str, Any]:
        """What became of them; Busy to come again, Refused where it is of no use."""


class HttpDoor:
    """`POST /ingest/points/` of a site, with a source's key and password."""

    def __init__(self, url: str, key: str, secret: str) -> None:
        self.address = f"{url.rstrip('/')}/ingest/points/"
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy and no .netrc that a stray variable names
        self.session.auth = (key, secret)

    def send(self, body: bytes) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        try:
            answer = self.session.post(
                self.address, data=body, headers=headers, timeout=WITHIN, allow_redirects=False
            )
        except requests.RequestException as fault:
            raise Busy(f"连不上 {self.address}（{type(fault).__name__}）", 2.0) from None
        if answer.status_code in (429, 502, 503, 504):
            wait = answer.headers.get("Retry-After", "")
            raise Busy(
                f"对方暂停接收（{answer.status_code}）", float(wait) if wait.isdigit() else 5
            )
        if answer.status_code != 200:
            raise Refused(f"对方拒收（HTTP {answer.status_code}）：{_words(answer)}")
        told: dict[str, Any] = answer.json()
        return told


def _words(answer: requests.Response) -> str:
    try:
        return str(answer.json().get("error", ""))[:200]
    except (ValueError, AttributeError):
        return "没有说明原因"


@dataclass(frozen=True)
class Recording:
    """Points by time: the place of each one's stream in `names`, units of `names`."""

    names: Sequence[str]
    units: Sequence[str]
    which: NDArray[np.int64]
    at: NDArray[np.int64]
    value: NDArray[np.float64]
    doubted: NDArray[np.bool_]

    @classmethod
    def of(cls, seen: Sequence[Seen]) -> "Recording":
        """What was read out of a table, in the order in which it was measured."""
        pairs = [(each.stream, each.column.unit) for each in seen]
        places = {pair: place for place, pair in enumerate(dict.fromkeys(pairs))}
        at = np.array([each.at for each in seen], np.int64)
        order = np.argsort(at, kind="stable")
        which = np.array([places[pair] for pair in pairs], np.int64)
        value = np.array([each.value for each in seen], np.float64)
        doubted = np.array([each.treat == "doubted" for each in seen], np.bool_)
        return cls(
            [name for name, _ in places], [unit for _, unit in places],
            which[order], at[order], value[order], doubted[order],
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.at)

    @property
    def span(self) -> float:
        """Seconds from the first point to the last."""
        return float(self.at[-1] - self.at[0]) / MICRO if len(self) else 0.0

    def body(self, first: int, last: int, *, later: int) -> bytes:
        """The points first..last as one message, `later` µs after they were measured."""
        which = self.which[first:last].tolist()
        content: dict[str, Any] = {
            "stream": [self.names[place] for place in which],
            "at": (self.at[first:last] + later).tolist(),
            "value": self.value[first:last].tolist(),
            "unit": [self.units[place] for place in which],
        }
        if self.doubted[first:last].any():
            content["doubted"] = self.doubted[first:last].tolist()
        return orjson.dumps(content)


@dataclass
class Told:
    """What a replay came to (回放结果)."""

    points: int = 0
    messages: int = 0
    retries: int = 0
    taken: int = 0
    repeated: int = 0
    late: int = 0
    flagged: int = 0
    refused: int = 0
    unknown: set[str] = field(default_factory=set)
    seconds: float = 0.0

    def add(self, answer: dict[str, Any]) -> None:
        self.messages += 1
        for name in ("taken", "repeated", "late", "flagged", "refused"):
            setattr(self, name, getattr(self, name) + int(answer.get(name, 0)))
        self.unknown.update(str(each) for each in answer.get("unknown", ()))


@dataclass
class Replay:
    """Sends a recording at `speed` times its own pace; 0 is as fast as it is taken (回放)."""

    recording: Recording
    door: Door
    speed: float = 1.0
    later: int = 0  # µs: what every time is moved by
    nap: Callable[[float], None] = time.sleep
    watch: Callable[[], float] = time.monotonic
    progress: Callable[[Told], None] = lambda told: None
    told: Told = field(default_factory=Told)

    def run(self) -> Told:
        """Send all of it; Refused where the site will not have it."""
        begun, place = self.watch(), 0
        while place < len(self.recording):
            end = self._due(self.watch() - begun)
            if end <= place:
                self._wait_for(place, begun)
                continue
            end = min(end, place + A_MESSAGE)
            self.told.add(self._delivered(self.recording.body(place, end, later=self.later)))
            self.told.points, place = end, end
            self.told.seconds = self.watch() - begun
            self.progress(self.told)
        return self.told

    def _due(self, passed: float) -> int:
        """How many points have been measured by now, at this pace."""
        if not self.speed:
            return len(self.recording)
        reached = self.recording.at[0] + round(passed * self.speed * MICRO)
        return int(np.searchsorted(self.recording.at, reached, "right"))

    def _wait_for(self, place: int, begun: float) -> None:
        away = float(self.recording.at[place] - self.recording.at[0]) / MICRO / self.speed
        self.nap(min(LONGEST_NAP, max(SHORTEST_NAP, begun + away - self.watch())))

    def _delivered(self, body: bytes) -> dict[str, Any]:
        """Sent until it is acknowledged: the same point twice is stored once."""
        until = self.watch() + PATIENCE
        while True:
            try:
                return self.door.send(body)
            except Busy as busy:
                if self.watch() > until:
                    words = f"{busy.words}，已等了 {PATIENCE / 60:.0f} 分钟"
                    mend = f"已送达 {self.told.points} 点；恢复后重新回放即可，重复的点不会再存"
                    raise Refused(words, mend=mend) from None
                self.told.retries += 1
                self.nap(busy.seconds)
