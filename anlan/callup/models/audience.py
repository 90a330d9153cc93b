"""Who answers (叫应对象): area × hazard × colour → people, through charges valid that day.

One statement finds them: ten thousand people out of fifty thousand charges in well under two
seconds. Each person comes once, with everything they answer for there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from anlan.people.models import Area, Charge, Person, charge_kinds
from anlan.people.rules import codes

from .chain import Chains, Source
from .lines import Address
from .profiles import hazard_named

DEEPEST = 30  # levels: more than any path has
NEARER = 100  # ranks between one degree of nearness and the next
STAND_IN = "（代）"


@dataclass(frozen=True)
class Answerable:
    """One person who is to be called, once (应答人)."""

    person: Person
    area: Area  # the nearest to the danger that they answer for
    posts: tuple[str, ...]  # as what they are called
    post_id: int | None
    charge_ids: tuple[int, ...]  # the nearest first
    rank: int
    stale: str = ""  # people.Staleness of a charge: whose name should be confirmed, or replaced
    no_phone: bool = False
    has_account: bool = False
    addresses: tuple[str, ...] = ()  # channels beside the telephone: MAIL, PUSH
    deputies: tuple[Person, ...] = ()
    next_up: Person | None = None


# Bounds of a path are compared, not matched: an index serves them ('~' sorts after any code).
# Charges are read once and never joined to themselves; the holders are worked out once.
WHO_ANSWERS = """
WITH place AS (SELECT * FROM unnest(%(below)s::text[], %(nearness)s::int[]) AS p(path, nearness)),
 over AS (SELECT * FROM unnest(%(above)s::text[], %(above_nearness)s::int[]) AS p(path, nearness)),
 wanted AS (SELECT * FROM unnest(%(kinds)s::text[], %(door)s::bool[], %(labels)s::text[])
            AS w(kind, door, label)),
 near AS MATERIALIZED (
  SELECT c.*, min(p.nearness) AS nearness, false AS above
    FROM place p JOIN people_charge c
      ON c.area_path COLLATE "C" >= p.path COLLATE "C"
     AND c.area_path COLLATE "C" < (p.path || '~') COLLATE "C"
   WHERE c.kind = ANY(%(kinds)s) AND c.since <= %(day)s AND (c.until IS NULL OR c.until > %(day)s)
   GROUP BY c.id
  UNION ALL
  SELECT c.*, min(o.nearness), true
    FROM over o JOIN people_charge c ON c.area_path = o.path
   WHERE c.kind = ANY(%(kinds)s) AND c.since <= %(day)s AND (c.until IS NULL OR c.until > %(day)s)
   GROUP BY c.id),
 held AS (
  SELECT n.id, n.area_id, n.post_id, n.person_id,
         n.nearness * %(nearer)s
         + CASE WHEN w.door AND NOT n.above OR n.target_id IS NOT NULL THEN 0
                ELSE %(deepest)s - cardinality(string_to_array(n.area_path, '/')) END AS rank,
         CASE WHEN a.valid_to <= %(day)s THEN 'CLOSED'
              WHEN n.confirm_by < %(day)s
                   AND (n.confirmed_on IS NULL OR n.confirmed_on < n.opened) THEN 'UNCONFIRMED'
              ELSE '' END AS stale,
         a.name || w.label AS what
    FROM near n JOIN wanted w ON w.kind = n.kind
    JOIN people_area a ON a.id = n.area_id),
 holder AS MATERIALIZED (
  SELECT t.post_id, t.person_id, po.name,
         t.deputy AND bool_or(NOT t.deputy) OVER (PARTITION BY t.post_id) AS spare
    FROM people_tenure t JOIN people_post po ON po.id = t.post_id
    JOIN people_person pe ON pe.id = t.person_id
   WHERE t.since <= %(day)s AND (t.until IS NULL OR t.until > %(day)s)
     AND (pe.left_on IS NULL OR pe.left_on > %(day)s)
     AND (po.valid_to IS NULL OR po.valid_to > %(day)s)
     AND t.post_id IN (SELECT post_id FROM held WHERE person_id IS NULL)),
 answer AS (
  SELECT h.*, h.person_id AS who, h.what AS label FROM held h
    JOIN people_person pe ON pe.id = h.person_id
   WHERE pe.left_on IS NULL OR pe.left_on > %(day)s
  UNION ALL
  SELECT h.*, o.person_id, o.name FROM held h JOIN holder o ON o.post_id = h.post_id
   WHERE h.person_id IS NULL AND NOT o.spare)
