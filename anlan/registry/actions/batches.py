"""A whole table of items at once: fast, nothing doubled, one entry in the trail."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import BooleanField, F, Func, Model, Q, TextField, Value
from psycopg import errors

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Forbidden, Invalid
from anlan.people.access import scope_of
from anlan.people.models import Person

from .. import events
from ..access import deed_of
from ..flow import Stage
from ..models import GradeChange, Item, ItemBatch, kind_of
from ..rules import ItemKind, Problem
from .reading import _fill, _next_codes, _settle

Row = Mapping[str, Any]  # typed values by field key; what is absent is left as it is
KEYS = {"origin": "来源编号", "code": "编号"}
COLUMNS = [field for field in Item._meta.concrete_fields if not field.primary_key]
SETTLED = ("search", "parties_missing", "stale_on", "stale_told_on", "area_path")
GRADE_REASON = "批量导入时评定"


@dataclass(frozen=True)
class Imported:
    """What came of a batch; `batch` is empty when nothing was new or changed."""

    batch: ItemBatch | None
    added: int
    changed: int
    unchanged: int


class InvalidRows(Invalid):
    """Rows that cannot be taken, each with its position from 0 and the problem (批量数据有误)."""

    def __init__(self, problems: Sequence[tuple[int, Problem]]) -> None:
        position, problem = problems[0]
        more = f"(另有{len(problems) - 1}行)" if len(problems) > 1 else ""
        super().__init__(f"第{position + 1}行：{problem.words}{more}", mend=problem.mend)
        self.problems = tuple(problems)


@transaction.atomic
def import_items(
    *, kind: str, rows: Sequence[Row], source: str = "", by: Person | None, at: datetime
) -> Imported:
    """Take a table of items into the register, all or nothing (批量导入).

    A row is the same thing as an item with its origin, else its code, else its name, area and
    address; the same table twice changes nothing. Raises InvalidRows with every row at fault.
    """
    spec = kind_of(kind)
    _may_import(spec, rows, by, at)
    _one_at_a_time(kind)
    matched = _matched(spec, rows, at)
    added = [item for item, was in matched if was is None]
    changed = [(item, was) for item, was in matched if was is not None and was != _state(item)]
    unchanged = len(rows) - len(added) - len(changed)
    if not added and not changed:
        return Imported(None, 0, 0, unchanged)
    for item in (*added, *(item for item, _ in changed)):
        _settle(item, spec)
    batch = ItemBatch.objects.create(
        kind=kind, source=source[:200], digest=_digest(rows), by=by, at=at,
        added=len(added), changed=len(changed), unchanged=unchanged,
    )  # fmt: skip
    _give_codes(spec, added)
    _add(added, batch)
    _change(changed, batch, by, at)
    trail.write(
        batch, "import_items", by=by, at=at, kind=kind, source=source, digest=batch.digest,
        added=len(added), unchanged=unchanged, changed=[item.code for item, _ in changed],
    )  # fmt: skip
    outbox.announce(events.ItemsImported(batch.pk))
    return Imported(batch, len(added), len(changed), unchanged)


def _one_at_a_time(kind: str) -> None:
    """Two tables of one kind wait for each other: the second then finds what the first brought."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"registry.import:{kind}"])


def _may_import(spec: ItemKind, rows: Iterable[Row], by: Person | None, at: datetime) -> None:
    """Raise Forbidden for a place at which this person may not; nobody is the system itself."""
    if by is None:
        return
    scope = scope_of(by, at=at)
    places = {(r["area"], r.get("sector") or spec.sector) for r in rows if r.get("area")}
    for area, sector in places:
        if not scope.may(deed_of("import_items"), path=area.path, sector=sector):
            raise Forbidden(
                f"{by}不能导入{area}的{spec.label}", mend="请联系管理员核对岗位和责任区域"
            )


# --- which row is which item ----------------------------------------------------------------------


def _matched(
    spec: ItemKind, rows: Sequence[Row], at: datetime
) -> list[tuple[Item, tuple[Any, ...] | None]]:
    """Each row as an item with its values, and the state it had before: None for a new one."""
    known = _known(spec, rows)
    found: list[tuple[Item, tuple[Any, ...] | None]] = []
    problems: list[tuple[int, Problem]] = []
    seen: set[tuple[str, str]] = set()
    for position, row in enumerate(rows):
        try:
            _once(row, seen)
            item = _meant(known, row)
            was = _state(item) if item else None
            item = item or _blank(spec, at)
            _fill(item, row, spec)
            item.sector = item.sector or spec.sector
            found.append((item, was))
        except Problem as problem:
            problems.append((position, problem))
    if problems:
        raise InvalidRows(problems)
    return found


def _once(row: Row, seen: set[tuple[str, str]]) -> None:
    for key, label in KEYS.items():
        if not (word := row.get(key)):
            continue
        if (key, word) in seen:
            words = f"{label}“{word}”在表中不止一行"
            raise Problem(words, "请填写不同的编号，或删去多余的行", field=key)
        seen.add((key, word))


def _blank(spec: ItemKind, at: datetime) -> Item:
    """A new item, its values by position: by name, Django takes three times as long."""
    item = Item(*_BLANK)
    item.kind, item.registered_at, item.attributes = spec.key, at, {}
    return item


