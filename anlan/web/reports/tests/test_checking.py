"""陈 typed a number over the ledger's; neither 陈 nor 周 may pass over it without a word."""

import pytest

from anlan.figures import actions
from anlan.figures.models import Report
from anlan.figures.rules import parse_period
from anlan.formats import official

CONTRADICTION = "上半年检查企业2140家，发现隐患5236条，已整改5183条，整改率99.89%。"


@pytest.fixture
def report(district, clock):
    facts = {"period": parse_period("2024-05"), "area": district.wenling}
    who = {"by": district.chen_section, "at": clock.now()}
    return actions.make_report("half_year", **facts, issuer=district.bureau, **who)


def spoil(report: Report, district, clock) -> None:
    """The first paragraph that says a number is written anew, with a sum that does not come out."""
    blocks = report.written().blocks
    place = next(
        n for n, block in enumerate(blocks)
        if isinstance(block, official.Paragraph) and any(run.ref for run in block.runs)
    )  # fmt: skip
    words = {place: CONTRADICTION}
    actions.edit_report(report, paragraphs=words, by=district.chen_section, at=clock.now())


def test_both_confirmations_name_what_was_typed_and_what_contradicts(
    chair, district, clock, report
):
    spoil(report, district, clock)
    address = f"/reports/{report.pk}"
    asked = chair(district.chen_section).reads(f"{address}/submit_report/")
    actions.submit_report(report, by=district.chen_section, at=clock.now())
    for page in (asked, chair(district.zhou_chief).reads(f"{address}/check_report/")):
        assert "处手工改写、1 处矛盾" in page
        assert "0 处手工改写" not in page
        assert f'href="{address}/#typed"' in page
        assert f'href="{address}/#audit"' in page
        assert "矛盾：99.89%" in page


def test_a_report_as_computed_is_handed_on_without_warnings(chair, district, report):
    page = chair(district.chen_section).reads(f"/reports/{report.pk}/submit_report/")
    assert "手工改写" not in page


def test_the_report_waits_in_the_work_of_its_checker_alone(chair, district, clock, report):
    link = f'href="/reports/{report.pk}/"'
    assert link not in chair(district.zhou_chief).reads("/")
    actions.submit_report(report, by=district.chen_section, at=clock.now())
    page = chair(district.zhou_chief).reads("/")
    assert "待校核报告" in page
    assert link in page
    for other in (district.chen_section, district.huang_zeguo_station, district.li_grid3):
        assert link not in chair(other).reads("/")
    actions.check_report(report, by=district.zhou_chief, at=clock.now())
    assert link not in chair(district.zhou_chief).reads("/")