"""
# Whom to call; and, without a person, the charges that nobody is there for, counted together.
PEOPLE = """
SELECT an.who, min(an.rank), (array_agg(an.area_id ORDER BY an.rank, an.id))[1] AS area,
       (array_agg(an.post_id ORDER BY an.rank, an.id))[1],
       array_agg(an.id ORDER BY an.rank, an.id), array_agg(DISTINCT an.label), max(an.stale),
       pe.name, pe.phone, pe.body_id, ac.id IS NOT NULL,
       ARRAY(SELECT ad.channel FROM callup_address ad WHERE ad.person_id = an.who)
  FROM answer an JOIN people_person pe ON pe.id = an.who
  LEFT JOIN people_account ac ON ac.person_id = an.who AND ac.is_active
 GROUP BY an.who, pe.name, pe.phone, pe.body_id, ac.id
UNION ALL
SELECT NULL, min(g.rank), min(g.area_id), min(g.post_id), ARRAY[g.id], ARRAY[min(g.what)],
       CASE WHEN min(g.person_id) IS NULL THEN 'EMPTY' ELSE 'LEFT' END, '', '', NULL, false, '{}'
  FROM (SELECT id, rank, area_id, post_id, person_id, what, false AS there FROM held
        UNION ALL SELECT id, rank, area_id, post_id, person_id, what, true FROM answer) g
 GROUP BY g.id HAVING NOT bool_or(g.there)
 ORDER BY 2, 3, 1
