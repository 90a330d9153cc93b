"""Arithmetic of division codes and of the paths made from them (区划代码).

A statistical code has twelve digits: two of the province, two of the city, two of the district,
three of the town, three of the village. A grid appends one to eight letters or digits of its own.
"""

import re

CITY, DISTRICT, TOWN, VILLAGE, GRID = "CITY", "DISTRICT", "TOWN", "VILLAGE", "GRID"
LEVELS = (CITY, DISTRICT, TOWN, VILLAGE, GRID)
ROOT = "/"
LENGTH = 12
_CODE = re.compile(r"\d{12}[0-9A-Z]{0,8}")
_ENDS = ((12, VILLAGE), (9, TOWN), (6, DISTRICT), (4, CITY))  # where the part of each level ends


def is_code(code: str) -> bool:
    """Twelve digits of a real level, and perhaps the suffix of a grid."""
    return bool(_CODE.fullmatch(code)) and code[2:LENGTH].strip("0") != ""


def level_of(code: str) -> str:
    """The level that a code says by itself; a province or a malformed code is a ValueError."""
    if not is_code(code):
        raise ValueError(f"“{code}”不是市、县、镇、村或网格的代码")
    if len(code) > LENGTH:
        return GRID
    return next(level for end, level in _ENDS if code[_before(end) : end].strip("0"))


def parent_of(code: str) -> str:
    """The code one level up: of a grid its village (or town), of a city nothing.

    Towns that stand directly below a city (东莞, 中山) come out as children of the city, because
    their district part is empty.
    """
    level = level_of(code)
    if level == GRID:
        return code[:LENGTH]
    for end, above in _ENDS:
        if LEVELS.index(above) < LEVELS.index(level) and code[_before(end) : end].strip("0"):
            return code[:end].ljust(LENGTH, "0")
    return ""


def district_of(code: str) -> str:
    """The six digits of the district (or city) that a code lies in."""
    return code[:6]


def full(code: str) -> str:
    """A code as lists write it, short or long: 331081 → 331081000000, 331081001 → 331081001000."""
    return code.ljust(LENGTH, "0")


def _before(end: int) -> int:
    return {12: 9, 9: 6, 6: 4, 4: 2}[end]


# --- paths ------------------------------------------------------------------------------------


def path_below(above: str, code: str) -> str:
    """The path of an area whose parent has the path `above` (ROOT for the topmost)."""
    return f"{above or ROOT}{code}/"


def moved(path: str, *, old: str, new: str) -> str:
    """Where a path lies after the subtree `old` became `new`; others stay as they are."""
    return new + path.removeprefix(old) if path.startswith(old) else path


def codes_on(path: str) -> list[str]:
    """The codes from the topmost area down to this one."""
    return path.strip("/").split("/") if path.strip("/") else []


def ancestors_of(path: str) -> list[str]:
    """The paths of everything above, topmost first, the area itself last."""
    codes = codes_on(path)
    return ["/" + "/".join(codes[: end + 1]) + "/" for end in range(len(codes))]


def may_hang_below(level: str, above: str) -> bool:
    """Whether an area of this level may be the child of one of the other.

    A grid may hang below a village, a town, or a district's own ground; nothing below a grid.
    """
    return LEVELS.index(above) < LEVELS.index(level)
