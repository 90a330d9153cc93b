"""Cells that say more than a word: lights, grades, stages, telephone numbers."""

from datetime import date, datetime
from typing import Any

from django.utils.html import format_html

from anlan.matters.models import Matter
from anlan.people.models import Area

from .. import reading
from ..templatetags.anlan import grade as grade_chip
from .asker import Asker
from .columns import Draw, Value, plain


def lamp(matter: Matter, asker: Asker) -> str:
    """Its deadline as shape, word and colour, with the exact time on hover."""
    shown = reading.light_of(matter, asker.at)
    return format_html(
        '<span class="light {}" title="{}"><i aria-hidden="true">{}</i>{}</span>',
        shown.look,
        shown.exact,
        shown.shape,
        shown.words,
    )


def lamp_words(matter: Matter, asker: Asker) -> str:
    """The same as words, for a sheet: 逾期2天."""
    return reading.light_of(matter, asker.at).words


def graded(row: Any, asker: Asker) -> str:
    """The grade as a chip; a quiet dash where it has none."""
    return grade_chip(row) or plain(None)


def stage(row: Any, asker: Asker) -> str:
    """The stage as a pill, quiet when it is over."""
    look = "done" if row.stage in ("CLOSED", "MERGED", "VOID", "RETIRED") else ""
    return format_html('<span class="stage {}">{}</span>', look, row.get_stage_display())


def short(field: str) -> Draw:
    """An instant as short as it can be understood, the whole of it on hover."""

    def draw(row: Any, asker: Asker) -> str:
        at: datetime | None = getattr(row, field)
        if at is None:
            return plain(None)
        return format_html(
            '<time title="{}">{}</time>', reading.moment(at), reading.short_moment(at, asker.at)
        )

    return draw


def freshness(field: str) -> Draw:
    """A day by which something must be looked at again: passed, near or calm."""

    def draw(row: Any, asker: Asker) -> str:
        day: date | None = getattr(row, field)
        if day is None:
            return plain(None)
        if day < asker.day:
            words = f"过期{(asker.day - day).days}天"
            return format_html('<span class="tag bad" title="{}">▲ {}</span>', day, words)
        if (day - asker.day).days <= 30:
            words = f"{(day - asker.day).days}天内到期"
            return format_html('<span class="tag warn" title="{}">◐ {}</span>', day, words)
        return format_html('<span class="soft">{}</span>', day)

    return draw


def where(row: Any, asker: Asker) -> Value:
    """石塘镇 · 东港村委会: the area, one step up before it where that is a town or village."""
    above = _above(row.area)
    return f"{above} · {row.area}" if above else str(row.area)


def where_lines(row: Any, asker: Asker) -> str:
    """The same in two lines, the nearer one first."""
    above = _above(row.area)
    if above is None:
        return format_html('<span class="nowrap">{}</span>', row.area)
    return format_html('<span class="nowrap">{}</span><span class="sub">{}</span>', row.area, above)


def _above(area: Area) -> Area | None:
    above = area.parent
    return above if above is not None and above.level not in ("CITY", "DISTRICT") else None


def clipped(field: str) -> Draw:
    """A long name in one line, the whole of it on hover."""

    def draw(row: Any, asker: Asker) -> str:
        value = getattr(row, field)
        if not value:
            return plain(None)
        return format_html('<span class="one-line" title="{0}">{0}</span>', str(value))

    return draw


def flagged(test: str, words: str, *, look: str = "bad") -> Draw:
    """A tag where an attribute is true; nothing otherwise."""

    def draw(row: Any, asker: Asker) -> str:
        if not getattr(row, test):
            return ""
        return format_html('<span class="tag {}">▲ {}</span>', look, words)

    return draw
