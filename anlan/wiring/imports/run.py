"""One import from file to ledger, in one transaction: everything or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from django.db import transaction

from anlan.formats import spreadsheet
from anlan.formats.spreadsheet import SpreadsheetError, Table
from anlan.kernel.errors import Invalid
from anlan.people.access import scope_of
from anlan.people.models import Account, Person
from anlan.registry.access import finders
from anlan.registry.actions import InvalidRows

from . import engine, mapping
from .context import Context
from .engine import Allowed, Columns, Judged
from .kinds import Importer, named
from .mapping import ImportMap
from .outcome import Outcome, Stored

MAY_IMPORT = "imports.run"
Prepared = Sequence[tuple[Table, Columns]]


def run(
    kind: str,
    path: Path,
    map_path: Path | None = None,
    dry_run: bool = False,
    *,
    by: Person | None,
    at: datetime,
) -> Outcome:
    """Import a file; `by` is empty when the installation itself loads history.

    Raises Refused only for what concerns the file as a whole; bad cells are in the outcome.
    """
    importer = named(kind)
    using = mapping.load(map_path) if map_path else None
    if using and map_path:
        mapping.check(using, importer.fields, file=map_path.name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Invalid(f"读不到文件 {path}", mend="请核对路径和权限", field="file") from error
    context = Context(source=path.name, by=by, at=at)
    return _import(importer, _tables(importer, content, using), using, context, dry_run=dry_run)


def run_content(
    kind: str, content: bytes, *, name: str, dry_run: bool = False, by: Person | None, at: datetime
) -> Outcome:
    """Import a file that was uploaded: its bytes, and the name it came with."""
    importer = named(kind)
    context = Context(source=name, by=by, at=at)
    return _import(importer, _tables(importer, content, None), None, context, dry_run=dry_run)


def run_rows(
    kind: str,
    text: str,
    *,
    name: str = "粘贴",
    dry_run: bool = False,
    by: Person | None,
    at: datetime,
) -> Outcome:
    """Import what was copied from Excel or WPS, with its head or in the order of the template."""
    importer = named(kind)
    try:
        table = spreadsheet.read_pasted(text, expects=[each.heading for each in importer.fields])
    except SpreadsheetError as error:
        raise Invalid(error.words, mend=error.mend, field="rows") from error
    context = Context(source=name, by=by, at=at)
    table = replace(table, sheet=name)  # a mended file is told of by its own name
    return _import(importer, [table], None, context, dry_run=dry_run)


def account_person(username: str | None) -> Person:
    """Whose name stands under an import from the command line: an account's, else the
    administrator's."""
    accounts = Account.objects.filter(is_active=True).select_related("person").order_by("pk")
    if username:
        account = accounts.filter(username=username).first()
        if account is None:
            raise Invalid(f"没有账号“{username}”", mend="请核对 --by 后的账号", field="by")
        return account.person
    for account in accounts.filter(person__posts__roles__contains=["administrator"]):
        return account.person
    raise Invalid("还没有系统管理员", mend="请用 --by 指定账号", field="by")


def _tables(importer: Importer, content: bytes, using: ImportMap | None) -> list[Table]:
    expects = list(using.columns) if using else engine.expected(importer.fields)
    try:
        return spreadsheet.read(content, expects=expects)
    except SpreadsheetError as error:
        raise Invalid(error.words, mend=error.mend, field="file") from error


def _import(
    importer: Importer,
    tables: Sequence[Table],
    using: ImportMap | None,
    context: Context,
    *,
    dry_run: bool,
) -> Outcome:
    begun = perf_counter()
    prepared, head_faults = _prepared(importer, tables, using)
    if head_faults:
        judged = Judged(faults=head_faults, rows=sum(len(table.rows) for table in tables))
        return _outcome(importer, judged, None, context, begun)
    known = finders(day=context.day, under=_home(context))
    judged = engine.judge(prepared, importer, known, _allowed(context))
    skipping = using is not None and using.on_error == "skip_row"
    stored = _stored(importer, judged, prepared, context, skipping=skipping, dry_run=dry_run)
    return replace(_outcome(importer, judged, stored, context, begun), dry_run=dry_run)


def _prepared(
    importer: Importer, tables: Sequence[Table], using: ImportMap | None
) -> tuple[Prepared, list[Any]]:
    """The sheets that hold rows of this kind, each with its columns; sheets of notes are left."""
    prepared, faults = [], []
    chosen = [t for t in tables if not (using and using.sheet) or t.sheet == using.sheet]
    for table in chosen or tables:
        if using:
            mapped = mapping.Mapped(using, table.headers)
            columns, wrong = engine.map_columns(table, mapped)
            given = {*mapped.sources, *using.constants, *using.defaults}
            given |= {"area"} if using.default_area else set()
        else:
            columns, wrong = engine.match(table, importer.fields)
            given = set(columns.headers)
        if not columns.headers and len(tables) > 1:
            continue
        prepared.append((table, columns))
        faults += wrong + engine.missing_heads(table, importer.fields, given)
    return prepared, faults


def _stored(
    importer: Importer,
    judged: Judged,
    prepared: Prepared,
    context: Context,
    *,
    skipping: bool,
    dry_run: bool,
) -> Stored | None:
    """Store what could be read; nothing where something could not, unless rows are skipped."""
    columns = {id(table): of_table for table, of_table in prepared}
    while skipping or not judged.faults:
        if judged.faults and not judged.lines:
            return None
        try:
            with transaction.atomic():
                stored = importer.store([line.values for line in judged.lines], context)
                transaction.set_rollback(dry_run)
        except InvalidRows as error:
            engine.refuse_lines(judged, columns, error.problems)
        else:
            return stored
    return None


def _home(context: Context) -> str:
    """The part of the tree that the importer works in: an ambiguous name means the one there."""
    if context.by is None:
        return "/"
    paths = sorted({reach.path for reach in scope_of(context.by, at=context.at).reaches}, key=len)
    return paths[0] if paths and all(path.startswith(paths[0]) for path in paths) else "/"


def _allowed(context: Context) -> Allowed:
    if context.by is None:
        return lambda area, sector: True
    scope = scope_of(context.by, at=context.at)
    may: Callable[..., bool] = scope.may
    return lambda area, sector: may(MAY_IMPORT, path=area.path, sector=sector)


def _outcome(
    importer: Importer, judged: Judged, stored: Stored | None, context: Context, begun: float
) -> Outcome:
    faults = sorted(judged.faults, key=lambda fault: (fault.sheet, fault.row, fault.column))
    return Outcome(
        kind=importer.key,
        label=importer.label,
        source=context.source,
        rows=judged.rows,
        stored=stored,
        repeated=len(judged.repeats),
        faults=tuple(faults),
        repeats=tuple(judged.repeats),
        ignored=tuple(dict.fromkeys(judged.ignored)),
        seconds=perf_counter() - begun,
        refused_rows=tuple(judged.refused),
    )
