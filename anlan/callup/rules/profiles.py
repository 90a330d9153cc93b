"""Profiles of call-ups (叫应方案): steps, three time limits, who is next; laid out as a plan."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

Channel = Literal["SMS", "VOICE", "APP", "PUSH", "MAIL", "CHAT", "LOUDSPEAKER"]
NextOne = Literal["deputy", "superior", "duty_leader"]
AnswerKind = Literal["RECEIVED", "ON_SITE", "NEED_HELP", "CANNOT_COME", "OTHER"]

CHANNELS = ("SMS", "VOICE", "APP", "PUSH", "MAIL", "CHAT", "LOUDSPEAKER")
PHONE = frozenset({"SMS", "VOICE"})  # what a dead number takes away
PLACES = frozenset({"LOUDSPEAKER", "CHAT"})  # said to an area or to a group, never to one person
ANSWERS = {  # in this order they are the keys 1, 2, 3, 4 of the telephone
    "RECEIVED": "收到",
    "ON_SITE": "已到岗",
    "NEED_HELP": "需支援",
    "CANNOT_COME": "无法到达",
}
MOST_STEPS, MOST_TRIES = 12, 10


@dataclass(frozen=True)
class Step:
    """One step: channels at once, or one after the other; `retry_after` seconds between (T1)."""

    channels: tuple[Channel, ...]
    in_turn: bool = False
    tries: int = 1
    retry_after: int = 60
    label: str = ""

    def __post_init__(self) -> None:
        if not self.channels:
            raise ValueError("这一步没有写通道（channels）")
        if len(set(self.channels)) != len(self.channels):
            raise ValueError("同一步里通道重复")
        if not 1 <= self.tries <= MOST_TRIES:
            raise ValueError(f"次数（tries）应为 1 到 {MOST_TRIES}")
        if self.retry_after < 5:
            raise ValueError("重试间隔 T1（retry_after）至少 5 秒，对方需要时间接听")


@dataclass(frozen=True)
class Quiet:
    """Hours in which these channels wait (免打扰); never for life safety."""

    from_: time
    to: time
    channels: tuple[Channel, ...] = ("VOICE",)


@dataclass(frozen=True)
class StandingApproval:
    """Approved beforehand (预先批准): by whom, when, by which document, until when."""

    by: str
    on: date
    document: str = ""
    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.on <= day and (self.until is None or day <= self.until)

    def __str__(self) -> str:
        return f"{self.by} {self.on} {self.document}".strip()


@dataclass(frozen=True)
class Profile:
    """A named way to call people up; an entry of catalogues/callup.yaml. Times are in seconds.

    T1 is each step's `retry_after`. T2 `pass_on_after`: who has not answered by then is passed on
    to the next one. T3 `by_hand_after`: when nobody is left to pass on to, a human rings. All are
    counted from when that person was first called. Without steps a profile is only a name.
    """

    key: str
    label: str
    steps: tuple[Step, ...] = ()
    pass_on_after: int = 0
    by_hand_after: int = 0
    unreached_after: int = 1800  # a call by hand that nobody recorded
    next: tuple[NextOne, ...] = ()
    most_handovers: int = 3
    answers: tuple[AnswerKind, ...] = ("RECEIVED", "ON_SITE", "NEED_HELP", "CANNOT_COME")
    link_hours: int = 24
    life_safety: bool = False
    drill: bool = False  # can only ever be used as a drill
    notice: bool = False  # only tells: nobody is called instead, and nobody rings by hand
    quiet: Quiet | None = None
    standing_approval: StandingApproval | None = None
    confirm_hours: int = 24  # an approval by phone is confirmed within
    note: str = ""

    def __post_init__(self) -> None:
        if self.life_safety and self.quiet:
            raise ValueError("涉及生命安全的叫应不设免打扰时段，请删去 quiet")
        if not self.answers:
            raise ValueError("没有写应答选项（answers）")
        if self.link_hours < 1 or self.confirm_hours < 1 or self.unreached_after < 60:
            raise ValueError("链接有效期、确认期限至少 1 小时，unreached_after 至少 60 秒")
        if not self.steps:
            return
        if len(self.steps) > MOST_STEPS:
            raise ValueError(f"步骤最多 {MOST_STEPS} 步")
        last = _shots(self.steps)[-1].after
        if self.pass_on_after <= last:
            raise ValueError(
                f"最后一次呼叫在第 {last} 秒，T2（pass_on_after）应晚于它，"
                f"写的是 {self.pass_on_after}"
            )
        if self.by_hand_after < self.pass_on_after:
            raise ValueError("T3（by_hand_after）不应早于 T2（pass_on_after）")

    @property
    def filled(self) -> bool:
        """Whether it has steps: a mere name cannot call anybody."""
        return bool(self.steps)


@dataclass(frozen=True)
class Shot:
    """One moment of a plan: so many seconds after the person was first called, these channels."""

    after: int
    step: int
    tries: int
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """A profile laid out in time, as it is kept with a call-up: later changes touch nothing."""

    shots: tuple[Shot, ...]
    pass_on_after: int
    by_hand_after: int
    unreached_after: int
    next: tuple[str, ...]
    most_handovers: int
    answers: tuple[str, ...]
    link_hours: int
    quiet_from: str = ""
    quiet_to: str = ""
    quiet_channels: tuple[str, ...] = ()
    labels: tuple[str, ...] = field(default=())
    notice: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def is_quiet(self, here: time) -> bool:
        """Whether the quiet hours run at this local time; they may reach over midnight."""
        if not self.quiet_from:
            return False
        begins, ends = time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_to)
        if begins <= ends:
            return begins <= here < ends
        return here >= begins or here < ends

    def quiet_until(self, here: datetime) -> datetime:
        """When the quiet hours are over that run at this local time."""
        ends = time.fromisoformat(self.quiet_to)
        day = here.date() if here.time() < ends else here.date() + timedelta(days=1)
        return datetime.combine(day, ends, tzinfo=here.tzinfo)


def plan_of(profile: Profile) -> Plan:
    """Lay the steps out in time: each step begins one T1 after the last shot of the one before."""
    quiet = profile.quiet
    return Plan(
        shots=_shots(profile.steps),
        pass_on_after=profile.pass_on_after,
        by_hand_after=profile.by_hand_after,
        unreached_after=profile.unreached_after,
        next=profile.next,
        most_handovers=profile.most_handovers,
        answers=profile.answers,
        link_hours=profile.link_hours,
        quiet_from=quiet.from_.isoformat() if quiet else "",
        quiet_to=quiet.to.isoformat() if quiet else "",
        quiet_channels=quiet.channels if quiet else (),
        labels=tuple(step.label for step in profile.steps),
        notice=profile.notice,
    )


def read_plan(given: Mapping[str, Any]) -> Plan:
    """The plan as it was kept."""
    shots = tuple(
        Shot(each["after"], each["step"], each["tries"], tuple(each["channels"]))
        for each in given["shots"]
    )
    lists = ("next", "answers", "quiet_channels", "labels")
    known = {each.name for each in fields(Plan)} - {"shots"}  # the words stand there besides
    rest: dict[str, Any] = {
        name: tuple(value) if name in lists else value
        for name, value in given.items()
        if name in known
    }
    return Plan(shots=shots, **rest)


def _shots(steps: tuple[Step, ...]) -> tuple[Shot, ...]:
    shots: list[Shot] = []
    now = 0
    for number, step in enumerate(steps):
        groups = [(each,) for each in step.channels] if step.in_turn else [step.channels]
        for tries in range(1, step.tries + 1):
            for channels in groups:
                shots.append(Shot(now, number, tries, tuple(channels)))
                now += step.retry_after
    return tuple(shots)
