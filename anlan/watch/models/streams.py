"""Streams: one property at one station, as one device sends it (测点序列)."""

from django.db import models

from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid
from anlan.people.models import Person

from ..rules.properties import Property
from .stations import Description, Source, Station


def properties() -> dict[str, Property]:
    """All observed properties, in the order of the catalogue."""
    return catalogues.load("observed_properties", Property)


def property_named(key: str) -> Property:
    """The property of this key; Invalid where the catalogue has none."""
    known = properties()
    if key not in known:
        raise Invalid(
            f"没有“{key}”这一监测要素", mend=f"可用的有：{'、'.join(known)}", field="observed"
        )
    return known[key]


class Stream(models.Model):
    """A series of observations: who sends it under which name, of what, in which unit."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="streams")
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="streams")
    code = models.CharField(max_length=80)  # the source's own name for it
    name = models.CharField(max_length=200)
    observed = models.CharField(max_length=30, default="other")  # key of observed_properties
    unit = models.CharField(max_length=20)  # UCUM; empty where what was said is no unit we know
    procedure = models.CharField(max_length=120, blank=True)  # how it is measured
    interval_s = models.FloatField()  # how often it usually comes
    silent_s = models.FloatField()  # then it is silent
    lateness_s = models.FloatField(default=0)  # so late a point is still judged in its place
    lowest = models.FloatField(null=True)
    highest = models.FloatField(null=True)
    spike = models.FloatField(null=True)
    stuck_s = models.FloatField(default=0)
    # The stream's own limits: fortified, warning, guaranteed, flood_limit, uniform_rate.
    thresholds = models.JSONField(default=dict)
    keep_days = models.IntegerField()
    active = models.BooleanField(default=True)
    # What a SensorThings client said, word for word.
    sensor = models.ForeignKey(Description, models.PROTECT, null=True, related_name="streams")
    described = models.ForeignKey(Description, models.PROTECT, null=True, related_name="measured")
    observation_type = models.CharField(max_length=120, blank=True)
    given_unit = models.JSONField(null=True)
    description = models.TextField(blank=True)
    properties = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="stream_code_once", fields=["source", "code"]),
            models.CheckConstraint(name="stream_kept_a_day", condition=models.Q(keep_days__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def spec(self) -> Property:
        known = properties()
        return known.get(self.observed) or known["other"]


class Maintenance(models.Model):
    """Work on a station or one stream of it (维护时段): nothing is called silent meanwhile."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="maintenances")
    stream = models.ForeignKey(Stream, models.PROTECT, null=True, related_name="maintenances")
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="maintenance_ends_after_it_begins",
                condition=models.Q(until__gt=models.F("since")),
            ),
        ]
        indexes = [
            # What is under maintenance now: the sweep for silence, the judge.
            models.Index(name="maintenance_until", fields=["until"]),
        ]

    def __str__(self) -> str:
        return f"{self.station} {self.reason}"
