"""Who is on duty from when to when, who swapped, who was called in by name."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from anlan.kernel.trail import LOCAL
from anlan.people.models import Person, Post
from anlan.people.rules import codes

from ..flow import Level, Stage
from .desks import Desk, Rotation, Seat, order_of


class Presence(models.Model):
    """Arrival that is confirmed by a deadline (到岗确认).

    `arrive_by` is empty where nobody asks. `absent_at` is when time ran out; a later arrival keeps
    it, so that late stays late.
    """

    arrive_by = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    arrival_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    arrival_words = models.CharField(max_length=100, blank=True)  # where, or why it was late
    absent_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def arrival(self, at: datetime) -> str:
        """How arrival stands: 已到岗 迟到 未到岗 待到岗, or nothing where nobody asks."""
        if self.arrived_at is not None:
            late = self.arrive_by is not None and self.arrived_at > self.arrive_by
            return "迟到" if late else "已到岗"
        if self.arrive_by is None:
            return ""
        return "未到岗" if at >= self.arrive_by else "待到岗"


class ShiftQuerySet(models.QuerySet["Shift"]):
    def standing(self) -> Self:
        """Those that were not taken off the roster again."""
        return self.filter(dropped_at__isnull=True)

    def between(self, starts: datetime, ends: datetime) -> Self:
        return self.filter(starts__lt=ends, ends__gt=starts)

    def on_at(self, at: datetime) -> Self:
        """On the roster at this instant; somebody who left is there no more."""
        day = at.astimezone(LOCAL).date()
        found = self.standing().filter(starts__lte=at, ends__gt=at)
        return found.exclude(person__left_on__lte=day).filter(
            Q(desk__closed_at__isnull=True) | Q(desk__closed_at__gt=at)
        )


class Shift(Presence):
    """A person is on duty at a desk, from one instant to another (班)."""

    Level = Level

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="shifts")
    level = models.CharField(max_length=8, choices=Level)
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, related_name="shifts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="shifts")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()  # the first instant that is no longer theirs
    watch = models.CharField(max_length=30, blank=True)  # 白班 夜班, as the catalogue called it
    rotation = models.ForeignKey(Rotation, models.SET_NULL, null=True, related_name="shifts")
    dropped_at = models.DateTimeField(null=True)
    drop_reason = models.CharField(max_length=200, blank=True)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="shift_ends_after_it_starts", condition=Q(ends__gt=F("starts"))
            ),
            models.UniqueConstraint(
                name="shift_once",
                fields=["desk", "level", "person", "starts"],
                condition=Q(dropped_at__isnull=True),
            ),
        ]
        indexes = [
            # Who is on now, the month's matrix, gaps.
            models.Index(
                name="shift_desk",
                fields=["desk", "starts", "ends"],
                condition=Q(dropped_at__isnull=True),
            ),
            # Who is on now in all desks above an area: the top bar of every page.
            models.Index(name="shift_ends", fields=["ends"], condition=Q(dropped_at__isnull=True)),
            # A person's own shifts; double booking.
            models.Index(
                name="shift_person",
                fields=["person", "ends"],
                condition=Q(dropped_at__isnull=True),
            ),
            # The sweep that marks who did not arrive.
            models.Index(
                name="shift_awaited",
                fields=["arrive_by"],
                condition=Q(
                    arrived_at__isnull=True, absent_at__isnull=True, dropped_at__isnull=True
                ),
            ),
        ]

    def __str__(self) -> str:
        begin, end = self.starts.astimezone(LOCAL), self.ends.astimezone(LOCAL)
        until = f"{end:%H:%M}" if begin.date() == end.date() else f"{end:%m-%d %H:%M}"
        return f"{self.desk} {self.get_level_display()} {begin:%m-%d %H:%M}—{until}"

    @property
    def phone(self) -> str:
        """The number at which whoever has this shift is rung: their own, else the office's."""
        return self.person.phone or (self.post.phone if self.post else "") or self.desk.phone

    @property
    def day(self) -> date:
        """The day of the roster that it stands under: the one on which it begins."""
        return self.starts.astimezone(LOCAL).date()


def on_duty(area_path: str, *, level: str, at: datetime) -> list[Shift]:
    """Who is on duty for a place at an instant, the nearest area's first (此刻谁值班).

    Desks of the area itself and of those above; one query. Within an area the standing duty room
    comes before a season's office and a joint desk, as the catalogue lists them.
    """
    shifts = Shift.objects.on_at(at).filter(
        desk__area_path__in=codes.ancestors_of(area_path), level=level
    )
    found = list(shifts.select_related("desk", "person", "post").order_by("starts", "pk"))
    rank = {desk.pk: number for number, desk in enumerate(order_of({s.desk for s in found}))}
    return sorted(found, key=lambda shift: rank[shift.desk_id])


class SwapQuerySet(models.QuerySet["Swap"]):
    def over_at(self, at: datetime) -> Self:
        """Asked for, accepted by nobody, and the shift begins."""
        return self.filter(stage=Stage.ASKED, lapses_at__lte=at)


class Swap(models.Model):
    """One asks another to take a shift, perhaps for one of theirs (换班)."""

    Stage = Stage

    stage = models.CharField(max_length=10, choices=Stage, default=Stage.ASKED)
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="swaps")
    back = models.ForeignKey(Shift, models.PROTECT, null=True, related_name="swaps_back")
    asker = models.ForeignKey(Person, models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, models.PROTECT, related_name="+")
    other_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    lapses_at = models.DateTimeField()  # when the first of the two shifts begins
    answer = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)

    objects = SwapQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="swap_asked_once", fields=["shift"], condition=Q(stage=Stage.ASKED)
            ),
            models.CheckConstraint(name="swap_with_another", condition=~Q(asker=F("other"))),
            models.CheckConstraint(
                name="swap_asked_before", condition=Q(lapses_at__gt=F("asked_at"))
            ),
        ]
        indexes = [
            # The sweep that lets them lapse, and what waits for an answer.
            models.Index(name="swap_waiting", fields=["lapses_at"], condition=Q(stage=Stage.ASKED)),
        ]

    def __str__(self) -> str:
        return f"{self.asker}与{self.other}换班（{self.shift}）"


class Summons(Presence):
    """A named person is to be at a desk by a time, in extreme weather (紧急到岗)."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="summons")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200)
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)  # nobody is waited for any longer

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="summons_has_a_limit", condition=Q(arrive_by__gt=F("called_at"))
            ),
            models.UniqueConstraint(
                name="summoned_once",
                fields=["desk", "person"],
                condition=Q(ended_at__isnull=True),
            ),
        ]
        indexes = [
            # The sweep that marks who did not arrive.
            models.Index(
                name="summons_awaited",
                fields=["arrive_by"],
                condition=Q(arrived_at__isnull=True, absent_at__isnull=True, ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}到{self.desk}"
