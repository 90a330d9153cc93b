"""A month's roster comes in from the sheet that the office has always kept."""

from datetime import timedelta
from io import BytesIO

import pytest

from anlan.duty.models import Shift
from anlan.duty.tests.rota import Rota, june
from anlan.formats import spreadsheet
from anlan.web.tests.chairs import Chair
from anlan.wiring import imports

HEADS = ("值班室", "日期", "层级", "班次", "姓名")


@pytest.fixture
def rota(district):
    return Rota(district)


@pytest.fixture
def bring(district, clock):
    def bring(*rows, by=None, heads=HEADS):
        out = BytesIO()
        spreadsheet.write(out, [spreadsheet.Column(head) for head in heads], rows)
        who = by or district.chen_section
        return imports.run_content(
            "shift", out.getvalue(), name="值班表.xlsx", by=who, at=clock.now()
        )

    return bring


def test_two_nights_and_their_leader_by_the_words_of_the_office(bring, rota):
    outcome = bring(
        ("温岭市值班室", "2024-06-14", "值班员", "夜班", "罗军"),
        ("温岭市值班室", "2024年6月15日", "值班员", "夜班", "消防大队/罗军"),
        ("温岭市值班室", "2024-06-14", "带班领导", "", "周建国"),
    )
    assert outcome.ok, outcome
    night = Shift.objects.get(level="OFFICER", starts=june(14, "17:30"))
    assert (night.ends, night.watch, night.person.name) == (june(15), "夜班", "罗军")
    assert Shift.objects.get(level="LEADER").ends == june(15)


def test_every_bad_cell_is_named_and_nothing_is_taken(bring, rota):
    outcome = bring(
        ("温岭市值班室", "2024-06-14", "值班员", "夜班", "罗军"),
        ("石塘镇值班室", "2024-06-14", "值班员", "夜班", "罗军"),
        ("温岭市值班室", "2024-06-14", "值班员", "中班", "罗军"),
        ("温岭市值班室", "2024-06-15", "带班领导", "全天", "孙国强"),
        ("温岭市值班室", "2024-06-15", "值班员", "白班", "查无此人"),
    )
    assert not outcome.ok
    assert not Shift.objects.exists()
    said = [(fault.row, fault.header, fault.what) for fault in outcome.faults]
    assert (3, "值班室", "没有值班室“石塘镇值班室”") in said
    assert (4, "班次", "没有班次“中班”") in said
    assert (6, "姓名", "查不到“查无此人”") in said


def test_who_may_not_lead_is_refused_by_row(bring, rota):
    outcome = bring(
        ("温岭市值班室", "2024-06-14", "值班员", "夜班", "罗军"),
        ("温岭市值班室", "2024-06-15", "带班领导", "全天", "孙国强"),
    )
    [fault] = outcome.faults
    assert (fault.row, fault.header) == (3, "姓名")
    assert "孙国强的岗位不能担任" in fault.what
    assert not Shift.objects.exists()


def test_what_is_exported_in_june_can_be_imported_where_there_is_none(rota, district, clock):
    rota.make(rota.group(district.luo_fire, district.he_housing), june(20).date(), june(23).date())
    address = f"/duty/roster/sheet/?desk={rota.room.pk}&month=2024-06"
    sheet = b"".join(Chair(district.chen_section, district).get(address))
    before = list(Shift.objects.order_by("starts").values_list("person__name", "starts", "ends"))
    Shift.objects.all().delete()
    outcome = imports.run_content(
        "shift", sheet, name="值班表.xlsx", by=district.chen_section, at=clock.now()
    )
    assert outcome.ok, outcome.faults
    after = list(Shift.objects.order_by("starts").values_list("person__name", "starts", "ends"))
    assert after == before
    assert len(after) == 8
    assert after[0][1] > clock.now() + timedelta(days=1)
