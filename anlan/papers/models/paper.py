"""The paper itself (文书), its addressees and their replies."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, QuerySet

from anlan.kernel import search
from anlan.kernel.models import StoredFile, TrailEntry
from anlan.kernel.refs import Ref
from anlan.people.models import Body, Person

from .. import rules
from ..flow import OUT, Stage
from .kinds import kind_named

IS_OUT = Q(stage__in=OUT)


class PaperQuerySet(models.QuerySet["Paper"]):
    def out(self) -> Self:
        """What was ever issued, also what was withdrawn or superseded since."""
        return self.filter(stage__in=OUT)

    def valid_at(self, at: datetime) -> Self:
        """In force at an instant (有效): issued, begun, and not yet over."""
        begun = self.filter(stage=Stage.ISSUED, valid_from__lte=at)
        return begun.exclude(valid_until__lte=at)

    def about(self, thing: Ref) -> Self:
        return self.filter(about_kind=thing.kind, about_id=thing.id)

    def unanswered(self) -> Self:
        """A reply is due and not all addressees gave theirs."""
        return self.filter(stage=Stage.ISSUED, reply_due_at__isnull=False, replied_at__isnull=True)

    def containing(self, words: str) -> Self:
        """Rows whose searchable text contains every word typed."""
        return self.alias(**search.annotated("search")).filter(search.lookup("search", words))


class Paper(models.Model):
    """One numbered document (文书): drafted by one, issued by another, never altered since.

    `values` are what its template asks for, `document` the whole text as it went out (a value of
    formats.official as JSON), `details` what was said on the way: `returned`, `withdrawn`.
    """

    Stage = Stage

    number = models.CharField(max_length=60, blank=True)  # 发文字号, taken at issue
    series = models.CharField(max_length=40, blank=True)
    year = models.SmallIntegerField(null=True)
    serial = models.IntegerField(null=True)
    kind = models.CharField(max_length=40)  # key of catalogues/paper_kinds.yaml
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT)
    title = models.CharField(max_length=200)
    template = models.CharField(max_length=40, blank=True)  # of catalogues/paper_templates.yaml
    template_version = models.CharField(max_length=20, blank=True)
    values = models.JSONField(default=dict)
    document = models.JSONField(default=dict)
    about_kind = models.CharField(max_length=40, blank=True)
    about_id = models.BigIntegerField(null=True)
    issuer = models.ForeignKey(Body, models.PROTECT, related_name="papers_issued", db_index=False)
    area_path = models.CharField(max_length=160, db_collation="C")  # of the issuing body
    sector = models.CharField(max_length=30, blank=True)
    drafted_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )  # nobody: time drafted it
    drafted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    issued_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    issued_at = models.DateTimeField(null=True)
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)  # the first instant at which it no longer is
    reply_due_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)  # when the last addressee had replied
    late_told_at = models.DateTimeField(null=True)
    addressees: "models.ManyToManyField[Body, Addressee]" = models.ManyToManyField(
        Body, through="Addressee", related_name="papers"
    )
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replaced_by", db_index=False
    )
    details = models.JSONField(default=dict)
    search = models.TextField(blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="paper_number_once", fields=["number"], condition=~Q(number="")
            ),
            models.UniqueConstraint(name="paper_serial_once", fields=["series", "year", "serial"]),
            models.CheckConstraint(
                name="paper_out_has_number",
                condition=(IS_OUT & ~Q(number="") & Q(serial__gte=1, issued_at__isnull=False))
                | (~IS_OUT & Q(number="", serial__isnull=True, issued_at__isnull=True)),
            ),
            # Issued by another hand than it was written by (拟稿与签发分开).
            models.CheckConstraint(
                name="paper_issuer_is_not_drafter",
                condition=Q(issued_by__isnull=True)
                | Q(issued_by__isnull=False)
                & (Q(drafted_by__isnull=True) | ~Q(drafted_by=F("issued_by")))
                & (Q(submitted_by__isnull=True) | ~Q(submitted_by=F("issued_by"))),
            ),
            models.CheckConstraint(
                name="paper_about_whole",
                condition=Q(about_kind="", about_id__isnull=True)
                | (~Q(about_kind="") & Q(about_id__isnull=False)),
            ),
            models.CheckConstraint(
                name="paper_valid_forward",
                condition=Q(valid_until__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_until__gt=F("valid_from")),
            ),
        ]
        indexes = [
            # The list of papers, newest first, keyset paging.
            models.Index(name="paper_newest", fields=["-drafted_at", "-id"]),
            # The list of one kind; figures and dues count issued papers of a kind by when.
            models.Index(name="paper_kind", fields=["kind", "stage", "issued_at"]),
            # Who sees a subtree.
            models.Index(name="paper_area", fields=["area_path", "-drafted_at"]),
            # The papers of a matter, a due, an accident, on its page.
            models.Index(
                name="paper_about", fields=["about_kind", "about_id"], condition=~Q(about_kind="")
            ),
            # The sweep for replies that did not come.
            models.Index(
                name="paper_reply_due",
                fields=["reply_due_at"],
                condition=Q(stage="ISSUED", replied_at__isnull=True, late_told_at__isnull=True),
            ),
            # Search by words of two characters and more.
            GinIndex(search.BigramsOf(F("search")), name="paper_search"),
        ]

    def __str__(self) -> str:
        return f"{self.number or '（未编号）'} {self.title}"

    @property
    def rule(self) -> rules.PaperKind:
        """What the catalogue says of its kind."""
        return kind_named(self.kind)

    @property
    def about(self) -> Ref | None:
        """What it is about, if it is about one thing."""
        return Ref(self.about_kind, int(self.about_id)) if self.about_id is not None else None

    def waits_for_reply(self) -> bool:
        return self.stage == Stage.ISSUED and bool(self.reply_due_at) and not self.replied_at

    def timeline(self) -> QuerySet[TrailEntry]:
        """Everything that was done to it, oldest first."""
        found = TrailEntry.objects.filter(subject_kind="papers.paper", subject_id=self.pk)
        return found.order_by("id")


class Addressee(models.Model):
    """A body that a paper goes to (主送单位), and what it replied (回复)."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="sent_to")
    body = models.ForeignKey(Body, models.PROTECT, related_name="papers_received", db_index=False)
    order = models.SmallIntegerField(default=0)
    replied_at = models.DateTimeField(null=True)
    reply = models.TextField(blank=True)
    replied_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(name="addressee_once", fields=["paper", "body"])]
        indexes = [
            # What a town or a firm was sent: who sees it, and its own list.
            models.Index(name="addressee_body", fields=["body", "paper"]),
        ]
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.paper_id} → {self.body_id}"


class ReplyFile(models.Model):
    """A file that came with a reply (回复附件)."""

    addressee = models.ForeignKey(Addressee, models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.addressee_id} {self.file_id}"


class Series(models.Model):
    """The last number given in a series and year (文号登记): one row, locked while one is taken."""

    series = models.CharField(max_length=40)
    year = models.SmallIntegerField()
    last = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="series_of_a_year", fields=["series", "year"])]

    def __str__(self) -> str:
        return f"{self.series}〔{self.year}〕{self.last}"
