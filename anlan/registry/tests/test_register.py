"""A cold store enters the register, changes, is graded and leaves; each deed is in the trail."""

from datetime import date, timedelta

import pytest

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.kernel.models import Announcement, TrailPersonal
from anlan.registry import access, actions
from anlan.registry.models import GradeChange, Item


@pytest.fixture
def cold_store(district, clock):
    return actions.register_item(
        kind="ammonia_site",
        given={
            "name": "泽海冷链一号冷库",
            "area": "泽国镇牧屿街居委会",
            "address": "牧屿街88号",
            "lon": "121.345",
            "lat": "28.495",
            "ammonia_tonnes": "8.5吨",
            "separated": "是",
            "grade": "较大",
            "enterprise": "泽海冷链",
        },
        by=district.huang_zeguo_station,
        at=clock.now(),
    )


def change(item, district, clock, **given):
    actions.change_item(item, given=given, by=district.huang_zeguo_station, at=clock.now())


def test_what_was_typed_is_kept_typed(cold_store, district):
    item = Item.objects.get(pk=cold_store.pk)
    assert item.area == district.village_muyu
    assert item.area_path == district.village_muyu.path
    assert item.attributes == {"ammonia_tonnes": 8.5, "separated": True}
    assert item.grade == Item.Grade.LARGER
    assert item.enterprise == district.cold_chain
    assert item.sector == "ammonia_refrigeration", "the kind's own, where none is given"
    assert (item.lon, item.lat, item.position_source) == (121.345, 28.495, "CGCS2000")
    assert trail.verbs_of(item) == ["register_item"]
    assert GradeChange.objects.get(item=item).after == "LARGER"


def test_a_position_from_amap_is_moved_to_where_it_is(district, clock):
    item = actions.register_item(
        kind="camera",
        given={"name": "牧屿桥", "area": "331081100024", "lon": 121.345, "lat": 28.495,
               "position_source": "高德"},
        by=district.huang_zeguo_station, at=clock.now(),
    )  # fmt: skip
    assert item.position_source == "GCJ-02"
    assert 0.001 < abs(item.lon - 121.345) < 0.01


def test_half_a_position_and_exchanged_degrees_are_refused(cold_store, district, clock):
    with pytest.raises(Invalid, match="都填"):
        change(cold_store, district, clock, lat=None)
    with pytest.raises(Invalid, match="写反"):
        change(cold_store, district, clock, lon=28.49, lat="89")


def test_every_problem_of_a_form_is_named_at_once(district, clock):
    with pytest.raises(actions.InvalidItem) as caught:
        actions.register_item(
            kind="ammonia_site",
            given={"name": "", "area": "月湖村", "ammonia_tonnes": "很多", "keeper_name": "x"},
            by=district.huang_zeguo_station,
            at=clock.now(),
        )
    wrong = {problem.field: problem.words for problem in caught.value.problems}
    assert set(wrong) == {"name", "area", "ammonia_tonnes", "keeper_name"}
    assert "月湖村" in wrong["area"]


def test_the_missing_party_is_flagged_until_it_is_named(cold_store, district, clock):
    assert cold_store in Item.objects.without_all_parties()
    actions.set_parties(
        cold_store,
        parties={"territorial": district.zeguo_town, "industry": district.bureau},
        by=district.huang_zeguo_station,
        at=clock.now(),
    )
    assert cold_store not in Item.objects.without_all_parties()
    actions.set_parties(
        cold_store, parties={"industry": None}, by=district.huang_zeguo_station, at=clock.now()
    )
    assert cold_store in Item.objects.without_all_parties()


def test_a_change_tells_the_trail_what_became_what(cold_store, district, clock):
    change(cold_store, district, clock, ammonia_tonnes="9", name="泽海冷链冷库")
    entry = trail.entries_of(cold_store).last()
    assert entry.verb == "change_item"
    assert entry.note["changed"] == {
        "ammonia_tonnes": [8.5, 9],
        "name": ["泽海冷链一号冷库", "泽海冷链冷库"],
    }
    assert Item.objects.containing("冷库 牧屿").get() == cold_store


