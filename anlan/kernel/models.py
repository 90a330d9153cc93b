"""What the kernel keeps: the trail, what was announced, stored files, signs of life."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class TrailEntry(models.Model):
    """One line of the permanent record (留痕): who did what to which thing, and when.

    Entries are written unchained with their deed; the sealer chains them within a second. The
    database refuses to change or delete them (see the migration), whoever asks.
    """

    subject_kind = models.CharField(max_length=40)  # "matters.matter"
    subject_id = models.BigIntegerField()
    verb = models.CharField(max_length=40)
    person_id = models.BigIntegerField(null=True)  # empty when time itself did it
    post_id = models.BigIntegerField(null=True)
    on_behalf_of_id = models.BigIntegerField(null=True)  # 代录: whose word this was
    actor = models.CharField(max_length=120)  # names as they stood on that day
    office = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    note = models.JSONField(default=dict)

    class Meta:
        indexes = [
            # The timeline of a thing's page, and "who was first" of a lost race.
            models.Index(name="trail_subject", fields=["subject_kind", "subject_id", "id"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.verb} {self.subject_kind}:{self.subject_id}"


class TrailUnsealed(models.Model):
    """Entries that wait for the sealer; a trigger fills it in the transaction of the deed."""

    entry_id = models.BigIntegerField(primary_key=True)
    # By the server's own clock: how long the sealer lets entries wait, whatever `at` they carry.
    queued_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"#{self.entry_id}"


class TrailLink(models.Model):
    """One link of the chain: position without gaps, the entry's digest, and the chain up to here.

    Position 0 belongs to no entry: its chain is the random mark of this site (see `sealing`).
    """

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    digest = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)
    algorithm = models.CharField(max_length=8)  # "sha256" or "sm3": a site may change over
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.position}: #{self.entry_id}"


class PersonalKey(models.Model):
    """The key of one person's values in the trail; erasure destroys it (个人信息保护法 §47)."""

    owner = models.CharField(max_length=60, unique=True)  # "people.person:12"
    wrapped = models.BinaryField(null=True)  # by the site's master key; empty after erasure
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.owner


class TrailPersonal(models.Model):
    """Personal values beside an entry, encrypted; the entry's digest covers the ciphertext."""

    entry = models.OneToOneField(TrailEntry, models.PROTECT, related_name="personal")
    key = models.ForeignKey(PersonalKey, models.PROTECT, related_name="+")
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return f"#{self.entry_id}"


class Announcement(models.Model):
    """Something that happened and must be heard (发件箱): written with the deed, heard after."""

    event = models.CharField(max_length=80)  # "anlan.matters.events.MatterReported"
    payload = models.JSONField()
    announced_at = models.DateTimeField(db_default=Now())
    delivered_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)  # after a failed attempt: not before this instant
    parked_at = models.DateTimeField(null=True)  # given up on; waits for a person
    trouble = models.TextField(blank=True)

    class Meta:
        indexes = [
            # The delivery worker reads only this.
            models.Index(
                name="announcement_waiting",
                fields=["id"],
                condition=Q(delivered_at__isnull=True, parked_at__isnull=True),
            ),
            # `anlan doctor` shows what nobody could hear.
            models.Index(
                name="announcement_parked", fields=["id"], condition=Q(parked_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.event}"


class StoredFile(models.Model):
    """A file kept by the hash of its content, outside the database (附件)."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()  # bytes
    media_type = models.CharField(max_length=80)  # as sniffed, never as claimed
    name = models.CharField(max_length=200)
    thumbnail = models.BooleanField(default=False)
    kept_at = models.DateTimeField()
    kept_by_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class Heartbeat(models.Model):
    """When each background part was last seen alive; `anlan doctor` reads it."""

    part = models.CharField(max_length=40, primary_key=True)
    seen_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.part


class SpentNonce(models.Model):
    """The one-time number of a signed request that was taken (一次性编号): it is taken once."""

    scope = models.CharField(max_length=60)  # whose numbers: "gateways.sms_telecom"
    nonce = models.CharField(max_length=64)
    spent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="nonce_once", fields=["scope", "nonce"])]
        indexes = [
            # The sweep that forgets those whose window is over.
            models.Index(name="nonce_spent", fields=["spent_at"]),
        ]

    def __str__(self) -> str:
        return self.scope
