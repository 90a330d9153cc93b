"""What is excused, for whom, for which days and why (豁免); and whom a plan names (计划名单)."""

from collections.abc import Sequence
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from anlan.people.models import Area, Body, Person
from anlan.registry.models import Item

from ..rules import Span, Who


class WaiverQuerySet(models.QuerySet["Waiver"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)


class Waiver(models.Model):
    """Somebody need not do it in these days (豁免), and who said so and why.

    It holds for a row of the matrix: an area, a body or an item, whichever the due is across.
    """

    due = models.CharField(max_length=40)  # key of catalogues/dues.yaml
    row = models.CharField(max_length=40)  # key of the row: code of an area, id of a body or item
    label = models.CharField(max_length=120)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    area_path = models.CharField(max_length=160, db_collation="C")
    since = models.DateField()
    until = models.DateField()  # the last day that is excused
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="waiver_ends_after_it_begins", condition=Q(until__gte=F("since"))
            ),
        ]
        indexes = [
            # Every matrix: what of it is excused.
            models.Index(name="waiver_due", fields=["due"], condition=Q(withdrawn_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.due}"

    def covers(self, one: Who, span: Span) -> bool:
        """Whether it excuses this cell: the whole period must lie within its days."""
        return self.row == one.key and self.since <= span.first and span.due <= self.until


def waivers_over(due: str, spans: Sequence[Span]) -> list[Waiver]:
    """The standing waivers of a due that touch the periods shown."""
    if not spans:
        return []
    found = Waiver.objects.standing().filter(due=due)
    return list(found.filter(since__lte=spans[-1].last, until__gte=spans[0].first))


class PlanLineQuerySet(models.QuerySet["PlanLine"]):
    def of(self, due: str, first: date) -> Self:
        return self.filter(due=due, first=first, dropped_at__isnull=True)


class PlanLine(models.Model):
    """One firm or thing that the plan of a period names (计划名单)."""

    due = models.CharField(max_length=40)  # key of catalogues/dues.yaml
    first = models.DateField()  # the period it stands in the plan of begins on this day
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")
    area_path = models.CharField(max_length=160, db_collation="C")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # why it left the plan

    objects = PlanLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plan_names_a_body_or_an_item",
                condition=Q(body__isnull=False) ^ Q(item__isnull=False),
            ),
            # Reader besides: the plan of one due and period.
            models.UniqueConstraint(
                name="planned_once",
                fields=["due", "first", "body", "item"],
                condition=Q(dropped_at__isnull=True),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due} {self.body or self.item}"
