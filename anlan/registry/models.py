"""Anything registered, of a kind defined in a catalogue (物·底数)."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from anlan.kernel import catalogues, search
from anlan.kernel.errors import Invalid
from anlan.people.models import Area, Body, Person, Post

from .flow import AT_HAND, Stage
from .rules import ItemKind, nearest


@dataclass(frozen=True)
class Sector:
    """A key sector (重点领域) and the other words for it."""

    key: str
    label: str
    also: tuple[str, ...] = ()


def kinds() -> dict[str, ItemKind]:
    """All kinds of items, in the order of the catalogue."""
    return catalogues.load("item_kinds", ItemKind)


def kind_of(key: str) -> ItemKind:
    """The kind of this key; raise Invalid where the catalogue has none."""
    known = kinds()
    if key not in known:
        raise Invalid(f"没有“{key}”这一底数类别", mend=nearest(key, list(known)), field="kind")
    return known[key]


def sector_words() -> dict[str, str]:
    """Every word for a sector, its label first → its key."""
    sectors = catalogues.load("sectors", Sector).values()
    return {word: each.key for each in sectors for word in (each.label, *each.also)}


def sector_labels() -> dict[str, str]:
    """Each sector once, key → its main word, in the order of the catalogue: what a list offers."""
    return {key: each.label for key, each in catalogues.load("sectors", Sector).items()}


class Grade(models.TextChoices):
    """Risk grade (风险等级): the first of the five scales, never mixed with the hazard grade."""

    LOW = "LOW", "低"
    GENERAL = "GENERAL", "一般"
    LARGER = "LARGER", "较大"
    MAJOR = "MAJOR", "重大"


class ItemQuerySet(models.QuerySet["Item"]):
    def standing(self) -> Self:
        """In the register today: neither retired nor still under review."""
        return self.filter(stage=Stage.LISTED)

    def to_review(self) -> Self:
        """New spots from outside the register that wait for review (非在册新增)."""
        return self.filter(stage=Stage.PROPOSED)

    def of_kind(self, key: str) -> Self:
        return self.filter(kind=key)

    def under(self, path: str) -> Self:
        return self.filter(area_path__startswith=path)

    def stale_on(self, day: date) -> Self:
        """Not looked at by the day they should have been; a spot not reviewed in time is one."""
        return self.filter(stage__in=AT_HAND, stale_on__lt=day)

    def without_all_parties(self) -> Self:
        """Items that lack 属地, 行业主管 or 企业主体 where their kind asks for them."""
        return self.standing().filter(parties_missing=True)

    def containing(self, words: str) -> Self:
        """Rows whose searchable text contains every word typed."""
        return self.alias(**search.annotated("search")).filter(search.lookup("search", words))


class ItemBatch(models.Model):
    """One table of items that came in at once (批量导入): what the one trail entry stands for."""

    kind = models.CharField(max_length=30)
    source = models.CharField(max_length=200, blank=True)  # name of the file
    digest = models.CharField(max_length=64)  # SHA-256 of the rows as they were read
    added = models.IntegerField()
    changed = models.IntegerField()
    unchanged = models.IntegerField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind} {self.source}"


class Item(models.Model):
    """One registered thing: enterprise premises, slope, shelter, warehouse, camera, vessel ..."""

    Grade = Grade
    Stage = Stage

    kind = models.CharField(max_length=30)  # key of catalogues/item_kinds.yaml
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.LISTED)
    area = models.ForeignKey(Area, models.PROTECT, related_name="items")
    area_path = models.CharField(max_length=160, db_collation="C")
    address = models.CharField(max_length=160, blank=True)
    lon = models.FloatField(null=True)  # CGCS2000/WGS84 degrees
    lat = models.FloatField(null=True)
    position_source = models.CharField(max_length=10, blank=True)  # the system it was handed in
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
    stale_told_on = models.DateField(null=True)  # the day it was announced as stale, once
    registered_at = models.DateTimeField()
    retired_on = models.DateField(null=True)
    proposer = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+"
    )  # who reported it from outside the register; may not review it
    batch = models.ForeignKey(ItemBatch, models.PROTECT, null=True, related_name="items")
    origin = models.CharField(max_length=80, blank=True)  # source system and id
    search = models.TextField()  # name, code, address, enterprise: what people type

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="item_code_once", fields=["kind", "code"]),
            models.UniqueConstraint(
                name="item_origin_once", fields=["kind", "origin"], condition=~Q(origin="")
            ),
            models.CheckConstraint(
                name="item_retired_has_its_day",
                condition=Q(stage="RETIRED", retired_on__isnull=False)
                | (~Q(stage="RETIRED") & Q(retired_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="item_position_whole",
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__isnull=False, lat__isnull=False),
            ),
        ]
        indexes = [
            # The ledger of one kind below one area.
            models.Index(name="item_kind_area", fields=["kind", "area_path"]),
            # One file per enterprise (一企一档).
            models.Index(name="item_enterprise", fields=["enterprise"]),
            # My work: what a post keeps.
            models.Index(name="item_keeper", fields=["keeper"]),
            # What came with one import: its page and its grade history.
            models.Index(name="item_batch", fields=["batch"], condition=Q(batch__isnull=False)),
            # What must be looked at again: the list and the sweep.
            models.Index(
                name="item_stale",
                fields=["stale_on"],
                condition=Q(stage__in=["PROPOSED", "LISTED"]),
            ),
            # Search by words of the name. With fastupdate, unlike the ledger of matters: items come
            # ten thousand at a time, and the index is a third of the cost when it may lag a little.
            GinIndex(search.BigramsOf(F("search")), name="item_search", fastupdate=True),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def spec(self) -> ItemKind:
        return kind_of(self.kind)


class GradeChange(models.Model):
    """One change of a risk grade, with its reason: grades have a history (风险等级变更)."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="grade_changes")
    before = models.CharField(max_length=8, choices=Grade, blank=True)
    after = models.CharField(max_length=8, choices=Grade, blank=True)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.item_id} {self.before}→{self.after}"


