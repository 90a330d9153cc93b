"""Who may say yes to something that waits (谁能批准): several people, not only the nearest one."""

from collections.abc import Collection
from datetime import datetime

from anlan.duty.models import on_duty
from anlan.people.access import nearest_who_may, scope_of
from anlan.people.models import Person
from anlan.people.rules import codes

ENOUGH = 2  # one telephone may be dead


def who_may(deed: str, *, path: str, but: Collection[int | None], at: datetime) -> list[Person]:
    """All of the nearest level, of the next one up while they are too few, and those on duty.

    `but` are those who made the thing: nobody says yes to their own.
    """
    found: dict[int, Person] = {}
    for here in reversed(codes.ancestors_of(path)):
        if len(found) >= ENOUGH:
            break
        found |= {person.pk: person for person in nearest_who_may(deed, path=here, at=at)}
        found = {pk: person for pk, person in found.items() if pk not in but}
    shifts = [*on_duty(path, level="LEADER", at=at), *on_duty(path, level="OFFICER", at=at)]
    here_now = {shift.person_id: shift.person for shift in shifts}
    able = (
        person
        for pk, person in here_now.items()
        if pk not in found and pk not in but and scope_of(person, at=at).may(deed, path=path)
    )
    return [*found.values(), *able]
