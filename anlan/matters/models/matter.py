"""The matter itself."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import F, Q, QuerySet

from anlan.kernel import search
from anlan.kernel.models import TrailEntry
from anlan.people.models import Area, Body, Person, Post
from anlan.registry.models import Item

from .. import rules
from ..flow import AT_REST, LIVE, Stage
from . import kinds

if TYPE_CHECKING:
    from .evidence import Evidence


class Source(models.TextChoices):
    """Who found it (隐患来源)."""

    DEPARTMENT = "DEPARTMENT", "部门检查"
    GRID = "GRID", "网格排查"
    AGENCY = "AGENCY", "社会机构协查"
    ENTERPRISE = "ENTERPRISE", "企业自查"
    SUPERVISION = "SUPERVISION", "督查督导"
    PUBLIC = "PUBLIC", "群众举报"


class Grade(models.TextChoices):
    """Hazard grade (隐患等级), by the clause of a 判定标准; not the risk grade of an item."""

    GENERAL = "GENERAL", "一般"
    MAJOR = "MAJOR", "重大"


_STAGES = {stage.value: str(stage.label) for stage in Stage}
_GRADES = {grade.value: str(grade.label) for grade in Grade}


class MatterQuerySet(models.QuerySet["Matter"]):
    def live(self) -> Self:
        return self.filter(stage__in=LIVE)

    def overdue(self, at: datetime) -> Self:
        return self.filter(due_at__lte=at)

    def soon(self, at: datetime, until: datetime) -> Self:
        """Not overdue yet, but due before `until` (临期)."""
        return self.filter(due_at__gt=at, due_at__lte=until)

    def published(self) -> Self:
        """What anybody may read (公开清单)."""
        return self.filter(details__public=True)

    def owed_by(self, post: Post) -> Self:
        return self.live().filter(owner=post)

    def under(self, path: str) -> Self:
        return self.filter(area_path__startswith=path)

    def containing(self, words: str) -> Self:
        """Rows whose searchable text contains every word typed."""
        return self.alias(**search.annotated("search")).filter(search.lookup("search", words))

    def mentioning(self, words: str) -> Self:
        """The same rows, found without the index of words: where another one leads to them."""
        return self.filter(search.mentions("search", words))


class Matter(models.Model):
    """One thing someone must answer for until it is closed (闭环).

    `owner` is the post that answers: the dispatching post until it is dispatched, the rectifying
    post afterwards; while it is submitted, the turn is the checker's. `due_at` ends the turn, and
    `deadline` is when it must be rectified. `plan` holds the three lists 责任、措施、时限, and for
    a major hazard 资金 and 预案 besides (五落实). `details` holds what only its kind knows:
    document number, leader, reply, and the posts it came through.
    """

    Stage = Stage
    Source = Source
    Grade = Grade

    number = models.CharField(max_length=30, unique=True, db_collation="C")
    kind = models.CharField(max_length=30)  # key of catalogues/matter_kinds.yaml
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.DRAFT)
    source = models.CharField(max_length=12, choices=Source)
    grade = models.CharField(max_length=8, choices=Grade, blank=True)
    clause = models.CharField(max_length=40, blank=True)  # key of catalogues/hazard_clauses.yaml
    sector = models.CharField(max_length=30, blank=True)  # key of catalogues/sectors.yaml
    # The indexes below serve these keys; one of their own each would only cost the import.
    area = models.ForeignKey(Area, models.PROTECT, related_name="matters", db_index=False)
    area_path = models.CharField(max_length=160, db_collation="C")
    place = models.CharField(max_length=160, blank=True)
    lon = models.FloatField(null=True)  # CGCS2000/WGS84 degrees
    lat = models.FloatField(null=True)
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, related_name="matters", db_index=False
    )
    item = models.ForeignKey(
        Item, models.PROTECT, null=True, related_name="matters", db_index=False
    )
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    opener = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    on_behalf_of = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    owner = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="matters", db_index=False
    )
    checker = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    found_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # empty exactly when the matter is at rest
    closed_at = models.DateTimeField(null=True)
    plan = models.JSONField(default=dict)
    details = models.JSONField(default=dict)
    origin = models.CharField(max_length=80, blank=True)  # source system and id, for re-import
    search = models.TextField()  # number, title, place, body: what people type

    objects = MatterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="matter_live_means_due",
                condition=Q(stage__in=AT_REST) ^ Q(due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="matter_live_means_owned",
                condition=Q(stage__in=AT_REST) | Q(owner__isnull=False),
            ),
            models.CheckConstraint(
                name="matter_closed_has_its_time",
                condition=Q(stage=Stage.CLOSED, closed_at__isnull=False)
                | (~Q(stage=Stage.CLOSED) & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="matter_checked_by_another_post",
                condition=Q(checker__isnull=True) | ~Q(checker=F("owner")),
            ),
            models.UniqueConstraint(
                name="matter_origin_once", fields=["origin"], condition=~Q(origin="")
            ),
        ]
        indexes = [
            # Overdue sweep, overdue list, and every list sorted by deadline.
            models.Index(
                name="matter_due", fields=["due_at", "id"], condition=Q(due_at__isnull=False)
            ),
            # The default list: newest first, keyset paging.
            models.Index(name="matter_found", fields=["-found_at", "-id"]),
            # The list of one stage, where that stage is rare among a million closed ones.
            models.Index(
                name="matter_stage",
                fields=["stage", "-found_at", "-id"],
                condition=Q(stage__in=LIVE),
            ),
            # The list of one kind: a few dozen listed supervisions among a million hazards.
            models.Index(
                name="matter_kind",
                fields=["kind", "-found_at", "-id"],
                condition=~Q(kind="hazard"),
            ),
            # The list of major hazards, narrowed by source or town: two in a hundred.
            models.Index(
                name="matter_major",
                fields=["-found_at", "-id"],
                condition=Q(grade="MAJOR"),
            ),
            # One village's or grid's subtree, and its figures.
            models.Index(name="matter_area", fields=["area_path", "found_at"]),
            # My work: what a post owes; and all it ever had, for what it may see.
            models.Index(name="matter_owner", fields=["owner", "due_at"]),
            # My work: what a post must check; and all it ever checked.
            models.Index(name="matter_checker", fields=["checker", "due_at"]),
            # My work: what waits for a post's check now; a few among all it ever checked.
            models.Index(
                name="matter_to_check",
                fields=["checker", "due_at"],
                condition=Q(stage=Stage.SUBMITTED),
            ),
            # What I reported: the grid worker's own list.
            models.Index(name="matter_opener", fields=["opener", "-found_at"]),
            # One file per enterprise; what its safety officer sees.
            models.Index(name="matter_body", fields=["body", "-found_at"]),
            # The file of an item.
            models.Index(name="matter_item", fields=["item", "-found_at"]),
            # Figures: closed within a period; found before an instant and closed after it.
            models.Index(
                name="matter_closed",
                fields=["closed_at", "found_at"],
                condition=Q(closed_at__isnull=False),
            ),
            # Dues: how many of what was dispatched within a period were settled.
            models.Index(
                name="matter_dispatched",
                fields=["dispatched_at"],
                condition=Q(dispatched_at__isnull=False),
            ),
            # The public list: whoever comes, without signing in.
            models.Index(
                name="matter_public", fields=["-found_at"], condition=Q(details__public=True)
            ),
            # Search by words of two characters and more.
            search.bigram_index("matter_search", "search"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    # Django's own take twenty times as long, and every row of a list asks for both.
    def get_stage_display(self) -> str:  # type: ignore[no-redef]
        return _STAGES.get(self.stage, self.stage)

    def get_grade_display(self) -> str:  # type: ignore[no-redef]
        return _GRADES.get(self.grade, self.grade)

    @property
    def rule(self) -> rules.Kind:
        """What the catalogue says of its kind."""
        return kinds.kind_named(self.kind)

    @property
    def deadline(self) -> datetime | None:
        """When it must be rectified (整改期限), extensions included; empty before dispatch."""
        written = self.plan.get("deadline")
        return datetime.fromisoformat(written) if written else None

    def hazard_at_rest(self) -> bool:
        """Whether the hazards a public report became are all settled, merged ones followed."""
        hazards = Q(parent=self) | Q(merged__matter__parent=self)
        found = Matter.objects.filter(hazards, kind="hazard").exclude(stage=Stage.MERGED)
        return not found.exclude(stage__in=AT_REST).exists()

    def all_evidence(self) -> QuerySet["Evidence"]:
        """Its own, that of what was merged into it, and that of the report it came from."""
        model = apps.get_model("matters.Evidence")
        same = Q(matter=self) | Q(matter__merging__into=self) | Q(matter=self.parent_id)
        return model._default_manager.filter(same).order_by("at", "pk")

    def timeline(self) -> QuerySet[TrailEntry]:
        """Everything that was done to it, oldest first; what was imported begins with its batch."""
        own = Q(subject_kind="matters.matter", subject_id=self.pk)
        batch = Q(subject_kind="matters.batch", subject_id=self.details.get("batch") or 0)
        return TrailEntry.objects.filter(own | batch).order_by("id")

    @classmethod
    def words_to_find(cls, number: str, title: str, place: str, body: Body | None) -> str:
        """What people type when they look for it."""
        return " ".join(filter(None, (number, title, place, body.name if body else "")))

    def is_overdue(self, at: datetime) -> bool:
        return self.due_at is not None and self.due_at <= at

    def light(self, at: datetime) -> rules.Light | None:
        """How its deadline stands at an instant; none where the matter is at rest."""
        if self.due_at is None:
            return None
        limits = self.rule.limits
        turn = getattr(limits, kinds.TURN_OF[self.stage])
        window = rules.warning_window(turn, limits.warn)
        return rules.light(self.due_at, at, window=window)

    def line(self, at: datetime) -> rules.Line:
        """What it says in a chat group; reads `area`, `body`, `owner` and `checker`."""
        waiting = self.checker if self.stage == Stage.SUBMITTED else self.owner
        light = self.light(at)
        return rules.Line(
            number=self.number,
            title=self.title,
            place=" ".join(filter(None, (self.area.name, str(self.body or self.place)))),
            stage=self.get_stage_display(),
            owner=str(waiting) if waiting and self.due_at else "",
            light=light.words if light else "",
            grade=self.get_grade_display(),
        )
