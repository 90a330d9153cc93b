"""Signing in, keys, large type, search: what every desk has."""

import re

import pytest
from playwright.sync_api import expect

from anlan.demo.cast import PASSWORD


@pytest.mark.parametrize("device", ["phone", "desk"])
def test_somebody_signs_in_and_sees_what_they_owe(house, sit, device):
    valve = house.story.found("液氨管线阀门渗漏")
    seat = sit(device).sign_in(house.district.huang_zeguo_station)
    assert valve.title in seat.reads("#work")


def test_whoever_comes_by_an_address_is_led_there_after_signing_in(house, sit):
    valve = house.story.found()
    seat = sit("desk").open(f"/matters/{valve.number}/")
    seat.page.get_by_label("账号").fill("huangl")
    seat.page.get_by_label("密码").fill(PASSWORD)
    seat.press("登录")
    expect(seat.page.locator("h1")).to_have_text(valve.title)


def test_five_wrong_passwords_lock_one_name_and_nobody_else(house, sit):
    seat = sit("desk").open("/sign-in/")

    def try_with(username, password):
        seat.page.get_by_label("账号").fill(username)
        seat.page.get_by_label("密码").fill(password)
        seat.page.get_by_role("button", name="登录").click()
        seat.page.wait_for_load_state()

    for _ in range(4):
        try_with("hel", "猜一个")
        assert "账号或密码不对" in seat.reads()
    try_with("hel", "再猜一个")
    assert "账号已锁定" in seat.reads()
    expect(seat.page.get_by_role("button", name="登录")).to_be_disabled()

    seat.open("/sign-in/")
    try_with("hel", PASSWORD)
    assert "账号已锁定" in seat.reads(), "the right password does not help while it is locked"
    seat.open("/sign-in/")
    try_with("luoj", PASSWORD)
    expect(seat.page).to_have_url(f"{house.address}/")


def test_after_signing_out_nothing_is_left_on_the_screen(house, sit):
    seat = sit("desk").sign_in(house.district.li_grid3)
    page = seat.page
    page.locator("header details.menu summary").click()
    seat.press("退出登录")
    expect(page).to_have_url(re.compile(r"/sign-in/"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/sign-in/"))
    assert house.district.li_grid3.name not in seat.reads()


@pytest.mark.parametrize("device", ["phone", "desk"])
def test_large_type_stays_on_every_page_until_it_is_switched_off(house, sit, device):
    seat = sit(device).sign_in(house.district.zhao_taiping_station)
    page = seat.page

    def size():
        return page.locator("h1").first.evaluate("h1 => parseFloat(getComputedStyle(h1).fontSize)")

    def switch(words):
        page.locator("header details.menu summary").click()
        seat.press(words)
        page.wait_for_load_state()

    usual = size()
    switch("大字显示")
    assert size() >= usual * 1.2
    seat.open("/matters/")
    assert "large" in (page.locator("html").get_attribute("class") or "")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, "nothing runs out of the screen"
    switch("恢复标准字号")
    seat.open("/")
    assert size() == usual


def test_a_list_is_walked_by_keys(house, sit):
    district = house.district
    titles = [f"键盘第{n}件" for n in (1, 2, 3)]
    for title in titles:
        house.story.found(title, area=district.grid3, body=None, by=district.li_grid3)
    seat = sit("desk").sign_in(district.qian_taiping_deputy)
    page, drawer = seat.page, seat.page.locator("#drawer h1")

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr.on")).to_contain_text(titles[1])
    page.keyboard.press("Enter")
    expect(drawer).to_have_text(titles[1])
    page.keyboard.press("j")
    expect(drawer).to_have_text(titles[2])
    page.keyboard.press("k")
    expect(drawer).to_have_text(titles[1])
    page.keyboard.press("Escape")
    expect(page.locator("#drawer > *")).to_have_count(0)
    expect(page.locator("tr.on")).to_contain_text(titles[1])

    seat.open("/matters/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk]").first).to_be_visible()
    expect(page.locator("[data-ticked]").first).to_have_text("1")


def test_everything_is_searched_by_two_characters(house, sit):
    house.story.found("氨气报警器失灵")
    seat = sit("desk").sign_in(house.district.chen_section)
    page = seat.page
    page.keyboard.press("Control+k")
    page.locator("#palette input").fill("警器")
    found = page.locator("#palette-results a", has_text="氨气报警器失灵")
    expect(found).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("氨气报警器失灵")


def test_two_press_the_same_button_and_the_second_hears_who_was_first(house, sit):
    """赵敏 and 钱伟 share a station and an afternoon."""
    district = house.district
    matter = house.story.found("楼道堆物", area=district.grid3, body=None, by=district.li_grid3)
    seats = [
        sit("desk").sign_in(person)
        for person in (district.zhao_taiping_station, district.qian_taiping_deputy)
    ]
    for seat in seats:
        seat.open(f"/matters/{matter.number}/dispatch/")
        seat.page.get_by_label("措施").fill("当日清理")
    first, second = (seat.page.get_by_role("button", name="交办") for seat in seats)
    first.click()
    expect(seats[0].page.get_by_text(f"已交办：{matter.number}")).to_be_visible()
    second.click()
    said = seats[1].page.get_by_role("alert").first
    expect(said).to_contain_text("赵敏已于2024-06-12")
    expect(said).to_contain_text("交办")
    expect(seats[1].page.get_by_label("措施")).to_have_value("当日清理")
