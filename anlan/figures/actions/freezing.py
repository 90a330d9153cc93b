"""Close a period: keep its figures as they were given out (统计期封账), or open it again."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area, Person

from .. import access, compute, events, rules
from ..flow import FLOW
from ..models import FrozenFigure, FrozenPeriod, FrozenRows, Stage

LONGEST_REASON = 300


@transaction.atomic
def freeze(*, period: rules.Period, area: Area, by: Person, at: datetime) -> FrozenPeriod:
    """Keep the figures of a period that is over, with definitions and rows (封账).

    Raises NotAllowed where the period still runs or is frozen already. What is entered or put
    right later changes no frozen number; it is listed beside it.
    """
    under = access.check(by, "freeze", area, at=at)
    if period.last >= at.astimezone(LOCAL).date():
        raise NotAllowed(
            f"{period.words()}还没有结束，不能封账", mend="请在统计期结束的次日以后封账"
        )
    if FrozenPeriod.objects.filter(area=area, period=period.text, stage=Stage.FROZEN).exists():
        raise NotAllowed(f"{area} {period.words()}已经封账", mend="请打开封账页面查看")
    frozen = FrozenPeriod.objects.create(
        area=area,
        area_path=area.path,
        period=period.text,
        begins=period.start,
        last=period.last,
        frozen_by=by,
        frozen_at=at,
        digest="",
    )
    frozen.digest = _keep_figures(frozen, at=at)
    frozen.save(update_fields=["digest"])
    trail.write(
        frozen, "freeze", by=by, under=under, at=at, period=period.text, digest=frozen.digest
    )
    outbox.announce(events.PeriodFrozen(frozen.pk))
    return frozen


@transaction.atomic
def unfreeze(frozen: FrozenPeriod, *, reason: str, by: Person, at: datetime) -> None:
    """Open a frozen period again, for a reason, by somebody else than who froze it (解封).

    Its figures stay readable as they were given out; asked again, the ledger answers.
    """
    under = access.check(by, "unfreeze", frozen.area, at=at)
    if frozen.frozen_by_id == by.pk:
        raise NotAllowed("封账人不能自己解封", mend="请由另一位有权限的同志解封")
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid("请写明解封原因", mend=f"最多{LONGEST_REASON}字", field="reason")
    FLOW.move(frozen, "unfreeze", at=at, opened_by=by, opened_at=at, reason=reason)
    trail.write(frozen, "unfreeze", by=by, under=under, at=at, reason=reason)
    outbox.announce(events.PeriodUnfrozen(frozen.pk))


def _keep_figures(frozen: FrozenPeriod, *, at: datetime) -> str:
    """All figures of the catalogue, each with its digest; the digest of them all."""
    asked: dict[str, Any] = {"period": frozen.span, "area": frozen.area, "scope": None, "at": at}
    kept: dict[tuple[bytes, bytes | None], FrozenRows] = {}
    digests = []
    for position, value in enumerate(compute.compute(None, **asked)):
        figure = FrozenFigure(
            frozen=frozen,
            position=position,
            key=value.figure.key,
            definition=_plain(asdict(value.figure)),
            value=value.value,
            base=value.change.base,
            told=_told(value),
            parts=_parts(value, asked),
            rows=_rows(frozen, value, asked, kept),
        )
        figure.digest = rules.digest_of(figure.content())
        figure.save()
        digests.append(figure.digest)
    return rules.digest_of(digests)


def _told(value: compute.FigureValue) -> dict[str, Any]:
    base = value.change.base
    return {
        "value": value.words(),
        "base": None if base is None else f"{base:f}",
        "change": value.change.words,
    }


def _parts(value: compute.FigureValue, asked: dict[str, Any]) -> dict[str, list[list[str]]]:
    return {
        by: [
            [part.key, part.label, "—" if part.value is None else f"{part.value:f}"]
            for part in compute.breakdown(value.figure.key, by, **asked)
        ]
        for by in compute.dimensions_of(value.figure)
    }


def _rows(
    frozen: FrozenPeriod,
    value: compute.FigureValue,
    asked: dict[str, Any],
    kept: dict[tuple[bytes, bytes | None], FrozenRows],
) -> FrozenRows | None:
    """The ids behind a number, kept once for all figures that count the same rows."""
    ids = sorted(compute.rows(value.figure.key, **asked).values_list("pk", flat=True))
    packed: tuple[bytes, bytes | None] = (rules.packed_ids(ids), None)
    if packed not in kept:
        kept[packed] = FrozenRows.objects.create(frozen=frozen, count=len(ids), ids=packed[0])
    return kept[packed]


def _plain(definition: dict[str, Any]) -> dict[str, Any]:
    """A definition as JSON: numbers as they are written, tuples as lists."""
    return {
        key: f"{each:f}" if isinstance(each, Decimal) else list(each)
        if isinstance(each, tuple) else each
        for key, each in definition.items()
    }  # fmt: skip