class CodeCounter(models.Model):
    """The last serial given out for a prefix and a district (编号)."""

    stem = models.CharField(max_length=30, primary_key=True)  # "RP-331081"
    last = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.stem} {self.last}"


class StockBalance(models.Model):
    """What a store holds of one material (库存); never below zero, whoever is first.

    Always the sum of its movements: both are written in one transaction, and the row of the
    balance is the lock that its movements queue at.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="balances")
    material = models.CharField(max_length=60)
    unit = models.CharField(max_length=10)
    quantity = models.DecimalField(max_digits=14, decimal_places=2)
    counted_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="balance_once", fields=["item", "material"]),
            models.CheckConstraint(name="balance_never_negative", condition=Q(quantity__gte=0)),
        ]
        indexes = [
            # Who has any of this material: the search for it in an emergency.
            models.Index(name="balance_material", fields=["material"]),
        ]

    def __str__(self) -> str:
        return f"{self.material} {self.quantity}{self.unit}"


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
    loan = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="returns"
    )  # what a return gives back
    due_on = models.DateField(null=True)  # by when a loan should be back
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    remark = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            # A count that finds what the books say is a movement too: it says who looked, and when.
            models.CheckConstraint(
                name="movement_moves_something", condition=~Q(quantity=0) | Q(reason="COUNTED")
            ),
            models.CheckConstraint(
                name="movement_return_has_its_loan",
                condition=Q(reason="RETURNED", loan__isnull=False)
                | (~Q(reason="RETURNED") & Q(loan__isnull=True)),
            ),
            models.CheckConstraint(
                name="movement_loan_has_its_borrower",
                condition=~Q(reason="LENT") | Q(counterpart__isnull=False),
            ),
        ]
        indexes = [
            # The book of one store.
            models.Index(name="movement_item", fields=["item", "material"]),
            # What a body has borrowed: its own page and its file.
            models.Index(
                name="movement_borrower", fields=["counterpart"], condition=Q(reason="LENT")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.material} {self.quantity}"
