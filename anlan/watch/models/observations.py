"""What was observed. The points lie in `watch_observation`, a table parted by day.

Django knows no table parted by day and no COPY: the points are written and read as columns
(`actions.storing`, `reading`), and nothing here is a row of one point but its extras.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from anlan.formats.pgcopy import Layout

from .stations import Source
from .streams import Stream

# `batch` comes with the points, so that whoever reads by order of arrival needs no other table.
COLUMNS = {"at": "timestamptz", "value": "float8", "batch": "int8", "stream_id": "int4",
           "flag": "int2"}  # fmt: skip
LAYOUT = Layout(COLUMNS)


class Batch(models.Model):
    """Points that were stored together (批次): numbered in the order in which they were committed.

    Numbers are taken under a lock that is held until the commit: who has seen a number has seen
    everything below it. That is what the judge, the roll-ups and the marks go by.
    """

    number = models.BigIntegerField(primary_key=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()
    points = models.IntegerField()
    late = models.IntegerField(default=0)
    repeated = models.IntegerField(default=0)
    flagged = models.IntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    writer = models.CharField(max_length=40, blank=True)  # whose marks know of it already
    streams = ArrayField(models.IntegerField(), null=True)  # of a small one

    def __str__(self) -> str:
        return f"#{self.number}"


class Latest(models.Model):
    """The newest value of a stream (最新值); written once a second, so it lags that much.

    No index but its key, and pages half empty: every row is written anew each second, in its place.
    """

    stream = models.OneToOneField(Stream, models.PROTECT, primary_key=True, related_name="latest")
    at = models.DateTimeField()
    value = models.FloatField(null=True)
    flag = models.SmallIntegerField(default=0)
    received_at = models.DateTimeField()
    silent_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.stream_id} {self.value}"


class Position(models.Model):
    """How far a reader of batches has come, and what it must remember from there."""

    reader = models.CharField(max_length=40, primary_key=True)
    batch = models.BigIntegerField(default=0)
    state = models.BinaryField(null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.reader} #{self.batch}"


class Rollup(models.Model):
    """What an hour or a day of a stream comes to (小时、日汇总), from fit points alone."""

    pk = models.CompositePrimaryKey("stream_id", "span", "start")
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="rollups", db_index=False)
    span = models.CharField(max_length=1, choices=(("H", "小时"), ("D", "日")))
    start = models.DateTimeField()  # days begin at midnight in Beijing
    points = models.IntegerField()
    unfit = models.IntegerField(default=0)
    total = models.FloatField(default=0)
    lowest = models.FloatField(null=True)
    highest = models.FloatField(null=True)

    def __str__(self) -> str:
        return f"{self.stream_id} {self.span} {self.start}"


class Remark(models.Model):
    """What else a source said of a point: a qualifier, a result that is no number, an interval."""

    stream = models.ForeignKey(Stream, models.PROTECT, related_name="remarks")
    at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(name="remark_once", fields=["stream", "at"])]

    def __str__(self) -> str:
        return f"{self.stream_id} {self.at}"
