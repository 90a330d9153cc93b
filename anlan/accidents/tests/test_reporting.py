"""Three in the morning: told, timed, told again, graded anew, and late where it was late."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from anlan.accidents import actions, sweeps
from anlan.accidents.access import visible_to
from anlan.accidents.models import Accident, CasualtyReport
from anlan.accidents.rules import Toll
from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, Refused

from .story import announced, clock

pytestmark = pytest.mark.django_db


def test_the_safety_officer_tells_the_little_that_is_known(story):
    d = story.district
    accident = story.report(story.shock(toll=Toll(), category=""))
    assert accident.number.startswith("SG2024-")
    assert accident.title == "泽海冷链事故"
    assert (accident.deaths, accident.grade) == (None, "GENERAL")
    assert "尚不清楚" in accident.reports.get().why
    assert announced() == ["AccidentReported"]
    assert trail.verbs_of(accident) == ["report"]
    for person in (d.xu_safety, d.ye_manager, d.huang_zeguo_station, d.chen_section, d.zhou_chief):
        assert accident in visible_to(story.scope(person))
    for person in (d.jin_foundry, d.zhao_taiping_station, d.wu_bystander):
        assert accident not in visible_to(story.scope(person))


def test_a_firm_tells_its_own_and_a_stranger_is_told_whom_to_ring(story):
    d = story.district
    with pytest.raises(Forbidden, match="只能报告本企业"):
        story.report(by=d.jin_foundry)
    with pytest.raises(Forbidden) as said:
        story.report(by=d.wu_bystander)
    assert "12350" in said.value.mend
    assert story.report(by=d.li_grid3).reports.get().by == d.li_grid3  # danger is told anywhere


def test_forty_minutes_is_in_time_sixty_one_is_late_and_said_so(story):
    accident = story.report()
    unit = clock(accident, "unit_report")
    assert unit.met_at == story.now
    assert not unit.is_late
    late = story.report(story.shock(happened_at=story.now - timedelta(minutes=61)))
    unit = clock(late, "unit_report")
    assert (unit.is_late, unit.late_words) == (True, "超时1分钟")
    assert announced()[-2:] == ["ClockMissed", "AccidentReported"]
    exactly = story.report(story.shock(happened_at=story.now - timedelta(minutes=60)))
    assert not clock(exactly, "unit_report").is_late


def test_the_head_learned_of_it_later_than_it_happened(story):
    known = story.now - timedelta(minutes=50)
    told = story.shock(happened_at=story.now - timedelta(hours=9), known_at=known)
    assert not clock(story.report(told), "unit_report").is_late


def test_a_general_accident_goes_to_the_city_a_larger_one_to_the_province(story):
    accident = story.report()
    assert {one.kind for one in accident.clocks.running()} == {
        "county_up", "government", "follow_up", "window", "investigation"
    }  # fmt: skip
    story.district.clock.forward(minutes=30)
    story.news(accident, deaths=3)
    assert accident.grade == "LARGER"
    assert clock(accident, "telephone").start == story.now  # the hour begins with the news
    assert not accident.clocks.filter(kind="city_up").exists()
    story.up(accident, "county_up")
    assert clock(accident, "city_up").start == story.now


def test_the_missing_count_for_whom_one_tells_and_not_yet_for_the_grade(story):
    accident = story.report(story.shock(toll=Toll(deaths=1, missing=2)))
    assert accident.grade == "GENERAL"
    assert accident.clocks.filter(kind="telephone").exists()
    story.news(accident, missing=0, words="两人已获救")
    assert clock(accident, "telephone").dropped_at == story.now
    assert accident.clocks.running().filter(kind="telephone").count() == 0


def test_two_hours_to_the_minute_and_a_sweep_marks_what_was_missed(story):
    accident = story.report()
    story.district.clock.forward(hours=2)
    assert sweeps.mark_missed(at=story.now) == 0  # due, not over
    story.district.clock.forward(seconds=1)
    assert sweeps.mark_missed(at=story.now) == 2  # the city, and our own government
    assert sweeps.mark_missed(at=story.now) == 0
    assert announced()[-2:] == ["ClockMissed", "ClockMissed"]
    story.up(accident, "county_up")
    up = clock(accident, "county_up")
    assert up.is_late
    assert trail.verbs_of(accident) == ["report", "miss", "miss", "report_up"]
    in_time = up.start + timedelta(minutes=90)
    story.up(accident, "government", met_at=in_time)  # was told in time, entered later
    assert not clock(accident, "government").is_late


def test_nobody_says_he_told_before_it_was_known_or_twice(story):
    accident = story.report()
    with pytest.raises(Invalid, match="时间不对"):
        story.up(accident, "county_up", met_at=accident.happened_at)
    story.up(accident, "county_up")
    with pytest.raises(Invalid, match="没有待办"):
        story.up(accident, "county_up")
    with pytest.raises(Invalid, match="自动登记"):
        story.up(accident, "investigation")


def test_each_day_brings_a_follow_up_until_it_is_verified(story):
    accident = story.report()
    story.district.clock.forward(hours=20)
    story.news(accident, minor=2)
    rounds = list(accident.clocks.filter(kind="follow_up").order_by("round"))
    assert [one.met_at for one in rounds] == [story.now, None]
    assert rounds[1].due_at == story.now + timedelta(hours=24)
    actions.verify(accident, **story.section)
    assert not accident.clocks.running().filter(kind="follow_up").exists()


def test_a_death_on_the_thirtieth_day_grades_anew_one_on_the_thirty_first_does_not(story):
    """The accident was on 12 June: the last day is 12 July, to its last second in Beijing."""
    accident = story.report(story.shock(toll=Toll(deaths=2, serious=2)))
    story.district.clock.to(datetime(2024, 7, 12, 15, 59, 59, tzinfo=UTC))  # 23:59:59
    assert sweeps.fix_finals(at=story.now) == 0
    said = story.news(accident, deaths=3, serious=1)
    assert (said.counts, accident.deaths, accident.grade) == (True, 3, "LARGER")
    assert "死亡3人" in said.why
    story.district.clock.forward(seconds=1)
    assert sweeps.fix_finals(at=story.now) == 1
    said = story.news(accident, deaths=4, serious=0)
    assert (said.counts, said.deaths) == (False, 4)
    accident.refresh_from_db()
    assert (accident.deaths, accident.serious_injuries, accident.grade) == (3, 1, "LARGER")
    assert "第十三条第二款" in said.why
    assert "AccidentRegraded" in announced()
    assert clock(accident, "window").words.startswith("终报：较大事故，死亡3人")


def test_who_died_in_time_counts_even_when_it_is_told_late(story):
    accident = story.report(story.shock(toll=Toll(deaths=2)))
    died = story.now + timedelta(days=20)
    story.district.clock.forward(days=40)
    story.news(accident, deaths=3, changed_at=died)
    assert accident.grade == "LARGER"


@pytest.mark.parametrize("scope", ["road", "fire_production"])
def test_road_and_fire_settle_after_seven_days(story, scope):
    accident = story.report(story.shock(scope=scope))
    story.district.clock.forward(days=7)
    assert story.news(accident, deaths=2).counts
    story.district.clock.forward(days=1)
    assert not story.news(accident, deaths=3).counts
    accident.refresh_from_db()
    assert accident.deaths == 2


def test_what_was_first_told_stays_what_was_first_told(story):
    accident = story.report(story.shock(toll=Toll(deaths=1, serious=2, minor=1)))
    story.news(accident, deaths=2, serious=1)
    assert (accident.first_deaths, accident.first_injured) == (1, 3)
    assert (accident.deaths, accident.injured) == (2, 2)
    with pytest.raises(IntegrityError, match="快报数字"), transaction.atomic():
        Accident.objects.filter(pk=accident.pk).update(first_deaths=0)
    with pytest.raises(IntegrityError, match="只增不改"), transaction.atomic():
        CasualtyReport.objects.filter(accident=accident, round=1).update(deaths=0)


def test_loss_of_a_thousand_is_larger_and_unknown_leaves_what_was_said(story):
    accident = story.report()
    story.news(accident, loss=Decimal("999.99"))
    assert accident.grade == "GENERAL"
    story.news(accident, loss=Decimal(1000))
    assert accident.grade == "LARGER"
    assert accident.deaths == 1
    assert [one.grade for one in accident.reports.order_by("round")] == [
        "GENERAL", "GENERAL", "LARGER"
    ]  # fmt: skip


def test_fewer_dead_needs_a_ground(story):
    accident = story.report(story.shock(toll=Toll(deaths=3)))
    with pytest.raises(Invalid, match="依据"):
        story.news(accident, deaths=2)
    story.news(accident, deaths=2, words="一人经鉴定系疾病死亡", correction=True)
    assert (accident.grade, accident.first_grade) == ("GENERAL", "LARGER")
    with pytest.raises(Invalid, match="没有说明"):
        story.news(accident)


def test_the_same_night_from_two_mouths_is_kept_and_pointed_out(story):
    first = story.report()
    second = story.report(story.shock(body=None, title="冷库有人触电"), by=story.district.sun_grid7)
    assert second.details["alike"] == {first.number: "24小时内、同一村社、伤亡人数相同"}
    actions.merge(second, into=first, reason="同一起", **story.section)
    assert second.stage == Accident.Stage.MERGED
    assert list(Accident.objects.kept()) == [first]
    assert not second.clocks.running().exists()
    with pytest.raises(Refused):
        actions.merge(first, into=second, reason="反过来", **story.section)


def test_the_phone_sends_again_and_it_stays_one(story):
    told = story.shock(origin="phone:1")
    assert story.report(told) == story.report(told)
    assert Accident.objects.count() == 1
    with pytest.raises(Refused, match="已由他人"):
        story.report(told, by=story.district.chen_section)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"happened_at": datetime(2025, 1, 1, tzinfo=UTC)}, "happened_at"),
        ({"reported_at": datetime(2024, 1, 1, tzinfo=UTC)}, "reported_at"),
        ({"lon": 121.0}, "place"),
        ({"category": "c2025_06"}, "category"),
        ({"scope": "volcano"}, "scope"),
        ({"industry": "33"}, "industry"),
        ({"toll": Toll(deaths=-1)}, "deaths"),
        ({"poisoned": 2}, "poisoned"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(story, wrong, field):
    with pytest.raises(Invalid) as said:
        story.report(story.shock(**wrong))
    assert said.value.field == field
    assert not Accident.objects.exists()


def test_only_the_firm_and_its_offices_add_to_it(story):
    d = story.district
    accident = story.report(story.shock(sector="ammonia_refrigeration"))
    for stranger in (d.jin_foundry, d.zhao_taiping_station, d.wu_bystander, d.he_housing):
        with pytest.raises(Forbidden):
            story.news(accident, by=stranger, deaths=2)
    story.news(accident, by=d.ye_manager, deaths=2)
    with pytest.raises(Invalid, match="没有选择文件"):
        actions.attach(accident, evidence=[], by=d.xu_safety, at=story.now)
