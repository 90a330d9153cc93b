"""Whose a matter is: the first rule that matches decides (派单规则)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Self, cast

Where = Literal["area", "firm", "sector"]
WHERE = ("area", "firm", "sector")


@dataclass(frozen=True)
class Seat:
    """A post described by its role and where to look: `station@area`.

    area: nearest post of that role here or above · firm: in the enterprise the matter is about ·
    sector: in the department that is in charge of the sector.
    """

    role: str
    where: Where

    @classmethod
    def parse(cls, text: str) -> Self:
        role, _, where = text.partition("@")
        if not role or where not in WHERE:
            raise ValueError(f"岗位“{text}”应写成 角色@位置，位置可用：{'、'.join(WHERE)}")
        return cls(role, cast(Where, where))


@dataclass(frozen=True)
class Route:
    """One rule of catalogues/routing.yaml: a condition, and posts in order of preference."""

    key: str
    label: str
    when: str  # CEL, over the names of `models.routing.CONTEXT`
    triage: tuple[str, ...]
    rectify: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for text in (*self.triage, *self.rectify, *self.check, *self.inform):
            Seat.parse(text)
        if not self.triage:
            raise ValueError("triage（由谁交办）不能为空")


def first_match(routes: Iterable[Route], holds: Callable[[Route], bool]) -> Route | None:
    """The first rule whose condition holds; None when none does."""
    return next((route for route in routes if holds(route)), None)


def here_and_above(path: str) -> list[str]:
    """A path and all paths above it, the nearest first: /a/b/ → /a/b/, /a/."""
    codes = path.strip("/").split("/")
    return [f"/{'/'.join(codes[:n])}/" for n in range(len(codes), 0, -1)]
