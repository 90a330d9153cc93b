"""docs/figures.md holds: every key it names exists, every stated figure has its answer."""

import csv
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from anlan.figures import compute
from anlan.figures.rules import parse_period

TABLE = Path(__file__).parents[3] / "docs" / "figures.md"
# The list of the reports' figures is not ours to ship: where a checkout has it, it is compared.
STATED = Path(os.environ.get("ANLAN_STATED_FIGURES", "figures.csv"))
KINDS = {"count", "sum", "rate", "yoy_pct", "duration", "target/plan", "deadline", "ratio"}
ROOMS = Path(__file__).parents[2]
WAITS = re.compile(r"等 [^(]+\(([a-z_]+)\)")
SOURCELESS = {"S004-019"}  # its ledger is there; what would count it is not
LINE = re.compile(r"^\| (S\d{3}-\d{3}) \| (.+?) \| (.+?) \| (?:`([a-z0-9_]+)`|—) \| (.+) \|$")


def lines() -> list[tuple[str, str, str]]:
    found = [LINE.match(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]
    return [(m[1], m[4] or "", m[5]) for m in found if m]


def test_every_line_names_a_figure_that_exists_or_says_why_not():
    known = compute.definitions()
    for number, key, how in lines():
        if key:
            assert key in known, f"{number}: no figure {key}"
            asked = re.match(r"`([^`]+)`", how)
            assert asked, f"{number}: how is it asked?"
            parse_period(asked[1])
        else:
            assert how.startswith(("等 ", "不设:")), f"{number}: neither a figure nor a reason"


def test_nothing_waits_for_a_ledger_that_is_there():
    waiting = {number: WAITS.match(how) for number, key, how in lines() if not key}
    late = {
        number: found[1]
        for number, found in waiting.items()
        if found and (ROOMS / found[1]).is_dir() and number not in SOURCELESS
    }
    assert not late, "the ledger is there: name the figure, or say why there is none"


def test_no_line_stands_twice():
    twice = [number for number, n in Counter(number for number, *_ in lines()).items() if n > 1]
    assert not twice


def test_every_stated_figure_has_its_line():
    if not STATED.is_file():
        pytest.skip("the list of the reports' figures is not here")
    with STATED.open(encoding="utf-8-sig") as file:
        stated = {row["id"] for row in csv.DictReader(file) if row["kind"] in KINDS}
    assert stated == {number for number, *_ in lines()}
