"""Every room with a flow has its page in docs/flows, drawn from the table as it is now."""

import importlib.util

import pytest

from .house import ROOMS, ROOT

FLOWS = ROOT / "docs/flows"
SPEC = importlib.util.spec_from_file_location("draw", FLOWS / "draw.py")
assert SPEC
assert SPEC.loader
drawer = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(drawer)


@pytest.mark.parametrize("room", drawer.rooms())
def test_the_drawn_flow_is_current(room):
    """Run `python docs/flows/draw.py` after a change."""
    assert (FLOWS / f"{room}.md").read_text(encoding="utf-8") == drawer.draw(room)


def test_no_room_with_a_flow_is_forgotten_and_no_page_outlives_its_flow():
    with_a_flow = {room for room in ROOMS if list((ROOT / "anlan" / room).glob("flow*"))}
    assert set(drawer.rooms()) == with_a_flow
    assert {path.stem for path in FLOWS.glob("*.md")} == with_a_flow
