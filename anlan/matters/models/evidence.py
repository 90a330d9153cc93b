"""What was shown: evidence, and each attempt to say that the work is done."""

from django.db import models
from django.db.models import F, Q

from anlan.kernel.models import StoredFile
from anlan.people.models import Person, Post

from .matter import Matter


class Rectification(models.Model):
    """One time that somebody said it is done (办结反馈), and what the checker answered."""

    class Verdict(models.TextChoices):
        WAITING = "WAITING", "待核查"
        ACCEPTED = "ACCEPTED", "核查通过"
        REFUSED = "REFUSED", "核查退回"

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="rectifications")
    round = models.SmallIntegerField()
    words = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # 代录
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.WAITING)
    opinion = models.TextField(blank=True)
    judged_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rectification_round", fields=["matter", "round"]),
            models.CheckConstraint(
                name="rectifier_never_judges",
                condition=Q(judged_by__isnull=True)
                | (~Q(judged_by=F("by")) & ~Q(judged_by=F("on_behalf_of"))),
            ),
            models.CheckConstraint(
                name="verdict_has_its_judge",
                condition=Q(verdict="WAITING", judged_by__isnull=True)
                | (~Q(verdict="WAITING") & Q(judged_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} 第{self.round}次"


class Evidence(models.Model):
    """A photo or document that shows something about a matter, and when and where (佐证)."""

    class Phase(models.TextChoices):
        FOUND = "FOUND", "发现时"
        BEFORE = "BEFORE", "整改前"
        AFTER = "AFTER", "整改后"
        MEASURE = "MEASURE", "管控措施"
        CHECK = "CHECK", "核查时"
        OTHER = "OTHER", "其他"

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="evidence")
    rectification = models.ForeignKey(
        Rectification, models.PROTECT, null=True, related_name="evidence"
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    phase = models.CharField(max_length=8, choices=Phase)
    caption = models.CharField(max_length=120, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.matter_id} {self.get_phase_display()}"
