"""What can be taken in, stored and judged in a second; see docs/bench.md."""

from .run import run

__all__ = ["run"]
