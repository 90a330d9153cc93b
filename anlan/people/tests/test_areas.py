"""Villages are set up, renamed, moved, merged and split; their history goes along."""

from datetime import date

import pytest

from anlan.kernel import geo, trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.people import actions
from anlan.people.models import Area, Charge, Grant
from anlan.people.rules.facts import AreaFacts, ChargeFacts, GrantFacts

TODAY = date(2024, 6, 12)
YEARS_AGO = date(2010, 1, 1)


@pytest.fixture
def village(district, by_admin):
    """Sets up a village below a town, long ago."""

    def set_up(code, name, parent=None):
        facts = AreaFacts(code, name, since=YEARS_AGO)
        town = parent or district.zeguo
        return actions.add_area(facts, parent=town, **by_admin)

    return set_up


def square(lon, lat, size=0.01):
    corners = [(lon, lat), (lon + size, lat), (lon + size, lat + size), (lon, lat + size)]
    return {"type": "Polygon", "coordinates": [[list(c) for c in (*corners, corners[0])]]}


# --- set up, rename, transfer -----------------------------------------------------------------


def test_a_new_village_hangs_below_its_town(district, village):
    dongyang = village("331081100230", "东洋村")
    assert dongyang.level == Area.Level.VILLAGE
    assert dongyang.path == f"{district.zeguo.path}331081100230/"
    assert dongyang.initials == "dyc"
    assert trail.verbs_of(dongyang) == ["add_area"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("331081100024", "已用于牧屿街居委会"),
        ("3310811002", "不是区划代码"),
        ("331081100024008", "不是区划代码"),
        ("331081101000", "不能用在泽国镇"),
        ("331081000000", "不能用在泽国镇"),
    ],
)
def test_a_code_that_cannot_stand_there_is_refused(district, code, said, by_admin):
    with pytest.raises(Invalid, match=said) as refused:
        actions.add_area(
            AreaFacts(code, "新村", since=YEARS_AGO), parent=district.zeguo, **by_admin
        )
    assert refused.value.field == "code"


def test_a_village_of_next_year_is_entered_next_year(district, by_admin):
    facts = AreaFacts("331081100230", "东洋村", since=date(2025, 1, 1))
    with pytest.raises(Invalid, match="还没有到"):
        actions.add_area(facts, parent=district.zeguo, **by_admin)


def test_a_renamed_village_is_found_by_its_old_name_and_code(district, village, by_admin, told):
    muyu = district.village_muyu
    actions.rename_area(muyu, name="牧屿社区", code="331081100025", since=TODAY, **by_admin)

    assert muyu.path == f"{district.zeguo.path}331081100025/"
    assert list(Area.objects.matching("牧屿街")) == [muyu]
    assert list(Area.objects.of_code("331081100024")) == [muyu]
    district.grid7.refresh_from_db()
    district.grid7_post.refresh_from_db()
    district.cold_chain.refresh_from_db()
    assert district.grid7.path.startswith(muyu.path)
    assert district.grid7_post.area_path == district.grid7.path
    assert district.cold_chain.area_path == muyu.path
    assert told("AreaMoved") == [
        {
            "area_id": muyu.pk,
            "old_path": f"{district.zeguo.path}331081100024/",
            "new_path": muyu.path,
        }
    ]


def test_a_new_name_alone_moves_nothing(district, by_admin, told):
    actions.rename_area(district.zeguo, name="泽国街道", since=TODAY, **by_admin)
    assert told("AreaMoved") == []
    assert district.zeguo.initials == "zgjd"
    with pytest.raises(Invalid, match="没有变化"):
        actions.rename_area(district.zeguo, name="泽国街道", since=TODAY, **by_admin)


def test_a_village_handed_to_the_next_town_takes_its_grid_and_firm_along(district, by_admin):
    actions.transfer_area(district.village_muyu, to=district.taiping, since=TODAY, **by_admin)
    district.grid7.refresh_from_db()
    assert district.grid7.path == f"{district.taiping.path}331081100024/331081100024007/"
    assert not Area.objects.under(district.zeguo.path).exclude(pk=district.zeguo.pk).exists()


def test_a_town_cannot_be_put_under_its_own_village(district, by_admin):
    with pytest.raises(Invalid, match="不能划到"):
        actions.transfer_area(district.zeguo, to=district.village_muyu, since=TODAY, **by_admin)


# --- merge ------------------------------------------------------------------------------------


