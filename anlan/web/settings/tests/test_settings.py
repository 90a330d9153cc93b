"""The administrator's desk: accounts, lent rights, areas, catalogues, health."""

from datetime import date

import pytest

from anlan.callup import actions as calls
from anlan.callup.tests.conftest import Entry
from anlan.kernel import catalogues as files
from anlan.people import actions as people
from anlan.people.models import Account, Area, Body, Grant, Person, Post
from anlan.people.rules.facts import BodyFacts
from anlan.wiring.catalogues import CATALOGUES, faults

PAGES = (
    "/settings/",
    "/settings/health/",
    "/settings/accounts/",
    "/settings/accounts/new/",
    "/settings/grants/",
    "/settings/grants/new/",
    "/settings/areas/",
    "/settings/catalogues/",
    *(f"/settings/catalogues/{name}/" for name in CATALOGUES),
)
STRONG = "雨季值守Anlan88"


@pytest.mark.parametrize("path", PAGES)
def test_the_administrator_opens_every_page(path, chair, district):
    assert "安澜" in chair(district.ma_admin).reads(path)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", ["li_grid3", "zhou_chief", "xu_safety", "zhao_taiping_station"])
def test_nobody_else_opens_any(path, who, chair, district):
    answer = chair(getattr(district, who)).get(path)
    assert answer.status_code == 403


def test_a_new_colleague_gets_an_account_and_must_change_the_password(chair, district):
    sun = Person.objects.create(name="孙晓", body=district.zeguo_town)
    Post.objects.get(pk=district.zeguo_station_post.pk)
    district.appoint(sun, district.zeguo_station_post)
    answer = chair(district.ma_admin).post(
        "/settings/accounts/new/",
        {"person": "孙晓", "username": "sunx", "password": STRONG},
    )
    assert answer.status_code == 302
    account = Account.objects.get(username="sunx")
    assert account.person == sun
    assert account.must_change_password


def test_a_weak_first_password_is_refused_and_what_was_typed_stays(chair, district):
    Person.objects.create(name="孙晓", body=district.zeguo_town)
    answer = chair(district.ma_admin).post(
        "/settings/accounts/new/", {"person": "孙晓", "username": "sunx", "password": "12345"}
    )
    assert answer.status_code == 422
    assert 'value="sunx"' in answer.content.decode()
    assert not Account.objects.filter(username="sunx").exists()


def test_an_account_is_locked_with_a_reason_and_unlocked(chair, district):
    desk = chair(district.ma_admin)
    pk = district.sun_grid7.account.pk
    assert desk.post(f"/settings/accounts/{pk}/lock_account/", {}).status_code == 422
    desk.post(f"/settings/accounts/{pk}/lock_account/", {"reason": "手机遗失"})
    assert not Account.objects.get(pk=pk).is_active
    assert "已锁定" in desk.reads("/settings/accounts/?q=sungq")
    desk.post(f"/settings/accounts/{pk}/unlock_account/", {})
    assert Account.objects.get(pk=pk).is_active


