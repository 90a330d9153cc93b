"""Two years of accidents come in from Excel, and the annual report's sentence comes out of them."""

from decimal import Decimal

import pytest

from anlan.accidents.actions import Decision, remove
from anlan.accidents.models import Accident
from anlan.figures import compute
from anlan.figures.rules import parse_period
from anlan.wiring.imports import run_rows, template

pytestmark = pytest.mark.django_db

HEAD = "事故编号\t发生时间\t事故名称\t所在区域\t统计口径\t事故类别\t死亡\t重伤\t轻伤\t直接经济损失"
# (deaths, seriously, slightly hurt) of each accident: 6起5人1人 after 11起7人5人 (report 000).
THIS_YEAR = [(1, 0, 0)] * 5 + [(0, 1, 0)]
LAST_YEAR = [(1, 0, 0)] * 7 + [(0, 1, 1), (0, 1, 1), (0, 0, 1), (0, 0, 0)]


def table(extra: str = "") -> str:
    lines = [HEAD]
    for year, accidents in ((2022, THIS_YEAR), (2021, LAST_YEAR)):
        for n, (deaths, serious, minor) in enumerate(accidents):
            month = n % 10 + 1
            lines.append(
                f"{year}-{n}\t{year}-{month:02d}-15 10:20\t{n}号触电事故\t泽国镇\t工矿商贸\t触电"
                f"\t{deaths}\t{serious}\t{minor}\t12.5"
            )
    lines += [  # none of the two: after October, and traffic that is nobody's business trip
        "2021-x\t2021-11-02 08:00\t坠落\t泽国镇\t工矿商贸\t高处坠落\t1\t0\t0\t",
        "2022-y\t2022-03-02 08:00\t追尾\t太平街道\t道路交通\t车辆伤害\t2\t1\t0\t",
    ]
    return "\n".join([*lines, extra]).strip()


def bring(district, text):
    return run_rows("accidents", text, by=district.chen_section, at=district.clock.now())


def values(district, *names, period="2022-01..10", area=None):
    found = compute.compute(
        list(names), period=parse_period(period),
        area=area or district.wenling, scope=None, at=district.clock.now(),
    )  # fmt: skip
    return [one.value for one in found]


def test_six_accidents_five_dead_one_hurt_and_the_three_decreases(district):
    stored = bring(district, table()).stored
    assert (stored.added, stored.unchanged) == (19, 0)
    assert values(
        district, "accidents", "accident_deaths", "accident_injuries"
    ) == [6, 5, 1]  # fmt: skip
    assert values(
        district, "accidents_yoy", "accident_deaths_yoy", "accident_injuries_yoy"
    ) == [Decimal("-45.45"), Decimal("-28.57"), Decimal("-80.00")]  # fmt: skip
    assert values(district, "accidents_all", "accidents_all_deaths", "road_accidents") == [7, 7, 1]
    assert values(district, "larger_accidents", "fatal_accidents") == [0, 5]
    rows = compute.rows(
        "accident_deaths", period=parse_period("2022-01..10"),
        area=district.wenling, scope=None, at=district.clock.now(),
    )  # fmt: skip
    assert sum(one.deaths for one in rows) == 5
    assert bring(district, table()).stored.added == 0  # brought twice it stays


def test_months_without_a_larger_one_end_with_the_one_that_was_larger(district):
    larger = "2023-z\t2023-02-20 03:00\t坍塌\t泽国镇\t建筑施工\t坍塌\t3\t0\t0\t"
    bring(district, table(larger))
    months = values(district, "months_without_larger", period="..2024-05-31")
    assert months == [15]  # March 2023 to May 2024
    remove(
        Accident.objects.get(origin="accident:2023-z"),
        decision=Decision("自然灾害所致", "统计调查制度", "温应急1号", district.clock.now().date()),
        by=district.zhou_chief,
        at=district.clock.now(),
    )
    months = values(district, "months_without_larger", period="..2024-05-31")
    assert months == [40]  # since the books begin, February 2021


def test_first_and_final_stand_apart_and_the_category_is_read_by_its_day(district):
    text = (
        f"{HEAD}\t快报死亡人数(人)\t快报受伤人数(人)\t是否结案\n"
        "a\t2024-05-01 10:00\t甲\t泽国镇\t工矿商贸\t触电\t3\t0\t0\t\t1\t4\t是\n"
    )
    bring(district, text)
    accident = Accident.objects.get()
    assert (accident.grade, accident.first_grade, accident.category, accident.stage) == (
        "LARGER", "GENERAL", "c1986_05", "CLOSED"
    )  # fmt: skip
    assert accident.first_injured == 4
    assert values(
        district, "accident_deaths", "accident_deaths_first",
        period="2024",
    ) == [3, 1]  # fmt: skip
    assert not accident.clocks.exists()  # nobody is late for what was long ago


def test_every_bad_row_is_named_and_nothing_comes_in(district):
    extra = "b\t2024-05-01 10:00\t乙\t泽国镇\t工矿商贸\t跌落\t1.5\t0\t0\t-3"
    found = bring(district, table(extra))
    assert not Accident.objects.exists()
    assert {fault.row for fault in found.faults} == {21}
    words = "".join(fault.what for fault in found.faults)
    assert "3" in words or "小于" in words
    assert template("accidents").startswith(b"PK")
