"""A report before it goes out: its figures marked, each line of the list one click away."""

import re

import pytest
from playwright.sync_api import expect

REPORT = """某县应急管理局2024年上半年工作总结
今年以来,全县共发生生产安全事故6起,死亡5人,受伤1人,同比分别下降45.45%、28.57%和80%。
各级各类检查发现隐患1250条,其中已整改1200条,整改率98.6%。
共有避灾场所253家,其中县级1家、镇级48家、村级204家。
隐患整改率由去年的95.2%提高到今年的97.5%,提高2.3个百分点。
"""


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_the_contradiction_is_one_click_from_its_place(house, sit, device):
    seat = sit(device).sign_in(house.district.chen_section)
    page = seat.open("/audit/").page
    paste = page.locator("form", has=page.locator("textarea[name=text]"))
    paste.locator("textarea").fill(REPORT + "本段与数字无关。\n" * 60)
    paste.get_by_role("button", name="稽核").click()

    expect(page.locator("h1")).to_have_text("稽核结果")
    first = page.locator(".audit-list li").first
    expect(first).to_contain_text("98.6%")
    expect(first).to_contain_text("96.00%")
    seat.shot("audit")
    first.locator("a").click()
    expect(page).to_have_url(re.compile("#figure-"))
    marked = page.locator("a.audit-figure:target")
    expect(marked).to_contain_text("矛盾")
    expect(marked).to_be_in_viewport()
    marked.click()
    expect(page.locator(".audit-list li:target")).to_contain_text("98.6%")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
