"""Lists come in whole or not at all, twice as once, and nine thousand names at once."""

from dataclasses import replace
from datetime import date

import pytest

from anlan.kernel import trail
from anlan.kernel.refs import Ref
from anlan.people import actions
from anlan.people.actions import AreaRow, BodyRow, ChargeRow, Imported, PersonRow, RowsRefused
from anlan.people.models import Area, Body, Charge, Person, Tenure, areas_lacking, charge_kinds
from anlan.people.rules.facts import AreaFacts, BodyFacts, ChargeFacts, PersonFacts
from anlan.people.rules.outlines import Plot, divide

BEGIN = date(2020, 1, 1)
TODAY = date(2024, 6, 12)


def faults_of(refused):
    return [(fault.row, fault.field) for fault in refused.value.faults]


# --- areas and grids --------------------------------------------------------------------------


def test_a_town_with_its_villages_comes_in_any_order_of_rows(district, by_admin):
    rows = [
        AreaRow(AreaFacts("331081107201", "茅洋村", since=BEGIN)),
        AreaRow(AreaFacts("331081107", "温峤镇", since=BEGIN)),
    ]
    assert actions.import_areas(rows, source="区划.xlsx", **by_admin) == Imported(added=2)
    village = Area.objects.get(code="331081107201")
    assert village.parent.name == "温峤镇"
    assert village.path == f"{district.wenling.path}331081107000/331081107201/"
    assert actions.import_areas(rows, **by_admin) == Imported(unchanged=2)
    assert trail.entries_of(district.wenling).get().note["counts"]["source"] == "区划.xlsx"


def test_a_village_whose_name_changed_is_found_by_the_old_one(district, by_admin):
    rows = [AreaRow(AreaFacts("331081100024", "牧屿社区", since=BEGIN))]
    assert actions.import_areas(rows, **by_admin) == Imported(changed=1)
    assert list(Area.objects.matching("牧屿街")) == [district.village_muyu]


def test_every_bad_row_of_areas_is_named_and_nothing_is_kept(district, by_admin):
    before = Area.objects.count()
    rows = [
        AreaRow(AreaFacts("331081107000", "温峤镇", since=BEGIN)),
        AreaRow(AreaFacts("33108", "?", since=BEGIN)),
        AreaRow(AreaFacts("331081999201", "无主村", since=BEGIN)),
        AreaRow(AreaFacts("331081100230", " ", since=BEGIN)),
        AreaRow(AreaFacts("331081100231", "明年村", since=date(2025, 1, 1))),
        AreaRow(AreaFacts("331081100024F01", "网格", since=BEGIN)),
        AreaRow(AreaFacts("331081107000", "温娇镇", since=BEGIN)),
    ]
    with pytest.raises(RowsRefused) as refused:
        actions.import_areas(rows, **by_admin)
    assert sorted(faults_of(refused)) == [
        (1, "code"),
        (2, "code"),
        (3, "name"),
        (4, "since"),
        (5, "grid_kind"),
        (6, "code"),
    ]
    assert "另有 5 处" in refused.value.words
    assert Area.objects.count() == before


def square(lon, lat, size):
    corners = [(lon, lat), (lon + size, lat), (lon + size, lat + size), (lon, lat + size)]
    return {"type": "Polygon", "coordinates": [[list(c) for c in (*corners, corners[0])]]}


def test_drawn_grids_are_checked_against_the_village_and_each_other(district, by_admin):
    actions.set_outline(district.village_muyu, outline=square(121.34, 28.48, 0.01), **by_admin)

    def grid(number, lon, size=0.002):
        facts = AreaFacts(f"331081100024F{number:02}", f"防汛{number}号", since=BEGIN)
        return AreaRow(facts, "FLOOD", square(lon, 28.482, size))

    with pytest.raises(RowsRefused) as refused:
        actions.import_areas(
            [grid(1, 121.341), grid(2, 121.3415), grid(3, 121.3499), grid(4, 121.345)], **by_admin
        )
    assert sorted({row for row, _ in faults_of(refused)}) == [0, 1, 2]

    actions.import_areas([grid(1, 121.341), grid(4, 121.345)], **by_admin)
    with pytest.raises(RowsRefused, match="与防汛4号重叠"):
        actions.import_areas([grid(5, 121.3455)], **by_admin)


