"""A river rises at 泽国: the alarm says why, a warning goes out and is taken back."""

import re
from datetime import timedelta

import numpy as np
import pytest
from django.test import override_settings
from playwright.sync_api import expect

from anlan.formats import cap
from anlan.watch import actions
from anlan.watch.actions import StationForm, StreamForm, Writer
from anlan.watch.models import Alarm, Stream, Warning, streams_of, watch_rules
from anlan.watch.rules import Columns, Judge


@pytest.fixture
def risen(house):
    """Three hours of a gauge, judged as they came: it crosses the warning level in the last."""
    by = {"by": house.district.chen_section, "at": house.now}
    form = StationForm("SW001", "河道水位站", area=house.district.zeguo)
    stream = actions.add_stream(
        actions.add_station(form, **by), StreamForm("z", "water_level"), **by
    )
    actions.change_stream(stream, changes={"thresholds": {"warning": 3.2}}, **by)
    minutes = np.arange(0, 180, 10)
    at = round((house.now - timedelta(hours=3)).timestamp() * 1e6) + minutes * 60_000_000
    points = Columns.of(np.full(len(at), stream.pk), at, np.linspace(2.0, 3.5, len(at)).round(2))
    Writer().store(points, source=None, at=house.now)
    rules = [watch_rules()["river_level"]]
    judge = Judge(rules, streams_of(Stream.objects.filter(pk=stream.pk)))
    given = Columns.of(np.zeros(len(at)), at, points.value)
    actions.raise_changes(judge.judge(given), at=house.now)
    return Alarm.objects.get()


def confirm(seat, deed):
    """Press the deed, read what it will do, press again."""
    page = seat.page
    page.locator(".thing-deeds").get_by_role("link", name=re.compile(rf"^\s*{deed}\s*$")).click()
    page.locator("#drawer form").get_by_role("button", name=deed).click()
    expect(page.get_by_text(f"已{deed}").first).to_be_visible()
    page.wait_for_load_state("networkidle")


def test_from_the_gauge_to_the_feed_and_back(house, sit, risen, tmp_path):
    with override_settings(KEYS_DIR=tmp_path, DATA_DIR=tmp_path):
        officer = sit("desk").sign_in(house.district.chen_section)
        officer.open("/alarms/")
        officer.shot("desk")
        assert risen.title in officer.reads()
        officer.open(f"/alarms/{risen.number}/")
        assert "达到或超过限值 3.2米" in officer.reads()
        assert officer.page.locator("svg.watch-chart path").count() == 1
        officer.shot("alarm")
        confirm(officer, "确认告警")
        warning = warned(officer, risen)
        confirm(officer, "报批预警")
        assert not officer.offers("批准发布")
        chief = sit("phone").sign_in(house.district.zhou_chief)
        chief.open(f"/warnings/{warning.pk}/")
        chief.shot("approve")
        confirm(chief, "批准发布")
        assert [each.alert.msg_type.value for each in feed(chief)] == ["Alert"]
        chief.open(f"/warnings/{warning.pk}/")
        confirm(chief, "解除预警")
        assert [each.alert.msg_type.value for each in feed(chief)] == ["Cancel", "Alert"]


def warned(officer, alarm):
    officer.open(f"/warnings/new/?alarm={alarm.number}")
    officer.page.get_by_label("标题").fill("泽国镇洪水橙色预警")
    officer.page.get_by_label("颜色").select_option("ORANGE")
    officer.shot("composer")
    officer.press("存为草稿，看预览")
    officer.settled()
    officer.shot("preview")
    return Warning.objects.latest("pk")


def feed(seat):
    """The public feed, as anybody's reader takes it."""
    answer = seat.page.context.request.get(f"{seat.house.address}/feeds/warnings.atom")
    reading = cap.read(answer.body())
    assert reading.usable
    assert reading.xsd
    return reading.messages
