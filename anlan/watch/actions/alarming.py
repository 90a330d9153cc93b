"""What the judge found becomes alarms (实况告警), each change once.

In a storm they come by the hundred, and the next round waits for this one: what is asked and what
is written is so for all changes together, not for each.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from anlan.kernel import outbox, trail
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area, Charge, Post

from .. import events, rules
from ..flow import ALARMS, AlarmStage
from ..models import Alarm, AlarmPart, Station, Stream, families, watch_rules
from ..rules import Change, What

Key = tuple[str, int | None, int]  # rule, stream, area: what an open part is found by
_ONE_AT_A_TIME = 4_104_410_044  # advisory lock: changes are written in the order they come


@transaction.atomic
def raise_changes(changes: Sequence[Change], *, at: datetime) -> list[int]:
    """Write down what the judge found; ids of the alarms it touched (记录告警)."""
    known = watch_rules()
    changes = [change for change in changes if change.rule in known]
    if not changes:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    book = _Book(changes, at)
    for change in changes:
        book.take(change)
    return book.keep()


class _Book:
    """The open parts and alarms that some changes are about, altered in memory, kept at once."""

    def __init__(self, changes: Sequence[Change], at: datetime) -> None:
        self.at = at
        self.rules, self.families = watch_rules(), families()
        names = {change.rule for change in changes}
        ids = {change.stream for change in changes if change.stream}
        places = {change.place for change in changes}
        rows = Stream.objects.filter(pk__in=ids)
        self.streams = {
            row.pk: row
            for row in rows.select_related("station__area", "station__item", "station__post")
        }
        self.areas = Area.objects.in_bulk(places)
        mine = Q(stream__in=ids) | Q(stream__isnull=True, area__in=places)
        parts = AlarmPart.objects.filter(mine, rule__in=names).select_related("alarm")
        self.open = {_key(part): part for part in parts.filter(over_at__isnull=True)}
        begun = [_moment(change.at) for change in changes]
        again = parts.filter(over_at__isnull=False, raised_at__in=begun)
        self.past = {(*_key(part), part.raised_at) for part in again}
        self.fresh: list[AlarmPart] = []
        self.altered: dict[int, AlarmPart] = {}
        self.before: dict[int, int] = {}  # alarm → the grade it had
        self.alarms: dict[int, Alarm] = {}
        self.new: dict[int, tuple[Alarm, str]] = {}  # and the rule that raised it
        self.keys = _keys(sum(change.what is not What.CLEARED for change in changes))
        self.answering: dict[tuple[str, str], Post | None] = {}
        self.going_on = {
            (alarm.area_id, alarm.family, alarm.station_id): alarm for alarm in self._going_on()
        }

    def _going_on(self) -> QuerySet[Alarm]:
        """The open alarms that the changes may be parts of."""
        stations = {stream.station_id for stream in self.streams.values()}
        areas = {stream.station.area_id for stream in self.streams.values()} | self.areas.keys()
        place = Q(station__in=stations) | Q(station__isnull=True, area__in=areas)
        return Alarm.objects.filter(place, over_at__isnull=True)

    def take(self, change: Change) -> None:
        key = (change.rule, change.stream or None, self._area_of(change).pk)
        part = self.open.get(key)
        if part is None:
            if change.what is not What.CLEARED and (*key, _moment(change.at)) not in self.past:
                self.open[key] = self._begin(change)
            return
        if change.what is not What.CLEARED and _moment(change.at) < part.raised_at:
            part.raised_at, part.since = _moment(change.at), _moment(change.since)
        part.grade, part.worst = int(change.grade), max(part.worst, int(change.grade))
        part.value, part.limit = change.value, change.limit
        part.valued_at = _moment(change.at)
        part.early = part.early and change.early
        part.peak = _worse(self.rules[change.rule], part.peak, change.value)
        if change.what is What.CLEARED:
            part.over_at, part.taken_back = _moment(change.at), change.early
            self.past.add((*key, part.raised_at))
            del self.open[key]
        if part.pk:
            self.altered[part.pk] = part
        self._touch(part.alarm)

    def _area_of(self, change: Change) -> Area:
        if change.place in self.areas:
            return self.areas[change.place]
        return self.streams[change.stream].station.area

    def _begin(self, change: Change) -> AlarmPart:
        rule, stream = self.rules[change.rule], self.streams.get(change.stream)
        part = AlarmPart(
            alarm=self._alarm_for(change, rule, stream),
            rule=rule.key,
            stream=stream,
            area=self._area_of(change),
            grade=int(change.grade),
            worst=int(change.grade),
            since=_moment(change.since),
            raised_at=_moment(change.at),
            value=change.value,
            valued_at=_moment(change.at),
            limit=change.limit,
            peak=change.value,
            window_s=change.window // 1_000_000,
            early=change.early,
            said=_said(rule, stream),
        )
        self.fresh.append(part)
        return part

    def _alarm_for(self, change: Change, rule: rules.WatchRule, stream: Stream | None) -> Alarm:
        family = self.families[rule.family]
        alone = stream.station if stream and family.group == "station" else None
        area = alone.area if alone else self._area_of(change)
        where = (area.pk, family.key, alone.pk if alone else None)
        if where not in self.going_on:
            self.going_on[where] = self._raise(family, area, alone, change, stream)
        return self._touch(self.going_on[where])

    def _raise(
        self,
        family: rules.Family,
        area: Area,
        alone: Station | None,
        change: Change,
        stream: Stream | None,
    ) -> Alarm:
        alarm = Alarm(
            pk=next(self.keys),
            family=family.key,
            title=f"{alone or area}{family.label}"[:120],
            area=area,
            area_path=area.path,
            station=alone,
            sector=family.sector,
            grade=int(change.grade),
            worst=int(change.grade),
            since=_moment(change.since),
            raised_at=self.at,
            answers=self._answering(family, stream.station if stream else None, area),
        )
        self.new[alarm.pk] = alarm, change.rule
        self.before[alarm.pk] = 0
        return alarm

    def _answering(self, family: rules.Family, station: Station | None, area: Area) -> Post | None:
        """Whose it is: the station's own post, else whoever answers for the place."""
        if station is not None and station.post is not None:
            return station.post
        where = station.area if station else area
        key = family.key, where.path
        if key not in self.answering:
            self.answering[key] = _answering(family, where, self.at)
        return self.answering[key]

    def _touch(self, alarm: Alarm) -> Alarm:
        self.before.setdefault(alarm.pk, alarm.grade)
        return self.alarms.setdefault(alarm.pk, alarm)

    def keep(self) -> list[int]:
        self._keep_new()
        for part in (*self.fresh, *self.altered.values()):
            part.alarm = self.alarms[part.alarm_id]
        # What ended first: a stream that rose again in the same round has one open part, not two.
        AlarmPart.objects.bulk_update(self.altered.values(), _MOVING)
        AlarmPart.objects.bulk_create(self.fresh)
        parts: defaultdict[int, list[AlarmPart]] = defaultdict(list)
        for part in AlarmPart.objects.filter(alarm__in=self.alarms):
            parts[part.alarm_id].append(part)
        for alarm in self.alarms.values():
            _look_again(alarm, parts[alarm.pk])
        Alarm.objects.bulk_update(self.alarms.values(), ["grade", "worst", "since", "over_at"])
        told = [_kept(alarm, self.before[alarm.pk], self.at) for alarm in self.alarms.values()]
        outbox.announce(*chain.from_iterable(told))
        return sorted(self.alarms)

    def _keep_new(self) -> None:
        numbers = _numbers(len(self.new), self.at)
        for (alarm, _), number in zip(self.new.values(), numbers, strict=True):
            alarm.number = number
        Alarm.objects.bulk_create(alarm for alarm, _ in self.new.values())
        for alarm, rule in self.new.values():
            trail.write(alarm, "raise_changes", by=None, at=self.at, rule=rule)


