"""What several deeds upon the roster share: who may sit there, putting on, taking off."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.trail import LOCAL
from anlan.people.models import Person, Post, Tenure

from .. import events
from ..flow import FLOW, Level, Stage
from ..models import Desk, LogEntry, LogKind, Seat, Shift, Swap
from ..rules.kinds import LevelRule


@dataclass(frozen=True)
class Planned:
    """One shift as it is to be: who, in which capacity, from when to when."""

    level: str
    person: Person
    starts: datetime
    ends: datetime
    post: Post | None = None  # empty: the one of theirs that fits
    seat: Seat | None = None
    watch: str = ""


def _locked(desk: Desk) -> Desk:
    """The desk is the lock at which changes of its roster queue."""
    locked = Desk.objects.select_for_update(of=("self",)).get(pk=desk.pk)
    if locked.closed_at is not None:
        words = f"{desk}已于 {trail.local(locked.closed_at)} 撤销"
        raise NotAllowed(words, mend="撤销后不能再排班")
    return locked


def _rule(desk: Desk, level: str) -> LevelRule:
    rule = desk.spec.of(level)
    if rule is None:
        words = f"{desk}不设{Level(level).label}" if level in Level.values else f"没有层级“{level}”"
        raise Invalid(words, mend="请选择该值班室设有的层级", field="level")
    return rule


def _fitting_post(desk: Desk, planned: Planned) -> Post | None:
    """The post under which they serve, or a refusal that says why they can't."""
    person, day = planned.person, planned.starts.astimezone(LOCAL).date()
    if person.left_on is not None and person.left_on <= day:
        words = f"{person}已于 {person.left_on} 离任，不能排到 {day}"
        raise Invalid(words, mend="请改排在岗人员", field="person")
    held = Tenure.objects.valid_on(day).filter(person=person).select_related("post__body")
    posts = [tenure.post for tenure in held.order_by("deputy", "pk")]
    if planned.post is not None:
        posts = [post for post in posts if post.pk == planned.post.pk]
        if not posts:
            words = f"{person}在 {day} 不任“{planned.post}”"
            raise Invalid(words, mend="请核对岗位和任职", field="post")
    posts = _of_seat(planned, posts)
    wanted = _rule(desk, planned.level).roles
    fitting = [post for post in posts if not wanted or set(wanted) & set(post.roles)]
    if wanted and not fitting:
        label = Level(planned.level).label
        words = f"{person}的岗位不能担任{desk}的{label}"
        mend = f"{label}应由这些角色担任：{'、'.join(wanted)}（配置 duty_desks.yaml）"
        raise Invalid(words, mend=mend, field="person")
    near = [post for post in fitting if post.area_path.startswith(desk.area_path)]
    return next(iter([*near, *fitting]), None)


def _of_seat(planned: Planned, posts: list[Post]) -> list[Post]:
    if planned.seat is None:
        return posts
    body = planned.seat.body_id
    own = [post for post in posts if post.body_id == body]
    if not own and planned.person.body_id != body:
        words = f"{planned.person}不是{planned.seat.body}的人员"
        raise Invalid(words, mend="该席位由本单位派员", field="person")
    return own


def _put_on(desk: Desk, planned: Planned, *, at: datetime, **more: object) -> Shift:
    """Write one shift into the roster; the desk is locked by the caller."""
    if planned.ends <= planned.starts:
        raise Invalid("结束时间不晚于开始时间", mend="跨午夜的班次请写次日", field="ends")
    if planned.ends <= at:
        raise Invalid("这一班已经结束，不能再排", mend="请选择以后的时间", field="starts")
    if planned.seat is not None and planned.seat.desk_id != desk.pk:
        raise Invalid("席位不属于这个值班室", mend="请重新选择", field="seat")
    post = _fitting_post(desk, planned)
    _check_free(desk, planned)
    return Shift.objects.create(
        desk=desk,
        level=planned.level,
        seat=planned.seat,
        person=planned.person,
        post=post,
        starts=planned.starts,
        ends=planned.ends,
        watch=planned.watch,
        arrive_by=_arrive_by(desk, planned, at),
        **more,
    )


def _check_free(desk: Desk, planned: Planned) -> None:
    """Twice at the same desk at once can only be a slip; at another desk it is flagged."""
    there = desk.shifts.standing().between(planned.starts, planned.ends)
    other = there.filter(person=planned.person, level=planned.level).first()
    if other is not None:
        words = f"{planned.person}这段时间已排在{other}"
        raise Invalid(words, mend="请改排别人，或先撤下原来的班", field="person")


def _arrive_by(desk: Desk, planned: Planned, at: datetime) -> datetime | None:
    minutes = _rule(desk, planned.level).arrive_within
    return max(planned.starts, at) + timedelta(minutes=minutes) if minutes else None


def _take_off(shift: Shift, *, reason: str, at: datetime) -> None:
    """A shift that has begun ends now; one that has not is off the roster, and kept."""
    if shift.starts < at:
        changed = Shift.objects.standing().filter(pk=shift.pk, ends__gt=at).update(ends=at)
        shift.ends = at
    else:
        gone = {"dropped_at": at, "drop_reason": reason[:200]}
        changed = Shift.objects.standing().filter(pk=shift.pk).update(**gone)
        shift.dropped_at, shift.drop_reason = at, reason[:200]
    if not changed:
        raise NotAllowed(f"{shift}已经结束或撤下", mend="请刷新页面查看")
    _let_swaps_go([shift.pk], at=at)


def _drop_coming(desk: Desk, *, reason: str, at: datetime) -> int:
    """Everything of a desk's roster that is not over: ends now, or is taken off."""
    coming = desk.shifts.standing().filter(ends__gt=at)
    _let_swaps_go(list(coming.values_list("pk", flat=True)), at=at)
    begun = coming.filter(starts__lt=at).update(ends=at)
    return begun + coming.filter(starts__gte=at).update(dropped_at=at, drop_reason=reason[:200])


def _let_swaps_go(shifts: list[int], *, at: datetime) -> None:
    """A swap of a shift that changed otherwise has nothing left to swap."""
    waiting = Swap.objects.filter(stage=Stage.ASKED)
    for swap in waiting.filter(shift__in=shifts) | waiting.filter(back__in=shifts):
        _lapse(swap, why="值班表已调整", at=at)


def _lapse(swap: Swap, *, why: str, at: datetime) -> None:
    FLOW.move(swap, "lapse_swap", at=at, answer=why, answered_at=at)
    trail.write(swap, "lapse_swap", by=None, at=at, why=why)
    outbox.announce(events.SwapLapsed(swap.pk))


def _note(desk: Desk, words: str, kind: LogKind, *, by: Person | None, at: datetime) -> LogEntry:
    """What changes the desk stands in its log by itself."""
    return LogEntry.objects.create(
        desk=desk, kind=kind, words=words, happened_at=at, written_at=at, person=by
    )
