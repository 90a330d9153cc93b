"""How near the danger is (远近): whom an area's people are called before."""

from collections.abc import Iterable

NEARNESS = {0: "险情在此", 1: "邻近", 2: "外围"}  # what a person may say; the tree may go further


def climbed(area: str, danger: str) -> int:
    """Levels from where the danger is up to what both lie in; 0 for the place and all in it.

    Both are paths: of a slope's village, the village itself is 0, its town and the villages beside
    it are 1, the next town is 2.
    """
    own, theirs = danger.strip("/").split("/"), area.strip("/").split("/")
    shared = 0
    for one, other in zip(own, theirs, strict=False):
        if one != other:
            break
        shared += 1
    return len(own) - shared


def nearness_of(areas: Iterable[str], dangers: Iterable[str]) -> dict[str, int]:
    """By path of an area: how near the nearest of the dangers is; without any, all alike."""
    places = list(dangers)
    return {area: min((climbed(area, each) for each in places), default=0) for area in areas}


def nearness_word(nearness: int) -> str:
    return NEARNESS[min(nearness, max(NEARNESS))]
