"""Every town of the district gets its government, station, grids, firms and people (演示区)."""

from dataclasses import dataclass, field
from random import Random

from anlan.kernel.pinyin import initials, initials_of_person
from anlan.people.actions.grids import SCHEMATIC
from anlan.people.models import Area, Body, Person, Post, Tenure
from anlan.people.rules.outlines import Outline, Plot, divide

from .district import BEGIN, District
from .names import TRADES, Roll, firm_name, person_name, phone

FLOOD_GRIDS, RISK_GRIDS = 2726, 2247  # report 003, at scale 1
FIRMS = 6000
FIRM_SECTORS = tuple(TRADES)


@dataclass
class Town:
    """One town with whom it takes to run a hazard through it."""

    area: Area
    body: Body
    leader: Post
    station: Post
    villages: list[Area]
    grids: list[Post] = field(default_factory=list)
    firms: list[tuple[Body, Post]] = field(default_factory=list)


class Settlers:
    """Creates bodies, posts and persons in bulk, in an order that a seed decides."""

    def __init__(self, district: District, dice: Random) -> None:
        self.district = district
        self.dice = dice
        self.people = 100  # numbers of phones given out so far
        self.roll = Roll()
        for person in Person.objects.exclude(body=None):
            self.roll.remark(person.body_id or 0, person.name, person.phone)

    def towns(self) -> list[Town]:
        """All real towns, the two of the cast included."""
        known = {
            self.district.taiping.pk: (self.district.taiping_street, "taiping"),
            self.district.zeguo.pk: (self.district.zeguo_town, "zeguo"),
        }
        found = []
        for area in (
            Area.objects.real()
            .filter(level=Area.Level.TOWN, path__startswith=self.district.wenling.path)
            .order_by("code")
        ):
            villages = list(area.children.filter(level=Area.Level.VILLAGE).order_by("code"))
            if area.pk in known:
                body, name = known[area.pk]
                leader = getattr(self.district, f"{name}_leader_post")
                station = getattr(self.district, f"{name}_station_post")
                found.append(Town(area, body, leader, station, villages))
            elif villages:
                found.append(self._town(area, villages))
        return found

    def _town(self, area: Area, villages: list[Area]) -> Town:
        street = area.name.endswith("街道")
        name = f"{area.name}办事处" if street else f"{area.name}人民政府"
        body = Body.objects.create(
            name=f"{self.district.wenling.name}{name}",
            short_name=area.name,
            kind=Body.Kind.TOWN,
            area=area,
            area_path=area.path,
            sectors=["*"],
            initials=initials(area.name),
        )
        leader = self._post(
            f"{area.name}分管领导", body, area, self.district.section_post, "town_leader"
        )
        station = self._post(f"{area.name}应急消防管理站", body, area, leader, "station")
        self.settle([(leader, body), (station, body)])
        return Town(area, body, leader, station, villages)

    def grids(self, towns: list[Town], scale: float) -> None:
        """Flood and risk grids spread over the villages, each with its responsible person."""
        pairs = [(town, village) for town in towns for village in town.villages]
        wanted = [("FLOOD", round(FLOOD_GRIDS * scale)), ("RISK", round(RISK_GRIDS * scale))]
        for kind, count in wanted:
            self._grids_of(kind, self._spread(pairs, max(count, len(towns))))

    def _spread(self, pairs: list[tuple[Town, Area]], count: int) -> list[tuple[Town, Area, int]]:
        chosen = [pairs[n * len(pairs) // count % len(pairs)] for n in range(count)]
        serial: dict[int, int] = {}
        found = []
        for town, village in chosen:
            serial[village.pk] = serial.get(village.pk, 0) + 1
            found.append((town, village, serial[village.pk]))
        return found

    def _grids_of(self, kind: str, wanted: list[tuple[Town, Area, int]]) -> None:
        letter, word = {"FLOOD": ("F", "防汛责任"), "RISK": ("R", "风险")}[kind]
        codes: dict[int, list[str]] = {}
        for _, village, number in wanted:
            codes.setdefault(village.pk, []).append(f"{village.code}{letter}{number:02d}")
        drawn: dict[str, Outline] = {}
        for village in {village.pk: village for _, village, _ in wanted}.values():
            drawn |= divide(village.outline or {}, [Plot(code) for code in codes[village.pk]])
        areas = Area.objects.bulk_create(
            [
                grid_of(
                    village, f"{letter}{number:02d}", f"{village.name}{word}{number}", kind, drawn
                )
                for _, village, number in wanted
            ]
        )
        posts = Post.objects.bulk_create(
            Post(
                name=f"{area.name}责任人",
                body=town.body,
                area=area,
                area_path=area.path,
                superior=town.station,
                roles=["grid_worker"],
            )
            for area, (town, _, _) in zip(areas, wanted, strict=True)
        )
        for post, (town, _, _) in zip(posts, wanted, strict=True):
            town.grids.append(post)
        self.settle([(post, post.body) for post in posts])

    def firms(self, towns: list[Town], scale: float) -> None:
        """Enterprises of the key sectors, each with a safety officer."""
        count = max(round(FIRMS * scale), len(towns) * 3)
        wanted = []
        for number in range(count):
            town = towns[number % len(towns)]
            sector = self.dice.choice(FIRM_SECTORS)
            wanted.append((town, self.dice.choice(town.villages), sector))
        bodies = Body.objects.bulk_create(
            [self._firm(town, village, sector) for town, village, sector in wanted]
        )
        posts = Post.objects.bulk_create(
            Post(
                name=f"{body.name}安全管理员",
                body=body,
                area=body.area,
                area_path=body.area_path,
                superior=town.station,
                roles=["safety_officer"],
            )
            for body, (town, _, _) in zip(bodies, wanted, strict=True)
        )
        for body, post, (town, _, _) in zip(bodies, posts, wanted, strict=True):
            town.firms.append((body, post))
        self.settle([(post, post.body) for post in posts])

    def _firm(self, town: Town, village: Area, sector: str) -> Body:
        place = town.area.name.removesuffix("街道").removesuffix("镇")
        name = firm_name(self.dice, place, sector)
        return Body(
            name=name,
            short_name="",
            kind=Body.Kind.ENTERPRISE,
            area=village,
            area_path=village.path,
            sectors=[sector],
            address=f"{town.area.name}{village.name}{self.dice.randint(1, 199)}号",
            lon=village.lon and village.lon + self.dice.uniform(-0.004, 0.004),
            lat=village.lat and village.lat + self.dice.uniform(-0.004, 0.004),
            initials=initials(name),
        )

    def settle(self, places: list[tuple[Post, Body]]) -> None:
        """A person for each of these posts."""
        persons = []
        for _ in places:
            self.people += 1
            name = person_name(self.dice)
            persons.append((name, phone(self.people)))
        made = Person.objects.bulk_create(
            Person(
                name=name,
                phone=number,
                body=body,
                initials=initials_of_person(name),
                remark=self.roll.remark(body.pk, name, number),
            )
            for (name, number), (_, body) in zip(persons, places, strict=True)
        )
        Tenure.objects.bulk_create(
            Tenure(person=person, post=post, since=BEGIN)
            for person, (post, _) in zip(made, places, strict=True)
        )

    def _post(self, name: str, body: Body, area: Area, superior: Post, role: str) -> Post:
        return Post.objects.create(
            name=name,
            body=body,
            area=area,
            area_path=area.path,
            superior=superior,
            roles=[role],
        )


def places_in(root: Area) -> dict[str, Area]:
    """Where the cast lives in a loaded tree: root, two towns, a village and a grid in each."""
    towns = list(
        Area.objects.real()
        .filter(level=Area.Level.TOWN, path__startswith=root.path, children__isnull=False)
        .distinct()
        .order_by("code")
    )
    first = towns[0]
    second = next((town for town in towns if town.code == "331081100000"), towns[1])
    found = {"wenling": root, "taiping": first, "zeguo": second}
    for name, town, village_name, grid in (
        ("village_dongmen", first, "331081001003", ("grid3", "003", 3)),
        ("village_muyu", second, "331081100024", ("grid7", "007", 7)),
    ):
        villages = town.children.filter(level=Area.Level.VILLAGE).order_by("code")
        village = villages.filter(code=village_name).first() or villages[0]
        found[name] = village
        attribute, suffix, number = grid
        short = village.name.removesuffix("社区").removesuffix("居委会")
        halves = divide(village.outline or {}, [Plot(f"{village.code}{suffix}"), Plot("rest")])
        made = grid_of(village, suffix, f"{short}{number}", Area.GridKind.GENERAL, halves)
        made.save()
        found[attribute] = made
    return found


def grid_of(village: Area, suffix: str, name: str, kind: str, drawn: dict[str, Outline]) -> Area:
    """A grid of a village with its schematic outline, not saved yet."""
    code = f"{village.code}{suffix}"
    piece = drawn[code]
    west, south, east, north = piece.box
    return Area(
        code=code,
        name=f"{name}号网格",
        level=Area.Level.GRID,
        grid_kind=kind,
        parent=village,
        path=f"{village.path}{code}/",
        lon=piece.lon,
        lat=piece.lat,
        min_lon=west,
        min_lat=south,
        max_lon=east,
        max_lat=north,
        outline=piece.geojson(),
        outline_source=SCHEMATIC,
    )
