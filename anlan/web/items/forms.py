"""The form of a kind, made from its block in the catalogue: nothing of it is written by hand."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms

from anlan.registry.models import Item, sector_words
from anlan.registry.rules import LOOKED_UP, Field, ItemKind, form_of

from ..forms import Form, Suggested
from ..ledgers.asker import Asker

TIMES = {"date": "date", "moment": "datetime-local"}


def form_for(
    spec: ItemKind, *, leave: Collection[str] = (), initial: Mapping[str, Any] | None = None
) -> type[Form]:
    """A form class with a field for each of the kind's, but for those left out."""
    sectors = {word: word for word in _first_words()}
    fields = [each for each in form_of(spec, sectors) if each.key not in leave]
    made = {each.key: _field(each, (initial or {}).get(each.key)) for each in fields}
    return type("KindForm", (Form,), made)


def given_of(values: dict[str, Any], item: Item | None = None) -> dict[str, Any]:
    """What the form says, as the action reads it; a masked entry left empty stays as it is."""
    kept = item.spec.sensitive if item else frozenset()
    return {key: value for key, value in values.items() if value or key not in kept}


def initial_of(item: Item, asker: Asker) -> dict[str, Any]:
    """What stands in the form before a change, in words; masked things stay away."""
    values: dict[str, Any] = {
        "name": item.name,
        "address": item.address,
        "lon": item.lon,
        "lat": item.lat,
        "sector": _sector_word(item.sector),
        "origin": item.origin,
    }
    for each in item.spec.attribute_fields():
        value = item.attributes.get(each.key)
        if value is None or each.sensitive or each.type in LOOKED_UP:
            continue
        values[each.key] = ("是" if value else "否") if each.type == "yes_no" else value
    return values


def _field(spec: Field, initial: Any) -> forms.Field:
    common: dict[str, Any] = {
        "label": spec.heading,
        "required": spec.required,
        "help_text": spec.help,
        "initial": initial,
    }
    if spec.sensitive and initial is None:
        common["help_text"] = spec.help or "敏感信息，只加密留痕；修改时留空即不变"
    if spec.type == "choice":
        words = [(word, word) for word in spec.choices]
        return forms.ChoiceField(choices=[("", "请选择"), *words], **common)
    if spec.type == "yes_no":
        return forms.ChoiceField(choices=[("", "未填"), ("是", "是"), ("否", "否")], **common)
    return forms.CharField(widget=_widget(spec), max_length=spec.longest, **common)


def _widget(spec: Field) -> forms.Widget:
    if spec.type in LOOKED_UP:
        return Suggested(spec.type)
    if spec.type in TIMES:
        return forms.DateInput(attrs={"type": TIMES[spec.type]}, format="%Y-%m-%d")
    if spec.lines:
        return forms.Textarea(attrs={"rows": 3})
    numeric = {"number": "decimal", "phone": "tel"}.get(spec.type)
    return forms.TextInput(attrs={"inputmode": numeric} if numeric else None)


def _first_words() -> dict[str, str]:
    """One word for each sector: its label."""
    first: dict[str, str] = {}
    for word, key in sector_words().items():
        first.setdefault(key, word)
    return {word: key for key, word in first.items()}


def _sector_word(key: str) -> str:
    return next((word for word, sector in sector_words().items() if sector == key), key)
