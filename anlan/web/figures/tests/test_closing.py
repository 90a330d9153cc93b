"""The clerk closes May; the number stays, what was entered later stands beside it."""

import re

import pytest

from anlan.figures import actions
from anlan.figures.models import FrozenPeriod
from anlan.figures.rules import parse_period

MAY = "2024-05"


@pytest.fixture
def frozen(district, clock):
    return actions.freeze(
        period=parse_period(MAY), area=district.wenling, by=district.chen_section, at=clock.now()
    )


def test_the_clerk_closes_a_period_from_its_page(chair, district):
    browser = chair(district.chen_section)
    page = browser.reads(f"/figures/?period={MAY}")
    [address] = re.findall(r'href="(/figures/closed/new/[^"]+)"', page)
    address = address.replace("&amp;", "&")
    assert "以后的补录和更正不改变封账数字" in browser.reads(address)
    assert browser.post(address, {}).status_code == 302
    frozen = FrozenPeriod.objects.get()
    assert frozen.frozen_by == district.chen_section
    page = browser.reads(f"/figures/?period={MAY}")
    assert "以下为封账数字" in page
    assert "封账本期" not in page
    assert "封账以后没有更正" in browser.reads(f"/figures/closed/{frozen.pk}/")


def test_a_running_period_offers_no_closing(chair, district):
    assert "封账本期" not in chair(district.chen_section).reads("/figures/?period=2024-06")


def test_who_closed_it_cannot_open_it_and_the_chief_must_say_why(chair, district, frozen):
    address = f"/figures/closed/{frozen.pk}/unfreeze/"
    refused = chair(district.chen_section).post(address, {"reason": "漏报"})
    assert "封账人不能自己解封" in refused.content.decode()
    assert chair(district.zhou_chief).post(address, {"reason": ""}).status_code == 422
    assert chair(district.zhou_chief).post(address, {"reason": "漏报"}).status_code == 302
    frozen.refresh_from_db()
    assert frozen.reason == "漏报"


def test_two_dimensions_at_once_and_a_chart_of_months(chair, district):
    page = chair(district.chen_section).reads(
        "/figures/inspections/?period=2024&down=area&across=kind"
    )
    assert "交叉分组" in page


def test_a_formula_shows_what_it_is_made_of(chair, district):
    page = chair(district.chen_section).reads("/figures/hazards_per_inspection/?period=2024")
    assert "/figures/inspection_problems/" in page
    assert "inspection_problems / inspections" in page
