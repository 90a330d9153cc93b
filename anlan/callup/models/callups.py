"""A call-up, its areas, and every person in it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from anlan.people.models import Area, Person, Post

from ..flow import Stage, State, World
from ..rules import nearness_word


class Callup(models.Model):
    """Everyone who answers for these areas is to be reached (叫应).

    `profile` is a key of catalogues/callup.yaml; what it said when the call-up started is kept in
    `plan` (rules.Plan), so that a later change of the catalogue changes nothing under way. `source`
    is a checked reference to what it was called for: a warning, an alarm, a response. A `notice`
    only tells some people something, and counts in no statistics.
    """

    Stage, World = Stage, World

    number = models.CharField(max_length=20, unique=True)  # JY2026-000012
    world = models.CharField(max_length=5, choices=World)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT)
    profile = models.CharField(max_length=40)
    plan = models.JSONField(default=dict)  # rules.Plan, from the start on
    hazard = models.CharField(max_length=30)  # key of catalogues/callup_audience.yaml
    colour = models.CharField(max_length=8, blank=True)  # RED ORANGE YELLOW BLUE, or none
    title = models.CharField(max_length=120)
    words = models.TextField(blank=True)  # what the person is told, beyond the wording by channel
    root = models.ForeignKey(Area, models.PROTECT, related_name="+")  # the least area around all
    area_path = models.CharField(max_length=160, db_collation="C")
    life_safety = models.BooleanField(default=True)
    notice = models.BooleanField(default=False)
    source_kind = models.CharField(max_length=40, blank=True)
    source_id = models.BigIntegerField(null=True)
    drafter = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    drafter_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField()
    approver = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    standing_approval = models.CharField(max_length=80, blank=True)  # the profile's, given before
    # Who wrote an approval by phone down, or started it in an emergency, and why.
    logged_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    urgent_reason = models.CharField(max_length=200, blank=True)
    confirm_by = models.DateTimeField(null=True)  # either is confirmed by the approver until then
    started_at = models.DateTimeField(null=True)
    aloud_at = models.DateTimeField(null=True)  # when something is said to whole areas next
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="callup_of_one_world", fields=["id", "world"]),
            models.CheckConstraint(
                name="callup_approved_by_another",
                condition=Q(approver=None)
                | (Q(drafter=None) | ~Q(approver=F("drafter")))
                & (Q(logged_by=None) | ~Q(approver=F("logged_by"))),
            ),
            models.CheckConstraint(
                name="callup_running_is_approved",
                condition=~Q(stage__in=[Stage.RUNNING, Stage.ENDED])
                | Q(approver__isnull=False)
                | ~Q(standing_approval="")
                # Life safety waits for nobody: started with a reason, and to be confirmed.
                | Q(life_safety=True, logged_by__isnull=False, confirm_by__isnull=False)
                & ~Q(urgent_reason=""),
            ),
            models.CheckConstraint(
                name="callup_source_whole",
                condition=Q(source_kind="", source_id__isnull=True)
                | (~Q(source_kind="") & Q(source_id__isnull=False)),
            ),
        ]
        indexes = [
            # The list of call-ups of one's area, newest first.
            models.Index(name="callup_area", fields=["area_path", "-id"]),
            # What was called for one warning: its page.
            models.Index(name="callup_source", fields=["source_kind", "source_id"]),
            # Approvals by phone and urgent starts that nobody has confirmed yet.
            models.Index(
                name="callup_confirm", fields=["confirm_by"], condition=Q(confirm_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def sends_somebody(self) -> bool:
        """Whether one who cannot come must be replaced: not where people are only told or asked."""
        return not self.notice and "CANNOT_COME" in self.plan.get("answers", ())


class CallupArea(models.Model):
    """One of the areas that a call-up is for, and how near the danger is there (叫应区域)."""

    callup = models.ForeignKey(Callup, models.CASCADE, related_name="areas")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    nearness = models.PositiveSmallIntegerField(default=0)  # 0 first: where the danger is

    class Meta:
        constraints = [
            models.UniqueConstraint(name="callup_area_once", fields=["callup", "area"]),
        ]

    def __str__(self) -> str:
        return str(self.area)

    @property
    def near(self) -> str:
        """How near the danger is, in words."""
        return nearness_word(self.nearness)


class Called(models.Model):
    """One person within a call-up, once however many posts they hold (应答人).

    `deadline` is when the engine looks at the person again; it is there as long as the person is
    being called or waits for a call by hand. Who did not answer is `passed_to` the next one, and
    so on until somebody answers: several may be passed to the same one. `stands_in_for` says for
    whom somebody was first called who is in the call-up only as a next one.
    """

    State = State

    class As(models.TextChoices):
        """As whose next one somebody was called; empty for those called in their own right."""

        DEPUTY = "deputy", "副职（同岗）"
        SUPERIOR = "superior", "上一级责任人"
        DUTY_LEADER = "duty_leader", "带班领导"

    # Foreign keys without an index of their own: see Attempt.
    # The composite key of world and call-up (0002_guards) says the same, and is checked once.
    callup = models.ForeignKey(
        Callup, models.CASCADE, related_name="called", db_index=False, db_constraint=False
    )
    world = models.CharField(max_length=5, choices=World)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    area = models.ForeignKey(  # the nearest they answer for
        Area, models.PROTECT, related_name="+", db_index=False
    )
    area_path = models.CharField(max_length=160, db_collation="C")
    posts = ArrayField(models.CharField(max_length=120), default=list)  # as what they are called
    post = models.ForeignKey(  # for statistics
        Post, models.PROTECT, null=True, related_name="+", db_index=False
    )
    charge_ids = ArrayField(models.BigIntegerField(), default=list)
    rank = models.PositiveIntegerField(default=0)  # nearest danger first
    state = models.CharField(max_length=10, choices=State, default=State.CALLING)
    step = models.PositiveSmallIntegerField(default=0)  # of the profile, from 0: where they are
    shot = models.PositiveSmallIntegerField(default=0)  # how many shots of the plan were fired
    ways = ArrayField(models.CharField(max_length=12), default=list)  # channels that lead to them
    dead = models.BooleanField(default=False)  # their number is: 停机/空号
    deadline = models.DateTimeField(null=True)
    passed_to = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="passed_from", db_index=False
    )
    stands_in_for = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="stand_ins", db_index=False
    )
    as_next = models.CharField(max_length=12, choices=As, blank=True)
    handovers = models.PositiveSmallIntegerField(default=0)  # how often it was passed on before
    code = models.PositiveSmallIntegerField(default=0)  # tells persons of one number apart; or 0
    number_key = models.CharField(max_length=24, blank=True)  # keyed hash: who replied by SMS
    turn = models.PositiveIntegerField(default=0)  # rises with each answer: links serve once
    called_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=12, blank=True)  # the latest Answer.kind
    late = models.BooleanField(default=False)  # answered after the next one had been called
    no_phone = models.BooleanField(default=False)
    stale = models.CharField(max_length=12, blank=True)  # people.Staleness of the charge

    class Meta:
        constraints = [
            models.UniqueConstraint(name="called_once", fields=["callup", "person"]),
            models.UniqueConstraint(name="called_of_one_world", fields=["id", "world"]),
            models.CheckConstraint(
                name="called_never_forgotten",
                condition=~Q(state__in=[State.CALLING, State.BY_HAND]) | Q(deadline__isnull=False),
            ),
            models.CheckConstraint(
                name="called_passed_on_to_somebody",
                condition=~Q(state=State.PASSED_ON) | Q(passed_to__isnull=False),
            ),
            models.CheckConstraint(
                name="called_answered_at",
                condition=~Q(state=State.ANSWERED) | Q(answered_at__isnull=False),
            ),
        ]
        indexes = [
            # The engine: whose time is up.
            models.Index(
                name="called_due",
                fields=["deadline"],
                condition=Q(deadline__isnull=False),
            ),
            # The board: by area and state.
            models.Index(name="called_board", fields=["callup", "area_path", "state"]),
            # A person's own page and history; bundling of several call-ups into one call.
            models.Index(name="called_person", fields=["person", "-id"]),
            # An SMS comes in: whose number is it.
            models.Index(name="called_number", fields=["number_key", "-id"]),
            # An answer comes in: who was passed on to this one.
            models.Index(
                name="called_passed_to", fields=["passed_to"], condition=Q(passed_to__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}（{self.get_state_display()}）"
