"""The table in flow.py, the functions in actions and the words cannot drift apart."""

import ast
import re
from inspect import signature
from pathlib import Path

import pytest

from anlan.callup import access, actions, events
from anlan.callup.flow import FLOW, Stage, State

ROOT = Path(__file__).parents[3]
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("move", list(FLOW), ids=lambda move: move.name)
def test_every_line_is_an_action_with_its_word_and_what_it_carries(move):
    deed = getattr(actions, move.name)
    assert list(signature(deed).parameters)[-2:] == ["by", "at"]
    assert move.carry is None or move.carry in signature(deed).parameters
    assert f"({move.term})" in deed.__doc__.split("\n")[0]
    assert move.by in access.WHO


def test_every_stage_and_state_stands_in_the_glossary():
    for word in (*Stage, *State):
        assert f"| {word.value} | {word.label} |" in GLOSSARY


def test_events_carry_ids_and_the_world_and_no_names():
    allowed = {int, str, bool, list[int]}
    told = [each for each in vars(events).values() if hasattr(each, "__dataclass_fields__")]
    assert len(told) >= 14
    for event in told:
        kinds = {field.name: field.type for field in event.__dataclass_fields__.values()}
        assert set(kinds.values()) <= allowed
        assert {n for n, kind in kinds.items() if kind is str} <= {"world", "kind", "outcome"}


def test_no_text_names_a_clock_of_its_own():
    """Time is handed in: no statement of this room asks the database what time it is."""
    for path in (ROOT / "anlan/callup").rglob("*.py"):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words = [
            n.value
            for n in ast.walk(tree)
            if isinstance(n, ast.Constant) and isinstance(n.value, str)
        ]
        assert not [w for w in words if re.search(r"now\(\)|current_timestamp", w, re.I)], path
