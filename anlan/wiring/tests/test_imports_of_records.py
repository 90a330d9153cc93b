"""A clerk brings the year's inspections in from Excel: several firms in a cell, slips named."""

import pytest

from anlan.records.models import Record, Visit
from anlan.wiring.imports import importable, run_rows, template

pytestmark = pytest.mark.django_db

HEAD = "检查时间\t所在区域\t受检单位\t检查人员\t发现隐患\t检查类别\t来源编号"


def test_every_kind_has_its_template_and_no_name_stands_for_two_things():
    names = importable()
    assert names["night-check"] == "集中夜查"
    assert template("night-check").startswith(b"PK")


def test_rows_with_several_firms_and_people(district):
    text = (
        f"{HEAD}\n"
        "2024-05-06 09:00\t泽国镇\t泽海冷链、温岭市开元铸造有限公司\t黄磊\t3处\t计划内\tA1\n"
        "2024-05-07\t泽国镇\t泽海冷链\t黄磊\t0\t专项\tA2\n"
    )
    firms = ", ".join(str(body) for body in (district.cold_chain, district.foundry))
    text = text.replace("泽海冷链、温岭市开元铸造有限公司", firms.replace(", ", "、"))
    text = text.replace("黄磊", district.huang_zeguo_station.name)
    at = district.clock.now()
    found = run_rows("inspection", text, by=district.chen_section, at=at)
    assert not found.faults
    assert found.stored.added == 2
    first = Record.objects.get(origin="inspection:A1")
    assert {visit.body for visit in first.visits.all()} == {district.cold_chain, district.foundry}
    assert first.counts == {"problems": 3}
    assert first.details["class"] == "计划内"
    assert first.person_times == 1
    assert not first.hidden
    assert Visit.objects.count() == 3
    again = run_rows("inspection", text, by=district.chen_section, at=at)
    assert again.stored.added == 0


def test_a_firm_nobody_knows_is_named_with_its_row(district):
    who = district.huang_zeguo_station.name
    text = f"{HEAD}\n2024-05-06\t泽国镇\t泽海冷链、查无此厂\t{who}\t1\t计划内\tA1\n"
    found = run_rows("inspection", text, by=district.chen_section, at=district.clock.now())
    assert not Record.objects.exists()
    (fault,) = found.faults
    assert fault.row == 2
    assert "查无此厂" in fault.what
    assert fault.header == "受检单位"
