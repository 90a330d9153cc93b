"""What reading one file may cost (用度): shared by all that it holds, so that many small messages
are no way around a limit for one.
"""

from dataclasses import dataclass

MOST_FAULTS = 60  # told of one message; one with more is not better understood by more
_LEAST = 8_000


class TooMuch(Exception):
    """More than reading a file may cost; the words say of what."""


@dataclass
class Means:
    """What is left: faults to tell, points of outlines (some 150 bytes each), and bytes to bring
    into canonical form for signatures.
    """

    faults: int = 600
    points: int = 60_000
    work: int = 12_000_000

    def affords(self, points: int) -> bool:
        """Whether so many more points may be read."""
        self.points -= points
        return self.points >= 0

    def spend(self, size: int) -> None:
        """Work on so many bytes, or raise TooMuch."""
        self.work -= max(size, _LEAST)
        self.go_on()

    def go_on(self) -> None:
        """TooMuch once the work is spent: what comes after costs nothing any more."""
        if self.work < 0:
            raise TooMuch("签名过多或过长，核验不完")
