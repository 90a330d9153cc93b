"""The next one of somebody who does not answer (转下一人). Takes part in its caller's transaction,
which holds the queue: two who are each other's next one cannot pass on to each other."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection

from anlan.kernel.trail import LOCAL
from anlan.people.models import Person

from .. import rules
from ..flow import State
from ..models import Address, Called, Callup
from ..models.chain import Chains, NextOne, Source, leaders_on_duty, town_of
from ..models.links import number_key
from .launching import _codes

STILL_THERE = (State.CALLING, State.BY_HAND)
NUMBERS = """
SELECT nextval(pg_get_serial_sequence('callup_called', 'id')) FROM generate_series(1, %s)
"""
MOST_BESIDES = 5  # further posts of one person that are looked after when they cannot be reached


class Passing:
    """The next ones of a batch: read together, then found one by one in order of rank."""

    def __init__(
        self, callup: Callup, leaving: Sequence[Called], plan: rules.Plan, *, at: datetime
    ) -> None:
        self.callup, self.plan, self.at = callup, plan, at
        self.on = at.astimezone(LOCAL).date()
        sources = [Source(r.person_id, tuple(r.charge_ids), r.post_id) for r in leaving]
        self.chains = Chains(sources, on=self.on)
        self.leaders: dict[str, int] = {}
        if "duty_leader" in plan.next:
            self.leaders = leaders_on_duty((town_of(r.area_path) for r in leaving), at=at)
        self.leaving = {row.pk: row for row in leaving}
        self.by_pk: dict[int, Called] = {}
        self.new: list[Called] = []
        self.numbers: list[int] = []
        # Whom the call-up calls already is not called twice.
        wanted = self._everybody_next(sources)
        rows = Called.objects.filter(callup=self.callup, person__in=wanted)
        called = rows.only("pk", "person_id", "state", "answer", "passed_to_id")
        self.known = {each.person_id: each for each in called}
        self.by_pk |= {each.pk: each for each in self.known.values()}
        self._read(wanted - set(self.known))

    def _read(self, wanted: set[int]) -> None:
        """Whoever may be called anew, with all that says how: two thousand may be in a storm."""
        self.persons = Person.objects.select_related("account").in_bulk(wanted)
        self.codes = _codes(self.persons.values(), on=self.on)
        self.addresses: dict[int, list[str]] = {}
        kept = Address.objects.filter(person__in=wanted).values_list("person_id", "channel")
        for person, channel in kept:
            self.addresses.setdefault(person, []).append(channel)

    def _everybody_next(self, sources: Sequence[Source]) -> set[int]:
        persons = set(self.leaders.values())
        for source in sources:
            for pk in source.charge_ids[: MOST_BESIDES + 1] or (None,):
                one = Source(source.person, (pk,) if pk else (), source.post)
                persons |= {p for each in self.chains.next_ones(one) for p in each.persons}
        return persons

    def _row(self, pk: int | None) -> Called | None:
        if pk is None:
            return None
        if pk not in self.by_pk:
            self.by_pk[pk] = Called.objects.get(pk=pk)
        return self.leaving.get(pk, self.by_pk[pk])

    def next_for(self, row: Called) -> Called | None:
        """The row they are passed on to; None where there is nobody left."""
        if row.handovers >= self.plan.most_handovers:
            return None
        nearest = self._first(row, Source(row.person_id, tuple(row.charge_ids), row.post_id))
        if not row.stands_in_for_id:
            self._look_after_the_rest(row)
        return nearest

    def _first(self, row: Called, source: Source) -> Called | None:
        for one, person in self._candidates(row, source):
            had = self.known.get(person)
            if had is None:
                return self._call(row, one, person)
            if self._can_answer_for(row, had):
                return had
        return None

    def _look_after_the_rest(self, row: Called) -> None:
        """Two posts in two towns: whoever is next in the other town is called as well."""
        seen = set()
        for pk in row.charge_ids:
            charge = self.chains.charges.get(pk)
            if charge is not None:
                seen.add((charge.post_id, charge.above_id, pk))
        first, *others = sorted(seen, key=lambda s: row.charge_ids.index(s[2])) or [(0, 0, 0)]
        done = {first[:2]}
        for post, above, pk in others:
            if (post, above) in done or len(done) > MOST_BESIDES:
                continue
            done.add((post, above))
            self._first(row, Source(row.person_id, (pk,), post))

    def _candidates(self, row: Called, source: Source) -> Iterator[tuple[NextOne, int]]:
        found = self.chains.next_ones(source)
        leader = self.leaders.get(town_of(row.area_path))
        if leader:
            found = [*found, NextOne("duty_leader", (leader,), None)]
        for wanted in self.plan.next:
            for one in found:
                if one.as_next == wanted:
                    yield from ((one, p) for p in one.persons if p != row.person_id)

    def _can_answer_for(self, row: Called, other: Called) -> bool:
        """Whether passing on to somebody who is called already leads to somebody else."""
        seen = {row.pk}
        current: Called | None = other
        while current is not None and current.pk not in seen:
            seen.add(current.pk)
            fresh = self.leaving.get(current.pk, current)
            if fresh.state in STILL_THERE:
                return True
            if fresh.state == State.ANSWERED and fresh.answer != "CANNOT_COME":
                return True
            current = self._row(fresh.passed_to_id)
        return False

    def _call(self, row: Called, one: NextOne, number: int) -> Called:
        person = self.persons.get(number) or Person.objects.get(pk=number)
        account = getattr(person, "account", None)
        ways = ["SMS", "VOICE"] if person.phone else []
        ways += ["APP"] if account and account.is_active else []
        ways += self.addresses.get(number, [])
        called = Called(
            pk=self._number(),
            callup=self.callup,
            world=self.callup.world,
            person=person,
            area_id=row.area_id,
            area_path=row.area_path,
            posts=[f"{Called.As(one.as_next).label}：代 {label}"[:120] for label in row.posts[:1]],
            post_id=one.post,
            charge_ids=list(one.charge_ids),
            rank=row.rank,
            ways=ways,
            deadline=self.at,
            called_at=self.at,
            stands_in_for=row,
            as_next=one.as_next,
            handovers=row.handovers + 1,
            code=self.codes.get(number, 0),
            number_key=number_key(person.phone),
            no_phone=not person.phone,
        )
        self.known[person.pk] = self.by_pk[called.pk] = called
        self.new.append(called)
        return called

    def keep(self) -> None:
        """Write down whoever is called anew, all at once: a thousand may be in a storm."""
        Called.objects.bulk_create(self.new)
        self.new = []

    def _number(self) -> int:
        """The id a new row will have: others are passed on to it before it is written."""
        if not self.numbers:
            with connection.cursor() as cursor:
                cursor.execute(NUMBERS, [max(len(self.leaving), 10)])
                self.numbers = [row[0] for row in cursor.fetchall()]
        return self.numbers.pop(0)
