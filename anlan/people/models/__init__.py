"""Areas, bodies, posts, persons, and who answers for what (人·责任)."""

from .accounts import Account, Grant, GrantQuerySet
from .areas import Area, AreaAlias, AreaQuerySet
from .bodies import Body, BodyQuerySet, Membership
from .charges import Charge, ChargeQuerySet, areas_lacking, charge_kinds, things_held
from .heirs import Heirs
from .posts import Person, PersonQuerySet, Post, PostQuerySet, Tenure

__all__ = [
    "Account",
    "Area",
    "AreaAlias",
    "AreaQuerySet",
    "Body",
    "BodyQuerySet",
    "Charge",
    "ChargeQuerySet",
    "Grant",
    "GrantQuerySet",
    "Heirs",
    "Membership",
    "Person",
    "PersonQuerySet",
    "Post",
    "PostQuerySet",
    "Tenure",
    "areas_lacking",
    "charge_kinds",
    "things_held",
]
