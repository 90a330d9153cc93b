"""Who may do a deed at a place: whom to tell that it waits (谁来办)."""

from datetime import datetime

from anlan.kernel.trail import LOCAL

from ..models import Person, Tenure
from ..rules import codes
from .scope import OF_A_FIRM, roles


def nearest_who_may(deed: str, *, path: str, at: datetime) -> list[Person]:
    """Whose post allows it, of the nearest level above the place where somebody holds one.

    Roles that may do everything are left out: an administrator of accounts is not told of a swap.
    """
    able = [key for key, role in roles().items() if deed in role.deeds]
    day = at.astimezone(LOCAL).date()
    held = Tenure.objects.valid_on(day).filter(
        post__area_path__in=codes.ancestors_of(path), post__roles__overlap=able
    )
    rows = held.exclude(post__body__kind__in=OF_A_FIRM).exclude(person__left_on__lte=day)
    found = list(rows.select_related("person", "post").order_by("deputy", "pk"))
    nearest = max((len(tenure.post.area_path) for tenure in found), default=0)
    here = [tenure.person for tenure in found if len(tenure.post.area_path) == nearest]
    return list(dict.fromkeys(here))
