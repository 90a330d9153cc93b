"""The record itself, and the edition of the checklist it was answered by."""

from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, QuerySet

from anlan.kernel import search
from anlan.kernel.models import TrailEntry
from anlan.people.models import Area, Body, Person, Post
from anlan.registry.models import Item

from .. import rules
from ..flow import Stage
from .kinds import kind_named


class ChecklistEdition(models.Model):
    """A checklist as it was answered (检查表版本): what the catalogue says later changes no past.

    Kept once for each wording that was ever used; `digest` tells two wordings of a day apart.
    """

    key = models.CharField(max_length=40)
    label = models.CharField(max_length=60)
    since = models.DateField()
    digest = models.CharField(max_length=64)  # SHA-256 of the items
    items = models.JSONField()  # key, ask, fault, judge, measure, clause, basis, grade

    class Meta:
        constraints = [models.UniqueConstraint(name="edition_once", fields=["key", "digest"])]

    def __str__(self) -> str:
        return f"{self.label}（{self.since}版）"

    def questions(self) -> tuple[rules.CheckItem, ...]:
        """Its items as they read then."""
        return tuple(rules.CheckItem(**item) for item in self.items)


class RecordQuerySet(models.QuerySet["Record"]):
    def kept(self) -> Self:
        """What counts: neither drafts nor void ones."""
        return self.filter(stage=Stage.KEPT)

    def of_kind(self, *keys: str) -> Self:
        return self.filter(kind__in=keys)

    def under(self, path: str) -> Self:
        return self.filter(area_path__startswith=path)

    def done_between(self, since: datetime, until: datetime) -> Self:
        """Begun at or after `since` and before `until`."""
        return self.filter(started_at__gte=since, started_at__lt=until)

    def containing(self, words: str) -> Self:
        """Rows whose searchable text contains every word typed."""
        return self.alias(**search.annotated("search")).filter(search.lookup("search", words))


class Record(models.Model):
    """Something that was done, once (台账记录): by whom, where, when, with what outcome.

    How many firms were visited stands nowhere in here: 家 is the distinct bodies of the visits,
    家次 the visits themselves. `counts` holds the numbers of its kind by key, `details` its other
    fields and what happened to the record: `late`, `again`, `void`, `batch`, `findings` that wait.
    """

    Stage = Stage

    number = models.CharField(max_length=30, unique=True, db_collation="C")
    kind = models.CharField(max_length=40)  # key of catalogues/record_kinds.yaml
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.DRAFT)
    title = models.CharField(max_length=120)
    # The indexes below serve these keys; one of their own each would only cost the import.
    area = models.ForeignKey(Area, models.PROTECT, related_name="records", db_index=False)
    area_path = models.CharField(max_length=160, db_collation="C")
    place = models.CharField(max_length=160, blank=True)
    lon = models.FloatField(null=True)  # CGCS2000/WGS84 degrees
    lat = models.FloatField(null=True)
    sector = models.CharField(max_length=30, blank=True)
    topic = models.CharField(max_length=60, blank=True)  # 专项 or theme it was done for
    item = models.ForeignKey(
        Item, models.PROTECT, null=True, related_name="records", db_index=False
    )
    organiser = models.ForeignKey(
        Body, models.PROTECT, null=True, related_name="records_organised", db_index=False
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    day = models.DateField()  # of started_at, in Beijing: what dues and double entry go by
    entered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    on_behalf_of = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    entered_at = models.DateTimeField()
    person_times = models.IntegerField(default=0)  # 人次 of those who did it
    counts = models.JSONField(default=dict)
    details = models.JSONField(default=dict)
    edition = models.ForeignKey(
        ChecklistEdition, models.PROTECT, null=True, related_name="records", db_index=False
    )
    answers = models.JSONField(default=dict)  # item → {verdict, words}
    hidden = models.BooleanField(default=False)  # 暗访, until it is released
    again_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="again")
    origin = models.CharField(max_length=80, blank=True)  # source system and id, for re-import
    search = models.TextField()  # number, title, place, bodies: what people type

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="record_origin_once", fields=["origin"], condition=~Q(origin="")
            ),
            models.CheckConstraint(
                name="record_ends_after_it_begins",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
            models.CheckConstraint(
                name="record_position_whole",
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__isnull=False, lat__isnull=False),
            ),
            models.CheckConstraint(
                name="record_person_times_counted", condition=Q(person_times__gte=0)
            ),
            models.CheckConstraint(
                name="record_never_again_of_itself", condition=~Q(again_of=F("id"))
            ),
        ]
        indexes = [
            # The default list: newest first, keyset paging; and figures of a period.
            models.Index(name="record_started", fields=["-started_at", "-id"]),
            # The list of one kind, its figures, and dues: which kind was done on which days.
            models.Index(name="record_kind", fields=["kind", "-started_at", "-id"]),
            # One village's or town's subtree: scope, list and figures.
            models.Index(name="record_area", fields=["area_path", "started_at"]),
            # My own: what I entered.
            models.Index(name="record_enterer", fields=["entered_by", "-started_at"]),
            # What a unit did: dues ask each town for its night checks; hidden ones of one's unit.
            models.Index(name="record_organiser", fields=["organiser", "kind", "day"]),
            # The file of an item; double entry of its visit.
            models.Index(
                name="record_item",
                fields=["item", "-started_at"],
                condition=Q(item__isnull=False),
            ),
            # Drafts and void ones, few among many kept.
            models.Index(
                name="record_stage",
                fields=["stage", "-started_at", "-id"],
                condition=~Q(stage="KEPT"),
            ),
            # Dues and figures of what a kind says besides: the dust firms of the year's plan.
            GinIndex(
                name="record_details",
                fields=["details"],
                opclasses=["jsonb_path_ops"],
                fastupdate=True,
            ),
            # Search by words of two characters and more. With fastupdate, as in the register:
            # records come ten thousand at a time, and the index may lag a little.
            GinIndex(search.BigramsOf(F("search")), name="record_search", fastupdate=True),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def rule(self) -> rules.RecordKind:
        """What the catalogue says of its kind."""
        return kind_named(self.kind)

    def answered(self) -> dict[str, rules.Answer]:
        """The answers to its checklist by item."""
        return {key: rules.Answer(**given) for key, given in self.answers.items()}

    def proposals(self) -> list[rules.Proposal]:
        """The hazards that its answers speak for (建议隐患), whether opened or not."""
        if self.edition is None:
            return []
        return rules.proposals(self.edition.questions(), self.answered())

    def timeline(self) -> QuerySet[TrailEntry]:
        """Everything that was done to it, oldest first; what was imported begins with its batch."""
        own = Q(subject_kind="records.record", subject_id=self.pk)
        batch = Q(subject_kind="records.batch", subject_id=self.details.get("batch") or 0)
        return TrailEntry.objects.filter(own | batch).order_by("id")

    def told(self) -> dict[str, Any]:
        """Its values as JSON by field name: what a correction compares, old with new."""
        plain = {
            name: getattr(self, name)
            for name in (
                "title", "place", "lon", "lat", "sector", "topic", "person_times", "counts",
                "answers", "area_id", "item_id", "organiser_id", "edition_id",
            )
        }  # fmt: skip
        plain["started_at"] = self.started_at.isoformat()
        plain["ended_at"] = self.ended_at.isoformat() if self.ended_at else None
        plain |= {key: self.details.get(key) for key in ("words", *sorted(self.rule.detail_keys))}
        plain["bodies"] = {str(visit.body_id): visit.result for visit in self.visits.all()}
        plain["people"] = {str(one.person_id): one.role for one in self.participations.all()}
        return plain
