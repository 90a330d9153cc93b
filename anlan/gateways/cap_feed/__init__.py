"""Warnings from elsewhere: CAP feeds over HTTP, and folders in which others leave files."""

from .polling import Polled, poll
from .running import PREFIX, Asking

__all__ = ["PREFIX", "Asking", "Polled", "poll"]
