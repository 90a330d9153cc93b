"""One hazard from a phone to closed to a figure, by the people who would do it."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from anlan.matters.flow import Stage
from anlan.matters.models import Matter
from anlan.people.models import Tenure

from .seat import Seat

FIGURES = "/figures/?period=2024&area=331081000000"
FOUND, RECTIFIED = "发现隐患", "完成整改"
REASON = "照片里阀门没有换，请换好再报"


def report_at_the_scene(seat: Seat, title: str) -> Matter:
    """Photo, place, what: the place is found by the phone itself."""
    page = seat.page
    seat.press("上报" if page.viewport_size["width"] < 600 else "上报隐患")
    page.locator("input[name=photos]").set_input_files(seat.photo(1))
    expect(page.locator("[data-where]")).to_contain_text("牧屿7号网格")
    expect(page.locator("[data-where]")).to_contain_text("精度8米")
    page.locator(".what .chips .chip").first.click()
    expect(page.locator("[data-reason]")).to_contain_text("依据")
    page.get_by_label("一句话说明").fill(title)
    page.get_by_label("哪家单位").fill("泽海冷链")
    page.locator("[data-body-found]").get_by_text("泽海冷链").click()
    seat.shot("report-filled")
    page.locator("button[data-send]:visible").click()
    done = page.locator("[data-done=sent]")
    expect(done).to_be_visible()
    seat.shot("reported")
    number = done.locator("[data-number]").inner_text()
    return Matter.objects.get(number=number)


def open_in_my_work(seat: Seat, matter: Matter) -> None:
    seat.open("/")
    seat.page.get_by_role("link", name=matter.title).click()
    expect(seat.page.locator("#drawer h1")).to_have_text(matter.title)


def do(seat: Seat, matter: Matter, deed: str, **fields: str) -> None:
    """Open it in my work, press the deed, fill its form in, press again."""
    page = seat.page
    open_in_my_work(seat, matter)
    offered = page.locator("#drawer").get_by_role("link", name=re.compile(rf"^\s*{deed}\s*$"))
    if not offered.is_visible():
        page.locator("#drawer summary", has_text="更多").click()
    offered.click()
    form = page.locator("#drawer form")
    for label, words in fields.items():
        form.get_by_label(label).fill(words)
    if form.locator("input[name=evidence]").count() and deed == "办结反馈":
        form.locator("input[name=evidence]").set_input_files(seat.photo(matter.pk + 100))
    seat.shot(f"form-{deed}")
    form.get_by_role("button", name=deed).click()
    expect(page.get_by_text(f"已{deed}：{matter.number}")).to_be_visible()
    seat.shot(f"done-{deed}")
    matter.refresh_from_db()


def post_directly(seat: Seat, matter: Matter, deed: str, **fields: str) -> int:
    """Past every button: what a browser would send, with a valid token."""
    address = seat.house.address
    token = seat.context.request.get(f"{address}/field/hello/").json()["token"]
    said = seat.context.request.post(
        f"{address}/matters/{matter.number}/{deed}/",
        data=urlencode(fields),
        headers={"X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded"},
    )
    return said.status


def numbers(seat: Seat) -> dict[str, int]:
    seat.open(FIGURES)
    read = {}
    for name in (FOUND, RECTIFIED):
        row = seat.page.locator("table.rows tbody tr", has=seat.page.get_by_text(name, exact=True))
        read[name] = int(row.locator("td.number a").inner_text())
    return read


def may_not_accept(seat: Seat, matter: Matter) -> None:
    seat.open(f"/matters/{matter.number}/")
    assert not seat.offers("核查销号")
    assert not seat.offers("核查退回")
    assert post_directly(seat, matter, "accept", opinion="同意") in (403, 404, 405, 422)
    matter.refresh_from_db()
    assert matter.stage == Stage.SUBMITTED


def not_by_the_rectifier(seat: Seat, matter: Matter) -> None:
    """No button and no way past the buttons; nor under a second post."""
    where = seat.house.district
    may_not_accept(seat, matter)
    second = Tenure.objects.create(
        person=where.xu_safety, post=where.zeguo_station_post, since=seat.house.now.date()
    )
    may_not_accept(seat, matter)
    second.delete()


@pytest.mark.parametrize("device", ["phone", "desk"])
def test_a_hazard_from_found_to_closed_to_a_figure(house, sit, device):
    where, title = house.district, f"液氨管线阀门渗漏（{device}）"
    section = sit(device).sign_in(where.chen_section)
    before = numbers(section)

    valve = report_at_the_scene(sit(device).sign_in(where.sun_grid7), title)
    assert (valve.area, valve.body) == (where.grid7, where.cold_chain)
    assert valve.evidence.count() == 1
    assert valve.lon == pytest.approx(121.345)

    station = sit(device).sign_in(where.huang_zeguo_station)
    do(station, valve, "交办", 措施="更换阀门，检测管线")
    assert (valve.stage, valve.owner) == (Stage.DISPATCHED, where.cold_chain_safety_post)

    officer = sit(device).sign_in(where.xu_safety)
    do(officer, valve, "接办")
    do(officer, valve, "办结反馈", 整改情况="阀门已换新")
    not_by_the_rectifier(officer, valve)

    do(station, valve, "核查退回", 理由=REASON)
    assert valve.stage == Stage.RECTIFYING
    came_back(officer, valve)
    do(officer, valve, "办结反馈", 整改情况="第二次：阀门已换，附检测报告")
    not_by_the_rectifier(officer, valve)

    do(station, valve, "核查销号", 核查意见="现场看过，已消除")
    assert valve.stage == Stage.CLOSED
    assert numbers(section) == {name: number + 1 for name, number in before.items()}
    opens_to_its_row(section, title)
    shows_every_deed(section, valve)


def came_back(seat: Seat, matter: Matter) -> None:
    """It stands under 退回, with the checker's words."""
    seat.open("/?show=back")
    assert matter.title in seat.reads("#list")
    open_in_my_work(seat, matter)
    assert REASON in seat.reads("#drawer")


def opens_to_its_row(seat: Seat, title: str) -> None:
    """Each number opens the rows it is made of, this one among them."""
    for name in (FOUND, RECTIFIED):
        seat.open(FIGURES)
        row = seat.page.locator("table.rows tbody tr", has=seat.page.get_by_text(name, exact=True))
        row.locator("td.number a").click()
        expect(seat.page.locator("table.rows", has_text=title)).to_be_visible()
        seat.shot(f"rows-{name}")


def shows_every_deed(seat: Seat, matter: Matter) -> None:
    """The timeline: who, under which post, what, when."""
    seat.open(f"/matters/{matter.number}/")
    seat.shot("page")
    lines = [line.inner_text() for line in seat.page.locator("ol.timeline > li").all()]
    told = (
        ("上报", "孙国强", "牧屿7号网格员"),
        ("交办", "黄磊", "泽国镇应急消防管理站"),
        ("接办", "徐文", "泽海冷链安全管理员"),
        ("办结反馈", "徐文", "泽海冷链安全管理员"),
        ("核查退回", "黄磊", "泽国镇应急消防管理站"),
        ("办结反馈", "徐文", "泽海冷链安全管理员"),
        ("核查销号", "黄磊", "泽国镇应急消防管理站"),
    )
    if lines and "核查销号" in lines[0]:
        lines.reverse()  # the newest first
    assert len(lines) == len(told)
    for line, words in zip(lines, told, strict=True):
        assert all(word in line for word in words), (line, words)
        assert re.search(r"2024-06-1\d \d\d:\d\d", line), line
