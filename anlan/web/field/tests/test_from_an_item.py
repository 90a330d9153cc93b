"""Reporting from the page of a thing: place and firm are known before the first tap."""

from collections.abc import Callable

import pytest

from anlan.demo.district import District
from anlan.matters.models import Matter
from anlan.people.models import Person
from anlan.registry.models import Item
from anlan.web.tests.chairs import Chair, jpeg

Sit = Callable[[Person], Chair]


@pytest.fixture
def cold_store(district: District) -> Item:
    place = district.village_muyu
    return Item.objects.create(
        kind="ammonia_site",
        code="LK-1",
        name="一号冷库",
        area=place,
        area_path=place.path,
        address="牧屿工业路9号",
        lon=121.341,
        lat=28.491,
        sector="ammonia_refrigeration",
        enterprise=district.cold_chain,
        registered_at=district.clock.now(),
        search="一号冷库",
    )


def test_the_form_begins_at_the_thing(chair: Sit, district: District, cold_store: Item) -> None:
    page = chair(district.huang_zeguo_station).reads(f"/field/report/?item={cold_store.pk}")
    assert "一号冷库" in page
    assert 'name="lon" value="121.341"' in page
    assert f'value="{district.village_muyu.code}" selected' in page


def test_the_report_hangs_on_it_and_on_its_firm(
    chair: Sit, district: District, cold_store: Item, file_room: object
) -> None:
    given = {
        "area": district.village_muyu.code,
        "item": cold_store.pk,
        "title": "冷库门禁失灵",
        "photos": jpeg(),
    }
    chair(district.huang_zeguo_station).post("/field/report/", given)
    matter = Matter.objects.get()
    assert (matter.item, matter.body) == (cold_store, district.cold_chain)
    assert matter.sector == "ammonia_refrigeration"


def test_a_thing_out_of_sight_is_no_beginning(
    chair: Sit, district: District, cold_store: Item
) -> None:
    page = chair(district.zhao_taiping_station).reads(f"/field/report/?item={cold_store.pk}")
    assert "一号冷库" not in page
