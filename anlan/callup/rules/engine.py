"""What comes next for one person: the plan, where they stand, what is known → one move.

The database asks this for everyone whose time is up; the same answer comes however often it is
asked, so that a sweep may run twice.
"""

from dataclasses import dataclass
from typing import TypeAlias

from .profiles import PLACES, Plan, Shot


@dataclass(frozen=True)
class Standing:
    """One person in a call-up: how many shots were fired, which ways still lead to them."""

    shot: int
    ways: frozenset[str]
    elapsed: int  # seconds since they were first called
    by_hand: bool = False
    dead: bool = False  # the number was found dead: nothing is tried a second time


@dataclass(frozen=True)
class Shoot:
    """Fire shot number `shot` over these channels, and look again after `wait` seconds."""

    shot: int
    channels: tuple[str, ...]
    wait: int


@dataclass(frozen=True)
class PassOn:
    """Call the next one; where there is nobody, ask `when_nobody`."""


@dataclass(frozen=True)
class Wait:
    seconds: int


@dataclass(frozen=True)
class WaitForMorning:
    """Only channels are left that must be quiet now."""


@dataclass(frozen=True)
class ByHand:
    """Show the number to the duty officer; unrecorded for `seconds`, the person is unreached."""

    seconds: int


@dataclass(frozen=True)
class Unreached:
    pass


Move: TypeAlias = Shoot | PassOn | Wait | WaitForMorning | ByHand | Unreached


def decide(plan: Plan, who: Standing, *, quiet: bool = False) -> Move:
    """The next move of a person whose time is up."""
    if who.by_hand:
        return Unreached()
    muted = frozenset(plan.quiet_channels) if quiet else frozenset()
    for number in range(who.shot, len(plan.shots)):
        left = _left(plan, number, who)
        if not left:
            continue
        aloud = tuple(each for each in left if each not in muted)
        if not aloud:
            return WaitForMorning()
        return Shoot(number, aloud, _gap(plan, number, who))
    if who.shot and _reached(plan, who) and who.elapsed < plan.pass_on_after:
        return Wait(plan.pass_on_after - who.elapsed)
    return PassOn()


def when_nobody(plan: Plan, who: Standing) -> Wait | ByHand | Unreached:
    """Nobody is left to pass on to: wait until T3, but not for somebody without any way.

    Who was only to be told something is listed, and no duty officer rings them for it.
    """
    if _reached(plan, who) and who.elapsed < plan.by_hand_after:
        return Wait(plan.by_hand_after - who.elapsed)
    return Unreached() if plan.notice else ByHand(plan.unreached_after)


def aloud(plan: Plan, elapsed: int) -> tuple[dict[str, Shot], int | None]:
    """By channel what is said to whole places by now, the latest; and the second of the next.

    It keeps the call-up's own time: no villager is left unwarned because one official answered.
    """
    said = [
        (shot, channel) for shot in plan.shots for channel in shot.channels if channel in PLACES
    ]
    due = {channel: shot for shot, channel in said if shot.after <= elapsed}
    return due, next((shot.after for shot, _ in said if shot.after > elapsed), None)


def _reached(plan: Plan, who: Standing) -> bool:
    """Whether anything the plan tries may still lead to them; a loudspeaker leads to nobody."""
    tried = {each for shot in plan.shots for each in shot.channels}
    return not who.dead and bool((tried & who.ways) - PLACES)


def _left(plan: Plan, number: int, who: Standing) -> tuple[str, ...]:
    """The channels of a shot that lead to the person; of a dead number, only untried ones.

    What is said to a whole place is not up to one person: see `aloud`.
    """
    passed_over = set(PLACES)
    if who.dead:
        passed_over |= {each for shot in plan.shots[: who.shot] for each in shot.channels}
    return tuple(
        each for each in plan.shots[number].channels if each in who.ways and each not in passed_over
    )


def _gap(plan: Plan, number: int, who: Standing) -> int:
    """Seconds until the next shot that reaches them, or until they are passed on."""
    fired = plan.shots[number]
    later = (plan.shots[n].after for n in range(number + 1, len(plan.shots)) if _left(plan, n, who))
    return max(next(later, plan.pass_on_after) - fired.after, 1)
