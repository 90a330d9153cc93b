"""Local alarms (实况告警): what the rules said, grouped by place, and what people did about it."""

from django.db import models
from django.db.models import Q, QuerySet

from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid
from anlan.kernel.models import TrailEntry
from anlan.people.models import Area, Person, Post
from anlan.people.rules import codes

from .. import rules
from ..flow import AlarmStage

GRADES = [(int(grade), grade.label) for grade in rules.Grade]


def watch_rules() -> dict[str, rules.WatchRule]:
    """All rules of watching (监测规则), in the order of the catalogue."""
    return catalogues.load("watch_rules", rules.WatchRule)


def families() -> dict[str, rules.Family]:
    """What alarms are about (告警类别)."""
    return catalogues.load("watch_families", rules.Family)


def family_named(key: str) -> rules.Family:
    known = families()
    if key not in known:
        mend = catalogues.nearest(key, known)
        raise Invalid(f"告警类别目录里没有“{key}”", mend=mend, field="family")
    return known[key]


class Alarm(models.Model):
    """What goes on at one place in one respect (实况告警): a storm is one, with parts.

    Its grade is its parts' gravest. It is over when all parts are; whether somebody dealt with it
    is its stage. A silenced one is still judged, it only stops asking for attention until then.
    """

    Stage = AlarmStage

    number = models.CharField(max_length=30, unique=True, db_collation="C")
    family = models.CharField(max_length=40)  # key of catalogues/watch_families.yaml
    stage = models.CharField(max_length=12, choices=AlarmStage, default=AlarmStage.RAISED)
    title = models.CharField(max_length=120)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    area_path = models.CharField(max_length=160, db_collation="C")
    station = models.ForeignKey(  # where alarms of its family stand by themselves
        "watch.Station", models.PROTECT, null=True, related_name="alarms"
    )
    sector = models.CharField(max_length=30, blank=True)
    grade = models.SmallIntegerField(choices=GRADES)
    worst = models.SmallIntegerField(choices=GRADES)
    since = models.DateTimeField()  # by the sensors' time
    raised_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)  # by the sensors' time
    answers = models.ForeignKey(  # the post that answers for it
        Post, models.PROTECT, null=True, related_name="alarms", db_index=False
    )
    acknowledged_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)
    silenced_until = models.DateTimeField(null=True)
    silence_reason = models.CharField(max_length=200, blank=True)
    matter_id = models.BigIntegerField(null=True)  # what was opened for it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="alarm_one_at_a_place",
                fields=["area", "family", "station"],
                condition=Q(over_at__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="alarm_silenced_for_a_reason",
                condition=Q(silenced_until__isnull=True) | ~Q(silence_reason=""),
            ),
            models.CheckConstraint(
                name="alarm_acknowledged_by_somebody",
                condition=~Q(stage="ACKNOWLEDGED") | Q(acknowledged_by__isnull=False),
            ),
        ]
        indexes = [
            # The alarm desk: what nobody has settled, below an area.
            models.Index(
                name="alarm_open", fields=["area_path", "-id"], condition=~Q(stage="SETTLED")
            ),
            # The list of all, newest first; figures of a period.
            models.Index(name="alarm_raised", fields=["-raised_at", "-id"]),
            # My work: the alarms of my posts.
            models.Index(name="alarm_answers", fields=["answers"], condition=~Q(stage="SETTLED")),
            # The sweep that lets silenced ones speak again.
            models.Index(
                name="alarm_silenced",
                fields=["silenced_until"],
                condition=Q(silenced_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def about(self) -> rules.Family:
        return family_named(self.family)

    def timeline(self) -> QuerySet[TrailEntry]:
        """Everything that was done to it, oldest first."""
        return TrailEntry.objects.filter(subject_kind="watch.alarm", subject_id=self.pk).order_by(
            "id"
        )


class AlarmPart(models.Model):
    """One rule at one stream, from its raising to its end (告警分项): what explains the alarm.

    `said` keeps the rule's words, unit and clause as they stood, so that the page can explain it
    when the catalogue has long changed.
    """

    alarm = models.ForeignKey(Alarm, models.CASCADE, related_name="parts")
    rule = models.CharField(max_length=40)
    stream = models.ForeignKey(
        "watch.Stream", models.PROTECT, null=True, related_name="alarm_parts", db_index=False
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    grade = models.SmallIntegerField(choices=GRADES)
    worst = models.SmallIntegerField(choices=GRADES)
    since = models.DateTimeField()  # when what led to it began
    raised_at = models.DateTimeField()  # the point that raised it
    over_at = models.DateTimeField(null=True)
    value = models.FloatField()  # of the latest change, in the rule's unit
    valued_at = models.DateTimeField(null=True)  # when that value was measured
    limit = models.FloatField()
    peak = models.FloatField()
    window_s = models.IntegerField(default=0)
    early = models.BooleanField(default=False)  # among points that late ones may still join
    taken_back = models.BooleanField(default=False)  # an early one that did not hold
    said = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="alarm_part_once",
                fields=["rule", "stream", "area"],
                condition=Q(over_at__isnull=True),
                nulls_distinct=False,
            ),
        ]
        indexes = [
            # A change comes in, or comes again: the part it is about. A station's page: its alarms.
            models.Index(name="alarm_part_stream", fields=["stream", "rule", "-raised_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.said.get('label', self.rule)}"


def place_of(area: Area) -> Area:
    """Where alarms of streams in this area are grouped: its town, or itself above towns."""
    chain = Area.objects.filter(path__in=codes.ancestors_of(area.path), valid_to=None)
    return chain.filter(level=Area.Level.TOWN).first() or area
