"""Around an accident: what was said of its toll, its clocks, what was shown, how it came in."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from anlan.kernel.models import StoredFile
from anlan.people.models import Person, Post

from .. import rules
from ..rules import ClockRule, Toll
from .accident import Accident, Grade
from .kinds import clocks


class CasualtyReport(models.Model):
    """One statement of what an accident cost (伤亡报告): added, never altered.

    `changed_at` is when the toll had become so, `at` when it was said. `counts` says whether the
    people of it fell into the 30 (7) days; `grade` and `why` are the verdict after it.
    """

    class Kind(models.TextChoices):
        FIRST = "FIRST", "快报"
        FOLLOW_UP = "FOLLOW_UP", "续报"
        CORRECTION = "CORRECTION", "更正"

    accident = models.ForeignKey(Accident, models.PROTECT, related_name="reports", db_index=False)
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    changed_at = models.DateTimeField()
    deaths = models.PositiveIntegerField(null=True)
    missing = models.PositiveIntegerField(null=True)
    serious_injuries = models.PositiveIntegerField(null=True)
    poisoned = models.PositiveIntegerField(null=True)  # of the serious: 急性工业中毒
    minor_injuries = models.PositiveIntegerField(null=True)
    direct_loss = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    counts = models.BooleanField(default=True)
    grade = models.CharField(max_length=8, choices=Grade)
    why = models.CharField(max_length=300)
    words = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            # Reader besides: the history of one accident.
            models.UniqueConstraint(name="casualty_round_once", fields=["accident", "round"]),
            models.CheckConstraint(
                name="casualty_poisoned_are_serious",
                condition=Q(poisoned__isnull=True) | Q(poisoned__lte=models.F("serious_injuries")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.accident_id} 第{self.round}次报告"

    @property
    def toll(self) -> Toll:
        return Toll(
            self.deaths, self.missing, self.serious_injuries, self.minor_injuries, self.direct_loss
        )


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> Self:
        """Neither met nor dropped; missed ones go on until somebody meets them."""
        return self.filter(met_at__isnull=True, dropped_at__isnull=True)

    def overdue(self, at: datetime) -> Self:
        """Past and not yet marked."""
        return self.running().filter(missed_at__isnull=True, due_at__lt=at)


class Clock(models.Model):
    """One statutory time limit of one accident (时限): since when, until when, met when, by whom.

    Met at its very last instant it is met in time. `words` say how: by telephone to whom, or the
    number of the paper.
    """

    accident = models.ForeignKey(Accident, models.PROTECT, related_name="clocks", db_index=False)
    kind = models.CharField(max_length=30)  # key of catalogues/accident_clocks.yaml
    round = models.PositiveSmallIntegerField(default=1)
    label = models.CharField(max_length=40)
    clause = models.CharField(max_length=200)
    start = models.DateTimeField()
    due_at = models.DateTimeField()
    extended_days = models.PositiveSmallIntegerField(default=0)
    excluded_days = models.PositiveSmallIntegerField(default=0)  # 技术鉴定
    met_at = models.DateTimeField(null=True)
    met_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=200, blank=True)
    missed_at = models.DateTimeField(null=True)  # when it was seen to be late
    dropped_at = models.DateTimeField(null=True)  # no longer owed: regraded, merged, voided

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            # Reader besides: the clocks of one accident.
            models.UniqueConstraint(name="clock_once", fields=["accident", "kind", "round"]),
            models.CheckConstraint(
                name="clock_met_after_it_started",
                condition=Q(met_at__isnull=True) | Q(met_at__gte=models.F("start")),
            ),
            models.CheckConstraint(
                name="clock_met_or_dropped",
                condition=Q(met_at__isnull=True) | Q(dropped_at__isnull=True),
            ),
        ]
        indexes = [
            # The sweep that marks missed ones and fixes final figures.
            models.Index(
                name="clock_due",
                fields=["due_at"],
                condition=Q(met_at__isnull=True, dropped_at__isnull=True, missed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.accident_id} {self.label}"

    @property
    def rule(self) -> ClockRule | None:
        """What the catalogue says of it; None where the catalogue has it no more."""
        return clocks().get(self.kind)

    @property
    def is_late(self) -> bool:
        """Met, yet too late (迟)."""
        return self.met_at is not None and self.met_at > self.due_at

    @property
    def late_words(self) -> str:
        """超时37分钟: how much too late it was met."""
        return rules.late_words(self.due_at, self.met_at) if self.met_at else ""


class Evidence(models.Model):
    """A photo or paper of the accident (事故材料)."""

    accident = models.ForeignKey(Accident, models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    caption = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.accident_id} {self.caption}"


class Batch(models.Model):
    """Many accidents that came in at once (批量导入); their one entry in the trail hangs here."""

    name = models.CharField(max_length=200)  # the file or the source system
    given = models.IntegerField()  # rows
    added = models.IntegerField()
    known = models.IntegerField()  # came before, by origin
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}（{self.added}起）"
