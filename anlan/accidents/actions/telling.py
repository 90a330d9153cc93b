"""How an accident becomes known, and what is told of it later."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, Refused
from anlan.matters.models import kinds as sectors
from anlan.people.models import Person

from .. import access, events, rules
from ..flow import COUNTED
from ..models import (
    Accident,
    CasualtyReport,
    Evidence,
    categories,
    check_category,
    scale,
    scope_named,
)
from ..rules import Toll
from .beats import (
    LONGEST_TITLE,
    News,
    Shown,
    Telling,
    _check_toll,
    _hold,
    _numbers,
    _state,
    _words_to_find,
)
from .timing import FOLLOW_UP, _adjust, _begin, _meet, _meet_open

MOST_ALIKE = 5


@transaction.atomic
def report(
    telling: Telling, *, evidence: Sequence[Shown] = (), by: Person, at: datetime
) -> Accident:
    """Tell of an accident with whatever is known by now; its clocks start (事故快报).

    The same telling sent twice by a phone (`origin`) is one accident. One that resembles another
    is kept and pointed to it: at night nobody is turned away for reporting what others reported.
    """
    if known := _sent_before(telling, by):
        return known
    _judge(telling, at=at)
    under = access.check_reporting(by, path=telling.area.path, body=telling.body, at=at)
    accident = _written(telling, at=at)
    news = News(telling.toll, telling.happened_at, telling.poisoned, telling.course)
    _state(accident, news, kind=CasualtyReport.Kind.FIRST, by=by, under=under, at=at)
    _start_clocks(accident, telling, by=by, at=at)
    alike = _note_alike(accident)
    files = _show(accident, evidence, by=by, at=at)
    trail.write(
        accident, "report", by=by, under=under, at=at, toll=accident.toll.words(),
        grade=accident.get_grade_display(), alike=alike, files=files,
    )  # fmt: skip
    outbox.announce(events.AccidentReported(accident.pk, accident.feared_grade))
    return accident


@transaction.atomic
def follow_up(accident: Accident, *, news: News, by: Person, at: datetime) -> CasualtyReport:
    """Tell what has changed: casualties, loss, or what else is known by now (事故续报).

    Within 30 days (road and fire 7) it grades anew; what changed later is kept and does not.
    """
    under = access.check(by, "follow_up", accident, at=at)
    _hold(accident, "follow_up")
    _check_news(accident, news, at=at)
    before = accident.grade
    kind = CasualtyReport.Kind.CORRECTION if news.correction else CasualtyReport.Kind.FOLLOW_UP
    said = _state(accident, news, kind=kind, by=by, under=under, at=at)
    _meet_open(accident, FOLLOW_UP, by=by, words=f"第{said.round}次报告", at=at)
    _adjust(accident, at=at)
    trail.write(
        accident, "follow_up", by=by, under=under, at=at, toll=said.toll.words(),
        counts=said.counts, words=news.words, why=said.why,
        grade=[before, said.grade] if before != said.grade else "",
    )  # fmt: skip
    outbox.announce(events.AccidentFollowedUp(accident.pk))
    return said


@transaction.atomic
def attach(
    accident: Accident, *, evidence: Sequence[Shown], words: str = "", by: Person, at: datetime
) -> None:
    """Add photos or papers of the accident (补充事故材料)."""
    under = access.check(by, "attach", accident, at=at)
    _hold(accident, "attach")
    if not evidence:
        raise Invalid("没有选择文件", mend="请至少选择一个文件", field="evidence")
    files = _show(accident, evidence, by=by, at=at)
    trail.write(accident, "attach", by=by, under=under, at=at, files=files, words=words)


# --- judged, written, looked for ------------------------------------------------------------------


def _judge(told: Telling, *, at: datetime) -> None:
    """Refuse what cannot be; what is merely unknown is let through."""
    if told.happened_at > at:
        raise Invalid("发生时间晚于现在", mend="请核对发生时间", field="happened_at")
    for name, word in (("known_at", "单位接报时间"), ("reported_at", "接报时间")):
        moment = getattr(told, name)
        if moment and not told.happened_at <= moment <= at:
            mend = "应在发生时间之后、现在之前"
            raise Invalid(f"{word}不对", mend=mend, field=name)
    if told.known_at and told.reported_at and told.reported_at < told.known_at:
        raise Invalid("接报时间早于单位得知的时间", mend="请核对这两个时间", field="reported_at")
    if (told.lon is None) != (told.lat is None):
        raise Invalid("位置只有一半", mend="经度、纬度要同时填写", field="place")
    scope_named(told.scope)
    check_category(told.category, told.day)
    _check_words(told.sector, told.industry)
    _check_toll(told.toll, told.poisoned)


def _check_words(sector: str, industry: str) -> None:
    if sector:
        sectors.check_sector(sector)
    if industry and not rules.is_industry(industry):
        mend = "按 GB/T 4754 填写，如 C33 或 E4710，不清楚留空"
        raise Invalid(f"行业代码“{industry}”写法不对", mend=mend, field="industry")


def _check_news(accident: Accident, news: News, *, at: datetime) -> None:
    _check_toll(news.toll, news.poisoned)
    if not accident.happened_at <= news.changed_at <= at:
        mend = f"应在事故发生（{trail.local(accident.happened_at)}）之后、现在之前"
        raise Invalid("变化时间不对", mend=mend, field="changed_at")
    if news.toll.is_unknown and not news.words.strip():
        raise Invalid("没有说明有什么变化", mend="请填写变化的人数、损失或情况", field="words")
    before = accident.reports.order_by("-round").first()
    fewer = before and before.deaths and (news.toll.deaths or before.deaths) < before.deaths
    if (fewer or news.correction) and not news.words.strip():
        raise Invalid(
            "更正或减少死亡人数要说明依据", mend="如“经法医鉴定系疾病死亡”", field="words"
        )


def _sent_before(told: Telling, by: Person) -> Accident | None:
    """A phone without signal sends again what already arrived: it gets the same accident back."""
    if not told.origin:
        return None
    with connection.cursor() as cursor:
        # Sent twice at once, the second waits here until the first is committed, and then finds it.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('accidents.origin'), hashtext(%s))",
            [told.origin],
        )
    found = Accident.objects.filter(origin=told.origin).first()
    if found and not found.reports.filter(round=1, by=by).exists():
        raise Refused("这起事故已由他人报告，没有重复登记", mend="请从本机待发列表中删除这一条")
    return found


def _written(told: Telling, *, at: datetime) -> Accident:
    """A new row; its toll and grade follow from the first statement."""
    accident = Accident(
        number=_numbers(told.day.year, 1)[0], happened_at=told.happened_at,
        reported_at=told.reported_at or at, area=told.area, area_path=told.area.path,
        place=told.place.strip(), lon=told.lon, lat=told.lat, body=told.body,
        sector=told.sector, industry=told.industry, scope=told.scope, category=told.category,
        origin=told.origin, details=_details(told), **_first(told.toll),
    )  # fmt: skip
    accident.title = _title(told)
    accident.search = _words_to_find(accident)
    accident.save(force_insert=True)
    return accident


def _first(toll: Toll) -> dict[str, object]:
    """What is said first stands for ever as the 快报."""
    grade = rules.grade_of(toll, scale()).grade
    return {"first_deaths": toll.deaths or 0, "first_injured": toll.injured, "first_grade": grade,
            "grade": grade}  # fmt: skip


def _details(told: Telling) -> dict[str, object]:
    words = {"unit": told.unit, "course": told.course, "taken": told.taken,
             "overview": told.overview}  # fmt: skip
    return {key: value.strip() for key, value in words.items() if value.strip()}


def _title(told: Telling) -> str:
    """As given; else the unit or place, and what happened: 泽海冷链“触电”事故."""
    if told.title.strip():
        return told.title.strip()[:LONGEST_TITLE]
    where = str(told.body) if told.body else told.unit or told.place or told.area.name
    kind = categories().get(told.category)
    return f"{where}{kind.label if kind else ''}事故"[:LONGEST_TITLE]


def _start_clocks(accident: Accident, told: Telling, *, by: Person, at: datetime) -> None:
    """The unit's own hour is over with this report; everything that follows begins."""
    reported = accident.reported_at or at
    known = _begin(accident, "known", told.known_at or told.happened_at)
    _begin(accident, "happened", accident.happened_at)
    _begin(accident, "reported", reported)
    for clock in known:
        _meet(clock, met_at=reported, by=by, words="接报", at=at)


def _note_alike(accident: Accident) -> list[str]:
    """Others that may be the same accident, by number; kept beside it for whoever verifies."""
    around = Accident.objects.filter(
        stage__in=COUNTED,
        happened_at__range=(
            accident.happened_at - rules.A_DAY,
            accident.happened_at + rules.A_DAY,
        ),
    ).exclude(pk=accident.pk)
    mine = accident.happening()
    found = {}
    for other in around.select_related("body").order_by("pk"):
        if why := rules.alike(mine, other.happening()):
            found[other.number] = why
    if found:
        accident.details = {**accident.details, "alike": dict(list(found.items())[:MOST_ALIKE])}
        Accident.objects.filter(pk=accident.pk).update(details=accident.details)
    return list(found)[:MOST_ALIKE]


def _show(accident: Accident, shown: Sequence[Shown], *, by: Person, at: datetime) -> list[int]:
    Evidence.objects.bulk_create(
        Evidence(accident=accident, file=each.file, caption=each.caption, by=by, at=at)
        for each in shown
    )
    return [each.file.pk for each in shown]
