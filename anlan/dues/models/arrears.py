"""What was missed and still stands (欠账), and the rungs that it climbs (督促措施)."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from anlan.matters.models import Matter
from anlan.papers.models import Paper
from anlan.people.models import Area, Body, Person

from ..flow import Stage, Standing
from ..rules import Rung
from .kinds import dues, ladders


class ArrearQuerySet(models.QuerySet["Arrear"]):
    def standing(self) -> Self:
        return self.filter(stage=Stage.OPEN)

    def under(self, path: str) -> Self:
        return self.filter(area_path__startswith=path)


class Arrear(models.Model):
    """Something owed was missed, once or in a row, and is not made up (欠账).

    Periods missed one after another are one arrear, which is why the ladder climbs instead of
    beginning anew each week. `row` is the key of its row in the matrix; `body` is whom one
    writes to.
    """

    Stage = Stage

    due = models.CharField(max_length=40)  # key of catalogues/dues.yaml
    row = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    area_path = models.CharField(max_length=160, db_collation="C")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="arrears")
    first = models.DateField()  # the first period missed begins on this day
    since = models.DateField()  # the first day on which it was late
    in_a_row = models.IntegerField()
    missing = models.DecimalField(max_digits=12, decimal_places=2)
    periods = models.JSONField(default=list)  # labels of the periods missed
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.OPEN)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects = ArrearQuerySet.as_manager()

    class Meta:
        constraints = [
            # One row of a due climbs one ladder at a time, whoever sweeps first.
            models.UniqueConstraint(
                name="arrear_stands_once", fields=["due", "row"], condition=Q(stage="OPEN")
            ),
            models.CheckConstraint(
                name="arrear_settled_has_its_time",
                condition=Q(stage="OPEN") ^ Q(settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="arrear_late_after_begun", condition=Q(since__gt=F("first"))
            ),
        ]
        indexes = [
            # What is late below an area: the list of the ladder, my work.
            models.Index(
                name="arrear_area", fields=["area_path", "since"], condition=Q(stage="OPEN")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.due_label}"

    @property
    def due_label(self) -> str:
        known = dues().get(self.due)
        return known.label if known else self.due


class StepQuerySet(models.QuerySet["Step"]):
    def waiting(self) -> Self:
        """Proposed, and nobody has said yes or no."""
        return self.filter(stage=Standing.PROPOSED)


class Step(models.Model):
    """One rung that an arrear has reached (督促措施): proposed by time, taken by a person."""

    Standing = Standing

    arrear = models.ForeignKey(Arrear, models.PROTECT, related_name="steps")
    rung = models.CharField(max_length=30)  # key of the rung in catalogues/dues_ladders.yaml
    label = models.CharField(max_length=30)
    stage = models.CharField(max_length=8, choices=Standing, default=Standing.PROPOSED)
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="step")
    matter = models.OneToOneField(Matter, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    issued_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    reply_due_on = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why it was not taken

    objects = StepQuerySet.as_manager()

    class Meta:
        constraints = [
            # Reader besides: the ladder of one arrear; and a sweep may run twice.
            models.UniqueConstraint(name="rung_taken_once", fields=["arrear", "rung"]),
            models.CheckConstraint(
                name="step_issued_has_its_time",
                condition=Q(stage="ISSUED", issued_at__isnull=False)
                | (~Q(stage="ISSUED") & Q(issued_at__isnull=True)),
            ),
        ]
        indexes = [
            # What waits for a confirmation: my work, the list of the ladder.
            models.Index(
                name="step_waiting", fields=["proposed_at"], condition=Q(stage="PROPOSED")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.arrear} {self.label}"

    @property
    def spec(self) -> Rung | None:
        """What the catalogue says of its rung; None where the ladder was changed since."""
        known = dues().get(self.arrear.due)
        ladder = ladders().get(known.ladder) if known else None
        return ladder.rung(self.rung) if ladder else None
