"""Work groups in WeCom, DingTalk and Feishu (工作群), through apprise."""

from anlan.wiring.lines import LineEntry

from .sending import Chat

__all__ = ["Chat", "made"]


def made(entry: LineEntry) -> Chat:
    """The gateway of a line."""
    return Chat(entry)
