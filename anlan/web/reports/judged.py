"""What is said beside a report: the audit of its sentences, and the ledger against each number."""

from dataclasses import dataclass

from anlan.figures.models import Report
from anlan.figures.rules.audit import Check, Verdict, audit
from anlan.formats import official

from ..figures.rows import address_in

NAMES = {Verdict.MISMATCH: "矛盾", Verdict.QUESTION: "存疑"}


@dataclass(frozen=True)
class Said:
    """One finding of the audit, with the sentence it is about."""

    word: str
    check: Check
    sentence: str


@dataclass(frozen=True)
class Differing:
    """A number that somebody typed, and what the ledger says in its place."""

    typed: str
    ledger: str
    label: str
    href: str


def audited(document: official.Document) -> list[Said]:
    """Where the sentences contradict each other (稽核)."""
    found = audit("\n".join(official.lines(document)))
    return [
        Said(NAMES[each.verdict], each, found.sentence(each.start, each.end))
        for verdict in NAMES
        for each in found.of(verdict)
    ]


def against_ledger(report: Report, document: official.Document) -> list[Differing]:
    """Every number typed by hand, against what was computed for that place."""
    told = {each["ref"]: each for each in report.values}
    parts = {part[3]: part[2] for each in report.values for part in each["parts"]}
    found = []
    for run in official.runs_of(document.blocks):
        if not run.by_hand:
            continue
        known = told.get(run.ref)
        value = known["value"] if known else parts.get(run.ref)
        label = _label(report, run.ref)
        ledger = "无对应指标" if not run.ref else "无数据" if value is None else str(value)
        found.append(
            Differing(run.text, ledger, label, address_in(report, run.ref) if run.ref else "")
        )
    return found


def _label(report: Report, ref: str) -> str:
    definition = report.definitions.get(ref.split("|")[0], {})
    return str(definition.get("label", ""))