"""


@dataclass(frozen=True)
class Gap:
    """A charge whose holder is not there (责任空白): the next one up is called instead."""

    charge: Charge
    rank: int
    what: str
    stale: str


def who_answers(
    areas: Sequence[Area],
    hazard: str,
    colour: str,
    *,
    on: date,
    nearness: Mapping[int, int] | None = None,
    chain: bool = True,
) -> list[Answerable]:
    """Everyone to be called, nearest danger first (谁来应答).

    `nearness` says by area id how near the danger is (0 first). Who has left or a post nobody
    holds is answered for by the next one up, flagged. `chain=False` leaves out deputies and the
    next ones up, for whoever does not show them.
    """
    rows = _rows(areas, hazard, colour, on=on, nearness=nearness or {})
    found = _people([row for row in rows if row[0] is not None])
    found = _filled(found, _gaps([row for row in rows if row[0] is None]), on=on)
    return _with_chain(found, on=on) if chain else found


def gaps(
    areas: Sequence[Area],
    hazard: str,
    colour: str,
    *,
    on: date,
    nearness: Mapping[int, int] | None = None,
) -> list[Gap]:
    """The charges in question that nobody is there for (责任空白)."""
    rows = _rows(areas, hazard, colour, on=on, nearness=nearness or {})
    return _gaps([row for row in rows if row[0] is None])


def _rows(
    areas: Sequence[Area], hazard: str, colour: str, *, on: date, nearness: Mapping[int, int]
) -> list[Any]:
    given = _given(areas, hazard, colour, on=on, nearness=nearness)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        # A list poured in a moment ago is planned as if it were empty: row by row through all
        # persons, which took minutes. Whatever the database believes, it shall hash them.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(WHO_ANSWERS + PEOPLE, given)
        found = list(cursor.fetchall())
        cursor.execute("SET LOCAL enable_nestloop = on")
        return found


def _gaps(rows: Sequence[Any]) -> list[Gap]:
    wanted = [row[4][0] for row in rows]
    charges = Charge.objects.select_related("area", "post", "person").in_bulk(wanted)
    return [
        Gap(charges[ids[0]], rank, labels[0], stale)
        for _, rank, _, _, ids, labels, stale, *_ in rows
    ]


def _people(rows: Sequence[Any]) -> list[Answerable]:
    places = Area.objects.defer("outline").in_bulk({row[2] for row in rows})
    return [
        Answerable(
            person=Person(pk=who, name=name, phone=phone, body_id=body),
            area=places[area],
            posts=tuple(labels),
            post_id=post,
            charge_ids=tuple(charges),
            rank=rank,
            stale=stale,
            no_phone=not phone.strip(),
            has_account=account,
            addresses=tuple(addresses),
        )
        for (
            who,
            rank,
            area,
            post,
            charges,
            labels,
            stale,
            name,
            phone,
            body,
            account,
            addresses,
        ) in rows
    ]


def _given(
    areas: Sequence[Area], hazard: str, colour: str, *, on: date, nearness: Mapping[int, int]
) -> dict[str, Any]:
    wanted = hazard_named(hazard).called_for(colour)
    known = charge_kinds()
    above: dict[str, int] = {}
    for area in areas:
        for path in codes.ancestors_of(area.path)[:-1]:
            near = nearness.get(area.pk, 0)
            above[path] = min(near, above.get(path, near))
    return {
        "below": [area.path for area in areas],
        "nearness": [nearness.get(area.pk, 0) for area in areas],
        "above": list(above),
        "above_nearness": list(above.values()),
        "kinds": list(wanted),
        "door": list(wanted.values()),
        "labels": [known[kind].label for kind in wanted],
        "day": on,
        "nearer": NEARER,
        "deepest": DEEPEST,
    }


def _filled(found: list[Answerable], empty: list[Gap], *, on: date) -> list[Answerable]:
    """With the next ones up for charges that nobody is there for."""
    if not empty:
        return found
    chains = Chains([Source.of_charge(gap.charge) for gap in empty], on=on)
    by_person = {each.person.pk: each for each in found}
    for gap in empty:
        nearest = chains.next_ones(Source.of_charge(gap.charge))
        if not nearest:
            continue
        for person in nearest[0].persons:
            had = by_person.get(person)
            by_person[person] = _taking_over(had, gap, person)
    _name_strangers(by_person)
    return sorted(by_person.values(), key=lambda each: (each.rank, each.area.pk, each.person.pk))


def _taking_over(had: Answerable | None, gap: Gap, person: int) -> Answerable:
    label = f"{STAND_IN}{gap.what}"
    if had is None:
        return Answerable(
            person=Person(pk=person),
            area=gap.charge.area,
            posts=(label,),
            post_id=None,
            charge_ids=(gap.charge.pk,),
            rank=gap.rank,
            stale=gap.stale,
        )
    nearer = gap.rank < had.rank
    return Answerable(
        person=had.person,
        area=gap.charge.area if nearer else had.area,
        posts=(*had.posts, label),
        post_id=had.post_id,
        charge_ids=(*had.charge_ids, gap.charge.pk),
        rank=min(gap.rank, had.rank),
        stale=gap.stale,
        no_phone=had.no_phone,
        has_account=had.has_account,
        addresses=had.addresses,
    )


def _name_strangers(by_person: dict[int, Answerable]) -> None:
    """Read the persons who came in only for somebody who is not there."""
    new = [pk for pk, each in by_person.items() if not each.person.name]
    known = Person.objects.select_related("account").in_bulk(new)
    besides: dict[int, list[str]] = {}
    for pk, channel in Address.objects.filter(person__in=new).values_list("person_id", "channel"):
        besides.setdefault(pk, []).append(channel)
    for pk in new:
        person, had = known[pk], by_person[pk]
        account = getattr(person, "account", None)
        by_person[pk] = Answerable(
            **{
                **had.__dict__,
                "person": person,
                "no_phone": not person.phone.strip(),
                "has_account": bool(account and account.is_active),
                "addresses": tuple(besides.get(pk, ())),
            }
        )


def _with_chain(found: list[Answerable], *, on: date) -> list[Answerable]:
    """With deputies and the next one up, for the list that is shown before it is sent."""
    sources = [Source(e.person.pk, e.charge_ids[:1], e.post_id) for e in found]
    chains = Chains(sources, on=on)
    named: dict[int, tuple[list[int], int | None]] = {}
    for each, source in zip(found, sources, strict=True):
        nearest = chains.next_ones(source)
        deputies = [p for one in nearest if one.as_next == "deputy" for p in one.persons]
        above = [p for one in nearest if one.as_next == "superior" for p in one.persons]
        named[each.person.pk] = deputies, (above[0] if above else None)
    persons = Person.objects.in_bulk(
        {p for deputies, above in named.values() for p in (*deputies, above) if p}
    )
    return [
        Answerable(
            **{
                **each.__dict__,
                "deputies": tuple(persons[p] for p in named[each.person.pk][0]),
                "next_up": persons.get(named[each.person.pk][1] or 0),
            }
        )
        for each in found
    ]
