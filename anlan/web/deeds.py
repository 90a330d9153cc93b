"""A deed done to one thing: its form, the one call into an action, and the answer."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponseBase
from django.shortcuts import render

from anlan.kernel import trail
from anlan.kernel.errors import Refused
from anlan.kernel.models import TrailEntry

from .forms import Form
from .ledgers.asker import Asker, asker_of
from .middleware import go
from .requests import Request

TERM = re.compile(r"[(（]([\u4e00-\u9fff、]+)[)）]")
FormOf = Callable[[Any, Asker], type[Form] | Callable[..., Form]]
Do = Callable[[Any, dict[str, Any], Asker], Any]


@dataclass(frozen=True)
class Deed:
    """One button: its verb, its word, the form behind it and what it does."""

    verb: str
    label: str
    do: Do
    form: FormOf | None = None
    warning: str = ""  # what will happen to whom, said before
    icon: str = ""
    grave: bool = False
    template: str = "ledgers/deed.html"
    # Other forms of the same deed, offered above it: address, words, whether it is this one.
    offers: tuple[tuple[str, str, bool], ...] = ()
    # What to look at before it is done: words, and where it stands.
    notes: tuple[tuple[str, str], ...] = ()


@cache
def term_of(actions: ModuleType, verb: str) -> str:
    """The Chinese word of a verb, as the docstring of its action gives it."""
    found = TERM.search(getattr(actions, verb, None).__doc__ or "")
    return found.group(1) if found else verb


def perform(
    request: Request, thing: Any, deed: Deed, *, back: str, said: str = ""
) -> HttpResponseBase:
    """Show the deed's form; posted, do it and go back to the thing, or say why not."""
    asker = asker_of(request)
    made = deed.form(thing, asker) if deed.form else Form
    posted = request.POST if request.method == "POST" else None
    form = made(posted, request.FILES or None) if posted is not None else made()
    if posted is not None and form.is_valid():
        try:
            deed.do(thing, form.cleaned_data, asker)
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, said or f"已{deed.label}")
            return go(request, back)
    context = {"thing": thing, "deed": deed, "form": form, "back": back}
    return render(request, deed.template, context, status=200 if posted is None else 422)


def tell(form: Form, refusal: Refused) -> None:
    """Put every problem of a refusal beside its field."""
    problems = getattr(refusal, "problems", None) or [refusal]
    for problem in problems:
        form.say(problem.words, problem.mend, problem.field)


@dataclass(frozen=True)
class Line:
    """One entry of a thing's history."""

    entry: TrailEntry
    deed: str
    said: list[tuple[str, str]]


def history_of(thing: Model, actions: ModuleType, labels: dict[str, str]) -> list[Line]:
    """Everything that was done to a thing, newest first, in words (留痕)."""
    entries = trail.entries_of(thing).order_by("-id")[:50]
    return [
        Line(entry, term_of(actions, entry.verb), list(_said(entry.note, labels)))
        for entry in entries
    ]


def _said(note: dict[str, Any], labels: dict[str, str]) -> Iterable[tuple[str, str]]:
    for key, value in note.items():
        if key == "changed" and isinstance(value, dict):
            for name, pair in value.items():
                before, after = (_word(each) for each in pair)
                yield labels.get(str(name), str(name)), f"{before} → {after}"
        elif key in labels and value not in ("", None, []):
            yield labels[key], _word(value)


def _word(value: Any) -> str:
    if value is None or value == "":
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
