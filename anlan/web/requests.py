"""A request as every screen sees it: with the instant, the person and their reach."""

from datetime import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from anlan.people.access import Scope
from anlan.people.models import Account, Person


class Request(HttpRequest):
    """What the middleware worked out once: who asks, when, and how far they see."""

    user: Account
    htmx: HtmxDetails
    at: datetime
    person: Person
    scope: Scope
    shell: str  # the template a page extends: the whole frame, or the drawer

    @property
    def signed_in(self) -> bool:
        return self.user.is_authenticated
