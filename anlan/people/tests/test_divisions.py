"""The five districts come with the product, and load into an empty house in a moment."""

import gzip

import pytest

from anlan.kernel import catalogues, geo, trail
from anlan.kernel.errors import Forbidden, Invalid
from anlan.people import actions
from anlan.people.models import Area
from anlan.people.rules.divisions import HEADINGS, DivisionList, pack, read_divisions

WENLING = {"name": "温岭市", "lon": 121.45, "lat": 28.37, "square_km": 926.0, "year": 2023}


def listed(**more):
    return DivisionList("331081", **WENLING, source="测试", **more)


def packed(*rows):
    return gzip.compress("\n".join([",".join(HEADINGS), *rows]).encode())


@pytest.mark.parametrize(
    ("root", "towns", "real_towns", "villages"),
    [
        ("331081", 17, 16, 661),
        ("440303", 10, 10, 109),
        ("310118", 11, 11, 355),
        ("420106", 15, 14, 144),  # report 004: 14 个街道
    ],
)
def test_a_district_loads_with_its_real_towns_told_from_the_statistical(
    db, clock, root, towns, real_towns, villages
):
    loaded = actions.load_divisions(root=root, by=None, at=clock.now())

    below = Area.objects.under(loaded.root.path)
    assert loaded.added == 1 + towns + villages
    assert below.filter(level="TOWN").count() == towns
    assert below.filter(level="TOWN").real().count() == real_towns
    assert below.filter(level="VILLAGE").count() == villages


def test_jingzhou_with_its_counties_prison_and_farms_loads(db, clock):
    loaded = actions.load_divisions(root="421000", by=None, at=clock.now())

    prison = Area.objects.get(code="421024450000")
    assert loaded.root.level == "CITY"
    assert prison.parent.name == "江陵县"
    assert not prison.administrative
    assert not Area.objects.under(prison.path).real().exists()
    counties = Area.objects.filter(parent=loaded.root)
    assert counties.count() == 9
    assert counties.real().count() == 8  # 荆州经济技术开发区 is counted as a county, and is none
    zone = counties.get(code="421071000000")
    assert zone.children.real().count() == 4, "its streets and town are real all the same"


def test_every_village_is_drawn_within_its_town_and_says_that_it_is_only_a_sketch(db, clock):
    loaded = actions.load_divisions(root="331081", by=None, at=clock.now())
    for village in Area.objects.filter(level="VILLAGE").select_related("parent")[:80]:
        town = geo.outline(village.parent.outline).buffer(1e-5)
        assert town.contains(geo.outline(village.outline)), village
    assert set(Area.objects.values_list("outline_source", flat=True)) == {"示意"}
    zeguo, somewhere = Area.objects.get(name="泽国镇"), Area.objects.get(code="331081100024")
    found = Area.objects.all().around(somewhere.lon, somewhere.lat)
    assert found == [somewhere, zeguo, loaded.root]


def test_loading_again_adds_nothing_and_keeps_what_the_district_changed(db, clock):
    actions.load_divisions(root="440303", by=None, at=clock.now())
    street = Area.objects.get(code="440303001000")
    Area.objects.filter(pk=street.pk).update(name="桂园新街道")

    again = actions.load_divisions(root="440303", by=None, at=clock.now())

    assert (again.added, again.kept) == (0, 120)
    assert again.differing == (("440303001000", "桂园新街道", "桂园街道"),)
    assert trail.verbs_of(again.root) == ["load_divisions"]


def test_loading_fills_up_the_cast_around_the_towns_that_are_there(district, clock):
    loaded = actions.load_divisions(root="331081", by=district.ma_admin, at=clock.now())
    assert loaded.root == district.wenling
    assert (loaded.kept, loaded.drawn) == (6, 6), "the cast stands where the map can show it"
    assert Area.objects.get(code="331081100025").parent == district.zeguo


def test_only_the_administrator_may_load(district, clock):
    for person in (district.chen_section, district.wang_taiping_leader, district.xu_safety):
        with pytest.raises(Forbidden):
            actions.load_divisions(root="331081", by=person, at=clock.now())


def test_a_district_that_is_not_shipped_is_refused_with_those_that_are(db, clock):
    with pytest.raises(Invalid) as refused:
        actions.load_divisions(root="110101", by=None, at=clock.now())
    assert "331081 温岭市" in refused.value.mend


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["331081000000,温岭市,TOWN,"], "与级别 TOWN 不符"),
        (["331081000000,,DISTRICT,"], "没有名称"),
        (["331081000000,温岭市,DISTRICT,", "331081001000,太平,TOWN,331081002000"], "上级"),
        (["331081000000,温岭市,DISTRICT,", "331081000000,温岭市,DISTRICT,"], "重复"),
    ],
)
def test_a_broken_list_says_line_and_fault(rows, said):
    with pytest.raises(ValueError, match=said):
        read_divisions(packed(*rows), listed())


def test_an_override_for_a_code_that_is_not_in_the_list_is_a_mistake():
    with pytest.raises(ValueError, match="331081400000"):
        read_divisions(
            packed("331081000000,温岭市,DISTRICT,"),
            listed(not_administrative={"331081400000": "功能区"}),
        )


def test_a_site_may_mark_pseudo_villages_in_its_own_list():
    plain = "331081001000,太平街道,TOWN,331081000000,,"
    farm = "331081001501,渔场生活区,VILLAGE,331081001000,no,渔场"
    top = "331081000000,温岭市,DISTRICT,,,"
    text = "\n".join(["code,name,level,parent,administrative,note", top, plain, farm])
    found = read_divisions(gzip.compress(text.encode()), listed())
    assert [division.administrative for division in found] == [True, True, False]
    assert found[-1].note == "渔场"


def test_equal_lists_are_packed_into_equal_bytes():
    lists = catalogues.load("divisions", DivisionList)
    path = catalogues.shipped_folder() / "divisions/440303.csv.gz"
    assert pack(read_divisions(path.read_bytes(), lists["440303"])) == path.read_bytes()
