"""What time does: idle matters climb, late ones gain a supervisor, longer time lapses."""

from datetime import timedelta

import pytest

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.matters import actions, sweeps
from anlan.matters.flow import Stage
from anlan.matters.models import Extension, Matter, Supervision
from anlan.people.models import Post

from .story import announced, refreshed

DAY = timedelta(days=1)


def sweep(story):
    """Every sweep once, as the minute hand does."""
    return (
        sweeps.escalate_overdue(at=story.now),
        sweeps.supervise_overdue(at=story.now),
        sweeps.pass_up_supervision(at=story.now),
        sweeps.wake_lapsed_extensions(at=story.now),
    )


# --- before it is taken ---------------------------------------------------------------------------


def test_a_report_nobody_dispatches_climbs_two_posts(story, district, clock):
    leak = story.reported()
    clock.forward(hours=23)
    assert sweep(story) == (0, 0, 0, 0)

    clock.forward(hours=1)
    assert sweep(story) == (1, 0, 0, 0)
    leak = refreshed(leak)
    assert (leak.owner, leak.due_at) == (
        district.zeguo_leader_post,
        clock.now() + timedelta(hours=12),
    )
    clock.forward(hours=12)
    sweep(story)
    assert refreshed(leak).owner == district.section_post
    assert trail.verbs_of(leak) == ["report", "escalate", "escalate"]
    assert announced().count("MatterEscalated") == 2
    assert not Supervision.objects.exists()  # nobody has the duty yet: it moves, whole


def test_a_dispatched_one_climbs_within_the_firm_and_then_out_of_it(story, district, clock):
    leak = story.dispatched()
    assert leak.checker == district.zeguo_station_post
    clock.forward(hours=24)
    sweep(story)
    assert refreshed(leak).owner == district.cold_chain_manager_post
    clock.forward(hours=12)
    sweep(story)
    leak = refreshed(leak)
    # The next post up is the one that was to check: checking moves up with it.
    assert (leak.owner, leak.checker) == (district.zeguo_station_post, district.zeguo_leader_post)
    assert leak.stage == Stage.DISPATCHED


def test_the_deadline_does_not_move_with_the_climbing(story, district, clock):
    leak = story.dispatched()
    deadline = leak.deadline
    clock.forward(hours=24)
    sweep(story)
    leak = refreshed(leak)
    actions.take(leak, by=district.ye_manager, at=clock.now())
    assert leak.due_at == deadline


def test_at_the_top_it_stays_under_a_new_clock_and_is_announced_again(story, district, clock):
    leak = story.reported()
    Matter.objects.update(owner=district.chief_post)
    clock.forward(days=1)
    assert sweep(story)[0] == 1
    leak = refreshed(leak)
    assert (leak.owner, leak.due_at) == (district.chief_post, clock.now() + timedelta(hours=12))
    assert announced()[-1] == "MatterEscalated"


def test_an_empty_seat_is_passed_over(story, district, clock):
    """The leader of 泽国 left and was not replaced: waiting for nobody helps nobody."""
    leak = story.reported()
    district.lin_zeguo_leader.tenures.update(until=clock.now().date())
    clock.forward(days=1)
    sweep(story)
    assert refreshed(leak).owner == district.section_post


def test_the_checker_at_the_top_is_not_made_the_rectifier(story, district, clock):
    leak = story.dispatched(owner=district.section_post, checker=district.zeguo_station_post)
    Matter.objects.update(checker=district.chief_post)
    clock.forward(days=1)
    sweep(story)
    leak = refreshed(leak)
    assert (leak.owner, leak.checker) == (district.section_post, district.chief_post)
    assert leak.due_at > clock.now()


def test_sweeping_twice_does_nothing_twice(story, clock):
    story.reported()
    story.dispatched()
    clock.forward(days=1)
    assert sweep(story)[0] == 2
    assert sweep(story) == (0, 0, 0, 0)


