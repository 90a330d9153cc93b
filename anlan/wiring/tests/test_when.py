"""Every event of the house is bound to somebody, or to nobody on purpose."""

from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import anlan
from anlan.kernel import outbox
from anlan.wiring import when

ROOMS = sorted(path.parent for path in Path(anlan.__file__).parent.glob("*/events*"))


def events() -> list[type]:
    found: list[type] = []
    for room in {room.name for room in ROOMS}:
        module: ModuleType = import_module(f"anlan.{room}.events")
        found += [
            kind
            for kind in vars(module).values()
            if isinstance(kind, type)
            and is_dataclass(kind)
            and kind.__module__.startswith(f"anlan.{room}.events")
        ]
    return sorted(found, key=outbox.name_of)


@pytest.mark.parametrize("event", events(), ids=outbox.name_of)
def test_every_event_is_wired(event: type) -> None:
    assert event in when.HEARD, "bind it in wiring/when.py, to () if nobody hears it yet"


@pytest.mark.parametrize("event", events(), ids=outbox.name_of)
def test_an_event_carries_ids_and_plain_words(event: type) -> None:
    """What it carries goes through JSON and must come back the same."""
    assert event.__dataclass_params__.frozen  # type: ignore[attr-defined]
    for field in fields(event):
        assert field.type in (int, str, bool, int | None, str | None, list[int]), field


def test_nothing_is_wired_that_does_not_exist_or_both_ways() -> None:
    assert set(when.HEARD) == set(events())
    assert not set(when.BOUND) & set(when.FOR_NOBODY_YET)
