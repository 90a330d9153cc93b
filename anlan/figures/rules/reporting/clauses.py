"""Half-sentences that have nothing to say are left out (无数据的半句不写).

“转办隐患整改率无数据” tells a reader nothing: a rate of nothing is no finding. What stands between
two of ，；。 goes when every number in it is missing; the stop of what goes is kept by what stays.
"""

import re
from dataclasses import dataclass, field

from anlan.formats.official import Run, Text

from .phrases import NO_DATA

ROW = "|"  # a line of a table keeps its columns
STOPS = "，；。"  # the later the stronger
_PIECE = re.compile(f"[^{STOPS}]+|[{STOPS}]")


@dataclass
class _Clause:
    runs: list[Run] = field(default_factory=list)
    stop: str = ""

    @property
    def says_nothing(self) -> bool:
        """Every number in it is missing; a bracket that opens or closes in it keeps it whole."""
        words = "".join(run.text for run in self.runs)
        if words.count("（") != words.count("）") or words.count("“") != words.count("”"):
            return False
        computed = [run for run in self.runs if run.ref or run.text == NO_DATA]
        return bool(computed) and all(run.text == NO_DATA for run in computed)


def spoken_only(runs: Text) -> Text:
    """The sentence without its empty halves; nothing where nothing is left."""
    if all(run.text != NO_DATA for run in runs) or runs[0].text.startswith(ROW):
        return runs
    kept: list[_Clause] = []
    for clause in _clauses(runs):
        if not clause.says_nothing:
            kept.append(clause)
        elif kept and kept[-1].stop != "。":
            kept[-1].stop = max(kept[-1].stop, clause.stop, key=STOPS.find)
    return tuple(
        run for each in kept for run in (*each.runs, *([Run(each.stop)] if each.stop else []))
    )


def _clauses(runs: Text) -> list[_Clause]:
    found = [_Clause()]
    for run in runs:
        pieces = [run.text] if run.ref else _PIECE.findall(run.text)
        for piece in pieces:
            if not run.ref and piece in STOPS:
                found[-1].stop = piece
                found.append(_Clause())
            else:
                found[-1].runs.append(Run(piece, run.ref, run.by_hand))
    return [clause for clause in found if clause.runs or clause.stop]
