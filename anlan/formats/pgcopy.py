"""PostgreSQL's binary COPY, whole columns at a time: numpy arrays ↔ bytes, nothing per row.

A row of fixed columns is a record of fixed length: field count, then for each column its length
and its big-endian value. A table of them is one structured array, so a million rows cost a handful
of vectorised assignments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
# PostgreSQL counts µs from 2000, we from 1970.
EPOCH = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
SIZES = {"int2": 2, "int4": 4, "int8": 8, "float8": 8, "timestamptz": 8}
_BIG = {"int2": ">i2", "int4": ">i4", "int8": ">i8", "float8": ">f8", "timestamptz": ">i8"}


class BadCopy(ValueError):
    """The bytes are no table of these columns, or a value in it is NULL."""


@dataclass(frozen=True)
class Layout:
    """The columns of a table, by name and PostgreSQL type; none of them ever NULL."""

    columns: Mapping[str, str]

    @property
    def row(self) -> np.dtype[np.void]:
        fields: list[tuple[str, str]] = [("n", ">i2")]
        for name, kind in self.columns.items():
            fields += [(f"{name}_length", ">i4"), (name, _BIG[kind])]
        return np.dtype(fields)

    def encode(self, columns: Mapping[str, NDArray[np.generic]]) -> bytes:
        """The whole stream of a COPY ... FROM STDIN (FORMAT binary)."""
        return b"".join((HEADER, self.rows(columns).tobytes(), TRAILER))

    def rows(self, columns: Mapping[str, NDArray[np.generic]]) -> NDArray[np.void]:
        """The rows alone, for a stream in several pieces."""
        first = next(iter(self.columns))
        made = np.empty(len(columns[first]), self.row)
        made["n"] = len(self.columns)
        for name, kind in self.columns.items():
            made[f"{name}_length"] = SIZES[kind]
            made[name] = columns[name]
            if kind == "timestamptz":
                made[name] -= EPOCH
        return made

    def decode(self, pieces: Sequence[bytes | memoryview]) -> dict[str, NDArray[np.generic]]:
        """The columns of a COPY ... TO STDOUT (FORMAT binary), native byte order."""
        whole = b"".join(pieces)
        body = memoryview(whole)[len(HEADER) : -len(TRAILER)]
        if not whole.startswith(HEADER[:11]) or len(body) % self.row.itemsize:
            raise BadCopy("not the rows of this layout")
        rows = np.frombuffer(body, self.row)
        if len(rows) and (rows["n"] != len(self.columns)).any():
            raise BadCopy("a NULL, or other columns")
        found: dict[str, NDArray[np.generic]] = {}
        for name, kind in self.columns.items():
            column = rows[name].astype(rows[name].dtype.newbyteorder("="))
            found[name] = column + EPOCH if kind == "timestamptz" else column
        return found