def test_rights_are_lent_for_a_cross_inspection_and_taken_back(chair, district):
    desk = chair(district.ma_admin)
    answer = desk.post(
        "/settings/grants/new/",
        {
            "person": "赵敏",
            "area": "331081100000",
            "role": "inspector",
            "reason": "第三季度交叉检查",
            "until": "2024-06-30",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    lent = Grant.objects.get()
    assert lent.area_path == district.zeguo.path
    assert "第三季度交叉检查" in desk.reads("/settings/grants/")
    district.clock.forward(hours=1)
    desk.post(f"/settings/grants/{lent.pk}/withdraw/", {"reason": "提前结束"})
    lent.refresh_from_db()
    assert lent.until == district.clock.now()


def test_a_village_is_renamed_and_the_old_name_still_finds_it(chair, district):
    desk = chair(district.ma_admin)
    code = district.village_muyu.code
    answer = desk.post(
        f"/settings/areas/{code}/rename_area/",
        {"name": "牧屿社区", "code": code, "since": "2024-06-01"},
    )
    assert answer.status_code == 302, answer.content.decode()
    assert Area.objects.get(pk=district.village_muyu.pk).name == "牧屿社区"
    assert "牧屿社区" in desk.reads("/settings/areas/?q=牧屿街居委会")


def test_a_sector_is_offered_once_by_its_main_word(chair, district):
    """消防, 消防安全 and 火灾 were three options of one value."""
    page = chair(district.ma_admin).reads(f"/settings/areas/{district.zeguo.code}/register_body/")
    assert page.count('<option value="fire"') == 1


def split_into(district, **given):
    return {
        "former": "goes",
        "since": "2024-06-12",
        "name1": "牧东村",
        "code1": "331081100241",
        "name2": "牧西村",
        "code2": "331081100242",
        f"child{district.grid7.pk}": "2",
        **given,
    }


def test_a_village_is_divided_at_the_desk(chair, district):
    desk, muyu = chair(district.ma_admin), district.village_muyu
    address = f"/settings/areas/{muyu.code}/split_area/"
    assert "牧屿7号网格归" in desk.reads(address)
    answer = desk.post(address, split_into(district))
    assert answer.status_code == 302, answer.content.decode()
    district.grid7.refresh_from_db()
    muyu.refresh_from_db()
    assert district.grid7.parent.name == "牧西村"
    assert muyu.valid_to == date(2024, 6, 12)
    assert answer["Location"] == "/areas/331081100241/", "the old code is no longer in the list"
    part = desk.reads(answer["Location"])
    assert f"牧屿街居委会（{muyu.code}）" in part
    assert "没有逐步的记录" not in part
    old = desk.reads(f"/areas/{muyu.code}/")
    assert 'href="/areas/331081100242/">牧西村' in old
    assert "apportion" not in old
    found = desk.reads("/settings/areas/?q=牧屿街居委会")
    assert "牧东村" in found
    assert "牧西村" in found


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"code2": ""}, "没有填写第二个新区域的代码"),
        ({"name2": "", "code2": ""}, "第二个新区域还没有填写"),
        ({"code2": "331081100000"}, "代码"),
        ({"since": "2024-07-01"}, "还没有到"),
    ],
)
def test_a_division_filled_in_by_halves_is_refused_and_what_was_typed_stays(
    given, said, chair, district
):
    address = f"/settings/areas/{district.village_muyu.code}/split_area/"
    answer = chair(district.ma_admin).post(address, split_into(district, **given))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert 'value="牧东村"' in page
    assert not Area.objects.filter(name="牧东村").exists()


def test_a_part_leaves_and_the_village_goes_on(chair, district):
    muyu = district.village_muyu
    given = split_into(district, former="stays", name2="", code2="")
    given[f"child{district.grid7.pk}"] = ""
    address = f"/settings/areas/{muyu.code}/split_area/"
    assert chair(district.ma_admin).post(address, given).status_code == 302
    district.grid7.refresh_from_db()
    assert district.grid7.parent == muyu
    assert Area.objects.get(name="牧东村").parent == district.zeguo


def test_a_village_is_put_under_another_town_and_not_under_its_own(chair, district):
    desk, muyu = chair(district.ma_admin), district.village_muyu
    address, since = f"/settings/areas/{muyu.code}/transfer_area/", "2024-06-12"
    answer = desk.post(address, {"to": "泽国镇", "since": since})
    assert answer.status_code == 422
    assert "本来就在泽国镇之下" in answer.content.decode()
    assert desk.post(address, {"to": "太平街道", "since": since}).status_code == 302
    muyu.refresh_from_db()
    assert muyu.path.startswith(district.taiping.path)


def test_a_committee_gets_its_chair_members_and_office_at_the_desk(chair, district, clock):
    admin = {"by": district.ma_admin, "at": clock.now()}
    facts = BodyFacts("温岭市安全生产委员会", Body.Kind.COMMITTEE, short_name="市安委会")
    committee = people.register_body(facts, area=district.wenling, **admin)
    desk, address = chair(district.ma_admin), f"/settings/bodies/{committee.pk}/seat_member/"
    chair_post = {"role": "CHAIR", "post": district.chief_post.name, "since": "2024-03-01"}
    assert desk.post(address, chair_post).status_code == 302
    office = {"role": "OFFICE", "member": district.bureau.name, "since": "2024-03-01"}
    assert desk.post(address, office).status_code == 302
    second = desk.post(address, {**chair_post, "post": district.section_post.name})
    assert second.status_code == 422
    assert "已有主任" in second.content.decode()
    both = desk.post(address, {**office, "post": district.chief_post.name})
    assert "也只填一个" in both.content.decode()
    committee.refresh_from_db()
    assert committee.office == district.bureau
    listed = desk.reads("/settings/areas/?q=331081000000")
    assert f"主任 {district.chief_post}" in listed

    seat = committee.seats.get(role="OFFICE")
    leaving = {"seat": str(seat.pk), "on": "2024-06-12"}
    desk.post(f"/settings/bodies/{committee.pk}/unseat_member/", leaving)
    seat.refresh_from_db()
    assert seat.valid_to == date(2024, 6, 12)
    page = desk.reads(f"/enterprises/{committee.pk}/")
    assert f"/enterprises/{committee.pk}/unseat_member/" in page


