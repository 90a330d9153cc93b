"""Forms of the screens: plain words beside the field, things chosen by name or pinyin."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from anlan.kernel.trail import LOCAL
from anlan.registry.access import finders
from anlan.registry.rules import Problem

from .ledgers.asker import Asker


class Suggested(forms.TextInput):
    """A text with suggestions while one types; the words chosen are what is sent."""

    def __init__(self, what: str, **attrs: Any) -> None:
        super().__init__({"autocomplete": "off", **attrs})
        self.what = what

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        options = f"{(attrs or {}).get('id', name)}-options"
        asking = {
            "list": options,
            "hx-get": f"/choose/{self.what}/",
            "hx-trigger": "focus once, input changed delay:200ms",
            "hx-target": f"#{options}",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
            "hx-disinherit": "*",
        }
        box = super().render(name, value, {**(attrs or {}), **asking}, renderer)
        return format_html('{}<datalist id="{}"></datalist>', box, options)


class Found(forms.CharField):
    """A registered thing by its name: area, body, post or person; cleaned it is the thing."""

    def __init__(self, what: str, asker: Asker, **given: Any) -> None:
        super().__init__(widget=Suggested(what), **given)
        self.what = what
        self.asker = asker

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        under = self.asker.scope.reaches[0].path if self.asker.scope.reaches else "/"
        found = finders(day=self.asker.day, under=under)[self.what](frozenset({text}))[text]
        if isinstance(found, Problem):
            raise forms.ValidationError(str(found))
        return found


class Day(forms.DateField):
    """A day, chosen in the browser's own calendar."""

    def __init__(self, **given: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **given)


class EndOfDay(Day):
    """A day by whose end something is due: cleaned it is the instant when that day is over."""

    def clean(self, value: Any) -> datetime | None:
        day: date | None = super().clean(value)
        return datetime.combine(day + timedelta(days=1), time(), LOCAL) if day else None


class Lines(forms.CharField):
    """Some lines of text."""

    def __init__(self, *, rows: int = 3, **given: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **given)


class Form(forms.Form):
    """A form that looks like the others and says in Chinese what is missing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for field in self.fields.values():
            field.error_messages["required"] = f"请填写{field.label}"
            widget = field.widget
            if isinstance(widget, forms.Select):
                widget.attrs.setdefault("class", "form-select")
            elif isinstance(widget, forms.CheckboxSelectMultiple):
                widget.template_name = "ledgers/ticks.html"
            elif not isinstance(widget, forms.CheckboxInput):
                widget.attrs.setdefault("class", "form-control")

    def say(self, words: str, mend: str = "", field: str = "") -> None:
        """Put what was refused beside its field, or on top."""
        text = f"{words}（{mend}）" if mend else words
        self.add_error(field if field in self.fields else None, text)
