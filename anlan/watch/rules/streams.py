"""The streams a judge watches, and the points it is handed, as columns (测点序列)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Columns:
    """Points: index of the stream, µs since 1970, value, flag (0 is fit to be judged)."""

    stream: NDArray[np.int32]
    at: Ints
    value: Floats
    flag: NDArray[np.uint8]

    @classmethod
    def of(cls, stream: object, at: object, value: object, flag: object = None) -> "Columns":
        """From anything like an array; without flags every point is fit."""
        streams = np.asarray(stream, np.int32)
        flags = np.zeros(len(streams), np.uint8) if flag is None else np.asarray(flag, np.uint8)
        return cls(streams, np.asarray(at, np.int64), np.asarray(value, np.float64), flags)

    def take(self, which: Bools | Ints) -> "Columns":
        return Columns(self.stream[which], self.at[which], self.value[which], self.flag[which])

    def __len__(self) -> int:
        return len(self.stream)


COLUMNS = ("stream", "at", "value", "flag")


def joined(*some: Columns) -> Columns:
    """All of them, one after the other."""
    return Columns(*(np.concatenate([getattr(each, name) for each in some]) for name in COLUMNS))


@dataclass(frozen=True)
class Streams:
    """Everything a judge must know of the streams, by index.

    `keys` are ids of rows, `places` where alarms are grouped, `levels` a stream's own limits in its
    own unit (NaN where it has none), `lateness` how many µs behind its newest point one may still
    come and be judged in its place.
    """

    keys: Ints
    properties: Sequence[str]
    units: Sequence[str]
    places: Ints
    stations: Sequence[str] = ()
    levels: Mapping[str, Floats] = field(default_factory=dict)
    lateness: Ints | None = None

    def __len__(self) -> int:
        return len(self.keys)

    def late(self) -> Ints:
        return np.zeros(len(self), np.int64) if self.lateness is None else self.lateness