def test_a_station_imports_grids_of_its_own_town_and_no_villages(district, clock):
    by_station = {"by": district.huang_zeguo_station, "at": clock.now()}
    home = AreaRow(AreaFacts("331081100024F01", "防汛1号", since=BEGIN), "FLOOD")
    next_door = AreaRow(AreaFacts("331081001003F01", "防汛1号", since=BEGIN), "FLOOD")
    village = AreaRow(AreaFacts("331081100230", "东洋村", since=BEGIN))
    assert actions.import_areas([home], **by_station) == Imported(added=1)
    with pytest.raises(RowsRefused) as refused:
        actions.import_areas([next_door, village], **by_station)
    assert sorted(row for row, _ in faults_of(refused)) == [0, 1]


# --- bodies -----------------------------------------------------------------------------------


FIRM = BodyFacts("温岭金鑫机械厂", "ENTERPRISE", credit_code="91110000600037341L", phone="119")


def test_firms_are_known_by_licence_and_columns_not_given_stay(district, by_section):
    muyu = district.village_muyu
    assert actions.import_bodies([BodyRow(FIRM, muyu)], **by_section) == Imported(added=1)
    assert actions.import_bodies([BodyRow(FIRM, muyu)], **by_section) == Imported(unchanged=1)

    renamed = BodyRow(
        BodyFacts("金鑫机械有限公司", "ENTERPRISE", credit_code=FIRM.credit_code),
        district.village_dongmen,
        given=frozenset({"name", "kind", "credit_code"}),
    )
    assert actions.import_bodies([renamed], **by_section) == Imported(changed=1)
    firm = Body.objects.get(credit_code=FIRM.credit_code)
    assert (firm.name, firm.phone, firm.area) == (
        "金鑫机械有限公司",
        "119",
        district.village_dongmen,
    )
    assert firm.area_path == district.village_dongmen.path


def test_a_firm_without_licence_is_known_by_name_and_village(district, by_section):
    bare = replace(FIRM, credit_code="")
    for area in (district.village_muyu, district.village_dongmen, district.village_muyu):
        actions.import_bodies([BodyRow(bare, area)], **by_section)
    assert Body.objects.filter(name=FIRM.name).count() == 2


def test_bad_firms_are_all_named(district, clock, by_section):
    muyu = district.village_muyu
    rows = [
        BodyRow(replace(FIRM, credit_code="91110000600037341M"), muyu),
        BodyRow(FIRM, muyu),
        BodyRow(replace(FIRM, phone="12345"), muyu),
        BodyRow(replace(FIRM, credit_code="", name=""), muyu),
        BodyRow(replace(FIRM, credit_code="", name="甲", kind="SHOP"), muyu),
    ]
    with pytest.raises(RowsRefused) as refused:
        actions.import_bodies(rows, **by_section)
    assert faults_of(refused) == [(0, "credit_code"), (2, "name"), (3, "name"), (4, "kind")]
    with pytest.raises(RowsRefused, match="办理权限"):
        actions.import_bodies([BodyRow(FIRM, muyu)], by=district.xu_safety, at=clock.now())
    assert not Body.objects.filter(name=FIRM.name).exists()


# --- persons ----------------------------------------------------------------------------------


def test_persons_come_with_their_posts_and_twice_is_once(district, by_section):
    rows = [
        PersonRow(PersonFacts("沈一鸣", "139-0000-0001"), district.zeguo_town, district.grid7_post),
        PersonRow(PersonFacts("沈二鸣", "13900000002"), district.zeguo_town),
    ]
    assert actions.import_persons(rows, **by_section) == Imported(added=2)
    assert actions.import_persons(rows, **by_section) == Imported(unchanged=2)
    shen = Person.objects.get(name="沈一鸣")
    assert (shen.phone, shen.initials) == ("13900000001", "sym")
    assert Tenure.objects.get(person=shen).post == district.grid7_post
    assert trail.verbs_of(district.wenling) == ["import_persons"]


