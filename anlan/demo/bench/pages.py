"""How long a page takes over a million matters: `anlan bench pages`.

Whole pages, as a browser asks for them: sign-in, middleware, query, template; in process, so that
the network of the machine does not count. Each view is asked as often by people of wide and of
narrow reach, since a plan that is quick for the bureau can be slow for a grid worker.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from datetime import time as time_of_day
from random import Random
from statistics import quantiles
from typing import Any

from django.conf import settings
from django.test import Client

from anlan.demo.bench import million
from anlan.demo.district import Clock, District
from anlan.kernel.trail import LOCAL
from anlan.matters.models import Matter
from anlan.people.models import Account, Person

EXPORTED = 10_000  # rows at least: whole days
EXPORTS = 5
TIMES = 20  # of each view by each person
WARM_UP = 2
WIDE = ("chen_section", "zhao_taiping_station")
NARROW = ("li_grid3", "xu_safety")
TOWN = "/matters/?area={code}"

Asked = Callable[[Random], str]


def measure(*, size: int = 1_000_000) -> dict[str, Any]:
    """Fill the ledger, then ask for every view; p50 and p95 in milliseconds by view."""
    settings.ALLOWED_HOSTS = ["testserver"]
    began = time.perf_counter()
    district = District(Clock(datetime.now(UTC)))
    million.fill(district, size=size)
    filled = time.perf_counter() - began
    p50: dict[str, float] = {}
    p95: dict[str, float] = {}
    dice = Random(7)
    for name, address in _views(district).items():
        spent = list(_spent(district, name, address, dice))
        cuts = quantiles(spent, n=20, method="inclusive")
        p50[name], p95[name] = round(cuts[9], 1), round(cuts[18], 1)
    export, exported = _export(district)
    return {
        "matters": Matter.objects.count(),
        "p50_ms": {**p50, "export_10000": sorted(export)[EXPORTS // 2]},
        "p95_ms": {**p95, "export_10000": max(export)},
        "exported_rows": exported,
        "people": [*WIDE, *NARROW],
        "times_each": TIMES,
        "filled_s": round(filled, 1),
    }


def _views(district: District) -> dict[str, Asked]:
    """Address by view; what is asked for differs from time to time."""
    towns = (district.taiping.code, district.zeguo.code)
    numbers = list(Matter.objects.order_by("?").values_list("number", flat=True)[:200])
    return {
        "my_work": lambda dice: "/",
        "list": lambda dice: "/matters/",
        "overdue": lambda dice: "/matters/?light=late&sort=due",
        "town": lambda dice: TOWN.format(code=dice.choice(towns)),
        "village": lambda dice: TOWN.format(code=district.village_muyu.code),
        "search_rare": lambda dice: f"/matters/?q={dice.choice(million.RARE)}",
        "search_common": lambda dice: f"/matters/?q={dice.choice(('灭火器', '通道', '充电'))}",
        "search_none": lambda dice: f"/matters/?q={dice.choice(('鲸鱼', '龙卷'))}",
        "sort_deadline": lambda dice: "/matters/?sort=due",
        "matter": lambda dice: f"/matters/{dice.choice(numbers)}/",
    }


def _spent(district: District, name: str, address: Asked, dice: Random) -> Iterator[float]:
    """Milliseconds of each page; one matter is asked for by those who see the whole district."""
    people = WIDE[:1] if name == "matter" else (*WIDE, *NARROW)
    for who in people:
        client = signed_in(getattr(district, who))
        for number in range(TIMES + WARM_UP):
            asked = address(dice)
            began = time.perf_counter()
            answer = client.get(asked)
            spent = (time.perf_counter() - began) * 1000
            assert answer.status_code == 200, f"{asked}: {answer.status_code}"
            if number >= WARM_UP:
                yield spent


def _export(district: District) -> tuple[list[float], int]:
    """Milliseconds until ten thousand rows of Excel are whole, and how many rows they were."""
    newest = Matter.objects.order_by("-found_at")
    edge = newest[min(EXPORTED, newest.count() - 1)].found_at
    day = edge.astimezone(LOCAL).date()
    rows = newest.filter(found_at__gte=datetime.combine(day, time_of_day.min, LOCAL)).count()
    client = signed_in(district.chen_section)
    spent = []
    for _ in range(EXPORTS):
        began = time.perf_counter()
        answer = client.get(f"/matters/?as=xlsx&found_from={day}")
        content = b"".join(answer)
        assert answer.status_code == 200, answer.status_code
        assert content.startswith(b"PK"), "no workbook came back"
        spent.append(round((time.perf_counter() - began) * 1000, 1))
    return spent, rows


def signed_in(person: Person) -> Client:
    """A browser of this person's, signed in."""
    client = Client()
    client.force_login(Account.objects.get(person=person), settings.AUTHENTICATION_BACKENDS[-1])
    return client