_BLANK = [field.get_default() for field in Item._meta.concrete_fields]


def _known(spec: ItemKind, rows: Sequence[Row]) -> dict[tuple[Any, ...], Item]:
    """Items of the kind that some row may mean, by each of their identities."""
    nameless = {row["name"] for row in rows if not any(row.get(key) for key in KEYS)}
    wanted = Q(_among("name", nameless))
    for key in KEYS:
        wanted |= Q(_among(key, {row[key] for row in rows if row.get(key)}))
    items = Item.objects.filter(wanted, kind=spec.key).select_for_update(of=("self",))
    known: dict[tuple[Any, ...], Item] = {}
    for item in items:
        known |= {(key, getattr(item, key)): item for key in KEYS if getattr(item, key)}
        known["place", item.name, item.area_id, item.address] = item
    return known


def _among(field: str, words: set[str]) -> Func:
    """`field = ANY(words)`: ten thousand words as one parameter, not as ten thousand."""
    array = Value(sorted(words), output_field=ArrayField(TextField()))
    return Func(
        F(field), array, template="(%(expressions)s))", arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )  # fmt: skip


def _meant(known: Mapping[tuple[Any, ...], Item], row: Row) -> Item | None:
    given = [(key, row[key]) for key in KEYS if row.get(key)]
    fits = [known[key] for key in given if key in known]
    if not given and (item := known.get(_place_of(row))):
        fits = [item]
    if len({item.pk for item in fits}) > 1:
        words = f"编号属于“{fits[1]}”，来源编号却属于“{fits[0]}”"
        raise Problem(words, "请核对这两个编号", field="code")
    if not fits:
        return None
    (item, *_) = fits
    if item.stage != Stage.LISTED:
        words = f"与{item.get_stage_display()}的“{item}”相同"
        raise Problem(words, "如要重新使用，请先在该底数页面恢复在册或纳入名录", field="name")
    return item


def _place_of(row: Row) -> tuple[Any, ...]:
    area = row.get("area")
    return ("place", row["name"], area.pk if area else None, row.get("address") or "")


def _state(item: Item) -> tuple[Any, ...]:
    return tuple(
        dict(item.attributes) if field.attname == "attributes" else getattr(item, field.attname)
        for field in COLUMNS
        if field.attname not in SETTLED
    )


def _digest(rows: Sequence[Row]) -> str:
    """SHA-256 over the rows: the one trail entry vouches for what came in."""
    plain = json.dumps(rows, default=_plain, ensure_ascii=False, sort_keys=True)
    return sha256(plain.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else str(value)


# --- into the database ----------------------------------------------------------------------------


def _give_codes(spec: ItemKind, items: Sequence[Item]) -> None:
    bare: dict[str, list[Item]] = {}
    for item in items:
        if not item.code:
            bare.setdefault(item.area.code[:6], []).append(item)
    for district, group in bare.items():
        for item, code in zip(group, _next_codes(spec, district, len(group)), strict=True):
            item.code = code
            item.search = f"{item.search} {code}"


def _add(items: Sequence[Item], batch: ItemBatch) -> None:
    """COPY the new items: ten times as fast as INSERT; every constraint is still checked."""
    names = ", ".join(str(field.column) for field in COLUMNS)
    with connection.cursor() as cursor:
        try:
            with cursor.copy(f"COPY registry_item ({names}) FROM STDIN") as copy:
                for row in _copied(items, batch):
                    copy.write_row(row)
        except errors.UniqueViolation as error:  # registered by hand since we looked
            words = "表中有编号在导入期间刚被他人登记"
            raise Invalid(words, mend="请重新导入一次，已登记的会自动认出") from error
        cursor.execute(
            "INSERT INTO registry_gradechange (item_id, before, after, reason, by_id, at) "
            "SELECT id, '', grade, %s, %s, %s FROM registry_item "
            "WHERE batch_id = %s AND grade <> ''",
            [GRADE_REASON, batch.by_id, batch.at, batch.pk],
        )


def _copied(items: Iterable[Item], batch: ItemBatch) -> Iterator[list[Any]]:
    names = [field.attname for field in COLUMNS]
    attributes, its_batch = names.index("attributes"), names.index("batch_id")
    for item in items:
        row = [getattr(item, name) for name in names]
        row[attributes] = json.dumps(row[attributes], ensure_ascii=False)
        row[its_batch] = batch.pk
        yield row


def _change(
    items: Sequence[tuple[Item, tuple[Any, ...]]], batch: ItemBatch, by: Person | None, at: datetime
) -> None:
    if not items:
        return
    grade = [field.attname for field in COLUMNS if field.attname not in SETTLED].index("grade")
    for item, _ in items:
        item.batch = batch
    Item.objects.bulk_update(
        [item for item, _ in items], [field.name for field in COLUMNS], batch_size=500
    )
    GradeChange.objects.bulk_create(
        GradeChange(
            item=item, before=was[grade], after=item.grade, reason=GRADE_REASON, by=by, at=at
        )
        for item, was in items
        if was[grade] != item.grade
    )
