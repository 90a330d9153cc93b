"""Stations, what they hang on, who sends their data (测站与来源)."""

from django.db import models
from django.db.models import Q

from anlan.kernel.models import StoredFile
from anlan.people.models import Area, Body, Person, Post
from anlan.registry.models import Item

from ..flow import Review, Stage


class Source(models.Model):
    """Who sends data (接入来源): a maker's platform, a department's system, a box at the wall.

    It writes its own streams and no others. `secret` is the hash of its password in the form that
    mosquitto reads as well, so that one password serves MQTT and HTTP.
    """

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")  # whose it is
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    area_path = models.CharField(max_length=160, db_collation="C")
    secret = models.CharField(max_length=200)
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Description(models.Model):
    """What a SensorThings client says about sensors, properties and places, in its own words."""

    class Kind(models.TextChoices):
        SENSOR = "SENSOR", "传感器"
        PROPERTY = "PROPERTY", "监测要素"
        LOCATION = "LOCATION", "位置"
        FEATURE = "FEATURE", "观测对象"

    kind = models.CharField(max_length=8, choices=Kind)
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200)
    description = models.TextField()
    definition = models.CharField(max_length=400)  # of a property; else the encoding of the content
    content = models.JSONField(null=True)  # metadata, location or feature
    properties = models.JSONField(default=dict)

    class Meta:
        indexes = [
            # SensorThings: the list of sensors, of properties, of places.
            models.Index(name="description_kind", fields=["kind", "id"]),
        ]

    def __str__(self) -> str:
        return self.name


class Station(models.Model):
    """One place where something is measured (测站), on a registered thing."""

    Stage = Stage

    code = models.CharField(max_length=60, unique=True)  # 站码
    name = models.CharField(max_length=120)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.IN_USE)
    # None while a source has announced it and nobody has said yet what it stands on.
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="stations")
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="stations")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    area_path = models.CharField(max_length=160, db_collation="C")
    sector = models.CharField(max_length=30, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="stations")  # owner
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")  # who answers
    description = models.TextField(blank=True)
    properties = models.JSONField(default=dict)
    location = models.ForeignKey(Description, models.PROTECT, null=True, related_name="stations")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="station_position_whole",
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__isnull=False, lat__isnull=False),
            ),
        ]
        indexes = [
            # The list of stations below an area, and the map.
            models.Index(name="station_area", fields=["area_path"]),
            # The page of an item: its stations.
            models.Index(name="station_item", fields=["item"]),
            # The online rate of an owner.
            models.Index(name="station_body", fields=["body"]),
        ]

    def __str__(self) -> str:
        return self.name


class Sighting(models.Model):
    """An event that a camera or an AI box reports (设备事件): a person says whether it is so."""

    Review = Review

    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    origin = models.CharField(max_length=80)  # the source's own number of it
    kind = models.CharField(max_length=40)  # smoke, no_helmet, crowd ... as the box says it
    words = models.CharField(max_length=200)
    at = models.DateTimeField()
    station = models.ForeignKey(Station, models.PROTECT, null=True, related_name="sightings")
    area_path = models.CharField(max_length=160, db_collation="C")
    sector = models.CharField(max_length=30, blank=True)
    picture = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    stage = models.CharField(max_length=9, choices=Review, default=Review.WAITING)
    reviewed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="sighting_once", fields=["source", "origin"]),
        ]
        indexes = [
            # What waits for a person, newest first.
            models.Index(name="sighting_waiting", fields=["stage", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.words} {self.at:%Y-%m-%d %H:%M}"