def test_a_new_number_changes_the_person_and_a_new_post_too(district, by_section):
    sun = PersonRow(PersonFacts("孙国强", "13900000003"), district.zeguo_town)
    assert actions.import_persons([sun], **by_section) == Imported(changed=1)
    district.sun_grid7.refresh_from_db()
    assert district.sun_grid7.phone == "13900000003"
    taken = replace(sun, post=district.grid3_post)
    assert actions.import_persons([taken], **by_section) == Imported(changed=1)


def test_namesakes_within_one_table_must_be_told_apart(district, by_section):
    rows = [
        PersonRow(PersonFacts("沈一鸣", "13900000001"), district.zeguo_town),
        PersonRow(PersonFacts("沈一鸣", "13900000002"), district.zeguo_town),
        PersonRow(PersonFacts("沈一鸣", "13900000003", remark="农办"), district.zeguo_town),
        PersonRow(PersonFacts("沈一鸣", "13900000004"), district.taiping_street),
    ]
    with pytest.raises(RowsRefused, match="出现两次，电话不同") as refused:
        actions.import_persons(rows, **by_section)
    assert faults_of(refused) == [(1, "phone")]
    del rows[1]
    assert actions.import_persons(rows, **by_section) == Imported(added=3)


def test_persons_of_another_system_are_known_by_its_number(district, by_section):
    row = PersonRow(PersonFacts("沈一鸣", "13900000001", origin="oa:1"), district.bureau)
    assert actions.import_persons([row], **by_section) == Imported(added=1)
    moved = PersonRow(PersonFacts("沈一鸣", "13900000009", origin="oa:1"), district.bureau)
    assert actions.import_persons([moved], **by_section) == Imported(changed=1)
    other = PersonRow(PersonFacts("沈一鸣", "13900000005", origin="oa:2"), district.bureau)
    with pytest.raises(RowsRefused, match="已有同名"):
        actions.import_persons([other], **by_section)


def test_a_list_that_fills_an_empty_post_makes_its_charges_sound(district, by_section):
    charge = actions.give_charge(
        ChargeFacts("grid_worker", since=BEGIN),
        area=district.grid7,
        holder=district.grid7_post,
        **by_section,
    )
    actions.release(district.sun_grid7, post=district.grid7_post, on=TODAY, **by_section)
    row = PersonRow(PersonFacts("沈一鸣"), district.zeguo_town, district.grid7_post)
    actions.import_persons([row], **by_section)
    charge.refresh_from_db()
    assert charge.stale_since is None


def test_a_station_imports_its_own_people_only(district, clock):
    by_station = {"by": district.huang_zeguo_station, "at": clock.now()}
    rows = [
        PersonRow(PersonFacts("沈一鸣"), district.zeguo_town, district.grid7_post),
        PersonRow(PersonFacts("沈二鸣"), district.taiping_street),
        PersonRow(PersonFacts("沈三鸣"), district.zeguo_town, district.grid3_post),
        PersonRow(PersonFacts("黄磊"), district.zeguo_town, district.grid7_post),
    ]
    with pytest.raises(RowsRefused) as refused:
        actions.import_persons(rows, **by_station)
    assert faults_of(refused) == [(1, "body"), (2, "post"), (3, "post")]
    assert not Person.objects.filter(name__startswith="沈").exists()


# --- charges ----------------------------------------------------------------------------------


def row_of(kind, area, holder, **more):
    return ChargeRow(ChargeFacts(kind, since=BEGIN, **more), area, holder)


