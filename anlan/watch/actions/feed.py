"""What was just stored, at hand for the judge of the same machine (直送): the table has it anyway.

Reading a batch back out of the table costs as much as storing it. So the writer leaves its columns
in a file as well, unsynced, and only as long as the judge keeps up. Whatever is
missing here is read from the table.
"""

import contextlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from django.conf import settings

from ..rules.streams import Columns, joined

MOST = 200  # files that may wait: a judge that is not there must not fill the disk
_ROW = np.dtype([("stream", "<i4"), ("at", "<i8"), ("value", "<f8"), ("flag", "u1")])


class Feed:
    """A folder of files, one a batch, named by its number."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or settings.DATA_DIR / "watch"

    def empty(self) -> None:
        """Begin anew: what lies there may be of another life of the database."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        for each in self.folder.glob("*.points"):
            each.unlink(missing_ok=True)

    def give(self, number: int, points: Columns) -> None:
        """Leave the points of a batch, just before its commit: nobody asks for it earlier."""
        place = self.folder / f"{number}.points"
        # A server that died may give a number again that was never committed.
        place.unlink(missing_ok=True)
        if not self.folder.is_dir() or sum(1 for _ in self.folder.iterdir()) > MOST:
            return
        rows = np.empty(len(points), _ROW)
        for name in _ROW.names or ():
            rows[name] = getattr(points, name)
        draft = self.folder / f".{number}"
        with contextlib.suppress(OSError):  # no room, no folder: the table has them
            draft.write_bytes(rows.tobytes())
            draft.rename(place)

    def take(self, numbers: Sequence[int]) -> Columns | None:
        """The points of these batches, if all of them lie here; they are gone then."""
        found: list[Columns] = []
        with contextlib.suppress(OSError):
            for number in numbers:
                rows = np.frombuffer((self.folder / f"{number}.points").read_bytes(), _ROW)
                found.append(Columns.of(rows["stream"], rows["at"], rows["value"], rows["flag"]))
        for path in self.folder.glob("*.points"):
            if int(path.stem) <= numbers[-1]:  # what was rolled back lies here too
                path.unlink(missing_ok=True)
        return joined(*found) if len(found) == len(numbers) else None
