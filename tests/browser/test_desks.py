"""What clerks, keepers and administrators do all day, by real clicks."""

import re

import pytest
from playwright.sync_api import expect

from anlan.demo.cast import PASSWORD
from anlan.kernel import trail
from anlan.matters.models import Matter
from anlan.people.models import Account, Person
from anlan.registry.models import Item

NEW = "Donghai-2024-anlan"


def fill(seat, **fields):
    """Fill in the form on the screen, by its labels."""
    for label, words in fields.items():
        field = seat.page.get_by_label(re.compile(rf"^{label}"), exact=False)
        field = field.locator("visible=true").first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=words)
        else:
            field.fill(words)


def test_a_new_account_signs_in_and_must_choose_a_password_of_its_own(house, sit):
    admin = sit("desk").sign_in(house.district.ma_admin)
    person = Person.objects.create(name="卢晓", body=house.district.zeguo_town)
    admin.open("/settings/accounts/new/")
    fill(admin, 人员=person.name, 用户名="luxiao", 初始密码=NEW)
    admin.page.locator("main form button.btn-primary").click()
    expect(admin.page.locator("main")).to_contain_text("luxiao")
    assert Account.objects.get(username="luxiao").must_change_password

    seat = sit("phone").open("/sign-in/")
    seat.page.get_by_label("账号").fill("luxiao")
    seat.page.get_by_label("密码").fill(NEW)
    seat.press("登录")
    expect(seat.page).to_have_url(re.compile("/sign-in/password/"))
    seat.open("/matters/")
    expect(seat.page).to_have_url(re.compile("/sign-in/password/"))
    inputs = seat.page.locator("input[type=password]")
    for number, words in enumerate((NEW, f"{NEW}-2", f"{NEW}-2")[: inputs.count()]):
        inputs.nth(number).fill(words)
    seat.page.locator("form button.btn-primary").click()
    expect(seat.page).to_have_url(f"{house.address}/")


def test_a_number_is_shown_in_full_only_for_a_reason_and_leaves_its_trace(house, sit):
    seat = sit("desk").sign_in(house.district.huang_zeguo_station)
    officer = house.district.xu_safety
    page = seat.open(f"/people/{officer.pk}/").page
    assert officer.phone not in page.content(), "masked, also for those who may see it"
    seat.open(f"/people/{officer.pk}/phone/")
    page.locator("main form textarea, main form input[name=reason]").first.fill("整改联系")
    page.locator("main form button").first.click()
    expect(page.locator("main")).to_contain_text(officer.phone)
    entry = trail.entries_of(officer).last()
    assert (entry.verb, entry.actor) == ("reveal_phone", "黄磊")
    assert page.locator(f"a[href='tel:{officer.phone}']").count() >= 1


def test_a_cold_store_is_registered_graded_and_confirmed(house, sit):
    seat = sit("desk").sign_in(house.district.huang_zeguo_station)
    page = seat.open("/items/ammonia_site/new/").page
    fill(seat, 名称="泽海冷链一号冷库", 所在区域="牧屿街居委会", 液氨充装量="8.5")
    page.locator("main form button.btn-primary").click()
    expect(page).to_have_url(re.compile(r"/items/ammonia_site/"))
    item = Item.objects.get(name="泽海冷链一号冷库")
    seat.open(f"/items/ammonia_site/{item.code}/")
    page.locator("main").get_by_text("评定风险等级").first.click()
    form = page.locator("#drawer form, main form").first
    form.get_by_label("风险等级").select_option(label="较大")
    form.get_by_label("评定依据").fill("液氨 8.5 吨")
    form.locator("button.btn-primary").click()
    expect(page.get_by_text("已评定风险等级").first).to_be_visible()
    item.refresh_from_db()
    assert item.grade == "LARGER"
    assert trail.verbs_of(item) == ["register_item", "grade_item"]


@pytest.mark.parametrize("device", ["phone", "desk"])
def test_more_time_is_asked_for_and_granted_on_the_page(house, sit, device):
    district = house.district
    valve = house.story.taken()
    officer = sit(device).sign_in(district.xu_safety)
    page = officer.open(f"/matters/{valve.number}/ask_extension/").page
    page.get_by_label("延至").fill("2024-07-20T18:00")
    page.get_by_label("延期理由").fill("备件未到")
    officer.press("申请延期", within="main form")
    expect(page.get_by_text(f"已申请延期：{valve.number}")).to_be_visible()

    station = sit(device).sign_in(district.huang_zeguo_station)
    page = station.open(f"/matters/{valve.number}/").page
    expect(page.locator("article")).to_contain_text("申请延期至 2024-07-20 18:00")
    assert station.offers("同意延期")
    station.open(f"/matters/{valve.number}/approve_extension/")
    station.press("同意延期", within="main form")
    expect(page.get_by_text(f"已同意延期：{valve.number}")).to_be_visible()
    valve.refresh_from_db()
    assert valve.due_at.isoformat() == "2024-07-20T10:00:00+00:00"


def test_a_caller_at_the_door_is_entered_by_the_clerk_and_both_names_stay(house, sit):
    seat = sit("desk").sign_in(house.district.huang_zeguo_station)
    page = seat.open("/matters/new/").page
    fill(seat, 标题="村民反映河边护栏缺失", 代谁录入="孙国强")
    page.get_by_label(re.compile("^所在区域")).select_option(label="泽国镇 牧屿7号网格")
    page.locator("main form button.btn-primary").click()
    expect(page.get_by_text("已上报：").first).to_be_visible()
    entered = Matter.objects.get(title="村民反映河边护栏缺失")
    assert (entered.opener.name, entered.on_behalf_of.name) == ("黄磊", "孙国强")
    expect(page.locator("ol.timeline")).to_contain_text("代 孙国强 录入")


def test_paper_holds_the_page_without_its_buttons(house, sit):
    valve = house.story.submitted()
    seat = sit("desk").sign_in(house.district.chen_section)
    page = seat.open(f"/matters/{valve.number}/").page
    page.emulate_media(media="print")
    assert page.locator(".matter-deeds").is_hidden()
    assert page.locator("header.bar").is_hidden()
    assert page.locator("ol.timeline").is_visible()


def test_what_cannot_be_seen_says_so_in_words(house, sit):
    valve = house.story.found()
    seat = sit("phone").sign_in(house.district.jin_foundry)
    seat.open(f"/matters/{valve.number}/")
    assert re.search("没有|不存在|看不到|找不到", seat.reads())
    assert valve.title not in seat.page.content()
    seat.open("/settings/")
    assert "管理员" in seat.reads()


def test_the_old_password_is_the_only_one_that_works(house, sit):
    """A password of the sample district, typed with a slip, is refused in words."""
    seat = sit("phone").open("/sign-in/")
    seat.page.get_by_label("账号").fill("lixy")
    seat.page.get_by_label("密码").fill(PASSWORD.upper())
    seat.press("登录")
    assert "账号或密码不对" in seat.reads()
    expect(seat.page.get_by_label("账号")).to_have_value("lixy")
