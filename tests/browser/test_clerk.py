"""A clerk's half-year: a night check on the phone, the matrix turns, June is closed, the report
comes out, a number opens its rows, and the Word file goes home."""

import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO

from playwright.sync_api import expect

from anlan.figures.models import FrozenPeriod, Report
from anlan.records.models import Record

SLOW = 180_000  # ms: a shared machine may take its time; nothing here waits for time to pass
JULY = datetime(2024, 7, 3, 1, 0, tzinfo=UTC)
HALF = "2024H1"


def cell(seat, town, week):
    """The square of a town in a week of the night checks."""
    seat.open("/dues/town_night_check/")
    row = seat.page.locator("table.matrix tbody tr").filter(has_text=town)
    return row.locator(f"td.cell:has(a[href*='{week}'])")


def patient(seat):
    """Freezing a month and writing a report are more than a page."""
    seat.context.set_default_timeout(SLOW)
    seat.context.set_default_navigation_timeout(SLOW)
    return seat


def check_at_night(seat):
    """黄磊 on his phone, at the grid where he stands."""
    page = seat.page
    seat.open("/field/")
    page.get_by_role("link", name="巡查登记").locator("visible=true").first.click()
    expect(page.locator("[data-where]")).to_contain_text("牧屿7号网格", timeout=SLOW)
    page.locator("[data-kinds] .chip").filter(has_text="集中夜查").click()
    page.locator("fieldset[data-kind=night_check] input[name=places]").fill("4")
    page.locator("fieldset[data-kind=night_check] input[name=on_the_spot]").fill("1")
    seat.shot("night")
    page.locator("button[data-send]:visible").click()
    done = page.locator("[data-done=sent]")
    expect(done).to_be_visible(timeout=SLOW)
    return done.locator("[data-number]").inner_text()


def test_from_a_night_check_on_the_phone_to_the_half_year_report_in_word(house, sit):
    clerk = patient(sit("desk")).sign_in(house.district.chen_section)
    expect(cell(clerk, "泽国镇", "2024-06-10")).to_have_class(re.compile(r"\bopen\b"), timeout=SLOW)

    phone = patient(sit("phone")).sign_in(house.district.huang_zeguo_station)
    number = check_at_night(phone)
    assert Record.objects.get(number=number).organiser == house.district.zeguo_town
    turned = cell(clerk, "泽国镇", "2024-06-10")
    expect(turned).to_have_class(re.compile(r"\bdone\b"), timeout=SLOW)
    clerk.shot("matrix")
    turned.get_by_role("link").click()
    expect(clerk.page.locator("#drawer")).to_contain_text(number, timeout=SLOW)

    house.wait_until(JULY)
    close_june(clerk)
    report = write_the_report(clerk)
    rows = open_a_number(clerk, report)
    assert number in rows
    take_it_home(clerk, report)


def close_june(clerk):
    clerk.open("/figures/?period=2024-06")
    clerk.press("封账本期")
    clerk.press("封账", within="main form")
    expect(clerk.page.get_by_text("已封账").first).to_be_visible(timeout=SLOW)
    expect(clerk.page.locator("main")).to_contain_text("2024年6月", timeout=SLOW)
    assert FrozenPeriod.objects.get().period == "2024-06"


def write_the_report(clerk):
    page = clerk.page
    clerk.open("/reports/")
    clerk.press("编制报告")
    page.get_by_label("报告种类").select_option("half_year")
    page.get_by_label("统计期").fill(HALF)
    clerk.press("编制报告", within="main form")
    expect(page.locator("article.official h1")).to_contain_text("2024年上半年", timeout=SLOW)
    clerk.shot("report")
    return Report.objects.get()


def open_a_number(clerk, report):
    """The night checks of the half-year: one, and it is the one of the phone."""
    page = clerk.page
    counted = page.locator("article.official a[data-figure^='night_checks|']").first
    expect(counted).to_contain_text("1")
    counted.click()
    page.wait_for_url(f"**/reports/{report.pk}/rows/**", timeout=SLOW)
    expect(page.locator("table.rows tbody tr")).to_have_count(1, timeout=SLOW)
    clerk.shot("rows")
    return clerk.reads("main")


def take_it_home(clerk, report):
    clerk.open(f"/reports/{report.pk}/")
    with clerk.page.expect_download(timeout=SLOW) as waiting:
        clerk.press("Word")
    saved = waiting.value
    assert saved.suggested_filename.endswith(".docx")
    with open(saved.path(), "rb") as file, zipfile.ZipFile(BytesIO(file.read())) as word:
        text = word.read("word/document.xml").decode()
    assert "集中夜查" in text
    assert "仿宋_GB2312" in text
