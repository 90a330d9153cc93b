"""Everything ever tied to 泽海冷链 in one file; everybody sees their part of it and no more."""

from datetime import date
from decimal import Decimal

import pytest

from anlan.people.models import Charge
from anlan.registry import access, actions
from anlan.registry.access.enterprise import _sources


@pytest.fixture
def file_of(district, scope):
    def file_of(person, body=None):
        sections = access.enterprise_file(body or district.cold_chain, scope(person))
        return {section.key: section for section in sections}

    return file_of


@pytest.fixture
def cold_store(district, clock):
    store = actions.register_item(
        kind="ammonia_site",
        given={"name": "一号冷库", "area": "泽国镇", "ammonia_tonnes": 8, "grade": "一般",
               "enterprise": "泽海冷链"},
        by=district.huang_zeguo_station, at=clock.now(),
    )  # fmt: skip
    clock.forward(days=1)
    actions.grade_item(
        store, grade="MAJOR", reason="报警装置失效", by=district.chen_section, at=clock.now()
    )
    Charge.objects.create(
        kind="source_technical", area=district.zeguo, area_path=district.zeguo.path,
        target_kind="registry.item", target_id=store.pk, person=district.ye_manager,
        since=date(2024, 1, 1), opened=date(2024, 1, 1),
    )  # fmt: skip
    return store


def test_items_grades_and_charges_stand_in_it(cold_store, district, file_of):
    found = file_of(district.chen_section)
    assert (found["items"].count, found["items"].lines[0].state) == (1, "在册")
    assert "一号冷库" in found["items"].lines[0].title
    assert [line.state for line in found["grades"].lines] == ["一般 → 重大", "未评定 → 一般"]
    assert found["charges"].count == 1
    assert "叶青" in found["charges"].lines[0].title


def test_what_was_retired_stays_in_the_file(cold_store, district, clock, file_of):
    actions.retire_item(cold_store, reason="拆除", by=district.chen_section, at=clock.now())
    found = file_of(district.chen_section)
    assert [line.state for line in found["items"].lines] == ["已注销"]


def test_materials_it_borrowed_stand_in_it(district, clock, file_of):
    by = district.huang_zeguo_station
    store = actions.register_item(
        kind="warehouse",
        given={"name": "泽国镇仓库", "area": "泽国镇", "level": "镇级",
               "keeper_phone": "13911112222"},
        by=by, at=clock.now(),
    )  # fmt: skip
    pumps = actions.Amount("抽水泵", "台", Decimal(3))
    actions.receive_stock(store, amount=pumps, by=by, at=clock.now())
    actions.lend_stock(
        store, amount=pumps, to=district.cold_chain, due_on=date(2024, 7, 1), by=by, at=clock.now()
    )
    (line,) = file_of(by)["loans"].lines
    assert "抽水泵 3台" in line.title
    assert "2024-07-01" in line.state


def test_another_street_another_firm_and_a_stranger_see_nothing_of_it(
    cold_store, district, file_of
):
    for person in (district.zhao_taiping_station, district.jin_foundry, district.wu_bystander):
        found = file_of(person)
        assert (found["items"].count, found["grades"].count) == (0, 0), person
    assert file_of(district.xu_safety)["items"].count == 1, "their own firm"


def test_the_count_is_of_all_and_the_lines_are_the_latest(district, clock, file_of):
    rows = [
        {"name": f"{n}号冷库", "area": district.zeguo, "ammonia_tonnes": n,
         "enterprise": district.cold_chain}
        for n in range(1, 25)
    ]  # fmt: skip
    actions.import_items(
        kind="ammonia_site", rows=rows, by=district.huang_zeguo_station, at=clock.now()
    )
    found = file_of(district.huang_zeguo_station)["items"]
    assert (found.count, len(found.lines)) == (24, 10)


def test_a_room_above_adds_its_part_in_its_place(district, file_of, monkeypatch):
    fines = access.Section("fines", "处罚", 2)
    monkeypatch.setitem(_sources, "fines", (11, lambda body, scope: fines))
    assert list(file_of(district.chen_section))[:3] == ["items", "fines", "charges"]
