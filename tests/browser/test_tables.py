"""Tables in and out: pasted, mended in place, taken whole; a list as a sheet, many rows at once."""

import re

from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from anlan.matters.flow import Stage
from anlan.matters.models import Matter

PASTED = "\n".join(
    "\t".join(cells)
    for cells in (
        ("标题", "所在区域", "来源", "发现时间"),
        ("粘贴：楼道堆物", "泽国镇", "网格排查", "2024-05-06"),
        ("粘贴：电线老化", "泽国公社", "网格排查", "2024-05-07"),
        ("粘贴：灭火器过期", "泽国镇", "网格排查", "去年"),
    )
)


def test_what_is_pasted_is_mended_in_place_and_comes_in_whole(house, sit):
    seat = sit("desk").sign_in(house.district.huang_zeguo_station)
    page = seat.open("/import/hazard/").page
    paste = page.locator("form", has=page.locator("textarea.paste-box"))
    paste.locator("textarea").fill(PASTED)
    paste.get_by_role("button", name="检查").click()

    wrong = page.locator("td.wrong")
    expect(wrong).to_have_count(2)
    expect(wrong.nth(0).locator("input")).to_have_value("泽国公社")
    expect(wrong.nth(1).locator("input")).to_have_value("去年")
    seat.shot("bad-cells")
    assert not Matter.objects.filter(title__startswith="粘贴：").exists()

    wrong.nth(0).locator("input").fill("泽国镇")
    wrong.nth(1).locator("input").fill("2024-05-08")
    seat.press("重新检查")
    expect(page.locator("td.wrong")).to_have_count(0)
    page.get_by_role("button", name=re.compile("确认导入 3 行")).click()
    expect(page).to_have_url(re.compile("/matters/"))
    assert Matter.objects.filter(title__startswith="粘贴：").count() == 3


def three(house, word):
    return [house.story.found(f"{word}第{n}件") for n in (1, 2, 3)]


def test_a_list_goes_out_as_the_sheet_that_is_shown(house, sit):
    found = three(house, "导出")
    seat = sit("desk").sign_in(house.district.huang_zeguo_station)
    page = seat.open("/matters/?q=导出第").page
    expect(page.locator("table.rows tbody tr")).to_have_count(3)
    page.locator("summary", has_text="导出").click()
    with page.expect_download() as awaited:
        page.get_by_role("link", name=re.compile("Excel 表格")).click()
    assert awaited.value.suggested_filename.endswith(".xlsx")
    sheet = CalamineWorkbook.from_path(str(awaited.value.path())).get_sheet_by_index(0)
    cells = {str(cell) for line in sheet.to_python() for cell in line}
    assert {each.title for each in found} <= cells


def test_ticked_rows_are_dispatched_at_once_and_each_says_what_became_of_it(house, sit):
    """One of the three was dispatched a moment before: the others do not suffer from it."""
    found = three(house, "批量")
    seat = sit("desk").sign_in(house.district.huang_zeguo_station)
    page = seat.open("/matters/?q=批量第").page
    page.locator("[data-tick-all]").check()
    page.locator("[data-bulk]").get_by_role("button", name="批量交办").click()
    form = page.locator("#drawer form")
    form.get_by_label("责任", exact=True).fill("徐文负责")
    form.get_by_label("措施", exact=True).fill("限期清理")
    form.get_by_label("等级", exact=True).select_option("GENERAL")
    house.story.dispatched(found[-1])
    form.get_by_role("button", name="批量交办").click()
    said = page.locator("#drawer ul.links li")
    expect(said).to_have_count(3)
    expect(said.filter(has_text="已办")).to_have_count(2)
    expect(said.filter(has_text="未办成")).to_contain_text("黄磊已于2024-06-12")
    seat.shot("outcomes")
    for each in found:
        each.refresh_from_db()
    assert {each.stage for each in found} == {Stage.DISPATCHED}
    expect(page.locator("table.rows tbody")).not_to_contain_text("待交办")  # the list follows


def test_a_filtered_list_is_kept_as_a_tab_of_ones_own(house, sit):
    three(house, "视图")
    seat = sit("desk").sign_in(house.district.huang_zeguo_station)
    page = seat.open("/matters/?q=视图第").page
    page.locator("summary", has_text="保存为视图").click()
    page.get_by_label("视图名称").fill("看视图")
    seat.press("保存", within=".keep-view")
    expect(page.get_by_text("已保存视图“看视图”")).to_be_visible()
    seat.open("/matters/")
    page.get_by_role("link", name="看视图").click()
    expect(page.locator("table.rows tbody tr")).to_have_count(3)
    colleague = sit("desk").sign_in(house.district.lin_zeguo_leader)
    assert "看视图" not in colleague.open("/matters/").reads()
