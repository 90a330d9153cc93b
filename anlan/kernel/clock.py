"""The only reader of the clock (时钟); everything else is handed the instant.

Imported by `wiring` and by tests alone: that is what lets a drill or a test move the whole house.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class _Moved:
    """A clock set to some instant when the machine's own stood at `since` seconds."""

    to: datetime
    since: float
    speed: float

    def reads(self) -> datetime:
        return self.to + timedelta(seconds=(time.monotonic() - self.since) * self.speed)


_moved: list[_Moved] = []  # of the whole process: workers in threads live in the same drill


def now() -> datetime:
    """The instant, aware, in UTC."""
    return _moved[-1].reads() if _moved else datetime.now(UTC)


@contextmanager
def moved(to: datetime, *, speed: float = 0.0) -> Iterator[None]:
    """Set the clock to an instant; it stands still there, or runs `speed` times as fast as ours."""
    if to.tzinfo is None:
        raise ValueError(f"{to} names no time zone")
    setting = _Moved(to.astimezone(UTC), time.monotonic(), speed)
    _moved.append(setting)
    try:
        yield
    finally:
        _moved.remove(setting)
