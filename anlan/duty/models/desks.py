"""Duty desks, the seats of a joint one, and the order in which people take turns."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from anlan.kernel import catalogues
from anlan.people.models import Area, Body, Person, Post
from anlan.people.rules import codes

from ..flow import Level
from ..rules.kinds import DeskKind


def desk_kinds() -> dict[str, DeskKind]:
    return catalogues.load("duty_desks", DeskKind)


class DeskQuerySet(models.QuerySet["Desk"]):
    def open_at(self, at: datetime) -> Self:
        return self.filter(opened_at__lte=at).exclude(closed_at__lte=at)

    def around(self, path: str) -> Self:
        """The desks of an area and of those above it: whom somebody there may ring."""
        return self.filter(area_path__in=codes.ancestors_of(path))


class Desk(models.Model):
    """A place that is manned by roster: the district's duty room, a town's duty (值班室).

    `kind` is a key of catalogues/duty_desks.yaml. A joint desk (联合值班) is opened with a reason,
    perhaps for a response or a warning (`source`), and closed with it.
    """

    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=80)
    area = models.ForeignKey(Area, models.PROTECT, related_name="duty_desks")
    area_path = models.CharField(max_length=160, db_collation="C")
    body = models.ForeignKey(Body, models.PROTECT, related_name="duty_desks")
    phone = models.CharField(max_length=30, blank=True)  # 值班电话: an office's, not a person's
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    source_kind = models.CharField(max_length=40, blank=True)
    source_id = models.BigIntegerField(null=True)
    close_reason = models.CharField(max_length=200, blank=True)

    objects = DeskQuerySet.as_manager()

    class Meta:
        constraints = [
            # Joint duty is opened once, whoever presses the button twice.
            models.UniqueConstraint(
                name="desk_open_once",
                fields=["kind", "area", "body"],
                condition=Q(closed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="desk_source_whole",
                condition=Q(source_kind="", source_id__isnull=True)
                | (~Q(source_kind="") & Q(source_id__isnull=False)),
            ),
            models.CheckConstraint(
                name="desk_closes_after_it_opens",
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
            ),
        ]
        indexes = [
            # Which desks lie within reach, or above an area: every page's top bar.
            models.Index(name="desk_area", fields=["area_path"]),
            # The joint duty of one response or warning.
            models.Index(name="desk_source", fields=["source_kind", "source_id"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def spec(self) -> DeskKind:
        return desk_kinds()[self.kind]

    @property
    def joint(self) -> bool:
        return self.spec.joint


class Seat(models.Model):
    """A body's place at a joint desk: 水利局 1 人 (联合值班席位)."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="seats")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    level = models.CharField(max_length=8, choices=Level, default=Level.OFFICER)
    number = models.PositiveSmallIntegerField(default=1)  # persons at the same time

    class Meta:
        constraints = [
            models.UniqueConstraint(name="seat_once", fields=["desk", "body", "level"]),
            models.CheckConstraint(name="seat_has_number", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.body}（{self.get_level_display()}）"


class RotationDays(models.TextChoices):
    """On which days a rotation runs; the others may have a rotation of their own."""

    ALL = "ALL", "每天"
    WORKING = "WORKING", "工作日"
    OFF = "OFF", "节假日"


class Rotation(models.Model):
    """An ordered group that takes turns at one level of a desk (轮值组).

    `turn` is whose turn comes next (a position, from 0) once everything up to `made_until` is
    written into the roster, so that the next month goes on where this one ended.
    """

    Days = RotationDays

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="rotations")
    level = models.CharField(max_length=8, choices=Level)
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, related_name="rotations")
    watch = models.CharField(max_length=30, blank=True)  # its name; empty is all of the level
    days = models.CharField(max_length=8, choices=RotationDays, default=RotationDays.ALL)
    step = models.PositiveSmallIntegerField(default=1)  # how far it moves from watch to watch
    turn = models.PositiveSmallIntegerField(default=0)
    made_until = models.DateField(null=True)  # the last day that was made

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="rotation_once",
                fields=["desk", "level", "seat", "watch", "days"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="rotation_moves", condition=Q(step__gte=1)),
        ]

    def __str__(self) -> str:
        words = filter(None, [self.get_level_display(), self.watch, self.get_days_display()])
        return f"{self.desk} {' '.join(words)}"


class Turn(models.Model):
    """One person's place in a rotation, and the post under which they serve (轮值顺序)."""

    rotation = models.ForeignKey(Rotation, models.CASCADE, related_name="turns")
    position = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="turn_of_one", fields=["rotation", "position"]),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.person}"


def order_of(desks: Iterable[Desk]) -> list[Desk]:
    """As the catalogue lists their kinds: the duty room before the office of a season."""
    rank = {key: number for number, key in enumerate(desk_kinds())}
    return sorted(desks, key=lambda desk: (-len(desk.area_path), rank.get(desk.kind, 99), desk.pk))
