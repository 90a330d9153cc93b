"""The division tree: found by name, code and pinyin; who answers here; what is missing."""

import pytest
from django.test import Client

from anlan.demo.district import Clock, District
from anlan.kernel.clock import moved
from anlan.people import actions
from anlan.people.models import Person
from anlan.people.rules.facts import ChargeFacts


@pytest.fixture(autouse=True)
def _at_that_time(clock: Clock) -> object:
    with moved(clock.now()):
        yield


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("typed", ["泽国", "331081100", "牧屿"])
def test_an_area_is_found_by_its_name_or_code(district: District, typed: str) -> None:
    page = signed_in(district.chen_section).get(f"/areas/?q={typed}").content.decode()
    assert "/areas/331081100" in page


def test_nothing_found_says_what_else_to_try(district: District) -> None:
    page = signed_in(district.chen_section).get("/areas/?q=不存在").content.decode()
    assert "可以试试拼音首字母" in page


def test_a_town_opens_its_villages_and_a_village_its_grids(district: District) -> None:
    client = signed_in(district.chen_section)
    assert "牧屿街居委会" in client.get("/areas/331081100000/below/").content.decode()
    assert "牧屿7号网格" in client.get("/areas/331081100024/below/").content.decode()


def test_the_statistical_town_is_marked_as_one(district: District) -> None:
    assert "统计区划，非建制" in signed_in(district.chen_section).get("/areas/").content.decode()


def test_the_page_tells_who_answers_and_masks_their_number(
    district: District, clock: Clock
) -> None:
    actions.give_charge(
        ChargeFacts(kind="town_leader_village", since=clock.now().date()),
        area=district.village_muyu,
        holder=district.zeguo_leader_post,
        by=district.chen_section,
        at=clock.now(),
    )
    page = signed_in(district.huang_zeguo_station).get("/areas/331081100024/").content.decode()
    assert "镇领导包村" in page
    assert "138****0007" in page
    assert "13800000007" not in page


def test_gaps_are_counted_for_everything_below(district: District) -> None:
    page = signed_in(district.chen_section).get("/areas/331081000000/")
    gaps = {key: number for key, _, number in page.context["gaps"]}
    assert gaps["city_leader_town"] == 2  # the statistical town needs none


def test_a_neighbouring_town_is_out_of_sight_the_district_above_is_not(
    district: District,
) -> None:
    client = signed_in(district.zhao_taiping_station)
    assert client.get("/areas/331081100000/").status_code == 404
    assert client.get("/areas/331081000000/").status_code == 200


def test_the_filter_of_a_list_offers_areas_with_links_back_to_it(district: District) -> None:
    answer = signed_in(district.chen_section).get(
        "/areas/offers/?look_for=牧屿&key=area&back=/matters/%3Flight%3Dlate%26after%3Dx"
    )
    assert "/matters/?area=331081100024&amp;light=late" in answer.content.decode()


def test_a_link_back_never_leaves_the_site(district: District) -> None:
    answer = signed_in(district.chen_section).get(
        "/areas/offers/?look_for=牧屿&back=https://evil.cn/matters/"
    )
    assert "evil.cn" not in answer.content.decode()


def test_a_javascript_address_is_no_way_back(district: District) -> None:
    answer = signed_in(district.chen_section).get("/areas/offers/?look_for=牧屿&back=javascript:x")
    assert "javascript:" not in answer.content.decode()
