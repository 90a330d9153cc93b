"""Who may listen: the session of the site, and what that person may see at this instant."""

from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from anlan.callup.access import visible_to
from anlan.people.access import scope_of
from anlan.people.models import Person
from anlan.wiring.now import now


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in, before one call-up that they may see."""

    person_id: int
    callup_id: int


def signed_in(session_key: str) -> Person | None:
    """The person of a session, as the middleware of the site would let them in."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    account = get_user(request)
    if not account.is_authenticated or account.must_change_password:
        return None
    person = Person.objects.select_related("body").get(pk=account.person_id)
    gone = person.left_on is not None and person.left_on <= now().date()
    return None if gone else person


def admit(session_key: str, number: str) -> Visitor | None:
    """Whom the session lets listen to this call-up; None for a stranger and for the unseen."""
    person = signed_in(session_key) if session_key else None
    if person is None:
        return None
    seen = visible_to(scope_of(person, at=now())).filter(number=number)
    callup_id = seen.values_list("pk", flat=True).first()
    return None if callup_id is None else Visitor(person.pk, callup_id)