def test_a_telephone_never_enters_the_trail_in_clear(district, clock):
    store = actions.register_item(
        kind="warehouse",
        given={"name": "泽国镇仓库", "area": "泽国镇", "level": "镇级",
               "keeper_phone": "13911112222"},
        by=district.huang_zeguo_station, at=clock.now(),
    )  # fmt: skip
    change(store, district, clock, keeper_phone="13933334444")
    entry = trail.entries_of(store).last()
    assert entry.note == {"changed": {}, "sensitive": ["keeper_phone"]}
    assert TrailPersonal.objects.filter(entry=entry).exists()
    assert "1393" not in str(list(trail.entries_of(store).values_list("note", flat=True)))


def test_changing_nothing_is_no_change(cold_store, district, clock):
    with pytest.raises(Invalid, match="没有改动"):
        change(cold_store, district, clock, name="泽海冷链一号冷库")


@pytest.mark.parametrize("elsewhere", ["grade", "area", "territorial", "keeper", "code"])
def test_a_change_cannot_slip_in_a_deed_of_its_own(cold_store, district, clock, elsewhere):
    with pytest.raises(actions.InvalidItem, match="不能在这里填写"):
        change(cold_store, district, clock, **{elsewhere: "低"})


def test_a_grade_has_a_history_and_every_step_a_reason(cold_store, district, clock):
    by = district.huang_zeguo_station
    with pytest.raises(Invalid, match="理由"):
        actions.grade_item(cold_store, grade="MAJOR", reason=" ", by=by, at=clock.now())
    with pytest.raises(Invalid, match="没有变化"):
        actions.grade_item(cold_store, grade="LARGER", reason="复评", by=by, at=clock.now())
    actions.grade_item(cold_store, grade="MAJOR", reason="2024年第二轮评估", by=by, at=clock.now())
    steps = cold_store.grade_changes.order_by("id").values_list("before", "after", "reason")
    assert list(steps) == [("", "LARGER", "登记时评定"), ("LARGER", "MAJOR", "2024年第二轮评估")]


def test_a_higher_grade_is_looked_at_sooner(district, clock):
    firm = actions.register_item(
        kind="enterprise_premises",
        given={"name": "泽海冷链厂区", "area": "泽国镇", "grade": "低"},
        by=district.huang_zeguo_station,
        at=clock.now(),
    )
    today = date(2024, 6, 12)
    assert firm.stale_on == today + timedelta(days=365)
    actions.grade_item(
        firm, grade="MAJOR", reason="涉氨", by=district.huang_zeguo_station, at=clock.now()
    )
    assert firm.stale_on == today + timedelta(days=30)


def test_a_kind_without_grades_takes_none(district, clock):
    camera = actions.register_item(
        kind="camera",
        given={"name": "牧屿桥", "area": "泽国镇"},
        by=district.huang_zeguo_station,
        at=clock.now(),
    )
    with pytest.raises(Invalid, match="不评定"):
        actions.grade_item(
            camera, grade="LOW", reason="试", by=district.chen_section, at=clock.now()
        )


def test_an_item_moves_only_where_its_mover_has_the_right_on_both_sides(
    cold_store, district, clock
):
    with pytest.raises(Forbidden):
        actions.move_item(
            cold_store, area=district.taiping, by=district.huang_zeguo_station, at=clock.now()
        )
    actions.move_item(cold_store, area=district.taiping, by=district.chen_section, at=clock.now())
    assert Item.objects.get(pk=cold_store.pk).area_path == district.taiping.path


def test_retired_means_untouchable_until_restored(cold_store, district, clock):
    by = district.huang_zeguo_station
    actions.retire_item(cold_store, reason="企业搬迁", by=by, at=clock.now())
    assert cold_store not in Item.objects.standing()
    with pytest.raises(NotAllowed, match="已注销"):
        change(cold_store, district, clock, name="新名")
    with pytest.raises(NotAllowed, match="黄磊"):
        actions.retire_item(cold_store, reason="又一次", by=by, at=clock.now())
    actions.restore_item(cold_store, reason="搬迁取消", by=by, at=clock.now())
    item = Item.objects.get(pk=cold_store.pk)
    assert (item.stage, item.retired_on) == ("LISTED", None)
    assert item.stale_on is not None


