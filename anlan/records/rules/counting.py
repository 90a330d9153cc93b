"""Numbers of a record: person-times, and counts that add up whatever their order."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

Number = int | float | Decimal


def person_times(given: int | None, named: int) -> int | None:
    """How many took part (人次): what was said, else as many as were named.

    None where fewer were said than were named: one of the two is wrong.
    """
    if given is None:
        return named
    return given if given >= named else None


def tallied(given: Number | None, found: int) -> Number | None:
    """How many faults (发现问题): what was said, else as many as were found item by item.

    None where fewer were said than were found: one of the two is wrong.
    """
    if given is None:
        return found
    return given if given >= found else None


def add_up(counts: Iterable[Mapping[str, Number]]) -> dict[str, Decimal]:
    """The sum of each count over many records; a count that a record lacks adds nothing."""
    total: dict[str, Decimal] = {}
    for each in counts:
        for key, number in each.items():
            total[key] = total.get(key, Decimal(0)) + Decimal(str(number))
    return total
