"""Markup put together in Python, for what stands on a page hundreds of times.

Does what Django's `format_html` does; that one asks of every value whether it is a promise, and
four hundred cells would wait for it longer than for the database.
"""

from html import escape
from typing import Any

from django.utils.safestring import SafeString


def put(pattern: str, *values: Any) -> SafeString:
    """The pattern with the values in it, each escaped unless it is markup already."""
    return SafeString(pattern.format(*[escaped(value) for value in values]))


def escaped(value: Any) -> SafeString:
    """Words as markup; what is markup already stays as it is."""
    return value if isinstance(value, SafeString) else SafeString(escape(str(value)))
