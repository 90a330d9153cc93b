"""Who sees what, and who may do what: the reach of one's posts, charges and grants (可见范围)."""

from .holders import nearest_who_may
from .scope import (
    ALL,
    OF_A_FIRM,
    SEE,
    Reach,
    Role,
    Scope,
    check,
    deeds_of,
    roles,
    scope_of,
    widest,
)
from .visible import (
    areas_visible_to,
    bodies_visible_to,
    charges_visible_to,
    may,
    persons_visible_to,
    place_of,
    posts_visible_to,
)

__all__ = [
    "ALL",
    "OF_A_FIRM",
    "SEE",
    "Reach",
    "Role",
    "Scope",
    "areas_visible_to",
    "bodies_visible_to",
    "charges_visible_to",
    "check",
    "deeds_of",
    "may",
    "nearest_who_may",
    "persons_visible_to",
    "place_of",
    "posts_visible_to",
    "roles",
    "scope_of",
    "widest",
]
