"""A river rises at 泽国, told from the screen: a station is registered, its device sends, the chart
grows, the alarm says why, a warning goes out as CAP and is taken back.

Broker, ingest, judge, server and browser are real; nothing is made by hand behind the screen.
"""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from django.test import override_settings
from playwright.sync_api import expect

from anlan.demo.bench.ingest import processes
from anlan.formats import cap
from anlan.watch.actions import prepare_parts
from anlan.watch.models import Warning
from tests.journeys.site import anlan, eventually

from .gauging import Gauge, connected, listening

pytestmark = pytest.mark.skipif(
    processes.mosquitto() is None, reason="needs mosquitto (apt-get install mosquitto)"
)

SOURCE, STATION, CODE = "zeguo-hydro", "金清港水位站", "z1"
CALM, HIGH, LIMIT = 2.8, 3.6, "3.2"
PATIENCE = 60_000  # ms: until what must come is there; how fast it is, is a bench's question
SHOWN = "Number(document.querySelector('[data-series]')?.dataset.points ?? 0)"
GROWN = f"many => {SHOWN} > many"


@pytest.fixture
def port(house, tmp_path):
    """By the real clock, as devices have it; the tables of these days are there, as every night."""
    house.wait_until(datetime.now(UTC))
    prepare_parts(at=house.now)
    # What is put in force on a page is read by the judge, a process of its own.
    own = {"KEYS_DIR": tmp_path, "DATA_DIR": tmp_path, "ANLAN_CATALOGUES": tmp_path / "catalogues"}
    with override_settings(**own), listening(tmp_path) as port:
        yield port


def test_from_the_station_to_the_feed_and_back(house, sit, port, tmp_path):
    officer = sit("desk").sign_in(house.district.chen_section)
    register(officer)
    assert eventually(connected, PATIENCE / 1000), "ingest and judge never gave a sign of life"
    with Gauge(SOURCE, CODE, CALM).sending(port) as gauge:
        the_chart_grows(officer, sit("phone").sign_in(house.district.chen_section))
        gauge.level = HIGH
        address = the_alarm_says_why(officer)
        a_rule_reaches_the_judge(officer, address)
        confirm(officer, "确认告警")
        warning = warned(officer, address)
    confirm(officer, "报批预警")
    assert not officer.offers("批准发布"), "whoever wrote it"
    chief = sit("phone").sign_in(house.district.zhou_chief)
    chief.open(warning)
    chief.shot("approve")
    confirm(chief, "批准发布")
    assert kinds(chief) == ["Alert"]
    chief.open(warning)
    confirm(chief, "解除预警")
    assert kinds(chief) == ["Cancel", "Alert"]
    chief.shot("cancelled")
    as_anybody_reads_them(chief, tmp_path)


# --- the station ----------------------------------------------------------------------------------


def register(officer):
    """Who sends, the station, and what it measures there."""
    page = officer.open("/stations/sources/").page
    officer.press("开通来源")
    fill(officer, 来源代号=SOURCE, 名称="泽国水利站", 所属单位="泽国镇", 所在区域="泽国镇")
    officer.press("开通来源", within="#drawer form")
    expect(page.get_by_text("密钥只显示这一次")).to_be_visible()
    officer.open("/stations/").press("登记测站")
    fill(officer, 站码="HL001", 站名=STATION, 所在区域="泽国镇")
    page.get_by_label("数据来源").select_option(label="泽国水利站")
    officer.shot("station-form")
    officer.press("登记测站", within="form:has(#id_code)")
    expect(page.locator("h1")).to_have_text(STATION)
    officer.press("登记测点")
    page.get_by_label("监测要素").select_option("water_level")
    fill(officer, 来源方代号=CODE, 警戒水位=LIMIT)
    officer.press("登记测点", within="#drawer form")
    expect(page.get_by_text("警戒 3.2")).to_be_visible()
    expect(page.get_by_text("这段时间没有数据")).to_be_visible()


def fill(seat, **fields):
    form = seat.page.locator("form:has(.form-actions)").last
    for label, words in fields.items():
        form.get_by_label(label).fill(words)


def the_chart_grows(officer, phone):
    """By itself, on a page that was open before the device had said a word; and on a phone."""
    page = officer.page
    page.wait_for_function(GROWN, arg=0, timeout=PATIENCE)
    page.wait_for_function(GROWN, arg=page.evaluate(SHOWN), timeout=PATIENCE)
    expect(page.locator("[data-series] svg").first).to_be_visible()
    expect(page.locator("#streams")).to_contain_text("在线")
    officer.shot("chart")
    phone.open(urlsplit(page.url).path)
    phone.page.wait_for_function(GROWN, arg=0, timeout=PATIENCE)
    phone.shot("chart")


# --- the alarm ------------------------------------------------------------------------------------


