"""Whose turn it is (轮值): an ordered group over a list of watches."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from .cover import Need

Member = TypeVar("Member")
Free = Callable[[Member, Need], bool]


def take_turns(
    wanted: Sequence[Need], group: Sequence[Member], *, turn: int, step: int, free: Free[Member]
) -> tuple[list[tuple[Need, Member]], int]:
    """Who takes which watch, and whose turn comes after the last of them.

    The group moves on by `step` from watch to watch. Whoever is not free (left, on duty elsewhere)
    is passed over for that watch alone; where nobody is free the watch stays open, and shows as a
    gap.
    """
    given: list[tuple[Need, Member]] = []
    for need in wanted:
        order = [group[(turn + place) % len(group)] for place in range(len(group))]
        able = [member for member in order if free(member, need)]
        given += [(need, member) for member in able[: need.number]]
        turn = (turn + step) % len(group)
    return given, turn
