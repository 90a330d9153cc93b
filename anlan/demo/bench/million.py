# ruff: noqa: E501 (wide SQL)
"""A ledger of any size, made inside the database: what the page and figure benchmarks read."""

from random import Random
from typing import Any

from django.db import connection

from anlan.demo.district import District
from anlan.demo.findings import FINDINGS, PLACES
from anlan.demo.names import firm_name, person_name
from anlan.people.models import Area, Body, Person, Post

FIRMS = 2000
GRID_WORKERS = 300
RARE = (
    "液氨",
    "爆燃",
    "浒苔",
    "渗漏",
    "塌孔",
    "瘪罐",
    "拱坝",
    "硫磺",
)  # about one row in 20,000 each

# Everything but the newest three in a hundred is closed, as in a real year.
FILL = """
INSERT INTO matters_matter (
  number, kind, title, description, stage, source, grade, clause, sector, area_id, area_path,
  place, lon, lat, body_id, opener_id, owner_id, checker_id, found_at, dispatched_at, due_at,
  closed_at, plan, details, origin, search)
SELECT
  'YH' || lpad(n::text, 9, '0'), 'hazard', title, '', stage, source,
  CASE WHEN r1 < 0.004 THEN 'MAJOR' ELSE 'GENERAL' END, '', sector, area_id, area_path,
  place, 121.2 + r2 * 0.5, 28.2 + r3 * 0.4, body_id, opener_id, owner_id, checker_id,
  found_at, found_at + interval '2 hours',
  CASE WHEN stage <> 'CLOSED' THEN found_at + interval '15 days' END,
  CASE WHEN stage = 'CLOSED' THEN found_at + (1 + r2 * 18) * interval '1 day' END,
  '{}', '{}', '', 'YH' || lpad(n::text, 9, '0') || ' ' || title || ' ' || place || ' ' || firm
FROM (
  SELECT n, r1, r2, r3,
    CASE WHEN rare < 8 THEN (%(rare)s::text[])[rare + 1] || titles.title ELSE titles.title END AS title,
    titles.sector, areas.id AS area_id, areas.path AS area_path,
    (%(places)s::text[])[1 + floor(r3 * 10)::int] AS place, firms.id AS body_id, firms.name AS firm,
    openers.id AS opener_id, owners.id AS owner_id, checkers.id AS checker_id,
    %(until)s::timestamptz - (%(size)s - n) * (interval '730 days' / %(size)s) AS found_at,
    CASE WHEN n %% 100 >= 3 AND n < %(size)s * 0.998 THEN 'CLOSED'
         ELSE (ARRAY['REPORTED','DISPATCHED','RECTIFYING','RECTIFYING','CONTROLLED','SUBMITTED'])[1 + floor(r1 * 6)::int]
    END AS stage,
    (ARRAY['GRID','GRID','GRID','DEPARTMENT','ENTERPRISE','AGENCY','SUPERVISION','PUBLIC'])[1 + floor(r2 * 8)::int] AS source
  FROM (
    SELECT n, random() AS r1, random() AS r2, random() AS r3, floor(random() * 20000)::int AS rare,
      floor(random() * %(titles_n)s)::int AS t, floor(random() * %(areas_n)s)::int AS a,
      floor(random() * %(firms_n)s)::int AS f, floor(random() * %(openers_n)s)::int AS o
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
  ) AS dice
  JOIN bench_titles titles ON titles.i = dice.t
  JOIN bench_areas areas ON areas.i = dice.a
  JOIN bench_firms firms ON firms.i = dice.f
  JOIN bench_openers openers ON openers.i = dice.o
  JOIN bench_owners owners ON owners.i = dice.a %% %(owners_n)s
  JOIN bench_checkers checkers ON checkers.i = dice.a %% %(checkers_n)s
) AS made
"""
CHUNK = 100_000


def fill(district: District, *, size: int, seed: int = 7) -> None:
    """Put `size` hazards of two years into the ledger, spread over towns, firms and grids."""
    dice = Random(seed)
    _people(district, dice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s)", [seed / 100])
        counts = _pools(cursor, district)
        asked: dict[str, Any] = {
            **counts,
            "rare": list(RARE),
            "places": list(PLACES),
            "size": size,
            "until": district.clock.now(),
        }
        for first in range(1, size + 1, CHUNK):
            asked |= {"first": first, "last": min(first + CHUNK - 1, size)}
            cursor.execute(FILL, asked)
        cursor.execute("SELECT setval('matters_number', %s)", [size + 1])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) matters_matter")


def _people(district: District, dice: Random) -> None:
    """Towns, villages, firms and grid workers for the ledger to be spread over."""
    villages = _villages(district)
    Body.objects.bulk_create(
        Body(
            name=firm_name(dice, "温岭", sector := dice.choice(("fire", "gas", "chemical"))),
            kind=Body.Kind.ENTERPRISE,
            area=village,
            area_path=village.path,
            sectors=[sector],
        )
        for village in dice.choices(villages, k=FIRMS)
    )
    Person.objects.bulk_create(
        Person(name=person_name(dice), body=district.taiping_street, remark=str(number))
        for number in range(GRID_WORKERS)
    )


def _villages(district: District) -> list[Area]:
    towns = [district.taiping, district.zeguo]
    for number in range(14):
        code = f"3310812{number:02d}000"
        towns.append(
            Area(
                code=code,
                name=f"第{number + 3}镇",
                level=Area.Level.TOWN,
                parent=district.wenling,
                path=f"{district.wenling.path}{code}/",
            )
        )
    Area.objects.bulk_create(towns[2:])
    villages = []
    for town in Area.objects.filter(pk__in=[t.pk for t in towns]):
        for number in range(50):
            code = f"{town.code[:9]}{900 - number}"
            villages.append(
                Area(
                    code=code,
                    name=f"{town.name}{number + 1}村",
                    level=Area.Level.VILLAGE,
                    parent=town,
                    path=f"{town.path}{code}/",
                )
            )
    return Area.objects.bulk_create(villages)


def _pools(cursor, district: District) -> dict[str, int]:  # type: ignore[no-untyped-def]
    """What rows are drawn from, as small numbered tables."""
    counts = {}
    cursor.execute("CREATE TEMP TABLE bench_titles (i int PRIMARY KEY, title text, sector text)")
    titles = [(t, s) for s, found in FINDINGS.items() for t, _ in found]
    cursor.executemany(
        "INSERT INTO bench_titles VALUES (%s, %s, %s)", [(i, *row) for i, row in enumerate(titles)]
    )
    counts["titles_n"] = len(titles)
    owners = [district.taiping_station_post.pk, district.zeguo_station_post.pk]
    pools = {
        "areas": (Area.objects.filter(level=Area.Level.VILLAGE), "path"),
        "firms": (Body.objects.filter(kind=Body.Kind.ENTERPRISE), "name"),
        "openers": (Person.objects.filter(account__isnull=True), "name"),
        "owners": (Post.objects.exclude(pk__in=owners).filter(pk__gt=0), "name"),
        "checkers": (Post.objects.filter(pk__in=owners), "name"),
    }
    for name, (query, text) in pools.items():
        rows = list(query.order_by("pk").values_list("pk", text))
        cursor.execute(
            f"CREATE TEMP TABLE bench_{name} (i int PRIMARY KEY, id bigint, {text} text)"
        )
        cursor.executemany(
            f"INSERT INTO bench_{name} VALUES (%s, %s, %s)",
            [(i, *row) for i, row in enumerate(rows)],
        )
        counts[f"{name}_n"] = len(rows)
    return counts
