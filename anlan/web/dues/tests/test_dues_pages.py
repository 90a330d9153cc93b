# ruff: noqa: E501 (patterns are easier to read in one line)
"""The section chief sees who is late at a glance; a cell opens what it counts."""

import re
from datetime import timedelta

import pytest

from anlan.demo.district import District
from anlan.dues import sweeps
from anlan.dues.models import Arrear, PlanLine, Step, Waiver
from anlan.papers.models import Paper
from anlan.people.models import Area
from anlan.records.tests.story import Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(district: District) -> Story:
    """泽国 made its night check last week, 太平 did not."""
    story = Story(district)
    story.keep(story.night_check(organiser=district.zeguo_town))
    district.clock.forward(weeks=1)
    return story


def test_the_matrix_shows_who_is_missing_when_and_a_cell_opens_the_record(story, chair):
    desk = chair(story.district.chen_section)
    assert "镇街集中夜查" in desk.reads("/dues/")
    page = desk.reads("/dues/town_night_check/")
    assert "泽国镇" in page
    assert "东部新区" not in page
    done = re.search(
        r'href="(/dues/town_night_check/331081100000/[^"]+)"[^>]*title="泽国镇 已完成', page
    )
    assert done
    assert "冷链" in desk.reads(done[1].replace("&amp;", "&"))
    late = desk.reads("/dues/town_night_check/?show=never")
    assert "太平街道" in late
    assert "泽国镇 已完成" not in late


def test_a_town_sees_its_own_row_and_not_its_neighbours(story, chair):
    page = chair(story.district.huang_zeguo_station).reads("/dues/town_night_check/")
    assert "泽国镇" in page
    assert "太平街道" not in page
    assert "交叉检查轮次" not in chair(story.district.huang_zeguo_station).reads("/dues/")


def test_the_sheet_is_a_sheet(story, chair):
    answer = chair(story.district.chen_section).get("/dues/town_night_check/sheet/")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"PK")


def test_excusing_is_said_with_a_reason_and_seen_on_the_page(story, chair):
    desk = chair(story.district.chen_section)
    page = desk.reads("/dues/town_night_check/")
    cell = re.search(
        r'href="(/dues/town_night_check/331081001000/[\d-]+/)\?[^"]*"[^>]*title="太平街道 逾期未完成',
        page,
    )
    assert cell
    refused = desk.post(f"{cell[1]}waive/", {"reason": "", "until": ""})
    assert refused.status_code == 422
    desk.post(f"{cell[1]}waive/", {"reason": "台风应急响应期间", "until": ""})
    assert Waiver.objects.get().reason == "台风应急响应期间"
    assert "台风应急响应期间" in desk.reads("/dues/town_night_check/")


def test_a_rung_is_confirmed_from_the_ladder_and_its_letter_waits_for_the_chief(story, chair):
    d = story.district
    for _ in range(8):
        sweeps.climb_ladders(at=story.now)
        d.clock.forward(days=1)
    step = Step.objects.waiting().get(arrear__due="town_night_check", arrear__label="太平街道")
    desk = chair(d.chen_section)
    assert step.label in desk.reads("/dues/ladder/?show=waiting")
    assert "督促阶梯" in desk.reads(f"/dues/ladder/{step.arrear_id}/")
    desk.post(f"/dues/steps/{step.pk}/confirm_step/", {"words": "周五前报整改措施"})
    assert Paper.objects.get().about.id == step.arrear_id
    assert chair(d.huang_zeguo_station).get(f"/dues/ladder/{step.arrear_id}/").status_code == 404
    assert "镇街集中夜查" in chair(d.zhao_taiping_station).reads("/dues/mine/")


def test_names_from_excel_become_the_plan(story, chair):
    d = story.district
    desk = chair(d.chen_section)
    wrong = desk.post("/dues/plan_dust/plan/", {"names": f"{d.cold_chain.name}\n无此企业"})
    assert wrong.status_code == 422
    assert not PlanLine.objects.exists()
    desk.post("/dues/plan_dust/plan/", {"names": f"{d.cold_chain.name}\n{d.foundry.name}"})
    assert PlanLine.objects.count() == 2
    assert d.foundry.name in desk.reads("/dues/plan_dust/plan/")


def test_whoever_has_no_post_sees_nothing_late(story, chair):
    d = story.district
    sweeps.climb_ladders(at=story.now + timedelta(days=1))
    assert Arrear.objects.exists()
    page = chair(d.wu_bystander).reads("/dues/ladder/")
    assert "没有逾期未完成的" in page


def shown_rows(page: str) -> int:
    return len(re.findall(r'<tr><th scope="row">(?!合计)', page))


def test_the_number_of_the_overview_is_the_rows_of_the_list_that_it_opens(story, chair):
    """从未 504 stood there, and the list behind it said 382: it looked back further."""
    desk, tried = chair(story.district.chen_section), 0
    story.district.clock.forward(weeks=9)  # last seen before the days of the overview, not before
    page = desk.reads("/dues/")
    for address, number in re.findall(
        r'href="(/dues/[a-z_]+/\?show=[^"]+)">(?:✕ )?(\d+)</a>', page
    ):
        assert shown_rows(desk.reads(address.replace("&amp;", "&"))) == int(number), address
        tried += 1
    assert tried > 3
    nights = re.search(r'href="(/dues/town_night_check/\?show=never[^"]+)"', page)
    assert nights
    listed = desk.reads(nights[1].replace("&amp;", "&"))
    row = '<th scope="row">泽国镇'
    assert row in listed, "nine weeks without a check"
    assert row not in desk.reads("/dues/town_night_check/?show=never")


def test_villages_that_still_owe_are_one_line_of_the_station(story, chair):
    d = story.district
    for n in range(3):
        code = f"33108110090{n}"
        Area.objects.create(
            code=code, name=f"河边{n}村", level=Area.Level.VILLAGE, parent=d.taiping,
            path=f"{d.taiping.path}{code}/", valid_from=d.village_dongmen.valid_from,
        )  # fmt: skip
    page = chair(d.zhao_taiping_station).reads("/dues/mine/")
    assert page.count("村社网格巡查") == 1
    assert "4个村社本月还没做" in page
    assert "河边1村" not in page


def test_what_the_town_is_late_with_is_no_line_of_its_grid_workers(story, chair):
    d = story.district
    sweeps.climb_ladders(at=story.now)
    for _ in range(2):
        d.clock.forward(days=4)
        sweeps.climb_ladders(at=story.now)
    assert Arrear.objects.filter(body=d.grid3_post.body, due="town_night_check").exists()
    assert "镇街集中夜查" not in chair(d.li_grid3).reads("/dues/mine/")
    station = chair(d.zhao_taiping_station).reads("/dues/mine/")
    assert station.count("镇街集中夜查") == 2, "late, and of this week: one line each"


def test_where_two_years_meet_the_heads_name_the_year(story, chair):
    desk = chair(story.district.chen_section)
    page = desk.reads("/dues/supervision_groups/?until=2024-06-20")
    assert re.findall(r'— [\d-]+">([^<]+)</th>', page)[0].startswith("2023年")
    assert ">2024年1月</th>" in page
    assert ">6月</th>" in page
