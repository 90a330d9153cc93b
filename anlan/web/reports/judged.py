"""What is said beside a report: the audit of its sentences, and the ledger against each number."""

from dataclasses import dataclass

from anlan.figures.models import Report
from anlan.figures.rules.audit import Check, Verdict, audit
from anlan.formats import official

from ..figures.rows import address_in

NAMES = {Verdict.MISMATCH: "矛盾", Verdict.QUESTION: "存疑"}
NAMED = 6  # so many of each are named before a deed


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


def to_look_at(report: Report) -> tuple[tuple[str, str], ...]:
    """What whoever hands it on or freezes it must know: words, and where they stand.

    It may be right all the same, a sum that the ledger cannot know; but not without a look.
    """
    document = report.written()
    typed = against_ledger(report, document)
    broken = [each for each in audited(document) if each.word == NAMES[Verdict.MISMATCH]]
    if not typed and not broken:
        return ()
    page = f"/reports/{report.pk}/"
    sums = ((len(typed), "手工改写"), (len(broken), "矛盾"))
    told = [(f"{'、'.join(f'{n} 处{what}' for n, what in sums)}，请先看过再办", f"{page}#typed")]
    if not typed:
        told = [(told[0][0], f"{page}#audit")]
    for one in typed[:NAMED]:
        what = f"（{one.label}）" if one.label else ""
        told.append((f"手工改写：{one.typed}{what}，台账为{one.ledger}", f"{page}#typed"))
    for each in broken[:NAMED]:
        told.append((f"矛盾：{each.check.stated}，{each.check.why}", f"{page}#audit"))
    return tuple(told)


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
