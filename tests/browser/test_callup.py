"""A storm over 太平街道, from the warning to the filed evidence, by the people at their screens."""

import re
import shutil
import tempfile
import time
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from anlan.callup.models import Called, Callup
from anlan.formats import spreadsheet

from .calling import calling
from .conftest import DESK, PHONE_MODEL
from .seat import Seat, Watch

TITLE = "太平街道洪水蓝色预警"
NARROW = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True}


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    ground = Path(tempfile.mkdtemp(prefix="anlan-test-", dir="/tmp"))
    ground.chmod(0o711)
    with django_db_blocker.unblock(), calling(ground) as found:
        yield found
    shutil.rmtree(ground)


@pytest.fixture
def sit(house, chromium, playing, tmp_path):
    taken = []

    def take(device):
        looks = {"desk": DESK, "phone": playing.devices[PHONE_MODEL], "narrow": NARROW}[device]
        context = chromium.new_context(**looks, locale="zh-CN")
        context.set_default_timeout(20_000)
        watch = Watch(house.address, also=(house.live,))
        watch.over(context)
        shots = tmp_path / f"{device}{len(taken)}"
        shots.mkdir()
        seat = Seat(house, context, context.new_page(), watch, shots)
        taken.append(seat)
        return seat

    yield take
    faults = [fault for seat in taken for fault in seat.watch.faults]
    for seat in taken:
        seat.context.close()
    assert not faults


def warn(officer, chief):
    """A warning of the town, drafted by one and approved by another; the call-up it leads to."""
    page = officer.open("/warnings/new/").page
    page.get_by_label("灾种").select_option("flood")
    page.get_by_label("颜色").select_option("BLUE")
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("预警内容").fill("新丰河水位上涨较快")
    page.get_by_label("防御指南").fill("请查看低洼处")
    page.get_by_label("查找区域").fill("太平")
    page.locator("#area-offers").get_by_text("太平街道").click()
    officer.press("存为草稿，看预览")
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.get_by_text("批准后叫应")).to_be_visible()
    confirm(officer, "报批预警")
    expect(page.get_by_text("已报批预警").first).to_be_visible()
    path = urlsplit(page.url).path
    chief.open(path)
    confirm(chief, "批准发布")
    expect(chief.page.get_by_text("已批准发布").first).to_be_visible()
    # What the warning leads to is there by itself, and waits for an approval.
    until = time.monotonic() + 30
    while not (found := Callup.objects.filter(title=TITLE).first()):
        assert time.monotonic() < until, "the warning led to no call-up"
        time.sleep(0.3)
    officer.open(path).page.get_by_role("link", name=found.number).click()
    expect(page.locator("h1")).to_have_text(TITLE)
    return found


def compose(seat, profile, *, path="/callups/new/", title=TITLE):
    """As the duty officer does it; the draft is kept, nobody is called yet."""
    page = seat.open(path).page
    page.get_by_label("标题").fill(title)
    page.get_by_label("灾害").select_option("rainstorm")
    page.get_by_label("预警颜色").select_option("BLUE")
    page.get_by_label("补充的话").fill("请查看低洼处")
    page.get_by_label("查找区域").fill("太平")
    page.locator("#area-offers").get_by_text("太平街道").click()
    expect(page.locator("#area-picked input:checked")).to_have_count(1)
    page.get_by_label(re.compile(profile)).check()
    expect(page.locator("#preview")).to_contain_text("将叫应")
    expect(page.locator("#preview")).to_contain_text("太平街道")
    expect(page.locator("#preview")).to_contain_text("条")
    seat.shot("composer")
    seat.press("下一步：看叫应名单")
    expect(page.locator("h1")).to_have_text(title)
    return Callup.objects.latest("pk")


def confirm(seat, deed):
    """Press the deed, read what it will do, press again."""
    page = seat.page
    page.locator(".thing-deeds").get_by_role("link", name=re.compile(rf"^\s*{deed}\s*$")).click()
    page.locator("#drawer form").get_by_role("button", name=deed).click()


def live(seat):
    expect(seat.page.locator("[data-live-state]")).to_contain_text("● 实时")


def test_from_the_warning_to_the_evidence(house, sit):
    where = house.district
    officer = sit("desk").sign_in(where.chen_section)
    chief = sit("phone").sign_in(where.zhou_chief)
    callup = warn(officer, chief)

    # Whom it will call is seen before, the doubtful ones first.
    preview = officer.page.locator("#audience")
    expect(preview).to_contain_text("逾期未确认")
    expect(preview.locator("tr", has_text="李秀英").first).to_contain_text("王芳（上一级）")
    officer.shot("preview")
    assert not Called.objects.filter(callup=callup).exists()

    # Not by whoever drafted it: another one approves.
    expect(officer.page.get_by_text("等待批准")).to_be_visible()
    assert not officer.offers("批准并启动")
    chief.open(f"/callups/{callup.number}/")
    confirm(chief, "批准并启动")
    expect(chief.page.locator(".board-numbers")).to_contain_text("应叫")

    board = officer.open(f"/callups/{callup.number}/").page
    live(officer)
    expect(board.locator("[data-answered]")).to_have_text("0")
    answers_on_a_phone(house, sit, officer)
    escalation_is_seen(officer, callup)
    rings_by_hand(house, officer, callup)
    files_it(officer, callup)


