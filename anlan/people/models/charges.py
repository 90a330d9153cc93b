"""Who answers for what, and until when (责任)."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from .areas import Area
from .posts import Person, Post


class ChargeQuerySet(models.QuerySet["Charge"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(since__lte=day).exclude(until__lte=day)

    def stale_on(self, day: date) -> Self:
        """Not confirmed by the day they should have been (负责人变更后未及时更新)."""
        return self.valid_on(day).filter(
            Q(confirm_by__lt=day) & (Q(confirmed_on__isnull=True) | Q(confirmed_on__lt=F("opened")))
        )


class Charge(models.Model):
    """A post or person answers for an area, an item or a duty (包保责任), from day to day.

    `kind` is a key of catalogues/charge_kinds.yaml: 市领导包镇, 镇领导包村, 村干部包户, flood and
    risk grids, the three persons of a major hazard source. `target` is a checked `kernel.Ref`
    where the charge is for a thing rather than for the whole area.
    """

    kind = models.CharField(max_length=30)
    area = models.ForeignKey(Area, models.PROTECT, related_name="charges")
    area_path = models.CharField(max_length=160, db_collation="C")
    target_kind = models.CharField(max_length=40, blank=True)
    target_id = models.BigIntegerField(null=True)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="charges")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="charges")
    above = models.ForeignKey("self", models.PROTECT, null=True, related_name="below")
    since = models.DateField()
    until = models.DateField(null=True)  # the first day on which it no longer holds
    opened = models.DateField()  # the round of confirmation it belongs to began on this day
    confirm_by = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    public = models.BooleanField(default=False)  # shown on the public list (公示)
    origin = models.CharField(max_length=80, blank=True)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="charge_has_somebody",
                condition=Q(post__isnull=False) | Q(person__isnull=False),
            ),
            models.CheckConstraint(
                name="charge_target_whole",
                condition=Q(target_kind="", target_id__isnull=True)
                | (~Q(target_kind="") & Q(target_id__isnull=False)),
            ),
        ]
        indexes = [
            # Who answers for this area and hazard: lists, scopes, later the call-up.
            models.Index(name="charge_area", fields=["area_path", "kind"]),
            # Who answers for this item: its page.
            models.Index(name="charge_target", fields=["target_kind", "target_id"]),
            # The sweep and the page of stale charges.
            models.Index(
                name="charge_confirm", fields=["confirm_by"], condition=Q(until__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.kind}"
