"""What is written at a desk and cannot be changed afterwards: the log and the handover notes."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from anlan.kernel.refs import Ref
from anlan.people.models import Person, Post

from ..flow import Level
from .desks import Desk, Seat
from .shifts import Shift


class LogKind(models.TextChoices):
    """What an entry of the duty log is about."""

    CALL_IN = "CALL_IN", "来电"
    CALL_OUT = "CALL_OUT", "去电"
    UNANSWERED = "UNANSWERED", "未接通"
    REPORT = "REPORT", "信息报送"
    ORDER = "ORDER", "领导指示"
    WEATHER = "WEATHER", "气象预警"
    CHECK = "CHECK", "值守抽查"
    ROSTER = "ROSTER", "班次变动"
    OTHER = "OTHER", "其他"


class LogEntry(models.Model):
    """One line of the duty log (值班日志): append-only, the database sees to it.

    `happened_at` is when it was, `written_at` when it was written down. Who errs writes a new entry
    that `corrects` the former one; both stay.
    """

    Kind = LogKind

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="log")
    kind = models.CharField(max_length=10, choices=LogKind)
    words = models.TextField()
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    related_kind = models.CharField(max_length=40, blank=True)
    related_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="log_written_when_it_was_over",
                condition=Q(written_at__gte=F("happened_at")),
            ),
            models.CheckConstraint(
                name="log_related_whole",
                condition=Q(related_kind="", related_id__isnull=True)
                | (~Q(related_kind="") & Q(related_id__isnull=False)),
            ),
        ]
        indexes = [
            # The log of a desk, the newest first.
            models.Index(name="log_desk", fields=["desk", "-happened_at", "-id"]),
            # What the log says about one thing: its page.
            models.Index(name="log_related", fields=["related_kind", "related_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.words[:40]}"

    @property
    def related(self) -> Ref | None:
        return Ref(self.related_kind, self.related_id) if self.related_id else None


class HandoverQuerySet(models.QuerySet["Handover"]):
    def waiting(self) -> Self:
        return self.filter(taken_at__isnull=True)


class Handover(models.Model):
    """What goes from one shift to the next: what is open, who gave and who took it (交接班).

    Written once and signed by taking; the database lets nothing else of it change.
    """

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="handovers")
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="handovers")
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    words = models.TextField()  # weather, state of things, what to watch
    open_things = models.JSONField(default=list)  # [{"words": ..., "ref": "matters.matter:12"}]
    due_by = models.DateTimeField()  # by when the next one takes it
    late_at = models.DateTimeField(null=True)  # when it was told that nobody had taken it
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=200, blank=True)  # the taker's

    objects = HandoverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="handover_once_a_shift", fields=["shift"]),
            models.CheckConstraint(
                name="handover_taken_whole",
                condition=Q(taken_by__isnull=True, taken_at__isnull=True)
                | Q(taken_by__isnull=False, taken_at__gte=F("given_at")),
            ),
            models.CheckConstraint(
                name="handover_to_another", condition=~Q(taken_by=F("given_by"))
            ),
        ]
        indexes = [
            # The handovers of a desk, the newest first.
            models.Index(name="handover_desk", fields=["desk", "-given_at"]),
            # The sweep that tells of those nobody took.
            models.Index(
                name="handover_waiting",
                fields=["due_by"],
                condition=Q(taken_at__isnull=True, late_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift}交接"


class Uncovered(models.Model):
    """An hour that nobody covers, told before it comes, once (空班)."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="uncovered")
    level = models.CharField(max_length=8, choices=Level)
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="uncovered_told_once",
                fields=["desk", "level", "seat", "ends"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk} {self.get_level_display()} 空班"