def test_more_than_one_handful_is_swept_at_once(story, clock, monkeypatch):
    monkeypatch.setattr(sweeps, "AT_ONCE", 2)
    for _ in range(5):
        story.reported()
    clock.forward(days=1)
    assert sweep(story)[0] == 5


def test_one_that_cannot_be_dealt_with_does_not_stop_the_others(story, clock, monkeypatch, caplog):
    broken, sound = story.reported(), story.reported()

    def escalate(matter, *, at, real=actions.escalate):
        if matter == broken:
            raise Invalid("岗位链断了")
        real(matter, at=at)

    monkeypatch.setattr(actions, "escalate", escalate)
    clock.forward(days=1)
    assert sweep(story)[0] == 1
    assert refreshed(sound).due_at > clock.now()
    assert "岗位链断了" in caplog.text


# --- after it is taken ----------------------------------------------------------------------------


def test_taken_and_overdue_keeps_its_rectifier_and_gains_a_supervisor(story, district, clock):
    leak = story.taken()
    clock.forward(days=15)
    assert sweep(story) == (0, 1, 0, 0)
    watched = Supervision.objects.get(matter=leak)
    leak = refreshed(leak)
    assert (leak.owner, leak.stage) == (district.cold_chain_safety_post, Stage.RECTIFYING)
    assert leak.light(clock.now()).key == "overdue"
    assert (watched.post, watched.due_at) == (
        district.cold_chain_manager_post,
        clock.now() + timedelta(hours=48),
    )
    assert sweep(story) == (0, 0, 0, 0)


def test_an_idle_supervision_goes_further_up_and_at_the_top_begins_anew(story, district, clock):
    leak = story.taken()
    clock.forward(days=15)
    sweep(story)
    climbed = []
    for _ in range(6):
        clock.forward(hours=48)
        assert sweep(story) == (0, 0, 1, 0)
        climbed.append(Supervision.objects.get(matter=leak, ended_at__isnull=True).post)
    d = district
    assert climbed[:4] == [d.zeguo_station_post, d.zeguo_leader_post, d.section_post, d.chief_post]
    assert climbed[4:] == [d.chief_post, d.chief_post]
    assert Supervision.objects.filter(matter=leak).count() == 5
    assert refreshed(leak).owner == d.cold_chain_safety_post


def test_supervision_ends_when_the_work_is_handed_in(story, clock):
    leak = story.taken()
    clock.forward(days=16)
    sweep(story)
    story.submit(leak)
    watched = Supervision.objects.get()
    assert (watched.ended_at, watched.due_at) == (clock.now(), None)
    assert trail.entries_of(leak).get(verb="submit").note["late"] is True


def test_a_check_that_nobody_makes_is_watched_and_may_then_be_made_from_above(
    story, district, clock
):
    leak = story.submitted()
    with pytest.raises(Forbidden):
        actions.accept(leak, opinion="好", by=district.lin_zeguo_leader, at=clock.now())
    clock.forward(days=3)
    assert sweep(story) == (0, 1, 0, 0)
    assert Supervision.objects.get().post == district.zeguo_leader_post
    actions.accept(leak, opinion="已到场", by=district.lin_zeguo_leader, at=clock.now())
    assert refreshed(leak).stage == Stage.CLOSED
    assert not Supervision.objects.filter(ended_at__isnull=True).exists()


def test_under_interim_control_the_clock_runs_too(story, district, clock):
    leak = story.taken()
    actions.control(leak, measure="停用", by=district.xu_safety, at=clock.now())
    clock.forward(days=15)
    assert sweep(story) == (0, 1, 0, 0)


# --- more time ------------------------------------------------------------------------------------


def asked(story, leak, *, days=10):
    until = leak.due_at + timedelta(days=days)
    by = story.district.xu_safety
    return actions.ask_extension(leak, until=until, reason="等配件", by=by, at=story.now)


