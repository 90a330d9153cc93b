"""Fixtures that several of these tests start from."""

from .shore import broker, shore

__all__ = ["broker", "shore"]