def test_two_villages_go_up_in_one_and_their_history_is_counted_there(
    district, village, by_admin, told
):
    muyu, dongyang = district.village_muyu, village("331081100230", "东洋村")
    heir = village("331081100240", "牧洋村")

    actions.merge_areas([muyu, dongyang], into=heir, since=TODAY, **by_admin)

    for closed in (muyu, dongyang):
        closed.refresh_from_db()
        assert closed.valid_to == TODAY
        assert closed.parent == heir
        assert closed.path.startswith(heir.path), "who asks for the heir's sums gets theirs too"
    district.grid7.refresh_from_db()
    assert district.grid7.parent == heir
    assert district.grid7.path == f"{heir.path}331081100024007/"
    assert set(Area.objects.matching("东洋村")) == {heir, dongyang}
    assert told("AreasMerged") == [{"area_ids": [muyu.pk, dongyang.pk], "into_id": heir.pk}]
    moved = [(each["old_path"], each["new_path"]) for each in told("AreaMoved")]
    old = f"{district.zeguo.path}331081100024/"
    # The grid first: a listener that rewrites by prefix must not drag it below the closed one.
    assert moved[0] == (f"{old}331081100024007/", f"{heir.path}331081100024007/")
    assert moved[1] == (old, f"{heir.path}331081100024/")
    assert trail.verbs_of(heir) == ["add_area", "merge_areas"]


def test_after_a_merger_posts_and_firms_stand_in_the_successor(district, village, by_admin):
    heir = village("331081100240", "牧洋村")
    actions.merge_areas([district.village_muyu], into=heir, since=TODAY, **by_admin)
    for thing in (district.cold_chain, district.cold_chain_safety_post):
        thing.refresh_from_db()
        assert thing.area == heir
        assert thing.area_path == heir.path


def test_a_merger_ends_the_charges_for_the_closed_village(district, village, clock, by_admin, told):
    charge = actions.give_charge(
        ChargeFacts("town_leader_village", since=YEARS_AGO),
        area=district.village_muyu,
        holder=district.zeguo_leader_post,
        by=district.chen_section,
        at=clock.now(),
    )
    heir = village("331081100240", "牧洋村")
    actions.merge_areas([district.village_muyu], into=heir, since=TODAY, **by_admin)
    charge.refresh_from_db()
    assert charge.until == TODAY
    assert told("ChargeEnded") == [{"charge_id": charge.pk}]
    assert not Charge.objects.valid_on(TODAY).exists()


def test_grants_follow_the_ground_they_were_given_for(district, village, clock, by_admin):
    actions.grant(
        district.wu_bystander,
        GrantFacts(("matters.report",), "交叉检查", until=clock.now().replace(year=2025)),
        area=district.village_muyu,
        **by_admin,
    )
    heir = village("331081100240", "牧洋村")
    actions.merge_areas([district.village_muyu], into=heir, since=TODAY, **by_admin)
    assert Grant.objects.get().area_path == f"{heir.path}331081100024/"


def test_the_outline_of_the_successor_is_that_of_both(district, village, by_admin):
    one, other = village("331081100230", "东洋村"), village("331081100231", "西洋村")
    heir = village("331081100240", "两洋村")
    for area, lon in ((one, 121.30), (other, 121.31)):
        actions.set_outline(area, outline=square(lon, 28.40), **by_admin)
    actions.merge_areas([one, other], into=heir, since=TODAY, **by_admin)
    heir.refresh_from_db()
    assert heir.outline["type"] == "Polygon", "no seam is left between them"
    assert (heir.min_lon, heir.max_lon) == pytest.approx((121.30, 121.32), abs=1e-6)


def test_what_was_merged_away_cannot_be_merged_again(district, village, by_admin):
    heir = village("331081100240", "牧洋村")
    merge = {"into": heir, "since": TODAY, **by_admin}
    actions.merge_areas([district.village_muyu], **merge)
    with pytest.raises(NotAllowed, match="已于 2024-06-12 撤并，现属牧洋村"):
        actions.merge_areas([district.village_muyu], **merge)


def test_a_village_is_not_merged_into_a_town_nor_into_itself(district, by_admin):
    muyu = district.village_muyu
    for into, said in ((district.taiping, "不能并入"), (muyu, "不能并入自己")):
        with pytest.raises(Invalid, match=said):
            actions.merge_areas([muyu], into=into, since=TODAY, **by_admin)
    with pytest.raises(Invalid, match="没有选择"):
        actions.merge_areas([], into=muyu, since=TODAY, **by_admin)


# --- split ------------------------------------------------------------------------------------