def test_an_approved_extension_moves_the_deadline_and_lapses(story, district, clock):
    leak = story.taken()
    extension = asked(story, leak)
    assert refreshed(leak).due_at == extension.old_due_at  # until granted the clock runs on
    actions.approve_extension(leak, opinion="同意", by=district.huang_zeguo_station, at=clock.now())
    leak = refreshed(leak)
    assert leak.due_at == leak.deadline == extension.until

    clock.forward(days=25)
    assert sweep(story) == (0, 1, 0, 1)
    extension.refresh_from_db()
    assert extension.lapsed_at == clock.now()
    assert refreshed(leak).is_overdue(clock.now())
    assert trail.verbs_of(leak)[-2:] == ["watch", "lapse"]
    assert sweep(story) == (0, 0, 0, 0)


def test_longer_time_takes_the_supervisor_away(story, district, clock):
    leak = story.taken()
    clock.forward(days=15)
    sweep(story)
    asked(story, leak)
    actions.approve_extension(leak, by=district.huang_zeguo_station, at=clock.now())
    assert not Supervision.objects.filter(ended_at__isnull=True).exists()


def test_what_was_handed_in_within_the_longer_time_never_lapses(story, district, clock):
    leak = story.taken()
    extension = asked(story, leak)
    actions.approve_extension(leak, by=district.huang_zeguo_station, at=clock.now())
    clock.forward(days=20)
    story.submit(leak)
    clock.forward(days=20)
    sweep(story)
    extension.refresh_from_db()
    assert (extension.met_at is not None, extension.lapsed_at) == (True, None)


def test_nobody_grants_themselves_time(story, district, clock):
    leak = story.taken()
    asked(story, leak)
    district.xu_safety.tenures.update(until=clock.now().date())
    district.appoint(district.xu_safety, district.zeguo_station_post)
    with pytest.raises(Forbidden, match="自己提出"):
        actions.approve_extension(leak, by=district.xu_safety, at=clock.now())


def test_time_refused_leaves_the_deadline(story, district, clock):
    leak = story.taken()
    due_at = leak.due_at
    asked(story, leak)
    with pytest.raises(Invalid, match="不同意的理由"):
        actions.refuse_extension(leak, opinion="", by=district.huang_zeguo_station, at=clock.now())
    actions.refuse_extension(
        leak, opinion="配件有货", by=district.huang_zeguo_station, at=clock.now()
    )
    assert refreshed(leak).due_at == due_at
    with pytest.raises(NotAllowed, match="没有待批"):
        actions.approve_extension(leak, by=district.huang_zeguo_station, at=clock.now())


def test_one_request_at_a_time_and_only_for_later(story, district, clock):
    leak = story.taken()
    with pytest.raises(Invalid, match="晚于现在的期限"):
        asked(story, leak, days=0)
    asked(story, leak)
    with pytest.raises(NotAllowed, match="待批"):
        asked(story, leak)


def test_a_request_that_came_too_late_to_help_is_not_granted(story, district, clock):
    leak = story.taken()
    asked(story, leak, days=1)
    clock.forward(days=17)
    with pytest.raises(Invalid, match="期限已过"):
        actions.approve_extension(leak, by=district.huang_zeguo_station, at=clock.now())


def test_handing_in_withdraws_the_request(story, district, clock):
    leak = story.taken()
    asked(story, leak)
    story.submit(leak)
    request = Extension.objects.get()
    assert (request.approved, request.decided_by) == (False, None)
    actions.refuse(leak, reason="不全", by=district.huang_zeguo_station, at=clock.now())
    asked(story, leak)  # and so asking again is possible


def test_there_is_no_time_to_ask_for_before_it_is_taken(story, district, clock):
    leak = story.dispatched()
    with pytest.raises(NotAllowed, match="待接办"):
        asked(story, leak)


def test_a_chain_of_posts_that_bites_its_tail_ends(story, district, clock):
    Post.objects.filter(pk=district.chief_post.pk).update(superior=district.zeguo_leader_post)
    leak = story.reported()
    Matter.objects.update(owner=district.chief_post)
    for person in (district.lin_zeguo_leader, district.chen_section):
        person.tenures.update(until=clock.now().date())
    clock.forward(days=1)
    assert sweep(story)[0] == 1
    assert refreshed(leak).owner == district.chief_post