_MOVING = ["grade", "worst", "since", "raised_at", "over_at", "value", "valued_at", "limit", "peak",
           "early", "taken_back"]  # fmt: skip


def _look_again(alarm: Alarm, parts: Sequence[AlarmPart]) -> None:
    """The alarm is as grave as its gravest part, and over when all parts are."""
    going_on = [part for part in parts if part.over_at is None]
    alarm.grade = max((part.grade for part in going_on), default=0)
    alarm.worst = max(alarm.worst, max(part.worst for part in parts))
    alarm.since = min(part.since for part in parts)
    ended = [part.over_at for part in parts if part.over_at is not None]
    alarm.over_at = None if going_on else max(ended)


def _kept(alarm: Alarm, was: int, at: datetime) -> Iterator[object]:
    """What became of it, in the trail; and what is to be told of it."""
    over = alarm.over_at is not None
    if was == 0:
        yield events.AlarmRaised(alarm.pk, alarm.worst)
    elif alarm.grade != was and not over:
        trail.write(alarm, "grade", by=None, at=at, was=was, grade=alarm.grade)
        yield events.AlarmGraded(alarm.pk, alarm.grade, was)
    if over:
        if alarm.stage in (AlarmStage.RAISED, AlarmStage.ACKNOWLEDGED):
            ALARMS.move(alarm, "clear", at=at)
        trail.write(alarm, "clear", by=None, at=at)
        yield events.AlarmCleared(alarm.pk)


def _answering(family: rules.Family, where: Area, at: datetime) -> Post | None:
    """The post with the nearest charge of the kinds that answer."""
    charges = list(
        Charge.objects.sound_on(at.astimezone(LOCAL).date())
        .around(where.path)
        .filter(kind__in=family.charges, post__isnull=False)
        .select_related("post")
    )
    order = {kind: rank for rank, kind in enumerate(family.charges)}
    charges.sort(key=lambda charge: (order[charge.kind], -len(charge.area_path)))
    return charges[0].post if charges else None


def _said(rule: rules.WatchRule, stream: Stream | None) -> dict[str, object]:
    return {
        "label": rule.label,
        "kind": rule.kind,
        "unit": rule.unit,
        "clause": rule.clause,
        "direction": rule.direction,
        "stream": stream.name if stream else "",
        "station": stream.station.name if stream else "",
        "of": list(rule.of),
        "observed": stream.spec.label if stream else "",
        "levels": dict(rule.levels or {}),
    }


def _worse(rule: rules.WatchRule, one: float, other: float) -> float:
    return min(one, other) if rule.direction == "below" else max(one, other)


def _key(part: AlarmPart) -> Key:
    return part.rule, part.stream_id, part.area_id


def _moment(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def _keys(most: int) -> Iterator[int]:
    """For alarms that are written down later, all at once; what is not needed is left out."""
    with connection.cursor() as cursor:
        sequence = "pg_get_serial_sequence('watch_alarm', 'id')"
        cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [most])
        return iter([int(key) for (key,) in cursor.fetchall()])


def _numbers(many: int, at: datetime) -> list[str]:
    with connection.cursor() as cursor:
        asked = "SELECT nextval('watch_alarm_number') FROM generate_series(1, %s)"
        cursor.execute(asked, [many])
        year = at.astimezone(LOCAL).year
        return [f"GJ{year}-{number:06d}" for (number,) in cursor.fetchall()]