def test_a_village_is_split_and_every_grid_finds_its_place(district, village, by_admin, told):
    muyu = district.village_muyu
    east = AreaFacts("331081100241", "牧东村", since=TODAY)
    west = AreaFacts("331081100242", "牧西村", since=TODAY)

    made = actions.split_area(muyu, parts=[(east, [district.grid7]), (west, [])], **by_admin)

    district.grid7.refresh_from_db()
    district.cold_chain.refresh_from_db()
    muyu.refresh_from_db()
    assert [part.name for part in made] == ["牧东村", "牧西村"]
    assert district.grid7.parent == made[0]
    assert muyu.valid_to == TODAY
    assert district.cold_chain.area == made[0], "the first part takes over what stood in the old"
    assert told("AreaSplit") == [{"area_id": muyu.pk, "part_ids": [part.pk for part in made]}]


def test_each_part_is_drawn_as_what_it_took_and_the_rest_without_it(district, village, by_admin):
    yang = village("331081100230", "两洋村")
    outline = square(121.30, 28.40, 0.02)
    actions.set_outline(yang, outline=outline, **by_admin)
    corner = actions.add_grid(
        AreaFacts("331081100230001", "两洋1号网格", since=YEARS_AGO),
        parent=yang,
        grid_kind="GENERAL",
        outline=square(121.31, 28.41, 0.01),
        **by_admin,
    )
    part = (AreaFacts("331081100231", "西洋村", since=TODAY), [corner])
    (made,) = actions.split_area(yang, parts=[part], remains=True, **by_admin)
    made.refresh_from_db()
    yang.refresh_from_db()
    there = Area.objects.valid_on(TODAY).exclude(level="GRID").around(121.315, 28.415)
    assert there == [made], "the village that goes on no longer holds it"
    assert Area.objects.valid_on(TODAY).around(121.305, 28.405) == [yang]
    assert geo.outline(yang.outline).area == pytest.approx(3e-4, rel=0.01)


def test_the_old_name_of_a_divided_village_leads_to_every_part(district, by_admin):
    parts = [
        (AreaFacts("331081100241", "牧东村", since=TODAY), [district.grid7]),
        (AreaFacts("331081100242", "牧西村", since=TODAY), []),
    ]
    made = actions.split_area(district.village_muyu, parts=parts, **by_admin)
    assert set(Area.objects.valid_on(TODAY).matching("牧屿街居委会")) == set(made)


def test_the_whole_district_is_not_divided(district, by_admin):
    part = (AreaFacts("331082000000", "临海市", since=TODAY), [])
    with pytest.raises(Invalid, match="不能析置"):
        actions.split_area(district.wenling, parts=[part], remains=True, **by_admin)


def test_a_split_that_forgets_a_grid_is_refused(district, by_admin):
    parts = [
        (AreaFacts("331081100241", "牧东村", since=TODAY), []),
        (AreaFacts("331081100242", "牧西村", since=TODAY), []),
    ]
    with pytest.raises(Invalid, match="1 个下级没有安排：牧屿7号网格"):
        actions.split_area(district.village_muyu, parts=parts, **by_admin)


def test_a_village_may_go_on_with_a_part_of_it_gone(district, by_admin):
    muyu = district.village_muyu
    part = (AreaFacts("331081100241", "牧东村", since=TODAY), [])
    actions.split_area(muyu, parts=[part], remains=True, **by_admin)
    muyu.refresh_from_db()
    district.grid7.refresh_from_db()
    assert muyu.valid_to is None
    assert district.grid7.parent == muyu


def test_one_part_of_a_split_may_keep_the_old_code(district, by_admin):
    muyu = district.village_muyu
    parts = [
        (AreaFacts(muyu.code, "牧屿村", since=TODAY), [district.grid7]),
        (AreaFacts("331081100242", "牧西村", since=TODAY), []),
    ]
    made = actions.split_area(muyu, parts=parts, **by_admin)
    assert made[0].code == muyu.code
    assert Area.objects.filter(code=muyu.code, valid_to=None).get() == made[0]


# --- who may ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who", ["lin_zeguo_leader", "huang_zeguo_station", "xu_safety", "wu_bystander"]
)
def test_the_map_of_the_district_is_the_administrators(district, clock, who):
    person, muyu = getattr(district, who), district.village_muyu
    deeds = [
        lambda at: actions.add_area(
            AreaFacts("331081100230", "东洋村", since=YEARS_AGO),
            parent=district.zeguo,
            by=person,
            at=at,
        ),
        lambda at: actions.rename_area(muyu, name="牧屿村", since=TODAY, by=person, at=at),
        lambda at: actions.transfer_area(muyu, to=district.taiping, since=TODAY, by=person, at=at),
        lambda at: actions.merge_areas(
            [muyu], into=district.village_dongmen, since=TODAY, by=person, at=at
        ),
        lambda at: actions.split_area(muyu, parts=[], by=person, at=at),
    ]
    for deed in deeds:
        with pytest.raises(Forbidden):
            deed(clock.now())
    assert Area.objects.filter(pk=muyu.pk, path=muyu.path, valid_to=None).exists()
