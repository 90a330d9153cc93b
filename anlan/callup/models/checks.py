"""Spot checks by telephone and radio (抽查): who was drawn, what they said, what follows."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from anlan.people.models import Area, Person
from anlan.registry.models import Item

from .callups import Callup


class CheckKind(models.TextChoices):
    SIX_QUESTIONS = "SIX_QUESTIONS", "六问抽查"
    REACHABILITY = "REACHABILITY", "联络畅通抽查"
    SATELLITE = "SATELLITE", "卫星电话抽查"
    RADIO = "RADIO", "370兆对讲点名"


class Check(models.Model):
    """One sample of people or devices, drawn at random so that anybody can draw it again (抽查).

    Drawing is documented: the seed and the size of the pool stand here, the rule in
    rules/sampling.py. The same pool and seed give the same sample.
    """

    Kind = CheckKind

    number = models.CharField(max_length=20, unique=True)  # CC2026-000012
    kind = models.CharField(max_length=16, choices=CheckKind)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    area_path = models.CharField(max_length=160, db_collation="C")
    hazard = models.CharField(max_length=30, blank=True)
    colour = models.CharField(max_length=8, blank=True)
    seed = models.CharField(max_length=40)
    pool = models.PositiveIntegerField()
    pool_digest = models.CharField(max_length=64)  # SHA-256 of the pool's keys in order
    size = models.PositiveIntegerField()
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    callup = models.ForeignKey(Callup, models.PROTECT, null=True, related_name="checks")

    class Meta:
        indexes = [
            # The checks of one's area, newest first.
            models.Index(name="check_area", fields=["area_path", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"


class Checked(models.Model):
    """One person or device of a sample, and what came out (抽查结果)."""

    class Outcome(models.TextChoices):
        WAITING = "WAITING", "待抽查"
        PASSED = "PASSED", "合格"
        WRONG = "WRONG", "不合格"
        SILENT = "SILENT", "未接通"
        FAULTY = "FAULTY", "设备故障"
        EXCUSED = "EXCUSED", "免查"

    check_of = models.ForeignKey(Check, models.PROTECT, related_name="checked")
    order = models.PositiveIntegerField()  # in which they were drawn, and are rung
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")  # phone or radio
    call_sign = models.CharField(max_length=60, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    area_path = models.CharField(max_length=160, db_collation="C")
    posts = ArrayField(models.CharField(max_length=120), default=list)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITING)
    answers = models.JSONField(default=list)  # [{"question", "said", "score", "most"}]
    score = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)  # what is broken, why excused
    recorded_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)  # retraining or repair
    settled_on = models.DateField(null=True)
    settled_note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="checked_order_once", fields=["check_of", "order"]),
            models.CheckConstraint(
                name="checked_person_or_device",
                condition=Q(person__isnull=False) ^ ~(Q(item__isnull=True) & Q(call_sign="")),
            ),
            models.CheckConstraint(
                name="checked_recorded_by_somebody",
                condition=Q(outcome="WAITING") | Q(recorded_at__isnull=False),
            ),
        ]
        indexes = [
            # What is due: retraining and repairs.
            models.Index(
                name="checked_due",
                fields=["due_on"],
                condition=Q(due_on__isnull=False, settled_on__isnull=True),
            ),
            # A person's history of checks.
            models.Index(name="checked_person", fields=["person", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.item or self.call_sign}（{self.get_outcome_display()}）"
