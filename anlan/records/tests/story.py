"""How visits are told in this room's tests: short sentences about the sample district."""

from datetime import datetime, timedelta
from typing import Any

from anlan.demo.district import District
from anlan.kernel.models import Announcement, StoredFile
from anlan.people.access import Scope, scope_of
from anlan.people.models import Person
from anlan.records import actions
from anlan.records.actions import Entry, Shown, Visited
from anlan.records.models import Record
from anlan.records.rules import Answer

FIRE = ("exit", "equipment", "window", "dwelling", "flame", "wiring", "e_bike")


def photo(at: datetime, n: int = 1) -> Shown:
    """A stored picture; the same content is stored once."""
    stored, _ = StoredFile.objects.get_or_create(
        sha256=f"{n:064d}",
        defaults={"size": 2048, "media_type": "image/jpeg", "name": "现场.jpg", "kept_at": at},
    )
    return Shown(stored)


def answers(**said: str) -> dict[str, Answer]:
    """The fire checklist, everything in order but what is said."""
    return {key: Answer(said.get(key, "yes")) for key in FIRE}


class Story:
    """The district, and what is done in it at the time its clock shows."""

    def __init__(self, district: District) -> None:
        self.district = district

    @property
    def now(self) -> datetime:
        return self.district.clock.now()

    def scope(self, person: Person) -> Scope:
        return scope_of(person, at=self.now)

    def inspection(self, **given: Any) -> Entry:
        """黄站长 and 孙国强 look at 泽海冷链 for an hour."""
        d = self.district
        facts = {
            "kind": "inspection",
            "area": d.village_muyu,
            "started_at": self.now - timedelta(hours=1),
            "bodies": (Visited(d.cold_chain),),
            "people": (d.huang_zeguo_station,),
            "sector": "fire",
        }
        return Entry(**(facts | given))

    def night_check(self, **given: Any) -> Entry:
        d = self.district
        facts = {
            "kind": "night_check",
            "area": d.zeguo,
            "started_at": self.now - timedelta(hours=1),
            "bodies": (Visited(d.cold_chain),),
            "people": (d.huang_zeguo_station,),
        }
        return Entry(**(facts | given))

    def training(self, **given: Any) -> Entry:
        facts = {
            "kind": "training",
            "title": "防汛防台业务培训",
            "area": self.district.zeguo,
            "started_at": self.now - timedelta(hours=2),
            "counts": {"trained": 310},
        }
        return Entry(**(facts | given))

    def keep(self, entry: Entry | None = None, *, by: Person | None = None, **also: Any) -> Record:
        by = by or self.district.huang_zeguo_station
        return actions.keep(entry or self.inspection(), by=by, at=self.now, **also)


def announced() -> list[str]:
    """What the outbox holds, oldest first: the bare names of events."""
    events = Announcement.objects.order_by("id").values_list("event", flat=True)
    return [event.rpartition(".")[2] for event in events]
