"""Close a period: keep its figures as they were given out (统计期封账), or open it again."""

from datetime import datetime
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
    asked = compute.Asked(frozen.area, None, at)
    values = compute.compute(
        None, period=frozen.span, area=frozen.area, scope=None, at=at, live=True
    )
    parts = _parts(frozen.span, asked)
    kept: dict[tuple[bytes, bytes | None], FrozenRows] = {}
    digests = []
    for position, value in enumerate(values):
        figure = FrozenFigure(
            frozen=frozen,
            position=position,
            key=value.figure.key,
            definition=value.figure.entry(),
            value=value.value,
            base=value.change.base,
            told=_told(value),
            parts=parts[value.figure.key],
            rows=_rows(frozen, value.figure, asked, kept),
        )
        figure.digest = rules.digest_of(figure.content())
        figure.save()
        digests.append(figure.digest)
    return rules.digest_of(digests)


def _told(value: compute.FigureValue) -> dict[str, Any]:
    base = value.change.base
    return {
        "value": value.words(),
        "base": None if base is None else compute.written(base),
        "change": value.change.words,
        "notes": list(value.notes),
    }


def _parts(period: rules.Period, asked: compute.Asked) -> dict[str, dict[str, list[list[str]]]]:
    """The parts of every figure by each of its dimensions; one dimension of all at a time."""
    figures = list(compute.definitions().values())
    found: dict[str, dict[str, list[list[str]]]] = {figure.key: {} for figure in figures}
    ways = {figure.key: compute.ways_of(figure) for figure in figures}
    for by in dict.fromkeys(by for known in ways.values() for by in known):
        broken = [figure for figure in figures if by in ways[figure.key]]
        for key, parts in compute.breakdowns(broken, by, period=period, asked=asked).items():
            found[key][by] = [[part.key, part.label, compute.written(part.value)] for part in parts]
    return found


def _rows(
    frozen: FrozenPeriod,
    figure: compute.Figure,
    asked: compute.Asked,
    kept: dict[tuple[bytes, bytes | None], FrozenRows],
) -> FrozenRows | None:
    """The ids behind a number, kept once for all figures that count the same rows.

    What is worked out from others keeps none of its own: they are kept with those others.
    """
    if figure.kind not in compute.COUNTED:
        return None
    worth = compute.worth(figure, frozen.span, asked)
    amounts = rules.packed_words([words for _, words in worth]) if figure.of else None
    packed = (rules.packed_ids(pk for pk, _ in worth), amounts)
    if packed not in kept:
        kept[packed] = FrozenRows.objects.create(
            frozen=frozen, count=len(worth), ids=packed[0], amounts=amounts
        )
    return kept[packed]
