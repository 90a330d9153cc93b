"""The list of faults is the same in the program and in the guide."""

from pathlib import Path

from anlan.formats.cap import Kind

GUIDE = Path(__file__).resolve().parents[4] / "docs" / "howto" / "cap.md"


def test_every_fault_stands_in_the_guide_with_its_gravity():
    rows = {
        line.split("|")[1].strip(): line
        for line in GUIDE.read_text("utf-8").splitlines()
        if line.startswith("| `")
    }
    for kind in Kind:
        row = rows[f"`{kind.key}`"]
        assert ("**致命**" in row) is kind.grave, row


def test_names_are_given_once():
    assert len({kind.key for kind in Kind}) == len(Kind)
