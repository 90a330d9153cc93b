"""Who can be rung, and how much of the number is shown: an office's in full, a person's masked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from anlan.people import access
from anlan.people.access import Scope
from anlan.people.models import Charge, ChargeQuerySet, Person, Post, Tenure
from anlan.people.models.charges import charge_kinds
from anlan.people.rules.privacy import mask_phone


@dataclass(frozen=True)
class Callee:
    """Somebody to ring: a name, whose post, and a number that may be masked."""

    name: str
    href: str = ""
    phone: str = ""  # as it is shown
    dial: str = ""  # what tel: gets; empty while the number is masked
    reveal: str = ""  # where it can be revealed, for who may


@dataclass(frozen=True)
class Answer:
    """One line of who answers for something: the kind of charge, the post, the people."""

    charge: Charge
    label: str
    post: Callee | None
    people: list[Callee]
    stale: str  # why the name can't be relied on; empty when it can


def person_line(person: Person, scope: Scope) -> Callee:
    """A person, with the number masked and the way to reveal it."""
    reveal = ""
    if person.phone and access.may(scope, "reveal_phone", person):
        reveal = f"/people/{person.pk}/phone/"
    return Callee(str(person), f"/people/{person.pk}/", mask_phone(person.phone), "", reveal)


def post_line(post: Post) -> Callee:
    """An office: its number is there to be rung."""
    return Callee(str(post), "", post.phone, post.phone)


def holders_of(posts: Iterable[int], day: date) -> dict[int, list[Person]]:
    """Who holds these posts on a day, deputies last, in one query."""
    held: dict[int, list[Person]] = {}
    rows = Tenure.objects.valid_on(day).filter(post__in=list(posts)).select_related("person__body")
    for tenure in rows.order_by("deputy", "pk"):
        held.setdefault(tenure.post_id, []).append(tenure.person)
    return held


def answers_of(charges: ChargeQuerySet, scope: Scope, day: date) -> list[Answer]:
    """Charges as lines that can be rung, in the order in which they come."""
    rows = list(charges.judged_on(day).select_related("post__body", "person__body", "area"))
    held = holders_of([charge.post_id for charge in rows if charge.post_id], day)
    return [_answer(charge, held, scope) for charge in rows]


def _answer(charge: Charge, held: dict[int, list[Person]], scope: Scope) -> Answer:
    kind = charge_kinds().get(charge.kind)
    people = [charge.person] if charge.person else []
    people += held.get(charge.post_id or 0, [])
    return Answer(
        charge=charge,
        label=kind.label if kind else charge.kind,
        post=post_line(charge.post) if charge.post else None,
        people=[person_line(person, scope) for person in people],
        stale=str(Charge.Staleness(charge.staleness).label) if charge.staleness else "",
    )
