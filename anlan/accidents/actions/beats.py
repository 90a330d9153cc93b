"""What somebody tells of an accident, and what several deeds keep of it alike."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import connection

from anlan.kernel import outbox
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.models import StoredFile
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area, Body, Person, Post

from .. import events, rules
from ..flow import DEEDS
from ..models import Accident, CasualtyReport, scale
from ..rules import Statement, Toll

LOOK_AGAIN = "请刷新页面，查看最新状态后再办理"
LONGEST_TITLE = 120


@dataclass(frozen=True)
class Shown:
    """A stored file, and what it shows (事故材料)."""

    file: StoredFile
    caption: str = ""


@dataclass(frozen=True)
class Telling:
    """What somebody tells of an accident (快报内容, 条例第十二条); what is unknown stays empty.

    `known_at` is when the head of the unit learned of it, `reported_at` when the county's
    regulator did: from there the clocks run.
    """

    happened_at: datetime
    area: Area
    title: str = ""
    scope: str = "production_safety"
    category: str = ""
    sector: str = ""
    industry: str = ""
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    body: Body | None = None
    unit: str = ""  # as it is called, where it is not registered
    toll: Toll = field(default_factory=Toll)
    poisoned: int | None = None
    course: str = ""
    taken: str = ""
    overview: str = ""
    known_at: datetime | None = None
    reported_at: datetime | None = None
    origin: str = ""

    @property
    def day(self) -> date:
        return self.happened_at.astimezone(LOCAL).date()


@dataclass(frozen=True)
class News:
    """A new statement of what it cost (续报内容); None leaves a number as it was.

    `changed_at` is when it had become so, not when it was said.
    """

    toll: Toll
    changed_at: datetime
    poisoned: int | None = None
    words: str = ""
    correction: bool = False  # it was so all along: the earlier number was wrong


def _end_of(day: date) -> datetime:
    """The last second of a day in Beijing (二十四时)."""
    return datetime.combine(day, time(23, 59, 59), LOCAL)


def _demand(words: str, *, what: str, field: str = "reason", longest: int = 300) -> str:
    """Words that must be given."""
    if not words.strip():
        raise Invalid(f"请填写{what}", mend="用一句话说明即可", field=field)
    return words.strip()[:longest]


def _hold(accident: Accident, verb: str) -> None:
    """Lock the row and read it anew, for a deed that leaves the stage alone."""
    _lock(accident)
    deed = DEEDS.moves[verb]
    if accident.stage not in deed.sources:
        stage = accident.get_stage_display()
        raise NotAllowed(f"{accident}现为“{stage}”，不能{deed.term}", mend=LOOK_AGAIN)


def _lock(accident: Accident) -> None:
    Accident.objects.select_for_update().only("pk").get(pk=accident.pk)
    accident.refresh_from_db()


def _numbers(year: int, count: int) -> list[str]:
    """Fresh numbers, SG2024-000123; a number that was drawn is never drawn again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('accidents_number') FROM generate_series(1, %s)", [count])
        return [f"SG{year}-{drawn:06d}" for (drawn,) in cursor.fetchall()]


def _words_to_find(accident: Accident) -> str:
    parts = (accident.number, accident.title, accident.place, accident.unit)
    return " ".join(dict.fromkeys(part for part in parts if part))


def _state(
    accident: Accident, news: News, *, kind: str, by: Person, under: Post | None, at: datetime
) -> CasualtyReport:
    """Add a statement to the history and let the statistics follow it; the row is locked.

    The columns of the accident are worked out anew from all statements each time, so that they
    can never drift away from their history.
    """
    before, last = accident.grade, accident.reports.order_by("-round").first()
    toll = _whole(news.toll, last.toll if last else Toll())
    on = news.changed_at.astimezone(LOCAL).date()
    told = [Statement(_day(one.changed_at), one.toll) for one in _said(accident)]
    settled, verdict = _verdict(accident, [*told, Statement(on, toll)])
    inside = rules.counts(on, happened=accident.day, days=accident.rule.window_days)
    why = verdict.why if inside else _late_why(accident, verdict.why)
    said = CasualtyReport.objects.create(
        accident=accident, round=(last.round if last else 0) + 1, kind=kind,
        changed_at=news.changed_at, poisoned=news.poisoned, counts=inside,
        grade=verdict.grade, why=why[:300], words=news.words, by=by, post=under, at=at,
        **_columns(toll),
    )  # fmt: skip
    _set(accident, settled, verdict.grade)
    if before and before != verdict.grade:
        outbox.announce(events.AccidentRegraded(accident.pk, before, verdict.grade))
    return said


def _resettle(accident: Accident) -> str:
    """Work the statistics out anew from what was said: its day or scope has changed."""
    told = [Statement(_day(one.changed_at), one.toll) for one in _said(accident)]
    before = accident.grade
    settled, verdict = _verdict(accident, told)
    _set(accident, settled, verdict.grade)
    if before != verdict.grade:
        outbox.announce(events.AccidentRegraded(accident.pk, before, verdict.grade))
    return verdict.why


def _verdict(accident: Accident, told: list[Statement]) -> tuple[Toll, rules.Verdict]:
    settled = rules.settle(told, happened=accident.day, days=accident.rule.window_days)
    return settled, rules.grade_of(settled, scale())


def _set(accident: Accident, toll: Toll, grade: str) -> None:
    values: dict[str, Any] = {**_columns(toll), "grade": grade}
    Accident.objects.filter(pk=accident.pk).update(**values)
    accident.refresh_from_db()


def _columns(toll: Toll) -> dict[str, Any]:
    return {
        "deaths": toll.deaths,
        "missing": toll.missing,
        "serious_injuries": toll.serious,
        "minor_injuries": toll.minor,
        "direct_loss": toll.loss,
    }


def _said(accident: Accident) -> list[CasualtyReport]:
    return list(accident.reports.order_by("round"))


def _day(at: datetime) -> date:
    return at.astimezone(LOCAL).date()


def _late_why(accident: Accident, verdict: str) -> str:
    past = rules.past_words(happened=accident.day, days=accident.rule.window_days)
    return f"{past}。现统计：{verdict}"


def _whole(news: Toll, before: Toll) -> Toll:
    """The statement with what it leaves unsaid as it was said before."""
    return Toll(
        *(
            getattr(before, name) if getattr(news, name) is None else getattr(news, name)
            for name in ("deaths", "missing", "serious", "minor", "loss")
        )
    )


def _check_toll(toll: Toll, poisoned: int | None) -> None:
    for name, word in (("deaths", "死亡"), ("missing", "失踪"), ("serious", "重伤"),
                       ("minor", "轻伤"), ("loss", "直接经济损失")):  # fmt: skip
        number: Decimal | int | None = getattr(toll, name)
        if number is not None and number < 0:
            raise Invalid(f"{word}不能小于0", mend="没有填0，不清楚留空", field=name)
    if poisoned is not None and poisoned > (toll.serious or 0):
        raise Invalid("急性工业中毒人数多于重伤人数", mend="重伤含急性工业中毒", field="poisoned")
