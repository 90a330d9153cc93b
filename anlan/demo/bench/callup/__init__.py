"""Ten thousand people called up at once: how soon they are all called, and how soon they answer."""

from .run import run

__all__ = ["run"]
