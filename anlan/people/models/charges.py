"""Who answers for what, and until when (责任)."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from anlan.kernel import catalogues

from ..rules import codes
from ..rules.charges import ChargeKind
from .areas import Area, AreaQuerySet
from .posts import Person, Post, held_on


class Staleness(models.TextChoices):
    """Why the name on the list can no longer be relied on (责任人过时原因)."""

    LEFT = "LEFT", "责任人已离任"
    EMPTY = "EMPTY", "岗位空缺"
    CLOSED = "CLOSED", "区域已撤并"
    UNCONFIRMED = "UNCONFIRMED", "逾期未确认"


def charge_kinds() -> dict[str, ChargeKind]:
    """What one can answer for: catalogues/charge_kinds.yaml."""
    return catalogues.load("charge_kinds", ChargeKind)


class ChargeQuerySet(models.QuerySet["Charge"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(since__lte=day).exclude(until__lte=day)

    def under(self, path: str) -> Self:
        return self.filter(area_path__startswith=path)

    def judged_on(self, day: date) -> Self:
        """With `staleness` on each row: why it is stale on that day, or empty."""
        confirmed = Q(confirmed_on__isnull=False, confirmed_on__gte=F("opened"))
        return self.annotate(
            staleness=Case(
                When(person__left_on__lte=day, then=Value(Staleness.LEFT)),
                When(post__valid_to__lte=day, then=Value(Staleness.EMPTY)),
                When(
                    Q(person__isnull=True) & ~Exists(held_on(day, post="post")),
                    then=Value(Staleness.EMPTY),
                ),
                When(area__valid_to__lte=day, then=Value(Staleness.CLOSED)),
                When(Q(confirm_by__lt=day) & ~confirmed, then=Value(Staleness.UNCONFIRMED)),
                default=Value(""),
                output_field=models.CharField(),
            )
        )

    def stale_on(self, day: date) -> Self:
        """Those whose name cannot be relied on (负责人变更后未及时更新), with the reason.

        Not confirmed by the day they should have been, somebody who left, a post that nobody
        holds, an area that is no more.
        """
        return self.valid_on(day).judged_on(day).exclude(staleness="")

    def around(self, path: str) -> Self:
        """Those who answer for an area or for one above it: whom its page shows."""
        return self.filter(area_path__in=codes.ancestors_of(path))

    def sound_on(self, day: date) -> Self:
        """Those with somebody there to answer; an unconfirmed one is still somebody."""
        nobody = [Staleness.LEFT, Staleness.EMPTY, Staleness.CLOSED]
        return self.valid_on(day).judged_on(day).exclude(staleness__in=nobody)


class Charge(models.Model):
    """A post or person answers for an area, an item or a duty (包保责任), from day to day.

    `kind` is a key of catalogues/charge_kinds.yaml: 市领导包镇, 镇领导包村, 村干部包户, flood and
    risk grids, the three persons of a major hazard source. `target` is a checked `kernel.Ref`
    where the charge is for a thing rather than for the whole area. `above` is the charge next up
    the chain. `stale_since` is kept by the sweep, so that it is told once.
    """

    Staleness = Staleness

    kind = models.CharField(max_length=30)
    area = models.ForeignKey(Area, models.PROTECT, related_name="charges")
    area_path = models.CharField(max_length=160, db_collation="C")
    target_kind = models.CharField(max_length=40, blank=True)
    target_id = models.BigIntegerField(null=True)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="charges")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="charges")
    above = models.ForeignKey("self", models.PROTECT, null=True, related_name="below")
    duty = models.CharField(max_length=200, blank=True)  # 定责: what exactly, in which season
    since = models.DateField()
    until = models.DateField(null=True)  # the first day on which it no longer holds
    opened = models.DateField()  # the round of confirmation it belongs to began on this day
    confirm_by = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    stale_since = models.DateField(null=True)
    stale_reason = models.CharField(max_length=12, choices=Staleness, blank=True)
    public = models.BooleanField(default=False)  # shown on the public list (公示)
    origin = models.CharField(max_length=80, blank=True)

    staleness: str  # only on rows of `judged_on`

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
            models.CheckConstraint(
                name="charge_ends_after_it_begins",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
            models.CheckConstraint(
                name="charge_stale_for_a_reason",
                condition=Q(stale_since__isnull=True) ^ ~Q(stale_reason=""),
            ),
            models.UniqueConstraint(
                name="charge_given_once",
                fields=["kind", "area", "target_kind", "target_id", "post", "person"],
                condition=Q(until__isnull=True),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="charge_origin_once", fields=["origin"], condition=~Q(origin="")
            ),
        ]
        indexes = [
            # Who answers for this area and hazard: lists, scopes, later the call-up.
            models.Index(name="charge_area", fields=["area_path", "kind"]),
            # Who answers for this item: its page.
            models.Index(name="charge_target", fields=["target_kind", "target_id"]),
            # The round of confirmation and its list.
            models.Index(
                name="charge_confirm", fields=["confirm_by"], condition=Q(until__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        kind = charge_kinds().get(self.kind)
        return f"{self.area} {kind.label if kind else self.kind}"

    def upward(self) -> list["Charge"]:
        """The chain above, next first: from a household up to the leader of the city."""
        chain, above = [], self.above
        while above is not None and above not in chain:
            chain.append(above)
            above = above.above
        return chain


def areas_lacking(kind: ChargeKind, *, day: date, path: str = "/") -> AreaQuerySet:
    """The real areas that should have such a charge and have nobody (责任空白)."""
    # All that are held, found once: asked area by area, stale statistics made it minutes.
    held = Charge.objects.sound_on(day).filter(kind=kind.key).order_by().values("area")
    areas = Area.objects.under(path).valid_on(day).real().filter(level__in=kind.levels)
    if kind.grid:
        areas = areas.filter(grid_kind=kind.grid)
    return areas.exclude(pk__in=held)


def things_held(kind: ChargeKind, *, day: date, target_kind: str) -> "ChargeQuerySet":
    """The sound charges of a kind for the outer row, a thing: for `Exists` in rooms above."""
    sound = Charge.objects.sound_on(day).filter(kind=kind.key)
    return sound.filter(target_kind=target_kind, target_id=OuterRef("pk"))
