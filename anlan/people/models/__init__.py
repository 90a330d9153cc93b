"""Areas, bodies, posts, persons, and who answers for what (人·责任)."""

from .accounts import Account, Grant
from .areas import Area, AreaAlias, AreaQuerySet
from .bodies import Body, Membership
from .charges import Charge, ChargeQuerySet
from .posts import Person, Post, Tenure

__all__ = [
    "Account",
    "Area",
    "AreaAlias",
    "AreaQuerySet",
    "Body",
    "Charge",
    "ChargeQuerySet",
    "Grant",
    "Membership",
    "Person",
    "Post",
    "Tenure",
]