def the_alarm_says_why(officer):
    """It comes to a desk that is open; its page says what was measured, against what, and why."""
    page = officer.open("/alarms/").page
    row = page.locator("#alarm-list").get_by_role("link", name="泽国镇江河水位")
    expect(row).to_be_visible(timeout=PATIENCE)
    officer.shot("desk")
    officer.open(row.get_attribute("href"))
    expect(page.get_by_text("达到或超过限值 3.2米").first).to_be_visible()
    assert "设防、警戒、保证水位由水行政主管部门核定" in officer.reads()
    assert STATION in officer.reads()
    expect(page.locator("svg.watch-chart path").first).to_be_visible()
    officer.shot("alarm")
    return urlsplit(page.url).path


def a_rule_reaches_the_judge(officer, alarm):
    """What stands at its warning level is urgent from now on: the alarm that is open climbs."""
    page = officer.open(alarm).page
    expect(page.locator("article")).to_contain_text("警惕")
    assert "紧急" not in officer.reads("article")
    text = officer.open("/alarms/rules/river_level/").page.get_by_label("规则", exact=True)
    text.fill(re.sub(r"levels: \{.*\}", "levels: {URGENT: warning}", text.input_value()))
    officer.press("试算")
    expect(page.locator("#tried")).to_contain_text("会报 1 次")
    officer.shot("rule")
    officer.press("启用规则")
    expect(page.get_by_text("已启用规则 river_level")).to_be_visible()
    assert eventually(lambda: "紧急" in officer.open(alarm).reads("article"), PATIENCE / 1000)


def confirm(seat, deed):
    """Press the deed, read what it will do, press again."""
    page = seat.page
    page.locator(".thing-deeds").get_by_role("link", name=re.compile(rf"^\s*{deed}\s*$")).click()
    page.locator("#drawer form").get_by_role("button", name=deed).click()
    expect(page.get_by_text(f"已{deed}").first).to_be_visible()
    page.wait_for_load_state("networkidle")


# --- the warning ----------------------------------------------------------------------------------


def warned(officer, alarm):
    """The alarm gives the words, the officer the colour; nobody is warned yet."""
    page = officer.open(alarm).page
    officer.press("转为预警")
    assert STATION in page.get_by_label("预警内容").input_value()
    page.get_by_label("标题").fill("泽国镇洪水橙色预警")
    page.get_by_label("颜色").select_option("ORANGE")
    drawn(officer)
    officer.shot("composer")
    officer.press("存为草稿，看预览")
    expect(page.locator("h1")).to_have_text("泽国镇洪水橙色预警")
    expect(page.get_by_text("另画的范围")).to_be_visible()
    officer.shot("preview")
    return urlsplit(page.url).path


def drawn(seat):
    """A polygon of three taps and a circle of two, on the map; the fields say it in degrees."""
    page = seat.page
    page.locator("#draw").scroll_into_view_if_needed()
    box = page.locator("svg.draw-ground").bounding_box()

    def tap(right, down):
        page.mouse.click(box["x"] + box["width"] * right, box["y"] + box["height"] * down)

    for spot in ((0.4, 0.4), (0.6, 0.4), (0.5, 0.6)):
        tap(*spot)
    seat.press("圆", within="#draw")
    tap(0.5, 0.5)
    tap(0.6, 0.5)
    expect(page.locator("#draw [role=status]")).to_contain_text("3 个顶点")
    expect(page.locator("#draw [role=status]")).to_contain_text("半径")
    assert page.get_by_label("多边形）").input_value().count(",") == 3
    assert page.get_by_label("（圆）").input_value().count(",") == 2


def kinds(seat):
    """Of the public feed, as anybody's reader takes it; every message fits the schema of OASIS."""
    reading = cap.read(taken(seat, "/feeds/warnings.atom"))
    assert reading.usable, [fault.words for fault in reading.faults]
    assert reading.xsd
    (area, *_) = reading.messages[0].alert.infos[0].areas
    assert (len(area.polygons), len(area.circles)) == (1, 1)
    return [each.alert.msg_type.value for each in reading.messages]


def as_anybody_reads_them(seat, folder):
    """The feed and each message by itself, judged by our own command in a process of its own."""
    place = folder / "taken"
    place.mkdir()
    (place / "warnings.atom").write_bytes(taken(seat, "/feeds/warnings.atom"))
    for each in Warning.objects.all():
        path = f"/feeds/{each.identifier}.xml"
        (place / f"{each.identifier}.xml").write_bytes(taken(seat, path))
    said = anlan("cap", "check", place)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "可用 3 个，不可用 0 个" in said.stdout


def taken(seat, path):
    answer = seat.page.context.request.get(seat.house.address + path)
    assert answer.ok, path
    return answer.body()
