"""How the towns stand, the evidence one click away, and an objection from page to page."""

import re
from datetime import datetime

import pytest

from anlan.demo.district import District
from anlan.figures.models import AssessedScore, Objection
from anlan.kernel.trail import LOCAL
from anlan.records.tests.story import Story

pytestmark = pytest.mark.django_db
JUNE = "scheme=towns&period=2024-06"


@pytest.fixture
def june(district: District) -> District:
    """泽国 made its night checks of June, 太平 none; it is the second of July."""
    story = Story(district)
    district.clock.to(datetime(2024, 7, 2, 9, tzinfo=LOCAL))
    for month, day in ((5, 29), (6, 5), (6, 12), (6, 19), (6, 26)):
        then = datetime(2024, month, day, 20, tzinfo=LOCAL)
        told = {"organiser": district.zeguo_town, "late": "补录", "bodies": (), "place": "东门路"}
        story.keep(story.night_check(started_at=then, **told))
    return district


def test_the_better_town_stands_first_and_its_score_opens_the_matrix(june, chair):
    desk = chair(june.chen_section)
    page = desk.reads(f"/assessment/?{JUNE}")
    assert page.index("泽国镇") < page.index("太平街道")
    town = desk.reads(f"/assessment/towns/{june.zeguo.code}/?{JUNE}")
    evidence = re.search(r'href="(/dues/town_night_check/[^"]*)"', town)
    assert evidence
    assert "泽国镇" in desk.reads(evidence[1].replace("&amp;", "&"))


def test_a_town_objects_on_its_page_and_another_than_who_posted_decides(june, chair):
    desk, boss = chair(june.chen_section), chair(june.zhou_chief)
    desk.post(f"/assessment/post/?{JUNE}")
    mine = AssessedScore.objects.get(area=june.taiping)
    town = chair(june.zhao_taiping_station)
    assert "申诉" in town.reads(f"/assessment/scores/{mine.pk}/")
    told = {"leaf": "night_check", "words": "四次夜查记在综合执法队名下"}
    assert chair(june.huang_zeguo_station).post(
        f"/assessment/scores/{mine.pk}/object/", told
    ).status_code in (403, 404)
    town.post(f"/assessment/scores/{mine.pk}/object/", told)
    objection = Objection.objects.get()
    assert told["words"] in boss.reads(f"/assessment/rounds/{mine.round_id}/")
    boss.post(f"/assessment/objections/{objection.pk}/", {"score": "100", "opinion": "经查属实"})
    mine.refresh_from_db()
    assert mine.leaves["night_check"]["score"] == "100.00"
    assert "经查属实" in town.reads(f"/assessment/scores/{mine.pk}/")
