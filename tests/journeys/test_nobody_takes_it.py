"""Time passes and nobody moves: who is asked next, and whose the duty stays."""

import pytest

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden
from anlan.kernel.models import Announcement
from anlan.matters import access, actions
from anlan.matters.flow import Stage
from anlan.matters.models import Matter, Supervision
from anlan.people.access import scope_of

from .story import refreshed


def to_do(story, person) -> set[Matter]:
    """What stands in somebody's list of today."""
    return set(access.owed_by(scope_of(person, at=story.now)))


def watched_by(story, person) -> set[Matter]:
    return set(access.supervised_by(scope_of(person, at=story.now)))


def test_a_hazard_nobody_takes_climbs_two_posts(story, district, clock):
    valve = story.dispatched()
    assert valve.owner == district.cold_chain_safety_post
    clock.forward(hours=23, minutes=59)
    story.time_does_its_work()
    assert refreshed(valve).owner == district.cold_chain_safety_post

    clock.forward(minutes=1)
    story.time_does_its_work()
    valve = refreshed(valve)
    assert valve.owner == district.cold_chain_manager_post
    assert valve.stage == Stage.DISPATCHED
    assert valve.due_at == clock.now() + valve.rule.limits.after_escalation.about
    assert valve in to_do(story, district.ye_manager)
    assert valve not in to_do(story, district.xu_safety)

    clock.forward(hours=12)
    story.time_does_its_work()
    valve = refreshed(valve)
    assert valve.owner == district.zeguo_station_post
    assert valve in to_do(story, district.huang_zeguo_station)
    # The station was to check it: whoever rectifies does not check, so that went up as well.
    assert valve.checker == district.zeguo_leader_post
    assert trail.verbs_of(valve) == ["report", "dispatch", "escalate", "escalate"]
    climbed = Announcement.objects.filter(event__endswith="MatterEscalated").order_by("pk")
    assert [each.payload["to_post_id"] for each in climbed] == [
        district.cold_chain_manager_post.pk,
        district.zeguo_station_post.pk,
    ]


def test_the_one_it_climbed_to_takes_it_and_the_first_one_no_longer_can(story, district, clock):
    valve = story.dispatched()
    clock.forward(hours=24)
    story.time_does_its_work()
    with pytest.raises(Forbidden):
        actions.take(refreshed(valve), by=district.xu_safety, at=clock.now())
    valve = refreshed(valve)
    actions.take(valve, by=district.ye_manager, at=clock.now())
    assert refreshed(valve).owner == district.cold_chain_manager_post


def test_a_report_nobody_dispatches_climbs_from_the_station_to_the_town_and_the_bureau(
    story, district, clock
):
    valve = story.found()
    owners = [valve.owner]
    for hours in (24, 12, 12):
        clock.forward(hours=hours)
        story.time_does_its_work()
        owners.append(refreshed(valve).owner)
    assert owners == [
        district.zeguo_station_post,
        district.zeguo_leader_post,
        district.section_post,
        district.chief_post,
    ]


def test_at_the_top_it_stays_and_rings_again(story, district, clock):
    valve = story.found()
    for hours in (24, 12, 12, 12):
        clock.forward(hours=hours)
        story.time_does_its_work()
    valve = refreshed(valve)
    assert valve.owner == district.chief_post
    assert valve.due_at > clock.now()
    assert trail.verbs_of(valve).count("escalate") == 4


def test_two_workers_that_look_at_the_same_minute_move_it_once(story, clock):
    valve = story.dispatched()
    clock.forward(hours=24)
    story.time_does_its_work()
    clock.forward(minutes=1)
    story.time_does_its_work()
    assert trail.verbs_of(valve).count("escalate") == 1


def test_taken_and_overdue_keeps_its_rectifier_and_gains_a_supervisor_with_a_clock(
    story, district, clock
):
    valve = story.taken()
    clock.forward(days=15)
    story.time_does_its_work()
    valve = refreshed(valve)
    assert valve.stage == Stage.RECTIFYING
    assert valve.owner == district.cold_chain_safety_post
    assert valve in to_do(story, district.xu_safety)
    watched = Supervision.objects.get(matter=valve)
    assert watched.post == district.cold_chain_manager_post
    assert watched.due_at == clock.now() + valve.rule.limits.to_supervise.about
    assert valve in watched_by(story, district.ye_manager)
    entry = trail.entries_of(valve).last()
    assert (entry.verb, entry.actor) == ("watch", "系统")

    # The supervisor's own clock runs out without effect: it passes up, the duty still does not.
    clock.forward(hours=48)
    story.time_does_its_work()
    watched = Supervision.objects.get(matter=valve, ended_at__isnull=True)
    assert watched.post == district.zeguo_station_post
    assert refreshed(valve).owner == district.cold_chain_safety_post
    assert valve not in watched_by(story, district.ye_manager)


def test_a_supervisor_can_be_the_checker_but_never_accept_for_the_rectifier(story, district, clock):
    """It was submitted, so that supervision is over and the check is a check like any other."""
    valve = story.taken()
    clock.forward(days=15)
    story.time_does_its_work()
    story.submitted(refreshed(valve))
    assert not Supervision.objects.filter(matter=valve, ended_at__isnull=True).exists()
    with pytest.raises(Forbidden):
        actions.accept(refreshed(valve), opinion="同意", by=district.ye_manager, at=clock.now())
    story.closed(refreshed(valve))
    assert refreshed(valve).due_at is None


def test_an_idle_check_is_watched_by_the_next_post_up_who_may_then_check_it(story, district, clock):
    valve = story.submitted()
    clock.forward(days=3)
    story.time_does_its_work()
    watched = Supervision.objects.get(matter=valve)
    assert watched.post == district.zeguo_leader_post
    actions.accept(
        refreshed(valve), opinion="代站里复核，已消除", by=district.lin_zeguo_leader, at=clock.now()
    )
    assert refreshed(valve).stage == Stage.CLOSED


def test_the_post_above_that_nobody_holds_is_passed_over(story, district, clock):
    """叶青 has left the firm and the seat is empty: the town hears of it, not the empty seat."""
    district.ye_manager.tenures.update(until=clock.now().date())
    valve = story.dispatched()
    clock.forward(hours=24)
    story.time_does_its_work()
    assert refreshed(valve).owner == district.zeguo_station_post
