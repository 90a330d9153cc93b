"""A deed done to one thing: its form, the one call into an action, and the answer."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.apps import apps
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
    onward: Callable[[Any], str] | None = None  # where it leads, from what it made; else back
    # Other forms of the same deed, offered above it: address, words, whether it is this one.
    offers: tuple[tuple[str, str, bool], ...] = ()
    # What to look at before it is done: words, and where it stands.
    notes: tuple[tuple[str, str], ...] = ()


@cache
def term_of(actions: ModuleType, verb: str) -> str:
    """The Chinese word of a verb: of this room, else of whichever room wrote the entry.

    The trail of one thing is written by many rooms: what became of a divided village's matters
    and stations stands in the village's.
    """
    found = (_own_term(each, verb) for each in (actions, *_rooms()))
    return next((term for term in found if term), verb)


def _own_term(actions: ModuleType, verb: str) -> str:
    """As the action's docstring gives it, else as the room's flow or its own list does."""
    if found := TERM.search(getattr(actions, verb, None).__doc__ or ""):
        return found.group(1)
    room = actions.__name__.removeprefix("anlan.").removesuffix(".actions")
    if word := BY_THEMSELVES.get((room, verb)):
        return word
    flow = f"anlan.{room}.flow"
    asked = getattr(import_module(flow), "term_of", None) if find_spec(flow) else None
    term = str(asked(verb)) if asked else verb
    return term if term != verb else ""


@cache
def _rooms() -> tuple[ModuleType, ...]:
    """The actions of every room."""
    names = (f"{each.name}.actions" for each in apps.get_app_configs())
    return tuple(
        import_module(name) for name in names if name.startswith("anlan.") and find_spec(name)
    )


# What stands in a trail though nobody does it: time, a later message, an unclear answer.
BY_THEMSELVES = {
    ("watch", "clear"): "恢复平稳",
    ("watch", "grade"): "等级变化",
    ("watch", "refuse"): "拒用",
    ("watch", "supersede"): "由更新代替",
    ("callup", "reply_unclear"): "应答不明",
}


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
            made_of_it = deed.do(thing, form.cleaned_data, asker)
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, said or f"已{deed.label}")
            return go(request, deed.onward(made_of_it) if deed.onward else back)
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
