"""Who is next when somebody does not answer (下一人): deputy, the one above, the leader on duty."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from anlan.duty.models import on_duty
from anlan.people.models import Charge, Person, Post, Tenure
from anlan.people.rules import codes

_OF_A_CHARGE = ("pk", "post_id", "person_id", "above_id", "since", "until")
HIGHEST = 6  # empty posts that are climbed over: more levels than there are
TOWN_AND_ABOVE = ("TOWN", "DISTRICT", "CITY")


@dataclass(frozen=True)
class Source:
    """Where a chain begins: a person, the charges they are called for, or else their post."""

    person: int | None
    charge_ids: tuple[int, ...]
    post: int | None

    @classmethod
    def of_charge(cls, charge: Charge) -> "Source":
        """The chain of a charge whose holder is not there."""
        return cls(None, (charge.pk,), charge.post_id)


@dataclass(frozen=True)
class NextOne:
    """Some who may be called next, together, and as what they answer then."""

    as_next: str
    persons: tuple[int, ...]
    post: int | None
    charge_ids: tuple[int, ...] = ()


class Chains:
    """The chains of many people at once: read in a handful of statements, asked without any."""

    def __init__(self, sources: Sequence[Source], *, on: date) -> None:
        self.on = on
        self.charges = _charges({pk for source in sources for pk in source.charge_ids})
        self.own = _own_posts({source.person for source in sources if source.person}, on=on)
        posts = {source.post for source in sources} | set(self.own.values())
        posts |= {charge.post_id for charge in self.charges.values()}
        self.superior = _superiors({pk for pk in posts if pk})
        self.holders = _holders(set(self.superior), on=on)
        named = {charge.person_id for charge in self.charges.values() if charge.person_id}
        here = Person.objects.here_on(on).filter(pk__in=named)
        self.here = set(here.values_list("pk", flat=True))

    def next_ones(self, source: Source) -> list[NextOne]:
        """Deputies first, then those above, for the nearest thing they answer for."""
        charge = next((self.charges[pk] for pk in source.charge_ids if pk in self.charges), None)
        post = charge.post_id if charge else source.post
        found = []
        beside = tuple(p for p, _ in self.holders.get(post or 0, ()) if p != source.person)
        if beside:
            found.append(NextOne("deputy", beside, post, source.charge_ids))
        above = self._above_charge(charge, source.person)
        above = above or self._above_post(post or self.own.get(source.person or 0), source.person)
        return [*found, above] if above else found

    def _above_charge(self, charge: Charge | None, me: int | None) -> NextOne | None:
        """The nearest charge up the chain that somebody is there for."""
        for _ in range(HIGHEST):
            charge = self.charges.get(charge.above_id or 0) if charge else None
            if charge is None:
                return None
            valid = charge.since <= self.on and (charge.until is None or charge.until > self.on)
            if valid and (persons := self._who_holds(charge, me)):
                return NextOne("superior", persons, charge.post_id, (charge.pk,))
        return None

    def _above_post(self, post: int | None, me: int | None) -> NextOne | None:
        """The nearest post above that somebody holds."""
        for _ in range(HIGHEST):
            post = self.superior.get(post or 0)
            if post is None:
                return None
            if persons := self._principals(post, me):
                return NextOne("superior", persons, post)
        return None

    def _who_holds(self, charge: Charge, me: int | None) -> tuple[int, ...]:
        if charge.person_id:
            there = charge.person_id in self.here and charge.person_id != me
            return (charge.person_id,) if there else ()
        return self._principals(charge.post_id or 0, me)

    def _principals(self, post: int, me: int | None) -> tuple[int, ...]:
        """Who holds a post; its deputies where nobody else does."""
        held = [(p, deputy) for p, deputy in self.holders.get(post, ()) if p != me]
        first = tuple(p for p, deputy in held if not deputy)
        return first or tuple(p for p, _ in held)


def leaders_on_duty(paths: Iterable[str], *, at: datetime) -> dict[str, int]:
    """By path of a town or of what lies above: the person who leads there now (带班领导)."""
    found = {}
    for path in set(paths):
        shifts = on_duty(path, level="LEADER", at=at)
        if shifts:
            found[path] = shifts[0].person_id
    return found


def town_of(path: str) -> str:
    """The path as far as the town: duty is held there and above, never in a grid."""
    parts = codes.codes_on(path)
    kept = [part for part in parts if codes.level_of(part) in TOWN_AND_ABOVE]
    return "/" + "".join(f"{part}/" for part in kept)


def _charges(ids: set[int]) -> dict[int, Charge]:
    """These charges and all above them."""
    known: dict[int, Charge] = {}
    asked = ids
    for _ in range(HIGHEST):
        if not asked:
            break
        # Bare of its words: five thousand of them are read for a thousand people.
        known |= Charge.objects.only(*_OF_A_CHARGE).in_bulk(asked)
        asked = {c.above_id for c in known.values() if c.above_id and c.above_id not in known}
    return known


def _own_posts(persons: set[int], *, on: date) -> dict[int, int]:
    """A post of each person: where a charge says nothing about who is above."""
    held = Tenure.objects.valid_on(on).filter(person__in=persons).order_by("-pk")
    return dict(held.values_list("person_id", "post_id"))


def _superiors(posts: set[int]) -> dict[int, int | None]:
    """Each post's superior, and theirs, up to the top."""
    known: dict[int, int | None] = {}
    asked = set(posts)
    for _ in range(HIGHEST):
        if not asked:
            break
        known |= dict(Post.objects.filter(pk__in=asked).values_list("pk", "superior_id"))
        asked = {above for above in known.values() if above and above not in known}
    return known


def _holders(posts: set[int], *, on: date) -> dict[int, list[tuple[int, bool]]]:
    """Who holds each post on a day, principals before deputies."""
    found: dict[int, list[tuple[int, bool]]] = {}
    held = Tenure.objects.valid_on(on).filter(post__in=posts).order_by("deputy", "pk")
    for post, person, deputy in held.values_list("post_id", "person_id", "deputy"):
        found.setdefault(post, []).append((person, deputy))
    return found
