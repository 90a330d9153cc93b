"""A new crack above 牧屿 stands in no register; the station looks at it the same day."""

from datetime import date

import pytest

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.kernel.models import Announcement
from anlan.registry import access, actions, sweeps
from anlan.registry.models import Item


@pytest.fixture
def crack(district, clock):
    return actions.report_new_spot(
        kind="geohazard_spot",
        given={"name": "牧屿后山裂缝", "area": "牧屿7号网格", "signs": "渗水、掉块", "in_zone": ""},
        by=district.sun_grid7,
        at=clock.now(),
    )


def adopt(spot, by, clock, **given):
    actions.adopt_spot(spot, given=given, by=by, at=clock.now())


def test_a_grid_worker_reports_with_name_and_place_alone(crack):
    assert crack.stage == Item.Stage.PROPOSED
    assert crack.stale_on == date(2024, 6, 13), "one day to look at it"
    assert crack not in Item.objects.standing()
    assert crack in Item.objects.to_review()
    assert trail.verbs_of(crack) == ["report_new_spot"]


def test_the_station_completes_it_and_takes_it_in(crack, district, clock):
    with pytest.raises(Invalid, match="灾害类型"):
        adopt(crack, district.huang_zeguo_station, clock)
    crack.refresh_from_db()
    assert crack.stage == Item.Stage.PROPOSED, "nothing happened half"
    adopt(crack, district.huang_zeguo_station, clock, disaster_type="滑坡", grade="重大")
    crack.refresh_from_db()
    assert crack.stage == Item.Stage.LISTED
    assert crack.attributes["disaster_type"] == "滑坡"
    assert crack.stale_on == date(2024, 7, 12)
    assert crack.grade_changes.get().after == "MAJOR"
    assert trail.verbs_of(crack) == ["report_new_spot", "adopt_spot"]


def test_nobody_reviews_what_they_reported(district, clock, scope):
    spot = actions.report_new_spot(
        kind="stream_blockage",
        given={"name": "牧屿河地笼", "area": "泽国镇", "blockage": "地笼"},
        by=district.huang_zeguo_station,
        at=clock.now(),
    )
    assert access.deeds_open(scope(district.huang_zeguo_station), spot) == []
    with pytest.raises(Forbidden, match="不能由您复核"):
        adopt(spot, district.huang_zeguo_station, clock)
    adopt(spot, district.chen_section, clock)


def test_who_comes_second_is_told_who_was_first(crack, district, clock):
    actions.decline_spot(
        crack, reason="属旧有裂缝，已在册", by=district.huang_zeguo_station, at=clock.now()
    )
    with pytest.raises(NotAllowed, match="黄磊"):
        adopt(crack, district.chen_section, clock, disaster_type="滑坡")


def test_declining_needs_a_reason(crack, district, clock):
    with pytest.raises(Invalid, match="理由"):
        actions.decline_spot(crack, reason="", by=district.chen_section, at=clock.now())


def test_a_spot_nobody_reviewed_in_time_is_announced(crack, district, clock):
    clock.forward(days=1)
    assert sweeps.mark_stale(at=clock.now()) == 0, "today is still in time"
    clock.forward(days=1)
    assert sweeps.mark_stale(at=clock.now()) == 1
    assert Announcement.objects.filter(payload={"item_id": crack.pk}, event__endswith="WentStale")


def test_a_kind_that_takes_no_reports_says_so(district, clock):
    with pytest.raises(Invalid, match="不接收"):
        actions.report_new_spot(
            kind="camera",
            given={"name": "桥", "area": "泽国镇"},
            by=district.sun_grid7,
            at=clock.now(),
        )


def test_outside_ones_grid_nothing_is_reported(district, clock):
    with pytest.raises(Forbidden):
        actions.report_new_spot(
            kind="slope",
            given={"name": "别处的坡", "area": "太平街道"},
            by=district.sun_grid7,
            at=clock.now(),
        )
