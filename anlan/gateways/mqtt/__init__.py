"""Devices' messages from any MQTT broker, acknowledged when on disk (docs/howto/ingest.md)."""

from .running import run
from .taking import Inbox, Message

__all__ = ["Inbox", "Message", "run"]