def test_the_section_says_who_sits_on_a_committee_from_its_own_page(chair, district, clock):
    admin = {"by": district.ma_admin, "at": clock.now()}
    facts = BodyFacts("温岭市安全生产委员会", Body.Kind.COMMITTEE)
    committee = people.register_body(facts, area=district.wenling, **admin)
    address = f"/enterprises/{committee.pk}/seat_member/"
    given = {"role": "MEMBER", "member": district.fire_brigade.name, "since": "2024-06-12"}
    assert chair(district.zhao_taiping_station).post(address, given).status_code == 403
    assert chair(district.chen_section).post(address, given).status_code == 302
    assert committee.seats.get().member == district.fire_brigade
    no_committee = f"/enterprises/{district.cold_chain.pk}/seat_member/"
    assert chair(district.chen_section).get(no_committee).status_code == 404


def test_a_post_is_set_up_in_a_body(chair, district):
    desk = chair(district.ma_admin)
    desk.post(
        f"/settings/bodies/{district.zeguo_town.pk}/create_post/",
        {"name": "泽国镇防汛办", "roles": ["station"], "superior": "", "phone": ""},
    )
    assert Post.objects.get(name="泽国镇防汛办").area == district.zeguo


def test_a_catalogue_with_a_mistake_says_line_value_and_mend(chair, district):
    text = CATALOGUES["sectors"].path.read_text().replace("{label: 消防,", "{lable: 消防,")
    answer = chair(district.ma_admin).post("/settings/catalogues/sectors/", {"text": text})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "lable" in page
    assert "label" in page


def test_what_a_changed_catalogue_would_do_is_said_and_nothing_is_done(chair, district):
    path = CATALOGUES["sectors"].path
    text = path.read_text()
    changed = (
        text.replace("fire: {label: 消防,", "fire: {label: 消防安全,") + "hydrogen: {label: 氢能}\n"
    )
    page = chair(district.ma_admin).post("/settings/catalogues/sectors/", {"text": changed})
    words = page.content.decode()
    assert "hydrogen" in words
    assert "消防 → 消防安全" in words
    assert path.read_text() == text
    files.reload()
    assert "hydrogen" not in CATALOGUES["sectors"].load()


def test_every_catalogue_that_ships_is_in_the_table():
    shipped = {path.stem for path in files.shipped_folder().glob("*.yaml")}
    assert shipped == set(CATALOGUES)


def test_health_says_when_nothing_works_in_the_background(chair, district):
    page = chair(district.ma_admin).reads("/settings/health/")
    assert "从未运行过" in page
    assert "均可读取" in page


def test_a_file_that_is_wrong_is_said_where_its_numbers_are_read(
    chair, district, settings, tmp_path
):
    settings.ANLAN_CATALOGUES = tmp_path
    files.reload()
    faults()
    text = (files.shipped_folder() / "figures.yaml").read_text(encoding="utf-8")
    changed = text.replace("moment: found_at", "moment: fuond_at", 1)
    (tmp_path / "figures.yaml").write_text(changed, encoding="utf-8")
    try:
        files.renew(faults)
        desk = chair(district.chen_section)
        assert "fuond_at" in desk.reads("/figures/")
        assert "fuond_at" not in desk.reads("/records/new/")
        assert "fuond_at" in chair(district.ma_admin).reads("/settings/catalogues/")
    finally:
        files.reload()


def test_health_shows_each_line_and_who_stands_in_for_the_one_that_failed(chair, district, clock):
    telecom = Entry("telecom", kind="sms_http", label="电信短信", channels=("SMS",))
    spare = Entry("spare", label="备用短信", channels=("SMS",), place=2)
    calls.load_lines([telecom, spare], at=clock.now())
    calls.line_well("spare", at=clock.now())
    seat = chair(district.ma_admin)
    page = seat.reads("/settings/health/")
    assert "线路 电信短信（短信）" in page
    assert "模拟线路，不会真正发出" in page
    calls.line_failed("telecom", "对方返回 HTTP 503", at=clock.now())
    page = seat.reads("/settings/health/")
    assert "连续失败 1 次：对方返回 HTTP 503" in page
    assert "目前由备用短信代替" in page
