"""Anything registered, of a kind defined in a catalogue (物·底数)."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from anlan.kernel.search import bigram_index
from anlan.people.models import Area, Body, Person, Post


class Grade(models.TextChoices):
    """Risk grade (风险等级): the first of the five scales, never mixed with the hazard grade."""

    LOW = "LOW", "低"
    GENERAL = "GENERAL", "一般"
    LARGER = "LARGER", "较大"
    MAJOR = "MAJOR", "重大"


class ItemQuerySet(models.QuerySet["Item"]):
    def standing(self) -> Self:
        return self.filter(retired_on__isnull=True)

    def stale_on(self, day: date) -> Self:
        return self.standing().filter(stale_on__lt=day)

    def without_all_parties(self) -> Self:
        """Items that lack 属地, 行业主管 or 企业主体 where their kind asks for them."""
        return self.standing().filter(parties_missing=True)


class Item(models.Model):
    """One registered thing: enterprise premises, slope, shelter, warehouse, camera, vessel ..."""

    Grade = Grade

    kind = models.CharField(max_length=30)  # key of catalogues/item_kinds.yaml
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    area = models.ForeignKey(Area, models.PROTECT, related_name="items")
    area_path = models.CharField(max_length=160, db_collation="C")
    address = models.CharField(max_length=160, blank=True)
    lon = models.FloatField(null=True)  # CGCS2000/WGS84 degrees
    lat = models.FloatField(null=True)
    position_source = models.CharField(max_length=10, blank=True)  # wgs84, gcj02, bd09
    sector = models.CharField(max_length=30, blank=True)
    grade = models.CharField(max_length=8, choices=Grade, blank=True)
    attributes = models.JSONField(default=dict)  # typed by the kind
    territorial = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")  # 属地
    industry = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")  # 行业主管
    enterprise = models.ForeignKey(
        Body, models.PROTECT, null=True, related_name="items"
    )  # 企业主体
    keeper = models.ForeignKey(Post, models.PROTECT, null=True, related_name="items")
    parties_missing = models.BooleanField(default=False)
    confirmed_on = models.DateField(null=True)
    stale_on = models.DateField(null=True)  # must be looked at again by this day
    registered_at = models.DateTimeField()
    retired_on = models.DateField(null=True)
    origin = models.CharField(max_length=80, blank=True)  # source system and id
    search = models.TextField()  # name, code, address, enterprise: what people type

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="item_code_once", fields=["kind", "code"]),
        ]
        indexes = [
            # The ledger of one kind below one area.
            models.Index(name="item_kind_area", fields=["kind", "area_path"]),
            # One file per enterprise (一企一档).
            models.Index(name="item_enterprise", fields=["enterprise"]),
            # What must be looked at again: the list and the sweep.
            models.Index(
                name="item_stale", fields=["stale_on"], condition=Q(retired_on__isnull=True)
            ),
            # Search by words of the name.
            bigram_index("item_search", "search"),
        ]

    def __str__(self) -> str:
        return self.name


class GradeChange(models.Model):
    """One change of a risk grade, with its reason: grades have a history (风险等级变更)."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="grade_changes")
    before = models.CharField(max_length=8, choices=Grade, blank=True)
    after = models.CharField(max_length=8, choices=Grade)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.item_id} {self.before}→{self.after}"


class StockMovement(models.Model):
    """Stock that came, went, was lent or came back (出入库); the balance is their sum."""

    class Reason(models.TextChoices):
        IN = "IN", "入库"
        OUT = "OUT", "出库"
        LENT = "LENT", "借出"
        RETURNED = "RETURNED", "归还"
        COUNTED = "COUNTED", "盘点"

    item = models.ForeignKey(Item, models.PROTECT, related_name="movements")
    material = models.CharField(max_length=60)
    unit = models.CharField(max_length=10)
    quantity = models.DecimalField(max_digits=14, decimal_places=2)  # signed: what is added
    reason = models.CharField(max_length=8, choices=Reason)
    counterpart = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    remark = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="movement_moves_something", condition=~Q(quantity=0)),
        ]
        indexes = [
            # The balance of one warehouse.
            models.Index(name="movement_item", fields=["item", "material"]),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.material} {self.quantity}"
