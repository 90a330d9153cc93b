"""What time asks of a matter: extensions, interim control, supervision from above."""

from django.db import models
from django.db.models import F, Q

from anlan.people.models import Person, Post

from .matter import Matter


class Extension(models.Model):
    """More time asked for and granted by somebody else (延期); a lapsed one wakes up again."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="extensions")
    reason = models.CharField(max_length=300)
    old_due_at = models.DateTimeField()
    until = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    opinion = models.CharField(max_length=300, blank=True)
    lapsed_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)  # submitted within the longer time

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="extension_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="extension_extends", condition=Q(until__gt=F("old_due_at"))
            ),
            models.UniqueConstraint(
                name="one_open_extension",
                fields=["matter"],
                condition=Q(approved__isnull=True),
            ),
        ]
        indexes = [
            # The sweep that wakes lapsed extensions.
            models.Index(
                name="extension_running",
                fields=["until"],
                condition=Q(approved=True, lapsed_at__isnull=True, met_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} 延期至{self.until:%Y-%m-%d}"


class InterimControl(models.Model):
    """Holds until the hazard is gone (落实临时管控措施); never counted as rectified."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="controls")
    measure = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # Figures: under interim control on a day.
            models.Index(name="control_span", fields=["at", "ended_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.measure[:20]}"


class Supervision(models.Model):
    """A superior watches an overdue matter whose rectifier keeps the duty (督办)."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="supervisions")
    post = models.ForeignKey(Post, models.PROTECT, related_name="supervisions")
    since = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # the supervisor's own clock; empty when over
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="supervision_live_means_due",
                condition=Q(ended_at__isnull=True) ^ Q(due_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="one_live_supervisor",
                fields=["matter"],
                condition=Q(ended_at__isnull=True),
            ),
        ]
        indexes = [
            # The sweep that passes supervision one post up.
            models.Index(
                name="supervision_due", fields=["due_at"], condition=Q(due_at__isnull=False)
            ),
            # My work: what a post supervises.
            models.Index(
                name="supervision_post", fields=["post"], condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} 督办 {self.matter_id}"
