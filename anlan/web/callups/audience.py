"""Who will be called, seen before it is sent (叫应对象预览): by area, with what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from anlan.callup.models.audience import Answerable, gaps, who_answers
from anlan.people.models import Area, Charge
from anlan.people.rules import codes
from anlan.people.rules.privacy import mask_phone

MOST_TROUBLED = 200  # shown at once; the rest by area


@dataclass(frozen=True)
class Row:
    """One person as the preview shows them."""

    who: Answerable
    phone: str
    troubles: tuple[str, ...]

    @property
    def next_up(self) -> str:
        """Who is called when they do not answer: the deputy, else the one above."""
        beside = [f"{person}（副职）" for person in self.who.deputies]
        above = [f"{self.who.next_up}（上一级）"] if self.who.next_up else []
        return " → ".join([*beside[:1], *above])


@dataclass
class Part:
    """One area of the list: a town of the district, a village of the town."""

    code: str
    name: str
    rows: list[Row] = field(default_factory=list)

    @property
    def people(self) -> int:
        return len(self.rows)

    @property
    def troubled(self) -> int:
        return sum(bool(row.troubles) for row in self.rows)

    @property
    def phoneless(self) -> int:
        return sum(row.who.no_phone for row in self.rows)

    @property
    def stale(self) -> int:
        return sum(bool(row.who.stale) for row in self.rows)


@dataclass(frozen=True)
class Audience:
    """Everybody who will be called, and every place where nobody is there."""

    rows: list[Row]
    parts: list[Part]
    empty: list[str]  # charges that nobody is there for, as words

    @property
    def troubled(self) -> list[Row]:
        return [row for row in self.rows if row.troubles]

    @property
    def shown(self) -> list[Row]:
        return self.troubled[:MOST_TROUBLED]

    def count(self) -> dict[str, int]:
        """The numbers on top of the list."""
        return {
            "people": len(self.rows),
            "stale": sum(bool(row.who.stale) for row in self.rows),
            "phoneless": sum(row.who.no_phone for row in self.rows),
            "alone": sum(not row.next_up for row in self.rows),
            "empty": len(self.empty),
        }


def audience_of(
    areas: Sequence[Area],
    root: Area,
    hazard: str,
    colour: str,
    *,
    on: date,
    nearness: Mapping[int, int] | None = None,
) -> Audience:
    """The list that is shown before anybody is called, in the order in which they are called."""
    found = who_answers(areas, hazard, colour, on=on, nearness=nearness)
    rows = [_row(each) for each in found]
    empty = [f"{gap.what}：{_why(gap.stale)}" for gap in gaps(areas, hazard, colour, on=on)]
    return Audience(rows, _parts(rows, root), empty)


def part_code(path: str, root: str) -> str:
    """The area directly below the root that a path lies in; empty for the root itself."""
    below = codes.codes_on(path)[len(codes.codes_on(root)) :]
    return below[0] if below else ""


def _row(each: Answerable) -> Row:
    troubles = []
    if each.stale:
        troubles.append(_why(each.stale))
    if each.no_phone:
        troubles.append("没有电话" if not each.has_account else "没有电话，只能在系统内叫到")
    row = Row(each, mask_phone(each.person.phone), tuple(troubles))
    return row if row.next_up else Row(each, row.phone, (*row.troubles, "没有下一人"))


def _why(stale: str) -> str:
    return str(Charge.Staleness(stale).label)


def _parts(rows: Sequence[Row], root: Area) -> list[Part]:
    found: dict[str, Part] = {}
    for row in rows:
        code = part_code(row.who.area.path, root.path)
        found.setdefault(code, Part(code, f"{root.name}本级")).rows.append(row)
    names = dict(Area.objects.filter(parent=root).values_list("code", "name"))
    for code, part in found.items():
        if code:
            part.name = names.get(code, code)
    return sorted(found.values(), key=lambda part: (-part.troubled, part.code))
