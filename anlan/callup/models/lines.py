"""The ways out of the house (线路): one row for each gateway that a site has configured."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from anlan.people.models import Person

from ..flow import World


class Line(models.Model):
    """A gateway as the call-up sees it (通道线路): which channels, which world, how it fares.

    Rows come from catalogues/gateways.yaml. `place` is the order of preference among the lines of
    a channel: a line takes attempts only while all better ones of that channel rest. A line of a
    drill is never anything but a simulated one; the database keeps that.
    """

    key = models.CharField(max_length=40, primary_key=True)
    world = models.CharField(max_length=5, choices=World)
    kind = models.CharField(max_length=20)  # the folder in gateways/: simulated, http_sms, mail ...
    label = models.CharField(max_length=40)
    channels = ArrayField(models.CharField(max_length=12))
    place = models.PositiveSmallIntegerField(default=1)
    link_base = models.CharField(max_length=120, blank=True)  # https://… before /a/<token>
    active = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    resting_until = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)
    last_fault_at = models.DateTimeField(null=True)
    last_fault = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="line_of_one_world", fields=["key", "world"]),
            models.CheckConstraint(
                name="line_of_a_drill_is_simulated",
                condition=Q(world=World.LIVE) | Q(kind="simulated"),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Address(models.Model):
    """Where a person is reached over a channel that a telephone number does not serve (联络地址).

    A mail address or a push subscription, as the gateway of that channel wants it. A work group has
    none: it is told once a call-up, and nobody's link is shown there.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=12)  # MAIL or PUSH
    address = models.TextField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="address_once", fields=["person", "channel"]),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.channel}"
