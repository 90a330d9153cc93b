"""Which accidents a person sees (可见范围)."""

from django.db.models import Q

from anlan.people.access import Scope

from ..models import Accident, AccidentQuerySet, CasualtyReport


def visible_to(scope: Scope) -> AccidentQuerySet:
    """Their places and sectors, those of their own firm, and those they reported themselves.

    An accident whose sector nobody has named yet is open to every office of its place: at night
    it must not fall between two.
    """
    seen = scope.places() | (scope.places(sector="") & Q(sector=""))
    if bodies := sorted(scope.bodies):
        seen |= Q(body__in=bodies)
    told = CasualtyReport.objects.filter(by=scope.person_id, kind=CasualtyReport.Kind.FIRST)
    return Accident.objects.filter(seen | Q(pk__in=told.values("accident")))
