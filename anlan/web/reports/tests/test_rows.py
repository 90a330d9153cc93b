"""The reader presses a number of a report and finds the rows that it counted."""

import re
from datetime import timedelta

import pytest

from anlan.figures import actions
from anlan.figures.models import Report
from anlan.figures.reports import templates
from anlan.figures.rules import parse_period
from anlan.matters.flow import Stage
from anlan.matters.models import Matter
from anlan.records.tests.story import Story

LINK = re.compile(r'<a href="([^"]+)" data-figure="([^"]+)">([^<]+)</a>')


@pytest.fixture
def books(district, clock):
    """Three hazards of June, one closed; a night check in 泽国."""
    story = Story(district)
    story.keep(story.night_check(organiser=district.zeguo_town))
    made = []
    for n, closed in enumerate((None, None, clock.now())):
        made.append(
            Matter.objects.create(
                number=f"YH2024-{n:06d}", kind="hazard", title=f"安全出口被堵{n}", source="GRID",
                stage=Stage.CLOSED if closed else Stage.RECTIFYING, grade="GENERAL", sector="fire",
                area=district.grid7, area_path=district.grid7.path, search=f"安全出口被堵{n}",
                owner=district.zeguo_station_post, found_at=clock.now() - timedelta(days=n + 1),
                due_at=None if closed else clock.now() + timedelta(days=9), closed_at=closed,
            )
        )  # fmt: skip
    return made


@pytest.fixture
def written(district, clock, books):
    def write(key="half_year") -> Report:
        facts = {"period": parse_period("2024H1"), "area": district.wenling}
        return actions.make_report(
            key, **facts, issuer=district.bureau, by=district.chen_section, at=clock.now()
        )

    return write


def test_every_number_of_every_report_opens(chair, district, written):
    desk, tried = chair(district.chen_section), 0
    for key in templates():
        page = desk.reads(f"/reports/{written(key).pk}/")
        for address in sorted({address for address, _, _ in LINK.findall(page)}):
            answer = desk.get(address)
            assert answer.status_code == 200, (address, answer.status_code)
            tried += 1
    assert tried > 50


def test_a_frozen_number_opens_what_it_counted_then(chair, district, clock, written, books):
    report = written()
    actions.submit_report(report, by=district.chen_section, at=clock.now())
    actions.check_report(report, by=district.zhou_chief, at=clock.now())
    desk = chair(district.chen_section)
    page = desk.reads(f"/reports/{report.pk}/")
    address = next(a for a, ref, _ in LINK.findall(page) if ref.startswith("hazards_found|2024H1"))
    gone = books[0]
    Matter.objects.filter(pk=gone.pk).update(found_at=clock.now() - timedelta(days=400))
    rows = desk.reads(address)
    assert len(set(re.findall(r"YH2024-\d{6}", rows))) == 3
    assert "定稿时的明细" in rows
    live = desk.reads(f"/figures/hazards_found/rows/2024H1/{district.wenling.code}/")
    assert gone.number not in live


def test_whoever_may_not_read_the_report_does_not_open_its_rows(chair, district, written):
    report = written()
    address = f"/reports/{report.pk}/rows/hazards_found/2024H1/"
    assert chair(district.he_housing).get(address).status_code == 404
    assert chair(district.chen_section).get(address).status_code == 200


def test_the_rows_of_a_number_lead_back_to_the_report(chair, district, written):
    report, desk = written(), chair(district.chen_section)
    address, _, _ = LINK.findall(desk.reads(f"/reports/{report.pk}/"))[0]
    assert f'<a href="/reports/{report.pk}/">{report.title}</a>' in desk.reads(address)
    rows = desk.reads("/figures/hazards_found/rows/2024/331081000000/")
    back = re.search(r'class="crumbs no-print"><a href="([^"]+)">发现隐患</a>', rows)
    assert back
    assert desk.get(back[1].replace("&amp;", "&")).status_code == 200
