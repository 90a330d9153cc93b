"""The phone at the scene: without a signal, with a slow one, and mended on the spot."""

import pytest
from playwright.sync_api import expect

from anlan.kernel import trail
from anlan.matters.flow import Stage
from anlan.matters.models import Matter

TAKEN_OVER = "() => navigator.serviceWorker.controller !== null"


def fill_in(seat, title):
    page = seat.page
    page.locator("input[name=photos]").set_input_files(seat.photo(3))
    expect(page.locator(".shots .shot img").first).to_be_visible()
    page.locator(".what .chips .chip").first.click()
    page.get_by_label("一句话说明").fill(title)


def ready_for_no_signal(seat):
    """The phone has opened the page once, and its worker has taken over."""
    seat.open("/field/report/")
    seat.page.wait_for_function(TAKEN_OVER)
    seat.settled()


@pytest.fixture
def no_signal(house, sit):
    """孙国强 in a cellar, the page already in his phone."""
    seat = sit("phone").sign_in(house.district.sun_grid7)
    ready_for_no_signal(seat)
    seat.watch.without_signal = True
    seat.context.set_offline(True)
    return seat


def test_a_report_without_a_signal_waits_in_the_phone_and_is_sent_when_it_is_back(no_signal):
    seat, page, title = no_signal, no_signal.page, "地下室配电箱敞开"
    page.reload()
    expect(page.locator(".no-signal")).to_be_visible()
    expect(page.locator("[data-where]")).to_contain_text("牧屿7号网格")
    fill_in(seat, title)
    page.locator("button[data-send]:visible").click()
    later = page.locator("[data-done=later]")
    expect(later).to_be_visible()
    assert "现在没有网络" in later.inner_text()
    seat.shot("waits")
    assert not Matter.objects.filter(title=title).exists()

    # The phone is put away and opened again: the report is still there, and says so.
    page.reload()
    expect(page.locator("#queue")).to_contain_text(title)

    seat.context.set_offline(False)
    expect(page.locator("#queue")).to_be_hidden(timeout=30_000)
    sent = Matter.objects.get(title=title)
    assert sent.stage == Stage.REPORTED
    assert sent.evidence.count() == 1
    assert sent.area == seat.house.district.grid7
    assert trail.verbs_of(sent)[-1] == "report"


def test_what_was_typed_is_still_there_when_the_phone_died(house, sit):
    seat = sit("phone").sign_in(house.district.sun_grid7)
    seat.open("/field/report/")
    fill_in(seat, "写到一半")
    seat.page.wait_for_timeout(1000)  # longer than the draft takes to be kept
    seat.open("/")
    seat.open("/field/report/")
    expect(seat.page.get_by_label("一句话说明")).to_have_value("写到一半")
    expect(seat.page.locator(".shots .shot img")).to_have_count(1)


def test_a_photo_taken_before_the_page_has_loaded_everything_is_not_lost(house, sit):
    seat = sit("phone").sign_in(house.district.sun_grid7)
    page = seat.page
    held = []
    page.route("**/field/reference/", lambda route: held.append(route))
    seat.open("/field/report/")
    page.locator("input[name=photos]").set_input_files(seat.photo(5))
    page.wait_for_timeout(300)
    for route in held:
        route.continue_()
    expect(page.locator(".shots .shot img")).to_have_count(1)


def test_a_report_that_lacks_something_says_what_and_can_be_sent_at_once(house, sit):
    seat = sit("phone").sign_in(house.district.sun_grid7)
    page = seat.page
    seat.open("/field/report/")
    expect(page.locator("form[data-ready]")).to_be_attached()
    send = page.locator("button[data-send]:visible")
    send.click()
    expect(page.get_by_role("alert")).to_contain_text("请先拍一张现场照片")
    expect(send).to_be_enabled()
    fill_in(seat, "消防栓被圈占")
    expect(page.get_by_text("请先拍一张现场照片")).to_have_count(0)
    page.get_by_label("哪家单位").fill("小王修车铺")
    expect(page.locator("[data-where]")).to_contain_text("牧屿7号网格")
    send.click()
    expect(page.get_by_role("alert")).to_contain_text("没有选中名册里的单位")
    page.get_by_label("名册里没有这家单位").check()
    expect(page.get_by_role("alert")).to_have_count(0)
    send.click()
    expect(page.locator("[data-done=sent]")).to_be_visible()


def test_mended_on_the_spot_it_still_waits_for_somebody_else(house, sit):
    seat = sit("phone").sign_in(house.district.sun_grid7)
    page = seat.page
    seat.open("/field/report/")
    expect(page.locator("[data-where]")).to_contain_text("牧屿7号网格")
    fill_in(seat, "灭火器过期，当场更换")
    page.locator("[data-fix-now]").click()
    page.locator("input[name=after]").set_input_files(seat.photo(6))
    expect(page.locator("[data-photos=AFTER] .shot img")).to_be_visible()
    page.get_by_label("怎么整改的").fill("换新")
    page.locator("button[data-send]:visible").click()
    expect(page.locator("[data-done=sent]")).to_be_visible()
    mended = Matter.objects.get(title="灭火器过期，当场更换")
    assert mended.stage == Stage.SUBMITTED
    assert set(mended.evidence.values_list("phase", flat=True)) == {"BEFORE", "AFTER"}
    seat.open(f"/matters/{mended.number}/")
    assert not seat.offers("核查销号")


def test_whoever_was_signed_out_overnight_is_led_to_sign_in(house, sit):
    """The worker in the phone answers for the first page: it must not answer with an error."""
    seat = sit("phone").sign_in(house.district.li_grid3)
    ready_for_no_signal(seat)
    seat.context.clear_cookies()
    for path in ("/", "/field/", "/field/report/"):
        seat.open(path)
        expect(seat.page.get_by_label("密码")).to_be_visible()
