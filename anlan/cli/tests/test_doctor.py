"""Chen Jing of the bureau asks the doctor what is wrong, and reads how to mend it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from anlan.callup.models import Line
from anlan.cli import doctor
from anlan.kernel import catalogues, clock, pulse
from anlan.kernel.errors import Refused
from anlan.kernel.models import Announcement

NOON = datetime(2026, 6, 12, 4, 0, tzinfo=UTC)


def test_a_folder_without_a_site_says_how_to_make_one(tmp_path, monkeypatch):
    monkeypatch.delenv("ANLAN_DATABASE_URL")
    found = {finding.name: finding for finding in doctor.examine(tmp_path)}
    assert not found["数据目录"].ok
    assert "anlan demo" in found["数据目录"].mend
    assert not found["数据库"].ok


def test_a_key_that_others_can_read_is_named(tmp_path):
    (tmp_path / "keys").mkdir()
    for name, mode in (("master_key", 0o644), ("secret_key", 0o600)):
        (tmp_path / "keys" / name).write_text("")
        (tmp_path / "keys" / name).chmod(mode)
    finding = doctor._keys(tmp_path)
    assert not finding.ok
    assert "master_key" in finding.words
    assert "secret_key" not in finding.words
    assert "chmod 600" in finding.mend


def test_a_disk_that_is_nearly_full_is_a_fault(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "TIGHT", 10**18)
    assert not doctor._space(tmp_path).ok


def test_background_work_that_stopped_an_hour_ago_is_named(db):
    with clock.moved(NOON):
        assert doctor._worker()[0] == "从未运行过"
        pulse.beat("sealer", at=NOON - timedelta(hours=1))
        pulse.beat("delivery", at=NOON)
        words, mend = doctor._worker()
    assert "sealer（60 分钟前）" in words
    assert "delivery" not in words
    assert "anlan up" in mend


def test_a_daily_sweep_is_not_missed_within_its_day(db):
    with clock.moved(NOON):
        pulse.beat("sweeps", at=NOON)
        pulse.beat("kernel.forget_delivered", at=NOON - timedelta(hours=20))
        assert doctor._worker() == ("在工作", "")


def test_the_trouble_of_a_part_is_shown(db):
    with clock.moved(NOON):
        pulse.beat("sweeps", at=NOON, trouble="没有这个岗位")
        words, mend = doctor._worker()
    assert "没有这个岗位" in words
    assert mend


def test_a_line_that_fails_is_named_and_lines_that_lead_nowhere_are_called_so(db):
    assert "还没有载入" in doctor._lines()[0]
    Line.objects.create(key="sim", world="LIVE", kind="simulated", label="模拟", channels=["SMS"])
    assert doctor._lines() == ("1 条，都是模拟线路：不会真正打出电话、发出短信", "")
    Line.objects.create(
        key="telecom", world="LIVE", kind="sms_http", label="电信短信", channels=["SMS"]
    )
    assert doctor._lines() == ("2 条，其中 1 条通向外部", "")
    Line.objects.filter(key="telecom").update(
        failures=3, last_fault="对方返回 HTTP 503", last_fault_at=NOON - timedelta(minutes=7)
    )
    with clock.moved(NOON):
        words, mend = doctor._lines()
    assert words == "电信短信：对方返回 HTTP 503（连续 3 次，7 分钟前）"
    assert mend


def test_announcements_that_nobody_could_hear_are_counted(db):
    assert doctor._announcements() == ("没有搁置的通知", "")
    Announcement.objects.create(event="anlan.x", payload={}, parked_at=NOON)
    words, mend = doctor._announcements()
    assert words.startswith("1 条")
    assert mend


@pytest.fixture
def overlay(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "ANLAN_CATALOGUES", tmp_path)
    catalogues.reload()
    yield tmp_path
    catalogues.reload()


def test_a_catalogue_of_the_site_that_is_no_yaml_is_named(overlay: Path):
    assert doctor._catalogues()[1] == ""
    (overlay / "roles.yaml").write_text("grid_worker: [unclosed\n", encoding="utf-8")
    words, mend = doctor._catalogues()
    assert "roles.yaml" in words
    assert mend


def test_this_year_without_a_holiday_notice_is_a_fault_and_the_next_one_from_december():
    with clock.moved(datetime(2026, 11, 30, tzinfo=UTC)):
        assert doctor._holidays()[1] == ""
    with clock.moved(datetime(2026, 12, 1, tzinfo=UTC)):
        assert "2027" in doctor._holidays()[1]
    with clock.moved(datetime(2031, 2, 1, tzinfo=UTC)):
        words, mend = doctor._holidays()
    assert "2031" in words
    assert "holidays.yaml" in mend


def test_the_typefaces_of_a_pdf_are_named_and_a_folder_that_is_not_there_is_a_fault(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(settings, "ANLAN_FONTS", [])
    assert "思源宋体" in doctor._printing()[0]
    monkeypatch.setattr(settings, "ANLAN_FONTS", [tmp_path / "nowhere"])
    assert "ANLAN_FONTS" in doctor._printing()[1]


def test_a_refusal_is_a_finding():
    def refuses() -> tuple[str, str]:
        raise Refused("holidays.yaml 第 3 行有误", mend="请改正")

    finding = doctor._guarded("放假安排", refuses)
    assert (finding.ok, finding.words, finding.mend) == (
        False,
        "holidays.yaml 第 3 行有误",
        "请改正",
    )
