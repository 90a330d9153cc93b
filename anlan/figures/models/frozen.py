"""A closed period: its figures as they were given out, with their definitions and their rows."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from anlan.people.models import Area, Person

from .. import rules
from ..flow import Stage


class FrozenPeriod(models.Model):
    """The figures of one period and area, closed at an instant (统计期封账).

    `digest` is taken over the digests of its figures in their order, and stands in the trail: who
    alters a frozen number leaves a seal that does not fit.
    """

    Stage = Stage

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    area_path = models.CharField(max_length=160, db_collation="C")
    period = models.CharField(max_length=30)  # as it is written: 2024H1
    begins = models.DateField(null=True)  # none: 截至
    last = models.DateField()
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.FROZEN)
    frozen_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why it was opened again

    class Meta:
        constraints = [
            # Reader besides: every page of figures asks whether its period is frozen.
            models.UniqueConstraint(
                name="period_frozen_once", fields=["area", "period"], condition=Q(stage="FROZEN")
            ),
            models.CheckConstraint(
                name="frozen_opened_by_another",
                condition=Q(opened_by__isnull=True) | ~Q(opened_by=F("frozen_by")),
            ),
            models.CheckConstraint(
                name="frozen_opened_for_a_reason",
                condition=Q(stage="FROZEN", opened_by__isnull=True, opened_at__isnull=True)
                | (
                    Q(stage="OPENED", opened_by__isnull=False, opened_at__isnull=False)
                    & ~Q(reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.span.words()}"

    @property
    def span(self) -> rules.Period:
        return rules.Period(self.period, self.begins, self.last)


class FrozenRows(models.Model):
    """The ids of the rows that figures counted, each set kept once (封账的明细).

    `ids` are ascending and written as differences, `amounts` what each row was worth where it is
    not one; both compressed. A million matters take some hundred kilobytes.
    """

    frozen = models.ForeignKey(FrozenPeriod, models.CASCADE, related_name="row_sets")
    count = models.IntegerField()
    ids = models.BinaryField()
    amounts = models.BinaryField(null=True)

    def __str__(self) -> str:
        return f"{self.frozen_id} {self.count}"

    def numbers(self) -> list[int]:
        """The ids that were counted."""
        return rules.unpacked_ids(bytes(self.ids))

    def worth(self) -> dict[int, str]:
        """What each row was worth, by its id; empty where every row counts as one."""
        packed = rules.unpacked_words(bytes(self.amounts)) if self.amounts else []
        return dict(zip(self.numbers(), packed, strict=True)) if packed else {}


class FrozenFigure(models.Model):
    """One figure as it was given out: value, base, words, parts, and its definition of then."""

    frozen = models.ForeignKey(FrozenPeriod, models.CASCADE, related_name="figures")
    position = models.SmallIntegerField()
    key = models.CharField(max_length=60)
    definition = models.JSONField()  # the whole entry of figures.yaml
    value = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    base = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    told = models.JSONField()  # how both are written, the words of the change, notes
    parts = models.JSONField(default=dict)  # dimension → [key, label, value as written]
    rows = models.ForeignKey(FrozenRows, models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64)  # of all of the above, and of the rows

    class Meta:
        constraints = [
            # Reader besides: the figures of one frozen period.
            models.UniqueConstraint(name="figure_frozen_once", fields=["frozen", "key"]),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.told.get('value', '—')}"

    def content(self) -> dict[str, Any]:
        """What its digest is taken over."""
        return {
            "key": self.key,
            "definition": self.definition,
            "told": self.told,
            "parts": self.parts,
            "rows": self.rows.numbers() if self.rows else None,
            "worth": sorted(self.rows.worth().items()) if self.rows else None,
        }
