"""The accident itself: what happened, what it cost, how grave it is."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from anlan.kernel import search
from anlan.kernel.models import TrailEntry
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area, Body

from .. import rules
from ..flow import COUNTED, LIVE, Stage
from ..rules import Category, ScopeRule, Toll
from .kinds import categories, production_scopes, scale, scope_named


class Grade(models.TextChoices):
    """Grade of an accident (事故等级); neither the grade of a hazard nor that of a risk."""

    GENERAL = "GENERAL", "一般事故"
    LARGER = "LARGER", "较大事故"
    MAJOR = "MAJOR", "重大事故"
    EXTREME = "EXTREME", "特别重大事故"


class AccidentQuerySet(models.QuerySet["Accident"]):
    def kept(self) -> Self:
        """What statistics count: no duplicates, none reported by mistake, none removed (核销)."""
        return self.filter(stage__in=COUNTED)

    def live(self) -> Self:
        return self.filter(stage__in=LIVE)

    def production(self) -> Self:
        """Those counted as production safety (生产安全事故)."""
        return self.filter(scope__in=production_scopes())

    def under(self, path: str) -> Self:
        return self.filter(area_path__startswith=path)

    def happened_between(self, since: datetime, until: datetime) -> Self:
        """Happened at or after `since` and before `until`."""
        return self.filter(happened_at__gte=since, happened_at__lt=until)

    def containing(self, words: str) -> Self:
        """Rows whose searchable text contains every word typed."""
        return self.alias(**search.annotated("search")).filter(search.lookup("search", words))


class Accident(models.Model):
    """One accident (事故), from the call in the night to the evaluation a year later.

    `deaths` … `direct_loss` are what stands in the statistics now: people as settled within 30
    (7) days, loss as last assessed; None is unknown. `first_…` are as first reported (快报) and
    never change. What came later, and every grade with its reason, stands in the casualty
    reports. `details` holds words: unit, course, taken, overview, alike, batch.
    """

    Stage = Stage
    Grade = Grade

    number = models.CharField(max_length=30, unique=True, db_collation="C")
    stage = models.CharField(max_length=14, choices=Stage, default=Stage.REPORTED)
    title = models.CharField(max_length=120)
    happened_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True)  # when the county's regulator knew of it
    area = models.ForeignKey(Area, models.PROTECT, related_name="accidents", db_index=False)
    area_path = models.CharField(max_length=160, db_collation="C")
    place = models.CharField(max_length=160, blank=True)
    lon = models.FloatField(null=True)  # CGCS2000/WGS84 degrees
    lat = models.FloatField(null=True)
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, related_name="accidents", db_index=False
    )
    sector = models.CharField(max_length=30, blank=True)
    industry = models.CharField(max_length=5, blank=True)  # 国民经济行业代码 GB/T 4754
    scope = models.CharField(max_length=30)  # key of catalogues/accident_scopes.yaml
    category = models.CharField(max_length=20, blank=True)  # key of accident_categories.yaml
    deaths = models.PositiveIntegerField(null=True)
    missing = models.PositiveIntegerField(null=True)
    serious_injuries = models.PositiveIntegerField(null=True)  # 含急性工业中毒
    minor_injuries = models.PositiveIntegerField(null=True)
    injured = models.GeneratedField(
        expression=Coalesce(F("serious_injuries"), 0) + Coalesce(F("minor_injuries"), 0),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    direct_loss = models.DecimalField(max_digits=14, decimal_places=2, null=True)  # 万元
    grade = models.CharField(max_length=8, choices=Grade)
    first_deaths = models.PositiveIntegerField(default=0)
    first_injured = models.PositiveIntegerField(default=0)
    first_grade = models.CharField(max_length=8, choices=Grade)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    origin = models.CharField(max_length=80, blank=True)  # the phone's or source system's own id
    details = models.JSONField(default=dict)
    search = models.TextField()

    objects = AccidentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="accident_origin_once", fields=["origin"], condition=~Q(origin="")
            ),
            models.CheckConstraint(
                name="accident_position_whole",
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__isnull=False, lat__isnull=False),
            ),
            models.CheckConstraint(
                name="accident_known_after_it_happened",
                condition=Q(reported_at__isnull=True) | Q(reported_at__gte=F("happened_at")),
            ),
            models.CheckConstraint(
                name="accident_merged_means_into",
                condition=Q(stage="MERGED", merged_into__isnull=False)
                | (~Q(stage="MERGED") & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="accident_loss_counted",
                condition=Q(direct_loss__isnull=True) | Q(direct_loss__gte=0),
            ),
        ]
        indexes = [
            # The list, newest first; figures of a period.
            models.Index(name="accident_time", fields=["-happened_at", "-id"]),
            # One town's or village's subtree: scope, list, figures, duplicates.
            models.Index(name="accident_area", fields=["area_path", "happened_at"]),
            # One file per enterprise; what a firm sees; duplicates.
            models.Index(
                name="accident_body",
                fields=["body", "-happened_at"],
                condition=Q(body__isnull=False),
            ),
            # Search by words of two characters and more.
            GinIndex(search.BigramsOf(F("search")), name="accident_search", fastupdate=True),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def day(self) -> date:
        """The day it happened, in Beijing: what windows and editions go by."""
        return self.happened_at.astimezone(LOCAL).date()

    @property
    def rule(self) -> ScopeRule:
        """What the catalogue says of its scope."""
        return scope_named(self.scope)

    @property
    def toll(self) -> Toll:
        """What stands in the statistics."""
        return Toll(
            self.deaths, self.missing, self.serious_injuries, self.minor_injuries, self.direct_loss
        )

    @property
    def feared_grade(self) -> str:
        """The grade by which it is reported upwards: the missing counted as dead (宁高勿低)."""
        return rules.grade_of(self.toll.feared(), scale()).grade

    @property
    def last_day(self) -> date:
        """The last day on which changed casualties count."""
        return rules.last_day(self.day, self.rule.window_days)

    @property
    def kind_of_accident(self) -> Category | None:
        """Its category, if it was classified."""
        return categories().get(self.category)

    @property
    def edition(self) -> str:
        """The edition of GB 6441 by which it is coded."""
        kind = self.kind_of_accident
        return kind.edition if kind else ""

    @property
    def unit(self) -> str:
        """The unit as it is called: registered, or as it was written."""
        return self.body.name if self.body else str(self.details.get("unit", ""))

    def village(self) -> str:
        """The path of the village or town it lies in, without the grid."""
        return "/".join(self.area_path.split("/")[:4]) + "/"

    def happening(self) -> rules.Happening:
        """What tells it from other accidents."""
        hurt = {"deaths": self.deaths or 0, "injured": self.toll.injured}
        position = (self.lon, self.lat) if self.lon is not None and self.lat is not None else None
        return rules.Happening(
            at=self.happened_at,
            title=self.title,
            village=self.village(),
            body=self.body_id,
            unit=self.unit,
            position=position,
            hurt=hurt if any(hurt.values()) else {},
        )

    def timeline(self) -> QuerySet[TrailEntry]:
        """Everything that was done to it, oldest first; what was imported begins with its batch."""
        own = Q(subject_kind="accidents.accident", subject_id=self.pk)
        batch = Q(subject_kind="accidents.batch", subject_id=self.details.get("batch") or 0)
        return TrailEntry.objects.filter(own | batch).order_by("id")

    def told(self) -> dict[str, Any]:
        """Its facts as JSON by field name: what a correction compares, old with new."""
        plain = {
            name: getattr(self, name)
            for name in ("title", "place", "lon", "lat", "sector", "industry", "area_id",
                         "body_id")
        }  # fmt: skip
        plain |= {key: self.details.get(key, "") for key in ("unit", "course", "taken", "overview")}
        return plain | {"happened_at": self.happened_at.isoformat()}


def loss_words(loss: Decimal | None) -> str:
    """300万元; unknown where it was not assessed."""
    return "尚未核定" if loss is None else f"{rules.plain(loss)}万元"