def test_a_code_is_given_once(cold_store, district, clock):
    with pytest.raises(Invalid, match="已被使用") as caught:
        actions.register_item(
            kind="ammonia_site",
            given={"name": "另一座", "area": "泽国镇", "ammonia_tonnes": 1,
                   "code": cold_store.code},
            by=district.huang_zeguo_station, at=clock.now(),
        )  # fmt: skip
    assert "泽海冷链一号冷库" in caught.value.mend


def test_codes_continue_around_those_a_table_brought(district, clock):
    def camera(**given):
        return actions.register_item(
            kind="camera",
            given={"name": "牧屿桥", "area": "泽国镇", **given},
            by=district.huang_zeguo_station,
            at=clock.now(),
        ).code

    assert camera() == "SP-331081-000001"
    assert camera(code="SP-331081-000002") == "SP-331081-000002"
    assert camera() == "SP-331081-000003"


def test_whoever_owns_the_firm_sees_its_items_and_no_other(cold_store, district, clock, scope):
    assert cold_store in access.visible_to(scope(district.xu_safety))
    assert cold_store not in access.visible_to(scope(district.jin_foundry))
    assert cold_store not in access.visible_to(scope(district.wu_bystander))
    assert cold_store not in access.visible_to(scope(district.li_grid3)), "another grid"
    assert cold_store in access.visible_to(scope(district.lin_zeguo_leader))
    assert cold_store not in access.visible_to(scope(district.wang_taiping_leader))
    assert cold_store not in access.visible_to(scope(district.luo_fire)), "another sector"


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("huang_zeguo_station", True),
        ("chen_section", True),
        ("zhao_taiping_station", False),
        ("xu_safety", False),
        ("wu_bystander", False),
    ],
)
def test_who_may_change_it(cold_store, district, clock, who, allowed):
    by = getattr(district, who)
    given = {"address": "牧屿街90号"}
    if allowed:
        actions.change_item(cold_store, given=given, by=by, at=clock.now())
    else:
        with pytest.raises(Forbidden):
            actions.change_item(cold_store, given=given, by=by, at=clock.now())


def test_its_keeper_may_keep_it_and_not_grade_it(cold_store, district, clock, scope):
    actions.assign_keeper(
        cold_store, post=district.grid3_post, by=district.huang_zeguo_station, at=clock.now()
    )
    keeper = scope(district.li_grid3)
    assert cold_store in access.visible_to(keeper)
    assert "confirm_item" in access.deeds_open(keeper, cold_store)
    assert "grade_item" not in access.deeds_open(keeper, cold_store)
    clock.forward(days=10)
    actions.confirm_item(cold_store, by=district.li_grid3, at=clock.now())
    assert cold_store.confirmed_on == date(2024, 6, 22)


def test_a_look_at_a_telephone_leaves_a_trace(district, clock):
    store = actions.register_item(
        kind="warehouse",
        given={"name": "仓库", "area": "泽国镇", "level": "镇级", "keeper_phone": "13911112222"},
        by=district.huang_zeguo_station,
        at=clock.now(),
    )
    assert access.shown(store)["保管员电话"] == "139****2222"
    shown = actions.reveal_item(
        store, key="keeper_phone", by=district.huang_zeguo_station, at=clock.now()
    )
    assert shown == "13911112222"
    assert trail.verbs_of(store)[-1] == "reveal_item"
    with pytest.raises(Forbidden):
        actions.reveal_item(store, key="keeper_phone", by=district.sun_grid7, at=clock.now())


def test_what_happened_is_announced(cold_store):
    heard = Announcement.objects.values_list("event", "payload")
    assert ("anlan.registry.events.ItemRegistered", {"item_id": cold_store.pk}) in heard
