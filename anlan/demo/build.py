"""Fill an empty district: real codes, a cast of people, half a year of work (anlan demo)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction

from anlan.people import actions as people
from anlan.people.models import Charge, Person

from . import cast
from .accidents import Mishaps
from .alarms import Storms
from .assessments import Rounds
from .callups import CallNights
from .charges import Duties
from .district import Clock, District
from .dues import Owed
from .duties import DutyRooms
from .history import Historian
from .items import Registrar
from .living import Days
from .papers import Office
from .records import Books
from .stations import Gauges
from .towns import Settlers, Town, places_in

SMALL = 0.01  # starts in a minute
HAZARDS = 225_400  # report 003, first half of 2024, at scale 1
HALF_A_YEAR = timedelta(days=182)
SHOWN = ("zhao_taiping_station", "li_grid3", "xu_safety", "huang_zeguo_station", "sun_grid7",
         "chen_section", "zhou_chief", "luo_fire", "ma_admin")  # fmt: skip


@dataclass(frozen=True)
class Login:
    """One of the accounts that `bin/demo` prints."""

    username: str
    password: str
    who: str


def build(*, area: str, scale: float | None, seed: int, at: datetime) -> dict[str, Any]:
    """Make the sample district of `area` as it stands at `at`; the same seed makes the same.

    `scale` 1 is the size of report 003: 225,400 hazards, 9,400 responsible persons.
    """
    size = SMALL if scale is None else scale
    dice = Random(f"{area}:{seed}")
    clock = Clock(at - HALF_A_YEAR)
    loaded = people.load_divisions(root=area[:6], by=None, at=clock.now())
    with transaction.atomic():
        district = District(clock, places_in(loaded.root))
        settlers = Settlers(district, dice)
        towns = settlers.towns()
        settlers.grids(towns, size)
        settlers.firms(towns, size)
        Duties(district, dice, at.date(), settlers.roll).give(towns, size)
        items = Registrar(district, towns, dice, at).register(size)
    _count_what_came()
    past = Historian(district, towns, dice, until=at).write(round(HAZARDS * size))
    living = Days(district, towns, dice, until=at).live()
    _count_what_came()
    told = _rooms(district, towns, f"{area}:{seed}", at)
    return {
        "area": loaded.root.name,
        "code": loaded.root.code,
        "areas": loaded.added,
        "persons": Person.objects.count(),
        "charges": Charge.objects.count(),
        "items": items,
        "matters": past + living,
        **told,
        "seed": seed,
        "scale": size,
        "logins": [vars(login) for login in _logins(district)],
    }


def _count_what_came() -> None:
    """Statistics of what was just poured in: planned as empty, single statements took minutes.

    By table: the bare word would take in the catalogues that all databases of the server share, and
    hold them against every other build until this one is committed.
    """
    tables = map(connection.ops.quote_name, connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def _rooms(district: District, towns: list[Town], seed: str, at: datetime) -> dict[str, int]:
    """What each further room has to tell; dice of its own, so that no other story changes."""

    def dice(room: str) -> Random:
        return Random(f"{seed}:{room}")

    told = {"records": Books(district, towns, dice("records"), until=at).write()}
    _count_what_came()  # reports, dues and assessments read them in a moment
    return told | {
        "papers": Office(district, towns, until=at).write(),
        "arrears": Owed(district, towns, dice("dues"), until=at).climb(),
        "accidents": Mishaps(district, towns, dice("accidents"), until=at).happen(),
        "shifts": DutyRooms(district, towns, dice("duty"), at).fill(),
        "called": CallNights(district, dice("callups"), until=at).happen(),
        "streams": Gauges(district, dice("watch"), at).fill(),
        "alarms": Storms(district, dice("alarms"), until=at).happen(),
        "scores": Rounds(district, until=at).post(),
    }


def _logins(district: District) -> list[Login]:
    found = []
    for name in SHOWN:
        person: Person = getattr(district, name)
        post = person.posts.all()[0]
        found.append(Login(person.account.username, cast.PASSWORD, f"{person.name} {post.name}"))
    return found
