"""A report of one period and area (统计报告), from its first draft to the paper it became."""

from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet

from anlan.formats import official
from anlan.kernel.models import TrailEntry
from anlan.papers.models import Paper
from anlan.people.models import Area, Body, Person

from .. import rules
from ..flow import KEPT, ReportStage


class Report(models.Model):
    """What was written of a period, with the values and definitions it was written from (统计报告).

    `document` is the whole text (formats.official as JSON), `values` every answer, `definitions`
    the entries of figures.yaml as they read then. Checked by somebody else it is frozen: `digest`
    stands for all of it and for the rows (`ReportRows`), and printing it asks nothing anew.
    """

    Stage = ReportStage

    key = models.CharField(max_length=40)  # of catalogues/report_*.yaml
    template_version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    area_path = models.CharField(max_length=160, db_collation="C")
    period = models.CharField(max_length=30)  # as it is written: 2024H1
    begins = models.DateField(null=True)  # none: 截至
    last = models.DateField()
    issuer = models.ForeignKey(Body, models.PROTECT, related_name="+", db_index=False)
    stage = models.CharField(max_length=10, choices=ReportStage, default=ReportStage.DRAFT)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    as_of = models.DateTimeField()  # the instant its figures were computed at
    document = models.JSONField()
    values = models.JSONField()
    definitions = models.JSONField()
    checked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    checked_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    paper = models.OneToOneField(Paper, models.SET_NULL, null=True, related_name="report")
    details = models.JSONField(default=dict)  # `returned`: why it came back

    class Meta:
        constraints = [
            # Checked by another hand than it was written by (编制与校核分开).
            models.CheckConstraint(
                name="report_checker_is_not_maker",
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("made_by")),
            ),
            models.CheckConstraint(
                name="report_kept_is_sealed",
                condition=(Q(stage__in=KEPT) & ~Q(digest="") & Q(checked_by__isnull=False))
                | (~Q(stage__in=KEPT) & Q(digest="", checked_by__isnull=True)),
            ),
        ]
        indexes = [
            # The list of reports of an area, newest first.
            models.Index(name="report_area", fields=["area_path", "-made_at"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def span(self) -> rules.Period:
        return rules.Period(self.period, self.begins, self.last)

    @property
    def is_kept(self) -> bool:
        return self.stage in KEPT

    def written(self) -> official.Document:
        """The document; a draft until it was checked."""
        given = official.from_json(self.document)
        if self.paper is not None and self.paper.number:
            return official.from_json(self.paper.document)
        return official.Document(**{**given.__dict__, "draft": not self.is_kept})

    def content(self) -> dict[str, Any]:
        """What its digest is taken over, the rows besides."""
        return {
            "key": self.key,
            "version": self.template_version,
            "period": self.period,
            "area": self.area.code,
            "as_of": self.as_of.isoformat(),
            "document": self.document,
            "values": self.values,
            "definitions": self.definitions,
        }

    def timeline(self) -> QuerySet[TrailEntry]:
        """Everything that was done to it, oldest first."""
        found = TrailEntry.objects.filter(subject_kind="figures.report", subject_id=self.pk)
        return found.order_by("id")


class ReportRows(models.Model):
    """The rows that one figure of a frozen report counted (报告明细): ids, packed."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="rows", db_index=False)
    figure = models.CharField(max_length=60)
    period = models.CharField(max_length=30)
    count = models.IntegerField()
    ids = models.BinaryField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            # Reader besides: the rows of one frozen report.
            models.UniqueConstraint(name="report_rows_once", fields=["report", "figure", "period"]),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.figure} {self.count}"

    def numbers(self) -> list[int]:
        """The ids that were counted."""
        return rules.unpacked_ids(bytes(self.ids))
