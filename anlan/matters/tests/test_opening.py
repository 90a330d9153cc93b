"""How a matter begins: drafts, reports, another's words, and what is mended on the spot."""

from datetime import timedelta

import pytest

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.matters import access, actions
from anlan.matters.flow import Stage
from anlan.matters.models import Matter

from .story import AMMONIA, Phase, photo, refreshed

DAY = timedelta(days=1)


# --- beginnings -----------------------------------------------------------------------------------


def test_a_draft_is_its_writers_alone(story, district, clock):
    note = actions.draft(story.leak(), by=district.sun_grid7, at=clock.now())
    assert note.stage == Stage.DRAFT
    assert note in access.visible_to(story.scope(district.sun_grid7))
    assert note not in access.visible_to(story.scope(district.huang_zeguo_station))
    with pytest.raises(Forbidden):
        actions.report(note, by=district.huang_zeguo_station, at=clock.now())

    better = story.leak(title="液氨阀门锈蚀", lon=121.34, lat=28.49)
    actions.edit(note, finding=better, by=district.sun_grid7, at=clock.now())
    actions.report(note, by=district.sun_grid7, at=clock.now())
    note = refreshed(note)
    assert (note.title, note.stage) == ("液氨阀门锈蚀", Stage.REPORTED)
    assert Matter.objects.containing("锈蚀").get() == note


def test_a_draft_thrown_away_leaves_only_its_trail(story, district, clock):
    note = actions.draft(story.leak(), by=district.sun_grid7, at=clock.now())
    actions.attach(note, evidence=[photo(clock.now())], by=district.sun_grid7, at=clock.now())
    before = trail.entries_of(note)
    actions.discard(note, by=district.sun_grid7, at=clock.now())
    assert not Matter.objects.exists()
    assert before.count() == 3


def test_what_was_reported_cannot_be_thrown_away(story, district, clock):
    leak = story.reported()
    with pytest.raises(NotAllowed, match="待交办"):
        actions.discard(leak, by=district.sun_grid7, at=clock.now())


def test_a_phone_that_sends_twice_makes_one_matter(story, district, clock):
    finding = story.leak(origin="phone:7f3a")
    first = actions.report(finding, by=district.sun_grid7, at=clock.now())
    again = actions.report(finding, by=district.sun_grid7, at=clock.forward(hours=6))
    assert again == first
    assert trail.verbs_of(first) == ["report"]


def test_entered_for_somebody_else_keeps_both_names(story, district, clock):
    leak = actions.report(
        story.leak(),
        on_behalf_of=district.sun_grid7,
        by=district.huang_zeguo_station,
        at=clock.now(),
    )
    entry = trail.entries_of(leak).get()
    assert (leak.opener, leak.on_behalf_of) == (district.huang_zeguo_station, district.sun_grid7)
    assert (entry.actor, entry.on_behalf_of_id) == ("黄磊", district.sun_grid7.pk)
    assert leak in access.visible_to(story.scope(district.sun_grid7))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": "  "}, "标题"),
        ({"title": "长" * 121}, "121字"),
        ({"source": "HEARSAY"}, "来源"),
        ({"sector": "amonia"}, "amonia.*ammonia"),
        ({"kind": "hazzard"}, "hazzard.*hazard"),
        ({"clause": "chemical.99"}, "判定条款"),
        ({"grade": "MAJOR"}, "等级"),
        ({"lon": 121.3}, "经度"),
    ],
)
def test_what_cannot_be_taken_is_told_with_its_mend(story, district, clock, wrong, words):
    with pytest.raises(Invalid, match=words) as refusal:
        actions.report(story.leak(**wrong), by=district.sun_grid7, at=clock.now())
    assert refusal.value.mend
    assert refusal.value.field
    assert not Matter.objects.exists()


def test_nothing_is_found_tomorrow(story, district, clock):
    with pytest.raises(Invalid, match="晚于现在"):
        actions.report(
            story.leak(found_at=clock.now() + DAY), by=district.sun_grid7, at=clock.now()
        )


def test_the_clause_fills_in_grade_and_sector(story, district, clock):
    leak = actions.report(story.leak(clause=AMMONIA), by=district.sun_grid7, at=clock.now())
    assert (leak.grade, leak.sector) == ("MAJOR", "ammonia_refrigeration")


def test_a_grid_worker_reports_danger_wherever_it_is(story, district, clock):
    far = story.blocked_exit()
    seen = actions.report(far, by=district.sun_grid7, at=clock.now())
    assert seen.owner == district.taiping_station_post
    assert seen in access.visible_to(story.scope(district.sun_grid7))


def test_a_firm_reports_only_its_own(story, district, clock):
    own = story.leak(source="ENTERPRISE")
    leak = actions.report(own, by=district.xu_safety, at=clock.now())
    assert leak.owner == district.cold_chain_manager_post
    with pytest.raises(Forbidden, match="本企业"):
        actions.report(story.leak(body=district.foundry), by=district.xu_safety, at=clock.now())


def test_whoever_holds_no_post_reports_nothing_here(story, district, clock):
    with pytest.raises(Forbidden, match="没有登记隐患的权限"):
        actions.report(story.leak(), by=district.wu_bystander, at=clock.now())


# --- found and mended in one visit ----------------------------------------------------------------


def mended(story, *, by, finding=None, phases=(Phase.BEFORE, Phase.AFTER)):
    shown = [photo(story.now, phase, n) for n, phase in enumerate(phases)]
    what = finding or story.blocked_exit()
    return actions.rectify_now(what, words="已清理", evidence=shown, by=by, at=story.now)


def test_mended_on_the_spot_still_waits_for_another_to_look(story, district, clock):
    cleared = mended(story, by=district.li_grid3)
    assert (cleared.stage, cleared.grade) == (Stage.SUBMITTED, "GENERAL")
    assert (cleared.owner, cleared.checker) == (district.grid3_post, district.taiping_station_post)
    with pytest.raises(Forbidden):
        actions.accept(cleared, opinion="好", by=district.li_grid3, at=clock.now())
    actions.accept(cleared, opinion="属实", by=district.zhao_taiping_station, at=clock.now())
    assert refreshed(cleared).closed_at == clock.now()


def test_the_station_that_mended_it_itself_is_checked_from_above(story, district):
    cleared = mended(story, by=district.zhao_taiping_station)
    assert cleared.checker == district.taiping_leader_post


@pytest.mark.parametrize("phases", [(), (Phase.BEFORE,), (Phase.AFTER,)])
def test_both_pictures_are_needed(story, district, phases):
    with pytest.raises(Invalid, match="整改前、整改后"):
        mended(story, by=district.li_grid3, phases=phases)


def test_the_picture_of_the_report_counts_as_the_one_before(story, district, clock):
    found = [photo(clock.now(), Phase.FOUND)]
    exit_ = actions.report(
        story.blocked_exit(), evidence=found, by=district.li_grid3, at=clock.now()
    )
    mended(story, by=district.li_grid3, finding=exit_, phases=(Phase.AFTER,))
    assert refreshed(exit_).stage == Stage.SUBMITTED


def test_a_major_hazard_is_not_mended_in_passing(story, district):
    with pytest.raises(Invalid, match="重大隐患不适用"):
        mended(story, by=district.sun_grid7, finding=story.leak(clause=AMMONIA))
