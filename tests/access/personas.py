"""Who is tried at every door: the columns of the tables in this folder.

Everything tried lies in 泽国镇: a hazard at 泽海冷链, sector ammonia_refrigeration, in 牧屿7号网格.
"""

from dataclasses import dataclass

# fmt: off
PERSONAS = {
    # column       of District               stands to the hazard as
    "nobody":      "wu_bystander",         # signed in, on no post
    "owner":       "xu_safety",            # 安全管理员 of the firm, who has it in hand
    "colleague":   "ye_manager",           # of the same firm
    "finder":      "sun_grid7",            # 网格员 who reported it
    "station":     "huang_zeguo_station",  # dispatches and checks it; superior of both
    "leader":      "lin_zeguo_leader",     # superior of the station
    "section":     "chen_section",         # superior of the town, of all sectors
    "chief":       "zhou_chief",           # superior of all
    "sibling":     "zhao_taiping_station",  # the same role in the next town
    "neighbour":   "li_grid3",             # 网格员 of the next town
    "sector":      "he_housing",           # inspector of the whole city, of another sector
    "firm":        "jin_foundry",          # 安全管理员 of another firm
    "admin":       "ma_admin",
}
# fmt: on
COLUMNS = tuple(PERSONAS)
MAY, MAY_NOT = "x", "-"


@dataclass(frozen=True)
class Row:
    """One deed or address, and what each persona is answered."""

    name: str
    answers: dict[str, str]

    @classmethod
    def read(cls, name: str, marks: str) -> "Row":
        given = marks.split()
        assert len(given) == len(COLUMNS), f"{name}: {len(given)} answers for {len(COLUMNS)} people"
        return cls(name, dict(zip(COLUMNS, given, strict=True)))


def rows(*table: tuple[str, str]) -> dict[str, Row]:
    """A table read; a name that stands twice is a mistake."""
    found = {name: Row.read(name, marks) for name, marks in table}
    assert len(found) == len(table), "a row stands twice"
    return found
