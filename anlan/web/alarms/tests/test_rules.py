"""A rule on the screen: changed, tried, put in force; by whom, and by whom not."""

import pytest

from anlan.kernel import catalogues
from anlan.watch.models import RuleTrial, text_in_force, watch_rules

pytestmark = pytest.mark.django_db
PATH = "/alarms/rules/road_depth/"


@pytest.fixture(autouse=True)
def site(settings, tmp_path):
    settings.ANLAN_CATALOGUES = tmp_path / "catalogues"
    catalogues.reload()
    yield settings.ANLAN_CATALOGUES
    catalogues.reload()


def changed() -> str:
    return text_in_force("road_depth").replace("WATCH: 5", "WATCH: 8")


def test_tried_first_then_in_force_and_the_change_is_on_the_page(chair, district, site):
    desk = chair(district.chen_section)
    assert "第二步" not in desk.reads(PATH)
    tried = desk.post(PATH, {"text": changed().replace("\n", "\r\n"), "days": "7"})
    assert "第二步：启用这次改动" in tried.content.decode()
    trial = RuleTrial.objects.get()
    # Whatever else is sent along: what counts is what was tried.
    answer = desk.post(PATH, {"put": str(trial.pk), "text": "road_depth: {}"})
    assert answer["Location"] == PATH
    assert "WATCH: 8" in (site / "watch_rules.yaml").read_text()
    page = desk.reads(PATH)
    assert (watch_rules()["road_depth"].grades or {})["WATCH"] == 8, "with the next request"
    assert "改动记录" in page
    assert "陈" in page.split("改动记录")[1]


def test_whoever_may_not_change_it_may_still_try_it(chair, district, site):
    town = chair(district.huang_zeguo_station)
    tried = town.post(PATH, {"text": changed(), "days": "7"}).content.decode()
    assert "过去 7 天会报 0 次" in tried
    assert "第二步" not in tried
    assert not RuleTrial.objects.exists()
    chair(district.chen_section).post(PATH, {"text": changed(), "days": "7"})
    answer = town.post(PATH, {"put": str(RuleTrial.objects.get().pk)})
    assert answer.status_code == 403
    assert not site.exists()