def test_a_whole_chain_in_one_table_hangs_together(district, by_section):
    rows = [
        row_of("village_cadre_household", district.village_muyu, district.sun_grid7),
        row_of("town_leader_village", district.village_muyu, district.zeguo_leader_post),
        row_of("city_leader_town", district.zeguo, district.zhou_chief),
    ]
    assert actions.import_charges(rows, **by_section) == Imported(added=3)
    assert actions.import_charges(rows, **by_section) == Imported(unchanged=3)
    cadre = Charge.objects.get(kind="village_cadre_household")
    assert [cadre.above.kind, cadre.above.above.kind] == ["town_leader_village", "city_leader_town"]


def test_another_text_of_the_duty_changes_the_charge(district, by_section):
    row = row_of("leader_contact", district.zeguo, district.zhou_chief)
    actions.import_charges([row], **by_section)
    again = row_of("leader_contact", district.zeguo, district.zhou_chief, duty="自建房")
    assert actions.import_charges([again], **by_section) == Imported(changed=1)
    assert Charge.objects.get().duty == "自建房"


def test_bad_charges_are_all_named(district, clock, by_section):
    tank = Ref.of(district.cold_chain)
    principal = ChargeFacts("hazard_source_principal", since=BEGIN)
    rows = [
        row_of("nothing", district.zeguo, district.zhou_chief),
        row_of("city_leader_town", district.village_muyu, district.zhou_chief),
        row_of("city_leader_town", district.zeguo, district.zeguo_leader_post),
        ChargeRow(principal, district.village_muyu, district.ye_manager, Ref("people.body", 10**9)),
        ChargeRow(principal, district.village_muyu, district.ye_manager, tank),
        ChargeRow(principal, district.village_muyu, district.xu_safety, tank),
        row_of("leader_contact", district.zeguo, district.zhou_chief, until=date(2019, 1, 1)),
    ]
    with pytest.raises(RowsRefused) as refused:
        actions.import_charges(rows, **by_section)
    assert [row for row, _ in faults_of(refused)] == [0, 1, 2, 3, 5, 6]
    assert not Charge.objects.exists()
    by_station = {"by": district.huang_zeguo_station, "at": clock.now()}
    with pytest.raises(RowsRefused) as refused:
        actions.import_charges(
            [
                row_of("leader_contact", district.zeguo, district.zhou_chief),
                row_of("leader_contact", district.taiping, district.zhou_chief),
            ],
            **by_station,
        )
    assert faults_of(refused) == [(1, "area")]


# --- size -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_nine_thousand_responsible_persons_come_in_with_their_charges(district, clock):
    """Report 003: 2,726 flood grids, 2,247 risk grids, 9,400 responsible persons."""
    doing = {"by": None, "at": clock.now()}
    actions.load_divisions(root="331081", **doing)
    villages = list(Area.objects.filter(level="VILLAGE").order_by("code"))
    grids = []
    for village in villages:
        for letter, kind, count in (("F", "FLOOD", 4), ("R", "RISK", 3)):
            plots = [Plot(f"{village.code}{letter}{n:02}") for n in range(count)]
            drawn = divide(village.outline, plots)
            grids += [
                AreaRow(
                    AreaFacts(code, f"{village.name}{code[12:]}", since=BEGIN), kind, o.geojson()
                )
                for code, o in drawn.items()
            ]
    actions.import_areas(grids, **doing)

    people = [
        PersonRow(
            PersonFacts(f"责任{'甲乙丙丁戊'[n % 5]}", f"138{n:08}", remark=str(n)), district.bureau
        )
        for n in range(9400)
    ]
    actions.import_persons(people, **doing)

    kinds = {"FLOOD": "flood_grid", "RISK": "risk_grid"}
    areas = list(Area.objects.exclude(grid_kind__in=["", "GENERAL"]))
    holders = list(Person.objects.filter(remark__regex=r"^\d+$"))
    charges = [
        row_of(kinds[area.grid_kind], area, holders[n % len(holders)])
        for n, area in enumerate(areas)
    ]
    actions.import_charges(charges, **doing)

    assert Person.objects.count() >= 9400
    assert not areas_lacking(charge_kinds()["flood_grid"], day=TODAY).exists()
