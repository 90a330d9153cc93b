"""Assessment rounds (考核轮次): the scores as they were put before everybody, and objections."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from anlan.papers.models import Paper
from anlan.people.models import Area, Body, Person

from ..flow import ObjectionStage, RoundStage


class AssessmentRound(models.Model):
    """One assessment of one period (考核轮次): posted, objected to, closed and then unalterable.

    `scheme` is the whole catalogue entry as it read when it was posted: what the catalogue says
    later changes no score.
    """

    Stage = RoundStage

    key = models.CharField(max_length=40)  # of catalogues/assessment.yaml
    label = models.CharField(max_length=80)
    scheme = models.JSONField()
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    area_path = models.CharField(max_length=160, db_collation="C")
    period = models.CharField(max_length=30)  # as it is written: 2024H1
    stage = models.CharField(max_length=8, choices=RoundStage, default=RoundStage.POSTED)
    posted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    posted_at = models.DateTimeField()
    object_until = models.DateField()  # the last day on which an objection is taken
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the closed scores

    class Meta:
        constraints = [
            # Reader besides: the list of rounds, and the page of a period.
            models.UniqueConstraint(name="assessed_once", fields=["key", "area", "period"]),
            models.CheckConstraint(
                name="round_closed_by_another",
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("posted_by")),
            ),
            models.CheckConstraint(
                name="round_closed_has_its_seal",
                condition=(Q(stage="POSTED", closed_at__isnull=True) & Q(digest=""))
                | (Q(stage="CLOSED", closed_at__isnull=False) & ~Q(digest="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.period}"


class AssessedScore(models.Model):
    """What a town or department got (考核得分): each leaf with its evidence, total and place."""

    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="scores")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    area_path = models.CharField(max_length=160, db_collation="C")
    label = models.CharField(max_length=80)
    leaves: "models.JSONField[Any, Any]" = models.JSONField()  # key → score, told, evidence
    vetoes = models.JSONField(default=list)
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    place = models.IntegerField(null=True)
    feedback = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+")
    reminder = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            # Departments lie in one area, a town may have no body yet: both together are who it is.
            models.UniqueConstraint(
                name="scored_once", fields=["round", "area", "body"], nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.total}"


class Objection(models.Model):
    """A town says that a leaf is wrong (申诉); somebody else decides, with an opinion."""

    Stage = ObjectionStage

    score = models.ForeignKey(AssessedScore, models.PROTECT, related_name="objections")
    leaf = models.CharField(max_length=40)
    words = models.CharField(max_length=500)
    stage = models.CharField(max_length=8, choices=ObjectionStage, default=ObjectionStage.RAISED)
    raised_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    opinion = models.CharField(max_length=500, blank=True)
    before = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    after = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="objected_once_at_a_time", fields=["score", "leaf"],
                condition=Q(stage="RAISED"),
            ),
            models.CheckConstraint(
                name="objection_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("raised_by")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.score} {self.leaf}"
