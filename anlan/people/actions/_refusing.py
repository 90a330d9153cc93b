"""Turns what rules find wrong into a refusal that a form can show beside its field."""

from collections.abc import Iterable

from anlan.kernel.errors import Invalid

from ..rules.facts import Fault


def _refuse_faults(faults: Iterable[Fault]) -> None:
    for field, words, mend in faults:
        raise Invalid(words, mend=mend, field=field)
