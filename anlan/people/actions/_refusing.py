"""Turns what rules find wrong into a refusal that a form can show beside its field."""

from collections.abc import Iterable

from django.db.models import Model

from anlan.kernel import trail
from anlan.kernel.errors import Invalid, NotAllowed

from ..rules.facts import Fault


def _refuse_faults(faults: Iterable[Fault]) -> None:
    for field, words, mend in faults:
        raise Invalid(words, mend=mend, field=field)


def _too_late(thing: Model, verb: str, words: str) -> NotAllowed:
    """For who came second: what was done already, by whom and when."""
    first = trail.entries_of(thing).filter(verb=verb).last()
    who = f"（{first.actor}，{trail.local(first.at)}）" if first else ""
    return NotAllowed(f"{words}{who}", mend="请刷新页面查看")
