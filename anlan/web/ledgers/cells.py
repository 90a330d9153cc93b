"""Cells that say more than a word: lights, grades, stages, telephone numbers."""

from datetime import date, datetime
from typing import Any

from django.utils.safestring import SafeString

from anlan.matters.models import Matter
from anlan.people.models import Area

from .. import reading
from ..markup import put
from ..templatetags.anlan import grade as grade_chip
from .asker import Asker
from .columns import EMPTY, Draw, Value


def lamp(matter: Matter, asker: Asker) -> SafeString:
    """Its deadline as shape, word and colour, with the exact time on hover."""
    shown = reading.light_of(matter, asker.at)
    return put(
        '<span class="light {}" title="{}"><i aria-hidden="true">{}</i>{}</span>',
        shown.look,
        shown.exact,
        shown.shape,
        shown.words,
    )


def lamp_words(matter: Matter, asker: Asker) -> str:
    """The same as words, for a sheet: 逾期2天."""
    return reading.light_of(matter, asker.at).words


def graded(row: Any, asker: Asker) -> SafeString:
    """The grade as a chip; a quiet dash where it has none."""
    return grade_chip(row) or EMPTY


def stage(row: Any, asker: Asker) -> SafeString:
    """The stage as a pill, quiet when it is over."""
    look = "done" if row.stage in ("CLOSED", "MERGED", "VOID", "RETIRED") else ""
    return put('<span class="stage {}">{}</span>', look, row.get_stage_display())


def short(field: str) -> Draw:
    """An instant as short as it can be understood, the whole of it on hover."""

    def draw(row: Any, asker: Asker) -> SafeString:
        at: datetime | None = getattr(row, field)
        if at is None:
            return EMPTY
        return put(
            '<time title="{}">{}</time>', reading.moment(at), reading.short_moment(at, asker.at)
        )

    return draw


def freshness(field: str) -> Draw:
    """A day by which something must be looked at again: passed, near or calm."""

    def draw(row: Any, asker: Asker) -> SafeString:
        day: date | None = getattr(row, field)
        if day is None:
            return EMPTY
        if day < asker.day:
            words = f"过期{(asker.day - day).days}天"
            return put('<span class="tag bad" title="{}">▲ {}</span>', day, words)
        if (day - asker.day).days <= 30:
            words = f"{(day - asker.day).days}天内到期"
            return put('<span class="tag warn" title="{}">◐ {}</span>', day, words)
        return put('<span class="soft">{}</span>', day)

    return draw


def where(row: Any, asker: Asker) -> Value:
    """石塘镇 · 东港村委会: the area, one step up before it where that is a town or village."""
    above = _above(row.area)
    return f"{above} · {row.area}" if above else str(row.area)


def where_lines(row: Any, asker: Asker) -> SafeString:
    """The same in two lines, the nearer one first."""
    above = _above(row.area)
    if above is None:
        return put('<span class="nowrap">{}</span>', row.area)
    return put('<span class="nowrap">{}</span><span class="sub">{}</span>', row.area, above)


def _above(area: Area) -> Area | None:
    above = area.parent
    return above if above is not None and above.level not in ("CITY", "DISTRICT") else None


def clipped(field: str) -> Draw:
    """A long name in one line, the whole of it on hover."""

    def draw(row: Any, asker: Asker) -> SafeString:
        value = getattr(row, field)
        if not value:
            return EMPTY
        return put('<span class="one-line" title="{0}">{0}</span>', str(value))

    return draw


def flagged(test: str, words: str, *, look: str = "bad") -> Draw:
    """A tag where an attribute is true; nothing otherwise."""

    def draw(row: Any, asker: Asker) -> SafeString:
        if not getattr(row, test):
            return SafeString("")
        return put('<span class="tag {}">▲ {}</span>', look, words)

    return draw
