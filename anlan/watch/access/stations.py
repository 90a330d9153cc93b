"""Who sees stations and what they say, and who may do what to them (可见与权限)."""

import hmac
from datetime import datetime
from typing import Protocol

from django.db.models import Q, QuerySet

from anlan.kernel.errors import Forbidden
from anlan.people.access import Scope, scope_of
from anlan.people.models import Person

from ..flow import STATIONS
from ..models import Sighting, Source, Station, Stream
from ..rules.secrets import fits

# A deed of the roles' catalogue covers several actions; the others are named like their action.
_DEED_OF = {
    "change_station": "watch.add_station",
    "stop_station": "watch.add_station",
    "resume_station": "watch.add_station",
    "add_stream": "watch.add_station",
    "change_stream": "watch.add_station",
    "close_source": "watch.open_source",
    "renew_secret": "watch.open_source",
    "dismiss_sighting": "watch.confirm_sighting",
    "import_observations": "imports.run",
}
OF_WHO_ANSWERS = frozenset({"set_maintenance", "change_stream"})
ITEM = "registry.item"


class Placed(Protocol):
    """A thing of this room: it lies somewhere."""

    @property
    def area_path(self) -> str: ...


def deed_of(verb: str) -> str:
    """The deed, as roles list it, that allows an action on stations, sources or sightings."""
    return _DEED_OF.get(verb, f"watch.{verb}")


def visible_to(scope: Scope) -> QuerySet[Station]:
    """Stations in their places and sectors, those they answer for, those of their firms."""
    return Station.objects.filter(_seen(scope, ""))


def streams_visible_to(scope: Scope) -> QuerySet[Stream]:
    """The streams of the stations they see."""
    return Stream.objects.filter(_seen(scope, "station__"))


def sightings_visible_to(scope: Scope) -> QuerySet[Sighting]:
    """What cameras reported in their places and sectors."""
    return Sighting.objects.filter(scope.places())


def sources_visible_to(scope: Scope) -> QuerySet[Source]:
    """Sources of the places where they may open one."""
    return Source.objects.filter(scope.places(deed="watch.open_source", sector=""))


def _seen(scope: Scope, of: str) -> Q:
    held = [number for kind, number in scope.targets if kind == ITEM]
    own = Q(**{f"{of}post__in": scope.posts}) | Q(**{f"{of}body__in": scope.bodies})
    own |= Q(**{f"{of}item__in": held}) | Q(**{f"{of}item__enterprise__in": scope.bodies})
    return scope.places(path=f"{of}area_path", sector=f"{of}sector") | own


def may(scope: Scope, verb: str, thing: Placed) -> bool:
    """Whether this person may do this here, by place or because they answer for the station."""
    if verb in OF_WHO_ANSWERS and getattr(thing, "post_id", None) in scope.posts:
        return True
    sector = None if isinstance(thing, Source) else getattr(thing, "sector", "")
    return scope.may(deed_of(verb), path=thing.area_path, sector=sector or None)


def check(by: Person, verb: str, thing: Placed, *, at: datetime) -> None:
    """Raise Forbidden unless this person may do this here."""
    if not may(scope_of(by, at=at), verb, thing):
        words = f"{by}没有此处的办理权限({deed_of(verb)})"
        raise Forbidden(words, mend="如属您的职责，请联系管理员核对岗位和责任区域。")


def open_to(scope: Scope, station: Station) -> list[str]:
    """The deeds that this person can do to a station as it stands: the buttons of its page."""
    verbs = [move.name for move in STATIONS.open_from(station.stage)]
    verbs += ["change_station", "add_stream", "set_maintenance"]
    return [verb for verb in verbs if may(scope, verb, station)]


def check_source(key: str, secret: str) -> Source:
    """The source that shows this password; Forbidden where there is none, or it is closed."""
    source = Source.objects.filter(key=key).first()
    kept = source.secret if source else "$7$1000$AAAAAAAAAAAAAAAA$AA=="
    # An unknown source costs as much time as a wrong password, and is told the same.
    good = fits(secret, kept)
    if source is None or not good or not source.active or not hmac.compare_digest(key, source.key):
        raise Forbidden("来源或密钥不对，或已停用", mend="请核对来源代号和密钥")
    return source
