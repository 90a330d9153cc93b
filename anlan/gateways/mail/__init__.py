"""E-mail over SMTP (邮件)."""

from anlan.wiring.lines import LineEntry

from .sending import Mail

__all__ = ["Mail", "made"]


def made(entry: LineEntry) -> Mail:
    """The gateway of a line."""
    return Mail(entry)