def answers_on_a_phone(house, sit, officer):
    """赵敏 opens the link of her SMS on a narrow phone, without ever signing in."""
    phone = sit("narrow")
    phone.context.clear_cookies()
    phone.open(house.link_for(house.district.zhao_taiping_station.phone))
    page = phone.page
    expect(page.locator("h1")).to_contain_text(TITLE)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, "nothing runs out of the screen"
    for words in ("收到", "已到岗", "需支援", "无法到达"):
        box = page.get_by_role("button", name=words).bounding_box()
        assert box["height"] >= 48, f"{words} is large enough for a wet thumb"
    phone.shot("phone")
    page.get_by_label(re.compile("要说的话")).fill("路上积水")
    page.get_by_role("button", name="需支援").click()
    expect(page.get_by_text("已收到您的应答")).to_be_visible()
    phone.shot("phone-answered")

    # The board says so by itself: nobody reloads it.
    expect(officer.page.locator("[data-answered]")).to_have_text("1", timeout=10_000)
    expect(officer.page.locator(".board-cries")).to_contain_text("路上积水")


def escalation_is_seen(officer, callup):
    page = officer.page
    chain = page.locator(".handover", has_text="李秀英")
    expect(chain).to_contain_text("王芳", timeout=30_000)
    expect(page.locator(".board-ring")).to_contain_text("王芳", timeout=30_000)
    officer.shot("board")
    live(officer)


def rings_by_hand(house, officer, callup):
    """By keys alone: choose, ring, record."""
    page = officer.page
    wang = house.district.wang_taiping_leader
    expect(page.locator(".board-ring")).not_to_contain_text(wang.phone)
    page.locator("body").click(position={"x": 5, "y": 5})
    for _ in range(page.locator(".board-ring tr").count()):
        page.keyboard.press("j")
        if page.locator(".board-ring tr.on", has_text="王芳").count():
            break
    page.keyboard.press("Enter")
    drawer = page.locator("#drawer")
    expect(drawer.locator(".ring-number")).to_have_text(wang.phone)
    officer.shot("ringing")
    page.keyboard.press("2")
    expect(page.get_by_text("已登记：王芳 已到岗")).to_be_visible()
    row = Called.objects.get(callup=callup, person=wang)
    assert (row.state, row.answer) == ("ANSWERED", "ON_SITE")
    assert row.attempts.get(channel="HAND").by == house.district.chen_section
    expect(page.locator("[data-answered]")).to_have_text("2", timeout=10_000)


def files_it(officer, callup):
    page = officer.page
    with page.expect_download() as told:
        page.get_by_role("link", name="导出佐证").click()
    (table,) = spreadsheet.read(
        BytesIO(Path(told.value.path()).read_bytes()), expects=["姓名", "结果"]
    )
    rows = [row.values for row in table.rows]
    assert {"李秀英", "王芳", "赵敏"} <= {row["姓名"] for row in rows}
    hand = [row for row in rows if row["方式"] == "人工电话"]
    assert [(row["姓名"], row["应答"], row["登记人"]) for row in hand] == [
        ("王芳", "已到岗", "陈静")
    ]
    page.keyboard.press("Escape")
    page.locator(".thing-deeds").get_by_role("link", name="结束叫应").click()
    page.get_by_label("结束原因").fill("预警解除")
    page.locator("#drawer form").get_by_role("button", name="结束叫应").click()
    expect(page.get_by_text("结束：预警解除")).to_be_visible()


def test_a_profile_approved_beforehand_starts_at_once(house, sit):
    seat = sit("desk").sign_in(house.district.chen_section)
    callup = compose(seat, "短时强降雨叫应", title="短时强降雨将至")
    expect(seat.page.get_by_text("已预先批准").first).to_be_visible()
    confirm(seat, "启动")
    expect(seat.page.locator(".board-numbers")).to_be_visible()
    live(seat)
    callup.refresh_from_db()
    assert callup.standing_approval.startswith("周建国")

    # 李秀英 is signed in: her work says so on top, and takes her answer.
    li = sit("phone").sign_in(house.district.li_grid3)
    called = li.page.locator(f"#callup-{callup.number}")
    expect(called).to_contain_text("正在叫您")
    li.shot("my-work")
    called.get_by_role("button", name="收到").click()
    expect(li.page.locator(f"#callup-{callup.number}")).to_contain_text("您已应答：收到")
    expect(seat.page.locator("[data-answered]")).to_have_text("1", timeout=10_000)


def test_a_drill_is_marked_from_the_first_page_to_the_phone(house, sit):
    seat = sit("desk").sign_in(house.district.chen_section)
    callup = compose(seat, "叫应演练", path="/callups/drill/", title="每月一练")
    expect(seat.page.locator(".world-band")).to_contain_text("◇ 演练")
    confirm(seat, "启动")
    expect(seat.page.locator(".board-numbers")).to_be_visible()
    assert callup.world == "DRILL"
    seat.shot("drill-board")
    phone = sit("narrow").open(house.link_for(house.district.zhao_taiping_station.phone))
    expect(phone.page.locator(".band")).to_contain_text("不是真的险情")
    phone.shot("drill-phone")


def test_without_the_stream_the_page_says_so_and_still_follows(house, sit):
    seat = sit("desk").sign_in(house.district.chen_section)
    seat.context.route(f"{house.live}/**", lambda route: route.abort())
    callup = compose(seat, "短时强降雨叫应", title="没有实时连接")
    confirm(seat, "启动")
    expect(seat.page.locator("[data-live-state]")).to_contain_text("每5秒刷新一次")
    row = Called.objects.get(callup=callup, person=house.district.li_grid3)
    li = sit("phone").sign_in(house.district.li_grid3)
    li.page.locator(f"#callup-{callup.number}").get_by_role("button", name="已到岗").click()
    expect(seat.page.locator("[data-answered]")).to_have_text("1", timeout=15_000)
    row.refresh_from_db()
    assert row.answer == "ON_SITE"
    blocked = [fault for fault in seat.watch.faults if house.live in fault or "ERR_FAILED" in fault]
    seat.watch.faults = [fault for fault in seat.watch.faults if fault not in blocked]
