"""The boundaries of 493号令 to the person, the 万元 and the second; no database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.accidents import rules
from anlan.accidents.models import categories, clocks, editions, scale, scopes
from anlan.accidents.rules import Happening, Statement, Toll
from anlan.accidents.rules.kinds import investigating_level

DAY = date(2024, 6, 12)
AT = datetime(2024, 6, 12, 8, tzinfo=UTC)


def graded(**toll):
    return rules.grade_of(Toll(**toll), scale()).grade


@pytest.mark.parametrize(
    ("measure", "number", "grade"),
    [
        ("deaths", 0, "GENERAL"), ("deaths", 2, "GENERAL"),
        ("deaths", 3, "LARGER"), ("deaths", 9, "LARGER"),
        ("deaths", 10, "MAJOR"), ("deaths", 29, "MAJOR"), ("deaths", 30, "EXTREME"),
        ("serious", 9, "GENERAL"), ("serious", 10, "LARGER"), ("serious", 49, "LARGER"),
        ("serious", 50, "MAJOR"), ("serious", 99, "MAJOR"), ("serious", 100, "EXTREME"),
        ("loss", Decimal("999.99"), "GENERAL"), ("loss", Decimal(1000), "LARGER"),
        ("loss", Decimal("4999.99"), "LARGER"), ("loss", Decimal(5000), "MAJOR"),
        ("loss", Decimal("9999.99"), "MAJOR"), ("loss", Decimal(10000), "EXTREME"),
    ],
)  # fmt: skip
def test_each_measure_grades_from_its_number_on(measure, number, grade):
    assert graded(**{measure: number}) == grade


TOLLS = st.builds(
    Toll,
    deaths=st.none() | st.integers(0, 40),
    missing=st.none() | st.integers(0, 40),
    serious=st.none() | st.integers(0, 120),
    minor=st.none() | st.integers(0, 500),
    loss=st.none() | st.decimals(0, 12000, places=2),
)


@given(TOLLS)
def test_the_worst_of_three_counts_and_the_slightly_hurt_and_missing_do_not(toll):
    """The grade is the gravest that one measure alone would give."""
    alone = [graded(deaths=toll.deaths), graded(serious=toll.serious), graded(loss=toll.loss)]
    worst = max(alone, key=rules.GRADES.index)
    verdict = rules.grade_of(toll, scale())
    assert verdict.grade == worst
    assert verdict.why
    others = replace(toll, minor=None, missing=None)
    assert rules.grade_of(others, scale()).grade == worst


@given(TOLLS, st.sampled_from(["deaths", "serious", "loss"]), st.integers(1, 50))
def test_more_harm_never_grades_lower(toll, measure, more):
    worse = replace(toll, **{measure: (getattr(toll, measure) or 0) + more})
    before, after = (rules.grade_of(one, scale()).grade for one in (toll, worse))
    assert rules.at_least(after, before)
    feared = rules.grade_of(toll.feared(), scale()).grade
    assert rules.at_least(feared, before)


def test_two_dead_and_one_missing_is_feared_to_be_larger_but_is_not_yet():
    toll = Toll(deaths=2, missing=1)
    assert graded(deaths=2, missing=1) == "GENERAL"
    assert rules.grade_of(toll.feared(), scale()).grade == "LARGER"


def test_nothing_known_is_said_to_be_nothing_known():
    verdict = rules.grade_of(Toll(), scale())
    assert verdict.grade == "GENERAL"
    assert "尚不清楚" in verdict.why
    assert "无人员伤亡" in rules.grade_of(Toll(deaths=0), scale()).why


# --- the window -----------------------------------------------------------------------------------


def test_thirty_days_do_not_count_the_day_itself():
    assert rules.last_day(DAY, 30) == date(2024, 7, 12)
    assert rules.last_day(DAY, 7) == date(2024, 6, 19)
    assert rules.counts(date(2024, 7, 12), happened=DAY, days=30)
    assert not rules.counts(date(2024, 7, 13), happened=DAY, days=30)


@pytest.mark.parametrize(("scope", "days"), [("production_safety", 30), ("fishery", 30),
                                             ("road", 7), ("road_production", 7), ("fire", 7),
                                             ("fire_production", 7)])  # fmt: skip
def test_road_and_fire_have_seven_days_all_others_thirty(scope, days):
    assert scopes()[scope].window_days == days


def test_who_dies_on_the_last_day_counts_who_dies_a_day_later_does_not():
    first = Statement(DAY, Toll(deaths=2))
    last, after = (Statement(DAY + timedelta(days=n), Toll(deaths=3)) for n in (30, 31))
    assert rules.settle([first, last], happened=DAY, days=30).deaths == 3
    assert rules.settle([first, after], happened=DAY, days=30).deaths == 2
    words = rules.past_words(happened=DAY, days=30)
    assert "2024-07-12" in words
    assert "第十三条第二款" in words
    assert "7日内" in rules.past_words(happened=DAY, days=7)


def test_loss_has_no_window_the_inquiry_assesses_it_later():
    late = Statement(DAY + timedelta(days=50), Toll(deaths=5, loss=Decimal(1200)))
    settled = rules.settle([Statement(DAY, Toll(deaths=1)), late], happened=DAY, days=30)
    assert (settled.deaths, settled.loss) == (1, Decimal(1200))


STATEMENTS = st.lists(
    st.builds(Statement, st.integers(0, 45).map(lambda n: DAY + timedelta(days=n)), TOLLS),
    min_size=1,
)


@given(STATEMENTS)
def test_people_settled_are_those_of_the_newest_statement_within(told):
    settled = rules.settle(told, happened=DAY, days=30)
    inside = [one.toll for one in told if one.on <= date(2024, 7, 12)]
    newest = inside[-1] if inside else Toll()
    assert replace(settled, loss=None) == replace(newest, loss=None)
    losses = [one.toll.loss for one in told if one.toll.loss is not None]
    assert settled.loss == (losses[-1] if losses else None)


# --- clocks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "span"),
    [("unit_report", "1小时"), ("county_up", "2小时"), ("city_up", "2小时"),
     ("province_up", "2小时"), ("department", "24小时"), ("investigation", "60日"),
     ("reply", "15日"), ("evaluation", "1年")],
)  # fmt: skip
def test_the_clocks_of_the_catalogue_are_those_of_the_law(key, span):
    assert clocks()[key].span_words == span


@pytest.mark.parametrize(
    ("grade", "levels"),
    [("GENERAL", {"county_up"}), ("LARGER", {"county_up", "city_up"}),
     ("MAJOR", {"county_up", "city_up", "province_up"}),
     ("EXTREME", {"county_up", "city_up", "province_up"})],
)  # fmt: skip
def test_how_far_up_it_is_reported_depends_on_its_grade(grade, levels):
    up = {key for key, rule in clocks().items()
          if key.endswith("_up") and rule.begins in ("reported", "after")
          and rule.key != "follow_up" and rule.applies(scope="fire", grade=grade)}  # fmt: skip
    assert up == levels


def test_a_reply_takes_fifteen_days_and_thirty_where_it_is_the_gravest():
    reply = clocks()["reply"]
    days = {grade: reply.last_day(DAY, grade=grade, window_days=30) for grade in rules.GRADES}
    assert days == {
        "GENERAL": date(2024, 6, 27), "LARGER": date(2024, 6, 27), "MAJOR": date(2024, 6, 27),
        "EXTREME": date(2024, 7, 12),
    }  # fmt: skip


def test_a_year_from_the_leap_day_ends_on_the_last_of_february():
    evaluation = clocks()["evaluation"]
    given = {"grade": "GENERAL", "window_days": 30}
    assert evaluation.last_day(date(2024, 2, 29), **given) == date(2025, 2, 28)
    assert evaluation.last_day(DAY, **given) == date(2025, 6, 12)


def test_an_hour_is_kept_to_the_second_and_late_by_how_much_is_said():
    hour = clocks()["unit_report"].due_by_hours(AT)
    assert hour == AT + timedelta(hours=1)
    assert rules.late_words(hour, hour) == ""
    assert rules.late_words(hour, hour + timedelta(seconds=1)) == "超时1分钟"
    assert rules.late_words(hour, hour + timedelta(hours=1, minutes=37)) == "超时1小时37分钟"
    assert rules.late_words(hour, hour + timedelta(days=2)) == "超时2天"


def test_sixty_days_more_at_most_and_in_all():
    assert not rules.too_long(60, already=0, most=60)
    assert rules.too_long(61, already=0, most=60)
    assert rules.too_long(31, already=30, most=60)
    assert rules.too_long(0, already=0, most=60)


# --- kinds ----------------------------------------------------------------------------------------


def test_the_day_of_the_accident_says_by_which_edition_it_is_coded():
    books = editions().values()
    assert rules.edition_on(date(2026, 6, 30), books).key == "gb6441_1986"
    assert rules.edition_on(date(2026, 7, 1), books).key == "gb6441_2025"
    assert rules.edition_on(date(1980, 1, 1), books) is None
    by_edition = [each.edition for each in categories().values()]
    assert (by_edition.count("gb6441_1986"), by_edition.count("gb6441_2025")) == (20, 27)


def test_the_state_the_province_the_city_the_county():
    assert [investigating_level(grade) for grade in rules.GRADES] == [
        "COUNTY", "CITY", "PROVINCE", "STATE"
    ]  # fmt: skip
    assert rules.is_high_enough("CITY", "GENERAL")
    assert not rules.is_high_enough("COUNTY", "LARGER")


@pytest.mark.parametrize(
    ("toll", "may"),
    [(Toll(deaths=0, serious=0, minor=0), True), (Toll(deaths=0, minor=1), False),
     (Toll(deaths=0, missing=1), False), (Toll(), False)],
)  # fmt: skip
def test_the_unit_inquires_itself_only_where_nobody_was_hurt(toll, may):
    assert rules.unit_may_investigate(toll, "GENERAL") is may
    assert not rules.unit_may_investigate(toll, "LARGER")


@pytest.mark.parametrize(
    ("code", "good"),
    [("C", True), ("C33", True), ("E4710", True), ("33", False), ("Z01", False), ("C3", False)],
)
def test_industry_codes_are_written_as_gb_t_4754(code, good):
    assert rules.is_industry(code) is good


# --- duplicates -----------------------------------------------------------------------------------

FALL = Happening(AT, "脚手架高处坠落事故", village="/1/2/3/", body=7)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (replace(FALL, title="有人受伤"), True),  # the same firm
        (replace(FALL, body=8, title="脚手架坠落"), True),  # the same village, alike
        (replace(FALL, body=8, title="叉车压伤"), False),
        (replace(FALL, at=AT + timedelta(hours=25)), False),
        (replace(FALL, body=8, village="/1/2/4/"), False),
    ],
)
def test_when_two_reports_may_be_one_accident(other, same):
    assert bool(rules.alike(FALL, other)) is same
    assert bool(rules.alike(other, FALL)) is same


def test_half_a_kilometre_is_near():
    here = replace(FALL, body=None, position=(121.37, 28.37))
    near = replace(here, village="", title="", position=(121.374, 28.37))
    far = replace(near, position=(121.376, 28.37))
    assert "500米" in rules.alike(here, near)
    assert rules.alike(here, far) == ""
