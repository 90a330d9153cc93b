"""One field for everything, and suggestions in forms: only ever what one may see."""

from datetime import timedelta

import pytest
from django.test import Client

from anlan.demo.district import Clock, District
from anlan.kernel.clock import moved
from anlan.matters.models import Matter
from anlan.people.models import Person


@pytest.fixture(autouse=True)
def _at_that_time(clock: Clock) -> object:
    with moved(clock.now()):
        yield


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def valve(district: District, clock: Clock) -> Matter:
    return Matter.objects.create(
        number="YH2024-000001",
        kind="hazard",
        title="液氨管线阀门无检测报告",
        stage="RECTIFYING",
        source="GRID",
        area=district.village_muyu,
        area_path=district.village_muyu.path,
        owner=district.zeguo_station_post,
        found_at=clock.now(),
        due_at=clock.now() + timedelta(days=3),
        search="YH2024-000001 液氨管线阀门无检测报告",
    )


@pytest.mark.parametrize(
    ("typed", "group", "title"),
    [
        ("液氨", "事项", "液氨管线阀门无检测报告"),
        ("yh2024-000001", "事项", "液氨管线阀门无检测报告"),
        ("冷链", "单位", "温岭市泽海冷链物流有限公司"),
        ("黄磊", "人员", "黄磊"),
        ("牧屿", "区域", "牧屿街居委会"),
    ],
)
def test_everything_is_found_in_its_group(
    district: District, valve: Matter, typed: str, group: str, title: str
) -> None:
    page = signed_in(district.chen_section).get("/search/", {"q": typed})
    found = {one.title: [hit.title for hit in one.hits] for one in page.context["groups"]}
    assert title in found[group]


def test_another_town_finds_nothing_of_it(district: District, valve: Matter) -> None:
    client = signed_in(district.zhao_taiping_station)
    for typed in ("液氨", "YH2024-000001", "冷链", "黄磊"):
        assert client.get("/search/", {"q": typed}).context["groups"] == []


def test_nothing_found_says_what_else_to_try(district: District) -> None:
    page = signed_in(district.chen_section).get("/search/?q=核电站").content.decode()
    assert "没有找到“核电站”" in page


def test_before_anything_is_typed_it_shows_where_one_can_go(district: District) -> None:
    page = signed_in(district.chen_section).get("/search/").content.decode()
    assert 'href="/matters/"' in page


@pytest.mark.parametrize(
    ("what", "typed", "value"),
    [
        ("area", "牧屿", "泽国镇牧屿街居委会"),
        ("body", "冷链", "温岭市泽海冷链物流有限公司"),
        ("post", "泽国 管理站", "温岭市泽国镇人民政府/泽国镇应急消防管理站"),
        ("person", "黄磊", "泽国镇/黄磊"),
    ],
)
def test_a_suggestion_is_what_the_form_then_understands(
    district: District, what: str, typed: str, value: str
) -> None:
    client = signed_in(district.chen_section)
    html = client.get(f"/choose/{what}/", {"field": typed}).content.decode()
    assert f'value="{value}"' in html
    neighbour = signed_in(district.zhao_taiping_station)
    assert f'value="{value}"' not in neighbour.get(f"/choose/{what}/?f={typed}").content.decode()


def test_what_nobody_can_choose_is_no_page(district: District) -> None:
    assert signed_in(district.chen_section).get("/choose/dragon/").status_code == 404
    assert Client().get("/choose/person/?q=黄").status_code == 302
