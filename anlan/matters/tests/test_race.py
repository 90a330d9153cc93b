"""Two people at once, on a real database with real threads: one succeeds, the other learns who."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from anlan.demo.district import District
from anlan.kernel import trail
from anlan.kernel.errors import NotAllowed, Refused
from anlan.matters import actions, sweeps
from anlan.matters.actions import Order
from anlan.matters.models import Supervision

from .story import LISTS, Story, refreshed


@pytest.fixture
def district(own_database, clock):
    """The cast in a database of its own: threads see only what was committed."""
    return District(clock)


def at_once(*deeds):
    """Run the deeds in threads that start together; what each answered, refusals included."""
    gate = Barrier(len(deeds))

    def run(deed):
        try:
            gate.wait(timeout=10)
            return deed()
        except Refused as no:
            return no
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_two_accepters_one_closes_the_other_is_told_who(story: Story, district, clock):
    district.appoint(district.qian_taiping_deputy, district.zeguo_station_post)
    leak = story.submitted()

    def accepting(person):
        mine = refreshed(leak)
        return lambda: actions.accept(mine, opinion="属实", by=person, at=clock.now())

    answers = at_once(
        accepting(district.huang_zeguo_station), accepting(district.qian_taiping_deputy)
    )
    refused = [answer for answer in answers if isinstance(answer, NotAllowed)]
    assert answers.count(None) == len(refused) == 1
    first = trail.entries_of(leak).get(verb="accept").actor
    assert f"{first}已于2024-06-12 16:00核查销号" in refused[0].words
    assert refreshed(leak).stage == "CLOSED"


def test_two_dispatchers_give_it_to_one_post(story: Story, district, clock):
    leak = story.reported()

    def dispatching(person, owner):
        mine = refreshed(leak)
        order = Order(plan=LISTS, grade="GENERAL", owner=owner)
        return lambda: actions.dispatch(mine, order=order, by=person, at=clock.now())

    answers = at_once(
        dispatching(district.huang_zeguo_station, district.cold_chain_safety_post),
        dispatching(district.lin_zeguo_leader, district.cold_chain_manager_post),
    )
    assert answers.count(None) == 1
    entry = trail.entries_of(leak).get(verb="dispatch")
    assert refreshed(leak).owner_id == entry.note["owner"]


def test_two_deciders_of_one_request(story: Story, district, clock):
    leak = story.taken()
    until = leak.due_at.replace(day=30)
    actions.ask_extension(leak, until=until, reason="缺件", by=district.xu_safety, at=clock.now())
    yes, no = refreshed(leak), refreshed(leak)
    station, section = district.huang_zeguo_station, district.chen_section
    answers = at_once(
        lambda: actions.approve_extension(yes, by=station, at=clock.now()),
        lambda: actions.refuse_extension(no, opinion="不行", by=section, at=clock.now()),
    )
    assert sum(isinstance(answer, NotAllowed) for answer in answers) == 1
    granted = trail.entries_of(leak).filter(verb="approve_extension").exists()
    assert (refreshed(leak).due_at == until) is granted


def test_a_publication_and_a_move_at_once_lose_nobody_s_facts(story: Story, district, clock):
    leak = story.major()
    taking, publishing = refreshed(leak), refreshed(leak)
    at_once(
        lambda: actions.send_back(
            taking, reason="非本单位", by=district.ye_manager, at=clock.now()
        ),
        lambda: actions.publish(publishing, by=district.chen_section, at=clock.now()),
    )
    details = refreshed(leak).details
    assert details["sent_back"] is True
    published = trail.entries_of(leak).filter(verb="publish").exists()
    assert details.get("public", False) is published


def test_several_workers_sweep_each_matter_once(story: Story, clock):
    for _ in range(12):
        story.reported()
    clock.forward(days=1)
    counts = at_once(*[lambda: sweeps.escalate_overdue(at=clock.now())] * 4)
    assert sum(counts) == 12
    assert trail.TrailEntry.objects.filter(verb="escalate").count() == 12


def test_several_workers_set_one_supervisor(story: Story, clock):
    leaks = [story.taken() for _ in range(6)]
    clock.forward(days=15)
    counts = at_once(*[lambda: sweeps.supervise_overdue(at=clock.now())] * 3)
    assert sum(counts) == 6
    assert Supervision.objects.filter(matter__in=leaks).count() == 6


def test_one_report_sent_twice_at_once_is_one_matter(story: Story, district, clock):
    finding = story.leak(origin="phone:11")

    def sending():
        return actions.report(finding, by=district.sun_grid7, at=clock.now())

    answers = at_once(sending, sending)
    assert answers[0] == answers[1]
    assert trail.verbs_of(answers[0]) == ["report"]


def test_who_read_it_before_it_climbed_comes_too_late(story: Story, district, clock):
    matter = story.dispatched()
    as_read_before = type(matter).objects.get(pk=matter.pk)
    clock.forward(days=2)
    assert sweeps.escalate_overdue(at=clock.now()) == 1

    with pytest.raises(NotAllowed, match="改由他人办理"):
        actions.take(as_read_before, by=district.xu_safety, at=clock.now())

    matter.refresh_from_db()
    assert matter.stage == "DISPATCHED"
    assert matter.owner != district.cold_chain_safety_post
