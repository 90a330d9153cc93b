"""anlan audit: the figures of any Chinese report, recomputed. Needs no site and stores nothing."""

import argparse
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anlan.cli.site import Commands, command, tell
from anlan.kernel.errors import Invalid

if TYPE_CHECKING:
    from anlan.figures.rules.audit import Audit, Check, Figure

# fmt: off
HEADINGS = {
    "mismatch": "✗ 矛盾",
    "question": "? 存疑",
    "cannot":   "– 无法核对",
    "ok":       "✓ 相符",
}
# fmt: on


def add_to(commands: Commands) -> None:
    """The command of this module."""
    asked = command(commands, "audit", _audit, words="稽核一份材料：找出数字，能复算的逐一复算")
    asked.add_argument("file", metavar="FILE", type=Path, help=".txt、.docx 或 .html")


def _audit(asked: argparse.Namespace) -> int:
    from anlan.figures.rules.audit import audit
    from anlan.formats.documents import DocumentError, read_file

    try:
        text = read_file(asked.file)
    except DocumentError as wrong:
        refusal = Invalid(wrong.words, mend=wrong.mend, field="file")
        refusal.exit_code = 2  # type: ignore[attr-defined]  # asked wrongly: there is no report
        raise refusal from wrong
    found = audit(text)
    tell(asked, as_json(found), words(found))
    return 0


# --- JSON -----------------------------------------------------------------------------------------


def as_json(found: "Audit") -> dict[str, Any]:
    """The audit as one document; offsets count code points of `text`."""
    return {
        "text": found.text,
        "figures": [_figure(figure) for figure in found.figures],
        "checks": [_check(each) for each in found.checks],
    }


def _figure(figure: "Figure") -> dict[str, Any]:
    return {
        "text": figure.text,
        "value": _number(Fraction(figure.number.written)),
        "unit": figure.whole_unit,
        "start": figure.start,
        "end": figure.end,
        "counts": figure.counts,
    }


def _check(each: "Check") -> dict[str, Any]:
    return {
        "kind": each.kind.value,
        "stated": each.stated,
        "recomputed": each.recomputed,
        "verdict": each.verdict.value,
        "parts": [_figure(part) for part in each.parts],
        "start": each.start,
        "end": each.end,
        "why": each.why,
    }


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


# --- for people -----------------------------------------------------------------------------------


def words(found: "Audit") -> str:
    """The same for people: the gravest first, each with its sentence."""
    said = {name: [c for c in found.checks if c.verdict == name] for name in HEADINGS}
    counted = "，".join(f"{HEADINGS[name][2:]}{len(checks)}处" for name, checks in said.items())
    lines = [f"找到数字{len(found.figures)}个，核对{len(found.checks)}处：{counted}。"]
    for name, checks in said.items():
        if checks:
            lines += ["", f"{HEADINGS[name]}（{len(checks)}）"]
        for each in checks:
            lines.append(f"  {each.why}")
            if name in ("mismatch", "question"):
                lines.append(f"    原文：{found.sentence(each.start, each.end)}")
    return "\n".join(lines)
