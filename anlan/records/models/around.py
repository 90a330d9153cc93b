"""Around a record: whom it visited, who took part, what was shown, what it opened."""

from django.db import models

from anlan.kernel.models import StoredFile
from anlan.matters.models import Matter
from anlan.people.models import Body, Person

from .record import Record


class Visit(models.Model):
    """One body that a record visited or had there (家次), and how it was found.

    Firms (家) are the distinct bodies of visits; firm-times (家次) are visits.
    """

    class Result(models.TextChoices):
        UNSAID = "", "未注明"
        SOUND = "SOUND", "未发现问题"
        FAULTS = "FAULTS", "发现问题"
        ABSENT = "ABSENT", "未能检查"
        STOPPED = "STOPPED", "责令停产停业"

    record = models.ForeignKey(Record, models.CASCADE, related_name="visits", db_index=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="visits", db_index=False)
    day = models.DateField()  # of its record
    result = models.CharField(max_length=8, choices=Result, blank=True, default=Result.UNSAID)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            # Reader besides: the visits of one record.
            models.UniqueConstraint(name="visit_once_a_record", fields=["record", "body"]),
        ]
        indexes = [
            # One file per enterprise; double entry; what was never visited.
            models.Index(name="visit_body", fields=["body", "-day"]),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.body_id}"


class Participation(models.Model):
    """Somebody who took part (参加人员), and as what."""

    class Role(models.TextChoices):
        LEADER = "LEADER", "带队"
        MEMBER = "MEMBER", "参加"

    record = models.ForeignKey(
        Record, models.CASCADE, related_name="participations", db_index=False
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="participations", db_index=False
    )
    role = models.CharField(max_length=8, choices=Role, default=Role.MEMBER)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="took_part_once", fields=["record", "person"]),
        ]
        indexes = [
            # What a person took part in: who sees a hidden visit, leaders' visits.
            models.Index(name="participation_person", fields=["person", "record"]),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.person_id}"


class Evidence(models.Model):
    """A photo or document that shows that it was done (佐证)."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    caption = models.CharField(max_length=120, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.record_id} {self.caption}"


class RaisedMatter(models.Model):
    """A matter that a finding of the record opened (由台账发现的事项)."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="raised")
    matter = models.OneToOneField(Matter, models.PROTECT, related_name="raised_by")
    check_item = models.CharField(max_length=40, blank=True)  # the item answered “no”

    class Meta:
        constraints = [
            # A “no” becomes one matter, however often the form was sent.
            models.UniqueConstraint(
                name="raised_once_an_item",
                fields=["record", "check_item"],
                condition=~models.Q(check_item=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} → {self.matter_id}"


class Batch(models.Model):
    """Many records that came in at once (批量导入); their one entry in the trail hangs here."""

    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=200)  # the file or the source system
    digest = models.CharField(max_length=64)  # SHA-256 of the rows as they were read
    given = models.IntegerField()  # rows
    added = models.IntegerField()
    known = models.IntegerField()  # came before, by origin
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}（{self.added}条）"
