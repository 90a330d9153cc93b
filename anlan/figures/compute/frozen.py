"""A closed period: printed again as it was, and what the ledger would say today (封账、更正).

A frozen figure is never mixed with what came later: it is printed from what was kept, and beside it
stands which rows came, went or changed since.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from anlan.figures import access, rules
from anlan.figures.models import FrozenFigure, FrozenPeriod, Stage
from anlan.figures.rules import Period
from anlan.figures.sources import SOURCES
from anlan.kernel.trail import LOCAL
from anlan.people.access import Scope
from anlan.people.models import Area

from .catalogue import definitions
from .definition import COUNTED, Figure
from .measuring import Asked, rows_of


@dataclass(frozen=True)
class FigureValue:
    """A computed figure, with its definition, its base and how it changed.

    `notes` say what a reader must know of it: a goal, an area that was merged, why there is none.
    `frozen` is the closed period that it was printed from, if it was.
    """

    figure: Figure
    period: Period
    area: Area
    value: Decimal | None
    change: rules.Change
    notes: tuple[str, ...] = ()
    frozen: FrozenPeriod | None = None

    def words(self) -> str:
        """The value as a table shows it."""
        return written(self.value)


def written(value: Decimal | None) -> str:
    """A value as it is printed; — where there is none."""
    return "—" if value is None else f"{value:f}"


def frozen_of(period: Period, area: Area, scope: Scope | None) -> FrozenPeriod | None:
    """The closed period that answers instead of the ledger, for those who see all of the area."""
    if area.pk is None or not access.sees_whole(scope, area):
        return None
    return FrozenPeriod.objects.filter(
        area=area, period=period.text, begins=period.start, last=period.last, stage=Stage.FROZEN
    ).first()


def given_out(
    periods: Iterable[Period], asked: Asked
) -> dict[tuple[str, date | None, date], Fraction | None]:
    """What closed periods gave out, by figure and days: what a change is measured against.

    A figure that is defined otherwise by now is left out: like is compared with like, so the
    ledger answers for it under the definition of today.
    """
    found: dict[tuple[str, date | None, date], Fraction | None] = {}
    if asked.area.pk is None or not access.sees_whole(asked.scope, asked.area):
        return found
    for period in {(each.start, each.last) for each in periods}:
        frozen = (
            FrozenPeriod.objects.filter(
                area=asked.area, begins=period[0], last=period[1], stage=Stage.FROZEN
            )
            .order_by("-frozen_at")
            .first()
        )
        for kept in frozen.figures.all() if frozen else ():
            figure = definitions().get(kept.key)
            if figure is not None and not _redefined(kept, figure):
                value = read(kept.told.get("value"))
                found[kept.key, *period] = None if value is None else Fraction(value)
    return found


def worth(figure: Figure, period: Period, asked: Asked) -> list[tuple[int, str]]:
    """Each row behind a counted figure with what it adds to it, by id: what freezing keeps."""
    found = rows_of(figure, period.until(asked.at.astimezone(LOCAL).date()), asked).order_by("pk")
    measure = SOURCES[figure.source].measure(figure.of) if figure.of else None
    if measure is None:
        return [(pk, "1") for pk in found.values_list("pk", flat=True)]
    if measure.way == "sum":
        added = found.annotate(worth=measure.expression()).values_list("pk", "worth")
        return [(pk, _plain(amount or 0)) for pk, amount in added]
    gathered: dict[int, list[str]] = {}
    for pk, one in found.annotate(worth=measure.expression()).values_list("pk", "worth"):
        gathered.setdefault(pk, []).append("" if one is None else str(one))
    return [(pk, ",".join(sorted(filter(None, ones)))) for pk, ones in gathered.items()]


def reprinted(kept: FrozenFigure, frozen: FrozenPeriod) -> FigureValue:
    """A figure exactly as it was given out, under the definition of then."""
    figure = figure_of(kept)
    base = read(kept.told.get("base"))
    change = rules.Change(base, None, None, kept.told["change"])
    value = read(kept.told["value"])
    notes = tuple(kept.told.get("notes", ()))
    return FigureValue(figure, frozen.span, frozen.area, value, change, notes, frozen)


def figure_of(kept: FrozenFigure) -> Figure:
    """The definition that a frozen figure was computed under."""
    said = dict(kept.definition)
    for name in ("kinds",):
        said[name] = tuple(said.get(name, ()))
    said["where"] = {key: tuple(each) for key, each in said.get("where", {}).items()}
    said["goals"] = {key: Decimal(each) for key, each in said.get("goals", {}).items()}
    if said.get("goal") is not None:
        said["goal"] = Decimal(said["goal"])
    return Figure(**{name: each for name, each in said.items() if name in FIELDS})


FIELDS = Figure.__dataclass_fields__


def read(text: str | None) -> Decimal | None:
    return None if text in (None, "—") else Decimal(text)


# --- what came later -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Correction:
    """One frozen figure that the ledger would answer otherwise today, and why."""

    kept: FrozenFigure
    figure: Figure
    was: str
    now: str
    entered: tuple[int, ...]  # rows that were not there, or not counted, when it was frozen
    left: tuple[int, ...]  # rows that were voided, merged, moved or dated otherwise since
    changed: tuple[tuple[int, str, str], ...]  # rows that count for more or less than then
    redefined: tuple[str, ...] = ()  # fields of the definition that read otherwise now

    @property
    def source(self) -> str:
        return self.figure.source


def corrections(
    frozen: FrozenPeriod, values: Mapping[str, FigureValue], *, at: datetime
) -> list[Correction]:
    """What the ledger says of a closed period today, where that differs from what was given out.

    `values` are today's values by key; `answers.corrections_of` brings them.
    """
    asked = Asked(frozen.area, None, at)
    found = []
    for kept in frozen.figures.select_related("rows"):
        figure = definitions().get(kept.key)
        if figure is None:
            continue
        one = _compared(kept, figure, values[kept.key], asked)
        if one.entered or one.left or one.changed or one.was != one.now or one.redefined:
            found.append(one)
    return found


def _compared(kept: FrozenFigure, figure: Figure, value: FigureValue, asked: Asked) -> Correction:
    then = kept.rows.worth() if kept.rows else {}
    if kept.rows and not then:
        then = dict.fromkeys(kept.rows.numbers(), "1")
    now = dict(worth(figure, value.period, asked)) if figure.kind in COUNTED else {}
    return Correction(
        kept=kept,
        figure=figure,
        was=str(kept.told["value"]),
        now=value.words(),
        entered=tuple(sorted(now.keys() - then.keys())),
        left=tuple(sorted(then.keys() - now.keys())),
        changed=tuple(
            (pk, then[pk], now[pk])
            for pk in sorted(now.keys() & then.keys())
            if not _same(then[pk], now[pk])
        ),
        redefined=_redefined(kept, figure),
    )


def _same(one: str, other: str) -> bool:
    return one == other or (
        _is_number(one) and _is_number(other) and Decimal(one) == Decimal(other)
    )


def _plain(number: Decimal | int) -> str:
    """A number without the zeros of its column: 310, 20.5."""
    text = f"{number:f}" if isinstance(number, Decimal) else str(number)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).lstrip("-").isdigit()


def _redefined(kept: FrozenFigure, figure: Figure) -> tuple[str, ...]:
    now = figure.entry()
    fields = kept.definition.keys() | now.keys()
    return tuple(sorted(name for name in fields if kept.definition.get(name) != now.get(name)))


def intact(frozen: FrozenPeriod) -> bool:
    """Whether every frozen figure still is what was sealed in the trail."""
    digests = []
    for kept in frozen.figures.select_related("rows").order_by("position"):
        if rules.digest_of(kept.content()) != kept.digest:
            return False
        digests.append(kept.digest)
    return rules.digest_of(digests) == frozen.digest
