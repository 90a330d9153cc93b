"""How matters hang together besides parent and child: merged, or come in one batch."""

from django.db import models
from django.db.models import F, Q

from anlan.people.models import Person

from .matter import Matter


class Merging(models.Model):
    """A matter that turned out to be another one (并案); its evidence is reached from there."""

    matter = models.OneToOneField(Matter, models.PROTECT, related_name="merging")
    into = models.ForeignKey(Matter, models.PROTECT, related_name="merged")
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="merged_into_another", condition=~Q(matter=F("into"))),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} → {self.into_id}"


class Batch(models.Model):
    """Many matters that came in at once (批量导入); their one entry in the trail hangs here."""

    name = models.CharField(max_length=200)  # the file or the source system
    given = models.IntegerField()  # rows
    added = models.IntegerField()
    known = models.IntegerField()  # came before, by origin
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}（{self.added}件）"
