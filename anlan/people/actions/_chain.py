"""The chain of charges: 市领导包镇 above 镇领导包村 above 村干部包户, found by itself."""

from collections.abc import Callable, Collection
from datetime import date

from django.db.models import Q

from ..models import Charge, charge_kinds
from ..rules import codes
from ..rules.charges import ChargeKind

Superior = Callable[[Charge], Charge | None]


def _superiors(kind: ChargeKind, *, today: date, paths: Collection[str] = ()) -> Superior:
    """Finds who stands next above charges of a kind: for the same thing, or the nearest area.

    All that may stand above are read once; `paths` narrows that to some areas.
    """
    if not kind.above:
        return lambda charge: None
    held = Charge.objects.valid_on(today).filter(kind=kind.above)
    by_thing = bool(charge_kinds()[kind.above].items)
    if paths and not by_thing:
        held = held.filter(area_path__in=paths)
    known: dict[tuple[str, int | None] | str, Charge] = {}
    for charge in held.order_by("pk"):
        thing = (charge.target_kind, charge.target_id)
        known.setdefault(thing if charge.target_id is not None else charge.area_path, charge)

    def above(charge: Charge) -> Charge | None:
        if by_thing:
            return known.get((charge.target_kind, charge.target_id))
        nearest_first = reversed(codes.ancestors_of(charge.area_path))
        return next((known[path] for path in nearest_first if path in known), None)

    return above


def _rehang(kinds: Collection[str], *, today: date, path: str = codes.ROOT) -> None:
    """Charges below these kinds that stood alone, or under somebody gone, get their superior."""
    for kind in charge_kinds().values():
        if kind.above not in kinds:
            continue
        loose = Charge.objects.valid_on(today).filter(kind=kind.key, area_path__startswith=path)
        loose = loose.filter(Q(above=None) | Q(above__until__lte=today))
        above, hung = _superiors(kind, today=today), []
        for charge in loose:
            charge.above = above(charge)
            if charge.above is not None:
                hung.append(charge)
        Charge.objects.bulk_update(hung, ["above"], batch_size=1000)
