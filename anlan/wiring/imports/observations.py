"""Observations by table: a CSV, a workbook or an archive of them; all or nothing (导入观测).

Which column is which stream, in what unit, how times and gaps are written: a mapping says it, by
its name in observation_maps.yaml or as a file of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from time import perf_counter

from django.db import transaction

from anlan.formats import spreadsheet
from anlan.formats.spreadsheet import SpreadsheetError, files_in
from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid
from anlan.people.models import Person
from anlan.registry.actions import InvalidRows
from anlan.watch.actions import Brought, import_observations
from anlan.watch.models import Source, properties
from anlan.watch.rules.tables import Bad, ObservationMap, Seen, Sheet

from . import mapping as mappings
from .outcome import Fault, Outcome, Stored

KIND, LABEL = "observations", "观测数据"
CATALOGUE = "observation_maps"
MOST_FAULTS = 1000


@dataclass
class Reading:
    """What the tables of a file hold: values, gaps, and every cell at fault."""

    seen: list[Seen] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    rows: int = 0
    gaps: int = 0
    repeated: int = 0
    files: dict[int, str] = field(default_factory=dict)  # by table: where it stands


def map_named(given: str) -> ObservationMap:
    """A mapping by its name in the catalogue, or a file that holds one; Invalid for neither."""
    path = Path(given)
    if path.is_file():
        found = mappings.load(path, ObservationMap)
        _check(found, path.name)
        return found
    known = catalogues.load(CATALOGUE, ObservationMap)
    if given not in known:
        words = f"没有名为“{given}”的观测对照，也没有这个文件"
        raise Invalid(words, mend=catalogues.nearest(given, known), field="map")
    _check(known[given], f"{CATALOGUE}.yaml")
    return known[given]


def _check(mapping: ObservationMap, file: str) -> None:
    known = properties()
    for each in mapping.values:
        if each.observed not in known:
            words = f"没有“{each.observed}”这一监测要素"
            raise catalogues.CatalogueError(
                file, 1, words, mend=catalogues.nearest(each.observed, known)
            )


def read_observations(path: Path, mapping: ObservationMap) -> Reading:
    """Read all tables of a file as the mapping says; Invalid for a file that is no table."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Invalid(f"读不到文件 {path}", mend="请核对路径和权限", field="file") from error
    reading = Reading()
    try:
        for name, raw in files_in(content, path.name):
            _read_file(reading, name, raw, mapping, whole=name == path.name)
    except SpreadsheetError as error:
        raise Invalid(error.words, mend=error.mend, field="file") from error
    _settle_repeats(reading, mapping)
    return reading


def _read_file(
    reading: Reading, name: str, raw: bytes, mapping: ObservationMap, *, whole: bool
) -> None:
    try:
        tables = spreadsheet.read(raw, expects=mapping.heads)
    except SpreadsheetError as error:
        if whole:
            raise
        reading.faults.append(Fault(name, 0, "", "", "", error.words, error.mend))
        return
    stem = PurePosixPath(name).stem
    chosen = [each for each in tables if each.sheet == mapping.sheet] or tables
    sheets = [Sheet(mapping, table, stem) for table in chosen]
    for sheet in [each for each in sheets if each.fits()] or sheets[:1]:
        reading.files[id(sheet.table)] = (
            sheet.table.sheet if whole else f"{name}·{sheet.table.sheet}"
        )
        reading.seen += sheet.read()
        reading.rows += len(sheet.table.rows)
        reading.gaps += sheet.gaps
        reading.ignored += sheet.ignored
        where = reading.files[id(sheet.table)]
        reading.faults += [_fault(bad, where) for bad in sheet.bad]


def _fault(bad: Bad, where: str) -> Fault:
    return Fault(where, bad.row, bad.letter, bad.head, bad.value, bad.what, bad.mend)


def _settle_repeats(reading: Reading, mapping: ObservationMap) -> None:
    """The same stream at the same time more than once: as the mapping says, or refused."""
    kept: dict[tuple[str, int], Seen] = {}
    for each in reading.seen:
        earlier = kept.get((each.stream, each.at))
        if earlier is None:
            kept[each.stream, each.at] = each
            continue
        reading.repeated += 1
        if mapping.repeats == "sum":
            # Tips of one minute are one amount; tenths are kept from growing crumbs.
            total = round(earlier.value + each.value, 9)
            kept[each.stream, each.at] = earlier._replace(value=total)
        elif mapping.repeats == "last":
            kept[each.stream, each.at] = each
        elif mapping.repeats == "refuse" and earlier.value != each.value:
            words = f"与第{earlier.row}行是同一测点同一时刻，但值不同（{earlier.value:g}）"
            mend = "请删去其中一行，或在对照里写明 repeats"
            reading.faults.append(_of(each, reading, words, mend))
    reading.seen = list(kept.values())


def _of(seen: Seen, reading: Reading, what: str, mend: str) -> Fault:
    letter = seen.table.letters.get(seen.head, "")
    where = reading.files[id(seen.table)]
    return Fault(where, seen.row, letter, seen.head, f"{seen.value:g}", what, mend)


def run_observations(
    path: Path, map_name: str, *, dry_run: bool = False, by: Person, at: datetime
) -> Outcome:
    """Import a file of observations; bad cells are in the outcome, and nothing is stored then."""
    begun = perf_counter()
    mapping = map_named(map_name)
    source = Source.objects.filter(key=mapping.source).first()
    if source is None:
        mend = "请先开通：anlan watch source，或网页“监测站点—接入来源”"
        raise Invalid(f"还没有代号为“{mapping.source}”的来源", mend=mend, field="map")
    reading = read_observations(path, mapping)
    brought = None
    if not reading.faults:
        try:
            with transaction.atomic():
                brought = import_observations(
                    reading.seen, mapping=mapping, source=source, file=path.name, by=by, at=at
                )
                transaction.set_rollback(dry_run)
        except InvalidRows as error:
            reading.faults += [
                _of(reading.seen[place], reading, problem.words, problem.mend)
                for place, problem in error.problems
            ]
    outcome = _outcome(path, reading, brought)
    return replace(outcome, dry_run=dry_run, seconds=perf_counter() - begun)


def _outcome(path: Path, reading: Reading, brought: Brought | None) -> Outcome:
    faults = sorted(reading.faults, key=lambda fault: (fault.sheet, fault.row, fault.column))
    more = {"空缺": reading.gaps}
    stored = None
    if brought is not None:
        more |= {"存疑": brought.stored.flagged, "迟到": brought.stored.late}
        more |= {"新建测点": brought.made}
        stored = Stored(brought.stored.taken, 0, brought.stored.repeated)
    return Outcome(
        kind=KIND,
        label=LABEL,
        source=path.name,
        rows=reading.rows,
        stored=stored,
        repeated=reading.repeated,
        faults=_cut(faults),
        ignored=tuple(dict.fromkeys(reading.ignored)),
        more={name: many for name, many in more.items() if many},
    )


def _cut(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """A file that is wrong throughout needs no hundred thousand lines to be told so."""
    if len(faults) <= MOST_FAULTS:
        return tuple(faults)
    last = faults[MOST_FAULTS]
    words = f"此后还有 {len(faults) - MOST_FAULTS} 处错误没有列出"
    return (*faults[:MOST_FAULTS], Fault(last.sheet, last.row, "", "", "", words))
