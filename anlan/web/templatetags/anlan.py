"""Tags of the screens: icons, lights, grades, built files, navigation."""

import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.safestring import SafeString

from anlan.kernel import catalogues
from anlan.kernel.catalogues import CatalogueError
from anlan.matters.flow import Stage
from anlan.matters.models import Matter
from anlan.people.access import Scope
from anlan.web import navigation, reading
from anlan.web.duty.desk import OnNow, on_now
from anlan.web.markup import put
from anlan.web.reading import Light

register = template.Library()
MANIFEST = Path(__file__).resolve().parent.parent / "static" / "built" / "manifest.json"
GRADES = {"MAJOR": "major", "LARGER": "larger", "GENERAL": "general", "LOW": "low"}
SHAPES = {"major": "▲", "larger": "◆", "general": "■", "low": "▼"}


@lru_cache(maxsize=2)
def _names(stamp: float) -> dict[str, str]:
    names: dict[str, str] = json.loads(MANIFEST.read_text("utf-8"))
    return names


def built_name(name: str) -> str:
    """The bundled file's name with its hash; the plain one where nothing was bundled yet."""
    try:
        stamp = MANIFEST.stat().st_mtime
    except FileNotFoundError:
        return name
    return _names(stamp).get(name, name)


@register.simple_tag
def built(name: str) -> str:
    """The address of a bundled file: {% built "main.js" %}."""
    return static(f"built/{built_name(name)}")


@register.simple_tag
def icon(name: str) -> SafeString:
    """One icon of the sprite, for the eye only: {% icon "bell" %}."""
    return _icon(name, built_name("icons.svg"))


@lru_cache(maxsize=512)
def _icon(name: str, sprite: str) -> SafeString:
    address = static(f"built/{sprite}")
    return put('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', address, name)


@register.simple_tag
def catalogue_troubles(names: str) -> list[CatalogueError]:
    """Why changed catalogues are not in use, of those whose names begin so; "" for all."""
    begins = tuple(names.split()) or ("",)
    return [wrong for wrong in catalogues.troubles() if wrong.name.startswith(begins)]


@register.simple_tag(takes_context=True)
def light(context: dict[str, Any], due: Any) -> SafeString:
    """A deadline, or a matter's, as shape, word and colour; the exact time on hover (时限灯)."""
    at = context["request"].at
    if isinstance(due, Matter):
        return _lamp(reading.light_of(due, at))
    return _lamp(reading.light(due, at))


@register.simple_tag
def stage(matter: Matter, scope: Scope | None = None) -> SafeString:
    """The stage as a chip; marked where it is the reader's turn."""
    look = "done" if matter.stage == Stage.CLOSED else ""
    holder = matter.checker_id if matter.stage == Stage.SUBMITTED else matter.owner_id
    if scope is not None and matter.due_at and holder in scope.posts:
        look = "turn"
    return put('<span class="stage {}">{}</span>', look, matter.get_stage_display())


@register.simple_tag
def turn(matter: Matter) -> str:
    """The post whose turn it is; nobody's when the matter is at rest."""
    if matter.due_at is None:
        return "—"
    return str(matter.checker if matter.stage == Stage.SUBMITTED else matter.owner)


def _lamp(shown: Light) -> SafeString:
    return put(
        '<span class="light {}" title="{}"><i aria-hidden="true">{}</i>{}</span>',
        shown.look,
        shown.exact,
        shown.shape,
        shown.words,
    )


@register.simple_tag
def grade(thing: Any) -> SafeString:
    """A grade chip of a matter or an item: word, shape, colour; nothing where it has none."""
    look = GRADES.get(thing.grade or "", "")
    if not look:
        return SafeString("")
    return put(
        '<span class="grade {}"><i aria-hidden="true">{}</i>{}</span>',
        look,
        SHAPES[look],
        thing.get_grade_display(),
    )


@register.filter
def moment(at: datetime | None) -> str:
    """2024-06-24 14:05."""
    return reading.moment(at)


@register.simple_tag(takes_context=True)
def ago(context: dict[str, Any], at: datetime | None) -> SafeString:
    """An instant in a dense list, with the exact one on hover."""
    short = reading.short_moment(at, context["request"].at)
    return put('<time title="{}">{}</time>', reading.moment(at), short)


@register.simple_tag(takes_context=True)
def navigate(context: dict[str, Any]) -> navigation.Navigation:
    """The desks and the entries of this page's desk, as far as this person may go there."""
    return navigation.of(context["request"])


@register.simple_tag(takes_context=True)
def on_duty(context: dict[str, Any]) -> OnNow | None:
    """Who is on duty here and now: the top bar's 值班 李明 ☎."""
    return on_now(context["request"])


@register.simple_tag(takes_context=True)
def phone_tabs(context: dict[str, Any]) -> list[navigation.Tab]:
    """The five tabs at the foot of a phone."""
    return navigation.tabs_of(context["request"])
