"""Warnings (预警): each message one row, the district's own and those received from elsewhere."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, QuerySet

from anlan.callup.models import Callup
from anlan.formats import cap
from anlan.kernel.models import TrailEntry
from anlan.people.models import Area, Body, Person, Post

from ..flow import WarningStage, World
from ..rules import capping
from .issuing import COLOURS

SENT = ["ISSUED", "UPDATED", "CANCELLED", "EXPIRED"]


class Warning(models.Model):
    """One message of a warning (预警): first, update or cancellation; immutable once it went out.

    `follows` is the message it updates or cancels. Ours have a drafter; one that was received
    stands as it came. `world` and CAP's status are one: only a live one is Actual, and only an
    Actual one has a row by which it could be published or call anybody (migration 0003).
    """

    Stage, World = WarningStage, World

    class Kind(models.TextChoices):
        ALERT = "ALERT", "首发"
        UPDATE = "UPDATE", "更新"
        CANCEL = "CANCEL", "解除"

    identifier = models.CharField(max_length=200, blank=True, db_collation="C")
    sender = models.CharField(max_length=200)
    sent = models.DateTimeField(null=True)
    world = models.CharField(max_length=5, choices=World)
    status = models.CharField(max_length=8, choices=[(s.value, s.value) for s in cap.Status])
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.ALERT)
    stage = models.CharField(max_length=10, choices=WarningStage, default=WarningStage.DRAFT)
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")  # our issuer
    hazard = models.CharField(max_length=40, blank=True)  # key of catalogues/warning_hazards.yaml
    colour = models.CharField(max_length=6, blank=True)
    headline = models.CharField(max_length=200)
    root = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    area_path = models.CharField(max_length=160, db_collation="C")
    codes = ArrayField(models.CharField(max_length=20), default=list)  # of the areas meant
    content = models.JSONField()  # what else it says: words, times, places
    expires = models.DateTimeField(null=True)
    drafter = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    drafter_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField()
    approver = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    alarm = models.ForeignKey("watch.Alarm", models.PROTECT, null=True, related_name="warnings")
    xml = models.BinaryField(null=True)  # as it went out, signed
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of what went out or came in
    received_at = models.DateTimeField(null=True)  # then `xml` is as it came in
    feed = models.CharField(max_length=40, blank=True)  # key of catalogues/cap_feeds.yaml
    faults = models.JSONField(default=list)  # what was wrong with what came in
    signature = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="warning_of_one_world", fields=["id", "world"]),
            # One that is refused may come again, mended: it doesn't take the name.
            models.UniqueConstraint(
                name="warning_once",
                fields=["sender", "identifier", "sent"],
                condition=~Q(identifier="") & ~Q(stage="REFUSED"),
            ),
            models.UniqueConstraint(
                name="warning_refused_once", fields=["digest"], condition=Q(stage="REFUSED")
            ),
            models.CheckConstraint(
                name="warning_approved_by_another",
                condition=Q(approver=None) | Q(drafter=None) | ~Q(approver=F("drafter")),
            ),
            # A cancellation takes nothing away from anybody's safety unseen: it names what two
            # persons had issued, and goes out by the word of one who may approve.
            models.CheckConstraint(
                name="warning_sent_is_approved",
                condition=~Q(stage__in=SENT)
                | Q(approver__isnull=False)
                | Q(received_at__isnull=False)
                | Q(kind="CANCEL", follows__isnull=False),
            ),
            models.CheckConstraint(
                name="warning_sent_is_whole",
                condition=~Q(stage__in=SENT)
                | (Q(xml__isnull=False, sent__isnull=False) & ~Q(identifier="") & ~Q(digest="")),
            ),
            models.CheckConstraint(
                name="warning_live_is_actual",
                condition=Q(world="LIVE", status="Actual")
                | (Q(world="DRILL") & ~Q(status="Actual")),
            ),
        ]
        indexes = [
            # The list: newest first, below an area.
            models.Index(name="warning_area", fields=["area_path", "-id"]),
            # A message names others: which are they.
            models.Index(name="warning_identifier", fields=["identifier"]),
            # The sweep of those that run out.
            models.Index(name="warning_expires", fields=["expires"], condition=Q(stage="ISSUED")),
        ]

    def __str__(self) -> str:
        return self.headline

    @property
    def own(self) -> bool:
        return self.received_at is None

    @property
    def colour_word(self) -> str:
        return COLOURS.get(self.colour, "")

    @property
    def places(self) -> tuple[capping.Place, ...]:
        return tuple(_place(given) for given in self.content.get("places", ()))

    def timeline(self) -> QuerySet[TrailEntry]:
        """Everything that was done to it, oldest first."""
        return TrailEntry.objects.filter(subject_kind="watch.warning", subject_id=self.pk).order_by(
            "id"
        )

    def alert(self) -> cap.Alert:
        """The message as it went out."""
        found = cap.read(bytes(self.xml or b""))
        return next(m.alert for m in found.messages if m.alert is not None)


class Publication(models.Model):
    """A message on an outlet (发布): the public feed takes live ones only, by its foreign key."""

    class Outlet(models.TextChoices):
        PUBLIC = "PUBLIC", "公开订阅源"
        DRILL = "DRILL", "演练订阅源"

    warning = models.ForeignKey(Warning, models.PROTECT, related_name="publications")
    world = models.CharField(max_length=5, choices=World)
    outlet = models.CharField(max_length=6, choices=Outlet)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="publication_once", fields=["warning", "outlet"]),
            models.CheckConstraint(
                name="publication_in_its_world",
                condition=Q(outlet="PUBLIC", world="LIVE") | Q(outlet="DRILL", world="DRILL"),
            ),
        ]
        indexes = [
            # The feed, newest first.
            models.Index(name="publication_outlet", fields=["outlet", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_outlet_display()} {self.warning_id}"


class Reached(models.Model):
    """The call-up that a warning began (预警叫应): of the same world, by both foreign keys."""

    warning = models.ForeignKey(Warning, models.PROTECT, related_name="reached")
    callup = models.OneToOneField(Callup, models.PROTECT, related_name="+")
    world = models.CharField(max_length=5, choices=World)

    def __str__(self) -> str:
        return f"{self.warning_id} → {self.callup_id}"


def as_json(place: capping.Place) -> dict[str, object]:
    return {"name": place.name, "code": place.code, "rings": place.rings, "circles": place.circles}


def _place(given: dict[str, object]) -> capping.Place:
    rings: list[list[list[float]]] = given.get("rings") or []  # type: ignore[assignment]
    circles: list[list[float]] = given.get("circles") or []  # type: ignore[assignment]
    return capping.Place(
        str(given["name"]),
        str(given.get("code") or ""),
        tuple(tuple((float(lon), float(lat)) for lon, lat in ring) for ring in rings),
        tuple((float(lon), float(lat), float(radius)) for lon, lat, radius in circles),
    )
