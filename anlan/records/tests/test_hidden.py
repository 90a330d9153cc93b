"""An unannounced visit: nobody who is visited, and no superior of theirs, learns of it in time."""

import pytest

from anlan.kernel.errors import Forbidden, Invalid
from anlan.matters.models import Matter
from anlan.records import actions
from anlan.records.access import deeds_open_to, may, visible_to
from anlan.records.actions import Found, Visited

from .story import answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(story):
    d = story.district
    entry = story.inspection(
        kind="unannounced_visit",
        people=(d.he_housing,),
        checklist="fire_general",
        answers=answers(exit="no"),
        found=(Found("值班室无人"),),
    )
    return story.keep(entry, by=d.chen_section)


def test_only_those_who_made_it_and_their_unit_find_it(story, visit):
    d = story.district
    seeing = {
        name
        for name in ("chen_section", "he_housing", "zhou_chief", "lin_zeguo_leader",
                     "huang_zeguo_station", "sun_grid7", "xu_safety", "luo_fire")
        if visit in visible_to(story.scope(getattr(d, name)))
    }  # fmt: skip
    # 周局长 belongs to the bureau that did it; the town and its leader do not.
    assert seeing == {"chen_section", "he_housing", "zhou_chief"}


def test_its_findings_wait_for_the_release_and_then_become_matters(story, visit):
    d = story.district
    assert not Matter.objects.exists()  # a hazard on the town's table would betray the visit
    d.clock.forward(hours=3)
    numbers = actions.release(visit, by=d.chen_section, at=story.now)
    assert len(numbers) == 2
    assert {matter.title for matter in Matter.objects.all()} == {
        "疏散通道、安全出口被占用或堵塞", "值班室无人",
    }  # fmt: skip
    assert visit in visible_to(story.scope(d.huang_zeguo_station))
    assert visit in visible_to(story.scope(d.xu_safety))
    with pytest.raises(Forbidden):
        actions.release(visit, by=d.chen_section, at=story.now)


def test_the_town_can_do_nothing_to_what_it_does_not_see(story, visit):
    d = story.district
    for verb in ("release", "void", "correct", "attach", "raise_matter"):
        assert not may(story.scope(d.huang_zeguo_station), verb, visit)
    assert deeds_open_to(story.scope(d.lin_zeguo_leader), visit) == []
    with pytest.raises(Forbidden):
        actions.void(visit, reason="无此事", by=d.lin_zeguo_leader, at=story.now)


def test_who_is_visited_does_not_organise_it(story):
    d = story.district
    entry = story.inspection(kind="unannounced_visit", bodies=(Visited(d.bureau),))
    with pytest.raises(Invalid, match="被访单位"):
        story.keep(entry, by=d.chen_section)


def test_before_the_release_nothing_is_handed_on(story, visit):
    with pytest.raises(Invalid, match="尚未公开"):
        actions.raise_matter(
            visit, found=Found("再加一件"), by=story.district.chen_section, at=story.now
        )
