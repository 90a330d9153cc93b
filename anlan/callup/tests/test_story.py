"""The night it rained on grid 3, as the duty officer tells it."""

from anlan.callup import actions
from anlan.callup.models import Answer
from anlan.callup.models.accounting import accounted
from anlan.kernel import trail


def test_the_grid_officer_is_silent_the_deputys_number_is_dead_the_towns_leader_answers(
    storm, grid_charge
):
    where = storm.district
    li, luo, wang = where.li_grid3, where.luo_fire, where.wang_taiping_leader
    storm.deputy(luo, where.grid3_post)
    # Yellow calls 镇领导包村 too; here the leader shall come in as the next one up.
    grid_charge.above.kind = "leader_contact"
    grid_charge.above.save()
    callup = storm.called(where.grid3, colour="YELLOW")
    storm.send()
    assert sorted(each.channel for each in storm.sent) == ["SMS", "VOICE"]
    assert storm.state(callup, li) == "CALLING"

    storm.pass_time(180)  # T1 at 90 seconds rang again, T2 at 180 passes on
    assert len(storm.sent_to(li, "VOICE")) == 2
    assert storm.state(callup, li) == "PASSED_ON"
    storm.pass_time(10)
    assert storm.sent_to(luo, "VOICE")
    storm.receipt(luo, "VOICE", "DEAD_NUMBER")
    before = storm.clock.now()
    storm.pass_time(20, every=5)
    assert storm.state(callup, luo) == "PASSED_ON"  # at once, not after another three minutes
    assert (storm.clock.now() - before).seconds < 60
    assert storm.sent_to(wang, "VOICE")

    storm.clock.forward(seconds=15)
    actions.key_pressed(storm.sent_to(wang, "VOICE")[0].ref, "2", line="live", at=storm.clock.now())
    leader = storm.row(callup, wang)
    assert (leader.state, leader.answer, leader.late) == ("ANSWERED", "ON_SITE", False)
    assert (leader.as_next, storm.row(callup, luo).as_next) == ("superior", "deputy")
    done = accounted(callup)
    assert (done.people, done.answered, done.by_next, done.open) == (1, 0, 1, 0)

    _the_first_answers_late(storm, callup)
    assert ("VOICE", "DEAD_NUMBER") in storm.outcomes(callup, luo)
    assert ("VOICE", "ANSWERED") in storm.outcomes(callup, wang)


def _the_first_answers_late(storm, callup):
    li, wang = storm.district.li_grid3, storm.district.wang_taiping_leader
    storm.clock.forward(minutes=4)
    actions.reply(li.phone, "收到了，刚才在巡查", line="live", at=storm.clock.now())
    officer = storm.row(callup, li)
    assert (officer.state, officer.late, officer.answer) == ("ANSWERED", True, "RECEIVED")
    assert officer.answered_at == storm.clock.now()
    assert storm.row(callup, wang).answer == "ON_SITE"  # and what the leader said stands
    kept = Answer.objects.get(called=officer)
    assert (kept.late, kept.text) == (True, "收到了，刚才在巡查")
    assert trail.verbs_of(callup).count("answer") == 2
