"""The clerk opens a number and finds its rows."""

import re
from datetime import timedelta

import pytest

from anlan.figures import compute
from anlan.matters.flow import Stage
from anlan.matters.models import Matter


@pytest.fixture
def hazards(district, clock):
    """Three of this year in 泽国, one of them closed; one in 太平."""
    made = []
    for n, (area, closed) in enumerate(
        [
            (district.village_muyu, None),
            (district.village_muyu, None),
            (district.grid7, clock.now()),
            (district.grid3, None),
        ]
    ):
        made.append(
            Matter.objects.create(
                number=f"YH2024-{n:06d}",
                kind="hazard",
                title=f"安全出口被堵{n}",
                stage=Stage.CLOSED if closed else Stage.RECTIFYING,
                source="GRID",
                grade="GENERAL",
                sector="fire",
                area=area,
                area_path=area.path,
                owner=district.zeguo_station_post,
                found_at=clock.now() - timedelta(days=n + 1),
                due_at=None if closed else clock.now() + timedelta(days=9),
                closed_at=closed,
                search=f"安全出口被堵{n}",
            )
        )
    return made


def test_every_number_on_the_page_opens_as_many_rows(chair, district, hazards):
    browser = chair(district.chen_section)
    page = browser.reads("/figures/hazards_found/?period=2024")
    numbers = re.findall(r'<a href="(/figures/[^"]+/rows/[^"]+)">([\d.]+)</a>', page)
    assert ("/figures/hazards_found/rows/2024/331081000000/", "4") in numbers
    assert len(numbers) >= 5
    for address, number in numbers:
        rows = browser.reads(address)
        assert len(set(re.findall(r"YH2024-\d{6}", rows))) == int(number)


def test_every_cell_of_a_cross_table_opens_as_many_rows(chair, district, hazards):
    Matter.objects.filter(pk=hazards[0].pk).update(source="PUBLIC", sector="")
    browser = chair(district.chen_section)
    for by in ("down=area&across=source", "down=sector&across=area"):
        page = browser.reads(f"/figures/hazards_found/?period=2024&{by}")
        cells = re.findall(
            r'<a href="(/figures/[^"]+/rows/[^"]+/[a-z]+-[a-z]+/[^"]+)">(\d+)</a>', page
        )
        assert sum(int(number) for _, number in cells) == len(hazards)
        for address, number in cells:
            rows = browser.reads(address)
            assert len(set(re.findall(r"YH2024-\d{6}", rows))) == int(number), address


def test_the_overview_says_value_scope_and_change(chair, district, hazards):
    page = chair(district.chen_section).reads("/figures/?period=2024")
    assert "发现隐患" in page
    assert "上年同期为0,增加4条" in page
    assert "落实度汛措施的不算整改" in page


def test_the_overview_shows_one_heading_at_a_time_and_all_where_asked(chair, district):
    browser = chair(district.chen_section)
    told = {key: f'href="/figures/{key}/' for key in compute.definitions()}
    for asked in ("", "&group=没有"):  # the first of the catalogue
        page = browser.reads(f"/figures/?period=2024{asked}")
        assert told["hazards_found"] in page
        assert told["accidents"] not in page
    page = browser.reads("/figures/?period=2024&group=事故")
    assert told["hazards_found"] not in page
    assert told["accidents"] in page
    assert "group=%E4%BA%8B%E6%95%85" in page  # kept by the periods on offer
    whole = browser.reads("/figures/?period=2024&group=*")
    assert [each for each in told.values() if each not in whole] == []


def test_a_station_counts_its_own_town_and_cannot_ask_for_another(chair, district, hazards):
    browser = chair(district.zhao_taiping_station)
    page = browser.reads("/figures/?period=2024")
    assert "太平街道" in page
    assert "上年同期为0,增加1条" in page
    other = browser.get(f"/figures/?period=2024&area={district.zeguo.code}")
    assert other.status_code == 404


def test_a_period_that_is_none_is_refused_beside_its_field(chair, district):
    answer = chair(district.chen_section).get("/figures/?period=去年夏天")
    assert answer.status_code == 422
    assert "可写作" in answer.content.decode()
    assert "去年夏天" in answer.content.decode()


def test_an_unknown_figure_is_not_found(chair, district):
    browser = chair(district.chen_section)
    assert browser.get("/figures/hazards_lost/").status_code == 404
    assert browser.get("/figures/hazards_lost/rows/2024/331081000000/").status_code == 404


def test_nobody_counts_without_signing_in(client, district):
    answer = client.get("/figures/")
    assert answer.status_code == 302
    assert "/sign-in/" in answer["Location"]


def test_a_firm_counts_only_what_is_its_own(chair, district, hazards):
    Matter.objects.filter(pk=hazards[0].pk).update(body=district.cold_chain)
    browser = chair(district.xu_safety)
    page = browser.reads("/figures/hazards_found/?period=2024")
    assert ">1</a>" in page


@pytest.mark.parametrize("page", ["", "hazards_found/"])
def test_a_year_to_come_is_refused_on_the_page_with_what_was_typed(chair, district, page):
    answer = chair(district.chen_section).get(f"/figures/{page}?period=2030")
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "统计期还没有到：2030年" in said
    assert "请改选" in said
    assert 'value="2030"' in said
