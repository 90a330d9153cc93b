"""When two reports speak of one accident (疑似重复): told, never refused at night."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import cos, hypot, radians

A_DAY = timedelta(hours=24)
NEAR_METRES = 500
METRES_A_DEGREE = 111_320
SIMILAR = 0.5  # of the pairs of characters of the shorter title


@dataclass(frozen=True)
class Happening:
    """What tells one accident from another."""

    at: datetime
    title: str
    village: str = ""  # path of the village or town it lies in
    body: int | None = None
    unit: str = ""
    position: tuple[float, float] | None = None
    hurt: Mapping[str, int] = field(default_factory=dict)


def alike(one: Happening, other: Happening) -> str:
    """Why two reports may be one accident, in words; nothing where they are not."""
    if abs(one.at - other.at) > A_DAY:
        return ""
    if one.body and one.body == other.body:
        return "24小时内、同一单位"
    if one.unit and one.unit == other.unit:
        return "24小时内、单位名称相同"
    if one.position and other.position and _metres(one.position, other.position) <= NEAR_METRES:
        return f"24小时内、相距不到{NEAR_METRES}米"
    if one.village != other.village or not one.village:
        return ""
    if similarity(one.title, other.title) >= SIMILAR:
        return "24小时内、同一村社、描述相近"
    return "24小时内、同一村社、伤亡人数相同" if one.hurt and one.hurt == other.hurt else ""


def similarity(one: str, other: str) -> float:
    """How much of the shorter text stands in the other, 0 to 1, by pairs of characters."""
    mine, theirs = _pairs(one), _pairs(other)
    return len(mine & theirs) / min(len(mine), len(theirs)) if mine and theirs else 0.0


def _pairs(text: str) -> set[str]:
    said = text.replace("事故", "")  # which every title ends with
    return {said[i : i + 2] for i in range(len(said) - 1)}


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = (one[0] - other[0]) * cos(radians((one[1] + other[1]) / 2))
    return hypot(east, one[1] - other[1]) * METRES_A_DEGREE
