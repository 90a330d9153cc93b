"""Each attempt to reach a person, and each answer: the proof."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from anlan.people.models import Person

from ..flow import World
from .callups import Called
from .lines import Line


class Attempt(models.Model):
    """One message or call to one person over one channel (叫应记录).

    `ref` is the name by which the outside knows it: a gateway that got it twice rings once. A
    claimed attempt whose lease ran out belongs to nobody and is taken again. The full number is
    never kept here: it is read from the person when the attempt is handed over.
    """

    class Channel(models.TextChoices):
        SMS = "SMS", "短信"
        VOICE = "VOICE", "语音电话"
        APP = "APP", "系统内"
        PUSH = "PUSH", "推送"
        MAIL = "MAIL", "邮件"
        CHAT = "CHAT", "工作群"
        LOUDSPEAKER = "LOUDSPEAKER", "应急广播"
        HAND = "HAND", "人工电话"

    class State(models.TextChoices):
        QUEUED = "QUEUED", "待发"
        CLAIMED = "CLAIMED", "发送中"
        HANDED = "HANDED", "已交通道"
        DONE = "DONE", "已完结"
        CANCELLED = "CANCELLED", "已撤回"

    class Outcome(models.TextChoices):
        NOTIFIED = "NOTIFIED", "通知"
        DELIVERED = "DELIVERED", "送达"
        ANSWERED = "ANSWERED", "应答"
        NO_ANSWER = "NO_ANSWER", "未接"
        DEAD_NUMBER = "DEAD_NUMBER", "停机/空号"
        PROXY = "PROXY", "代接"
        BY_HAND = "BY_HAND", "人工"
        FAILED = "FAILED", "通道失败"

    # What may have reached its person: whoever claimed it may have sent it, and died over it.
    LEFT_THE_HOUSE = Q(state__in=[State.CLAIMED, State.HANDED, State.DONE]) & ~Q(outcome="FAILED")

    # No index for each foreign key: ten thousand rows are written at once, and the constraint
    # below finds those of a person.
    # The composite key of world and person (0002_guards) says the same, and is checked once.
    called = models.ForeignKey(
        Called, models.CASCADE, related_name="attempts", db_index=False, db_constraint=False
    )
    world = models.CharField(max_length=5, choices=World)
    ref = models.UUIDField(default=uuid.uuid4, unique=True)
    channel = models.CharField(max_length=12, choices=Channel)
    step = models.PositiveSmallIntegerField()
    tries = models.PositiveSmallIntegerField(default=1)  # which try of this step and channel
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    line = models.ForeignKey(
        Line, models.PROTECT, null=True, related_name="attempts", db_index=False
    )
    taken_by = ArrayField(models.CharField(max_length=40), default=list)  # lines that ever had it
    number_masked = models.CharField(max_length=30, blank=True)
    text = models.TextField()  # with {link} where the link stood: a link is a key
    urgent = models.BooleanField(default=True)  # life safety goes first
    rank = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    claims = models.PositiveSmallIntegerField(default=0)  # more than one: a crash lay between
    handed_at = models.DateTimeField(null=True)
    receipt_at = models.DateTimeField(null=True)
    receipt = models.JSONField(default=dict)  # as the outside told it, without secrets
    fault = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(  # a call by hand
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="attempt_of_one_world", fields=["id", "world"]),
            models.UniqueConstraint(
                name="attempt_once_a_step", fields=["called", "step", "channel", "tries"]
            ),
            models.CheckConstraint(
                name="attempt_claimed_by_a_line",
                condition=~Q(state="CLAIMED")
                | (Q(line__isnull=False) & Q(lease_until__isnull=False)),
            ),
        ]
        indexes = [
            # A gateway takes the next ones: life safety first, then the nearest danger.
            models.Index(
                name="attempt_queue",
                fields=["world", "channel", "-urgent", "rank", "id"],
                condition=Q(state="QUEUED"),
            ),
            # Leases that ran out; what a line holds that failed.
            models.Index(
                name="attempt_lease", fields=["lease_until", "line"], condition=Q(state="CLAIMED")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.number_masked}"

    @staticmethod
    def had_by(line: str) -> Q:
        """Those a line has or once had in hand: keys and receipts come from whoever rang."""
        return Q(line_id=line) | Q(taken_by__contains=[line])


class Cover(models.Model):
    """An attempt that speaks for further call-ups to the same person: three things, one call."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="covers", db_index=False)
    called = models.ForeignKey(Called, models.CASCADE, related_name="covered_by")
    world = models.CharField(max_length=5, choices=World)  # a live call never speaks of a drill

    class Meta:
        constraints = [
            models.UniqueConstraint(name="cover_once", fields=["attempt", "called"]),
        ]

    def __str__(self) -> str:
        return f"{self.attempt} {self.called}"


class Answer(models.Model):
    """What a person said, by whom and over what (应答)."""

    class Kind(models.TextChoices):
        RECEIVED = "RECEIVED", "收到"
        ON_SITE = "ON_SITE", "已到岗"
        NEED_HELP = "NEED_HELP", "需支援"
        CANNOT_COME = "CANNOT_COME", "无法到达"
        OTHER = "OTHER", "其他"

    called = models.ForeignKey(Called, models.CASCADE, related_name="answers", db_index=False)
    attempt = models.ForeignKey(
        Attempt, models.PROTECT, null=True, related_name="answers", db_index=False
    )
    channel = models.CharField(max_length=12, choices=Attempt.Channel)
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    late = models.BooleanField(default=False)
    proxy_name = models.CharField(max_length=40, blank=True)  # 代接: somebody else picked up
    recorded_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            # A person's answers in order: the board's drawer, the evidence.
            models.Index(name="answer_called", fields=["called", "at"]),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
