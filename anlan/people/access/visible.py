"""The rows of this room that a person may load; whatever is not in here is not there for them.

Officials of the areas above are seen by everyone below: a grid worker must be able to ring the
town's station and the district's duty room, and a firm its town. Beside and below one's own reach
nothing is seen, save what is published.
"""

from typing import TypeAlias

from django.db.models import Q

from ..models import (
    Area,
    AreaQuerySet,
    Body,
    BodyQuerySet,
    Charge,
    ChargeQuerySet,
    Person,
    PersonQuerySet,
    Post,
    PostQuerySet,
    Tenure,
)
from ..rules import codes
from .scope import ALL, OF_A_FIRM, SEE, Scope, widest

Thing: TypeAlias = Area | Body | Post | Person | Charge


def areas_visible_to(scope: Scope) -> AreaQuerySet:
    """Their subtrees, and the areas above them for the way there."""
    here = scope.places(path="path", sector="") | Q(path__in=scope.above())
    return Area.objects.filter(here)


def bodies_visible_to(scope: Scope) -> BodyQuerySet:
    """Bodies within reach, of one's own sectors where they are firms, and the offices above.

    A grid worker finds the firms of the whole village by name, and nothing of their people.
    """
    return Body.objects.filter(_bodies(scope) | _firms_of_the_village(scope))


def posts_visible_to(scope: Scope) -> PostQuerySet:
    """Posts within reach, the official ones above, and those of one's own firm."""
    offices = ~Q(body__kind__in=OF_A_FIRM)
    within = scope.places(sector="") & (offices | Q(body__in=bodies_visible_to(scope)))
    own = Q(pk__in=scope.posts) | Q(body__in=scope.bodies)
    return Post.objects.filter(within | (Q(area_path__in=scope.above()) & offices) | own)


def persons_visible_to(scope: Scope) -> PersonQuerySet:
    """Those who hold a post or work in a body that one may see, and oneself.

    People without a unit and a post are seen by whom the whole district is open to.
    """
    posts, bodies = posts_visible_to(scope), Body.objects.filter(_bodies(scope))
    seen = Q(body__in=bodies) | Q(pk__in=Tenure.objects.filter(post__in=posts).values("person"))
    if scope.may(SEE, path=_root_path()):
        seen |= Q(body=None) & ~Q(pk__in=Tenure.objects.values("person"))
    return Person.objects.filter(seen | Q(pk=scope.person_id))


def charges_visible_to(scope: Scope) -> ChargeQuerySet:
    """Charges within reach and for the areas above, one's own, and the published ones."""
    here = scope.places(sector="") | Q(area_path__in=scope.above())
    own = Q(person=scope.person_id) | Q(post__in=scope.posts)
    return Charge.objects.filter(here | own | Q(public=True))


def may(scope: Scope, verb: str, thing: Thing) -> bool:
    """Whether they may do a deed of this room to an area, body, post, person or charge.

    Whoever answers for something can say so themselves: no role is needed for one's own charge.
    """
    own = isinstance(thing, Charge) and (
        thing.person_id == scope.person_id or thing.post_id in scope.posts
    )
    if own and verb == "confirm_charge":
        return True
    return scope.may(f"people.{verb}", path=place_of(thing))


def place_of(thing: Thing) -> str:
    """The path by which rights to a thing are judged; people without a unit belong to the root."""
    if isinstance(thing, Area):
        return thing.path
    if not isinstance(thing, Person):
        return thing.area_path
    if thing.body is not None:
        return thing.body.area_path
    held = thing.posts.order_by("pk").values_list("area_path", flat=True)
    return held.first() or _root_path()


def _root_path() -> str:
    roots = Area.objects.filter(parent=None).order_by("pk").values_list("path", flat=True)
    return roots.first() or codes.ROOT


def _bodies(scope: Scope) -> Q:
    offices = ~Q(kind__in=OF_A_FIRM)
    found = Q(pk__in=scope.bodies) | (Q(area_path__in=scope.above()) & offices)
    for reach in widest(reach for reach in scope.reaches if reach.allows(SEE)):
        here = Q(area_path__startswith=reach.path)
        if ALL not in reach.sectors:
            # A firm that nobody has classified yet must not fall through everyone's net.
            mine = Q(sectors__overlap=sorted(reach.sectors)) | Q(sectors=[])
            here &= offices | mine
        found |= here
    return found


def _firms_of_the_village(scope: Scope) -> Q:
    """Firms are listed by village and hardly ever by grid: its grid workers must find them."""
    found = Q(pk__in=[])
    for reach in scope.reaches:
        on_the_way = codes.codes_on(reach.path)
        if len(on_the_way) > 1 and codes.level_of(on_the_way[-1]) == codes.GRID:
            village = codes.ancestors_of(reach.path)[-2]
            found |= Q(area_path=village, kind__in=OF_A_FIRM)
    return found
