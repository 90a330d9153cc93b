"""Everybody answers for themselves: one number, one person, one call, and what stops then."""

from datetime import timedelta

import pytest

from anlan.callup import actions, sweeps
from anlan.callup.models import Answer, Attempt, Cover
from anlan.callup.models.accounting import accounted, left_open
from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid
from anlan.kernel.models import Announcement
from anlan.people.models import Person

from .conftest import LIVE, other


@pytest.fixture
def couple(storm, grid_charge):
    """李秀英 and 吴路 share one telephone, and both answer for something."""
    where = storm.district
    Person.objects.filter(pk=where.wu_bystander.pk).update(phone=where.li_grid3.phone)
    storm.charge("village_cadre_household", where.village_dongmen, where.wu_bystander)
    callup = storm.called(where.village_dongmen, colour="BLUE")
    storm.send()
    return callup


def announced(kind):
    return list(Announcement.objects.filter(event__endswith=kind).values_list("payload", flat=True))


def test_a_number_shared_by_two_persons_is_rung_for_each_and_each_answers_for_themselves(
    storm, couple
):
    li, wu = storm.district.li_grid3, storm.district.wu_bystander
    assert [s.number for s in storm.sent_to(li) + storm.sent_to(wu)] == [li.phone] * 2
    assert "11收到" in storm.sent_to(li)[0].text
    assert "21收到" in storm.sent_to(wu)[0].text
    actions.reply(li.phone, "２２", line="live", at=storm.clock.now())
    assert (storm.state(couple, li), storm.state(couple, wu)) == ("CALLING", "ANSWERED")
    assert storm.row(couple, wu).answer == "ON_SITE"
    actions.reply(li.phone, "李秀英收到", line="live", at=storm.clock.now())
    assert storm.row(couple, li).answer == "RECEIVED"
    assert storm.row(couple, wu).answer == "ON_SITE"


def test_a_reply_that_does_not_say_who_is_nobodys_answer_and_the_desk_is_told(storm, couple):
    li = storm.district.li_grid3
    heard = actions.reply(li.phone, "收到", line="live", at=storm.clock.now())
    assert (heard.answers, heard.understood) == ((), False)
    assert not Answer.objects.exists()
    assert len(announced("ReplyUnclear")[0]["called_ids"]) == 2
    assert trail.entries_of(couple).last().note["said"] == "收到"


def test_the_number_as_the_network_writes_it_is_the_same_number(storm, grid_charge):
    callup = storm.called(storm.district.grid3)
    storm.send()
    li = storm.district.li_grid3
    actions.reply(f"+86 {li.phone[:3]}-{li.phone[3:]}", "1", line="live", at=storm.clock.now())
    assert storm.state(callup, li) == "ANSWERED"


def test_a_number_nobody_was_called_at_answers_nothing(storm, grid_charge):
    storm.called(storm.district.grid3)
    assert actions.reply("13999999999", "1", line="live", at=storm.clock.now()).answers == ()
    assert actions.reply("", "1", line="live", at=storm.clock.now()).answers == ()


def test_an_sms_of_last_week_answers_nothing(storm, grid_charge):
    callup = storm.called(storm.district.grid3)
    storm.send()
    storm.clock.forward(days=4)
    phone = storm.district.li_grid3.phone
    assert actions.reply(phone, "1", line="live", at=storm.clock.now()).answers == ()
    assert storm.state(callup, storm.district.li_grid3) == "CALLING"


def test_answering_stops_what_is_still_queued(storm, grid_charge):
    li = storm.district.li_grid3
    callup = storm.called(storm.district.grid3, colour="BLUE")
    row = storm.row(callup, li)
    actions.answer(row, kind="RECEIVED", by=li, at=storm.clock.now())
    assert storm.send() == []
    states = set(
        Attempt.objects.filter(called=row, channel__in=["SMS", "VOICE"]).values_list(
            "state", flat=True
        )
    )
    assert states == {"CANCELLED"}
    storm.pass_time(400)
    assert not storm.sent
    assert row.deadline is None


def test_nobody_answers_for_somebody_else_in_the_app(storm, grid_charge):
    callup = storm.called(storm.district.grid3)
    row = storm.row(callup, storm.district.li_grid3)
    for other_one in (storm.district.wang_taiping_leader, storm.district.chen_section):
        with pytest.raises(Forbidden):
            actions.answer(row, kind="RECEIVED", by=other_one, at=storm.clock.now())
    with pytest.raises(Invalid):
        actions.answer(row, kind="YES", by=storm.district.li_grid3, at=storm.clock.now())


def test_three_things_at_once_are_one_call(storm, grid_charge):
    li = storm.district.li_grid3
    titles = ("短时强降雨", "山洪风险", "水库泄洪")
    callups = [storm.called(storm.district.grid3, colour="BLUE", title=t) for t in titles]
    storm.send()
    (sms,) = storm.sent_to(li)
    assert "3项叫应" in sms.text
    assert all(title in sms.text for title in titles)
    (call,) = storm.sent_to(li, "VOICE")
    actions.key_pressed(call.ref, "1", line="live", at=storm.clock.now())
    assert {storm.state(each, li) for each in callups} == {"ANSWERED"}
    assert Answer.objects.count() == 3
    assert all(accounted(each).answered == 1 for each in callups)


def test_one_link_answers_all_three(storm, grid_charge):
    li = storm.district.li_grid3
    callups = [storm.called(storm.district.grid3, colour="BLUE", title=t) for t in "甲乙丙"]
    storm.send()
    token = storm.sent_to(li)[0].text.split("/a/")[1].split("/")[0]
    actions.answer_by_link(token, kind="ON_SITE", at=storm.clock.now())
    assert {storm.state(each, li) for each in callups} == {"ANSWERED"}


def test_the_end_of_one_call_up_does_not_silence_the_other_it_spoke_for(storm, grid_charge):
    li, chen = storm.district.li_grid3, storm.district.chen_section
    first = storm.called(storm.district.grid3, colour="BLUE", title="甲")
    second = storm.called(storm.district.grid3, colour="BLUE", title="乙")
    assert Cover.objects.filter(called__callup=second).count() == 2
    actions.end(first, reason="误报", by=chen, at=storm.clock.now())
    storm.send()
    assert storm.sent_to(li)
    assert storm.state(second, li) == "CALLING"


def test_life_safety_lends_its_urgency_to_the_message_that_speaks_for_it(storm, grid_charge):
    storm.called(storm.district.grid3, colour="BLUE", profile="ordinary", title="例行")
    assert not Attempt.objects.filter(channel="SMS").get().urgent
    storm.called(storm.district.grid3, colour="BLUE", title="山洪")
    sms = Attempt.objects.filter(channel="SMS").get()
    assert sms.urgent
    assert "例行；山洪" in sms.text


def test_who_cannot_come_has_answered_and_yet_the_next_one_is_called(storm, grid_charge):
    where = storm.district
    callup = storm.called(where.grid3, colour="BLUE")
    storm.send()
    actions.reply(where.li_grid3.phone, "收到，路断了无法到达", line="live", at=storm.clock.now())
    row = storm.row(callup, where.li_grid3)
    assert (row.state, row.answer) == ("ANSWERED", "CANNOT_COME")
    sweeps.call_on(at=storm.clock.now())
    storm.send()
    assert storm.sent_to(where.wang_taiping_leader)
    row.refresh_from_db()
    assert (row.state, row.passed_to.person) == ("ANSWERED", where.wang_taiping_leader)
    assert sweeps.call_on(at=storm.clock.now()) == 0


def test_one_stand_in_for_two_goes_on_as_long_as_one_of_them_is_not_coming(storm, grid_charge):
    where = storm.district
    li, wu, wang = where.li_grid3, where.wu_bystander, where.wang_taiping_leader
    storm.charge("village_cadre_household", where.village_dongmen, wu, above=grid_charge.above)
    callup = storm.called(where.village_dongmen, colour="BLUE")
    storm.pass_time(200)
    assert {storm.row(callup, each).passed_to.person for each in (li, wu)} == {wang}
    storm.reply(li, "4")
    storm.reply(wu, "1")
    assert storm.state(callup, wang) == "CALLING"
    assert (accounted(callup).answered, accounted(callup).open) == (1, 1)
    storm.reply(wang, "2")
    assert (accounted(callup).answered, accounted(callup).by_next) == (1, 1)
    assert accounted(callup).complete


def test_who_cannot_come_and_nobody_is_left_to_go_is_a_humans_to_look_after(storm, grid_charge):
    where = storm.district
    li, wang = where.li_grid3, where.wang_taiping_leader
    callup = storm.called(where.grid3, colour="BLUE")
    storm.pass_time(200)
    storm.reply(li, "1")
    assert storm.state(callup, wang) == "STOPPED"
    storm.reply(li, "4")  # the road is gone; she who would have stood in was sent home
    assert accounted(callup).open == 1
    sweeps.call_on(at=storm.clock.now())
    row = storm.row(callup, li)
    assert (row.state, row.answer, row.passed_to) == ("ANSWERED", "CANNOT_COME", None)
    assert list(left_open(callup.called.all())) == [row]
    assert announced("PeopleLeftToHand")[-1]["called_ids"] == [row.pk]
    assert (accounted(callup).by_hand, accounted(callup).complete) == (1, False)
    assert sweeps.call_on(at=storm.clock.now()) == 0
    storm.reply(li, "2")
    assert not left_open(callup.called.all())
    assert accounted(callup).complete


def test_nobody_is_sent_for_who_was_only_told_something(storm):
    li = storm.district.li_grid3
    notice = storm.notice(li)
    storm.send()
    storm.reply(li, "4")
    assert sweeps.call_on(at=storm.clock.now()) == 0
    assert accounted(notice).answered == 1
    assert announced("PeopleLeftToHand") == []


def test_the_first_answers_late_and_the_stand_in_is_left_in_peace(storm, grid_charge):
    where = storm.district
    callup = storm.called(where.grid3, colour="BLUE")
    storm.pass_time(200)
    assert storm.state(callup, where.wang_taiping_leader) == "CALLING"
    actions.reply(where.li_grid3.phone, "1", line="live", at=storm.clock.now())
    assert storm.row(callup, where.li_grid3).late
    assert storm.state(callup, where.wang_taiping_leader) == "STOPPED"
    before = len(storm.sent)
    storm.pass_time(300)
    assert len(storm.sent) == before
    assert accounted(callup).late == 1


def test_an_answer_after_the_end_is_kept_and_late(storm, grid_charge):
    where = storm.district
    callup = storm.called(where.grid3, colour="BLUE")
    storm.send()
    actions.end(callup, reason="雨停", by=where.chen_section, at=storm.clock.now())
    storm.clock.forward(minutes=5)
    actions.reply(where.li_grid3.phone, "收到", line="live", at=storm.clock.now())
    row = storm.row(callup, where.li_grid3)
    assert (row.state, row.late, row.answered_at) == ("ANSWERED", True, storm.clock.now())


def test_a_second_answer_changes_what_is_said_not_how_fast_it_was(storm, grid_charge):
    li = storm.district.li_grid3
    callup = storm.called(storm.district.grid3)
    storm.send()
    storm.clock.forward(seconds=30)
    actions.reply(li.phone, "1", line="live", at=storm.clock.now())
    storm.clock.forward(minutes=20)
    actions.reply(li.phone, "3", line="live", at=storm.clock.now())
    row = storm.row(callup, li)
    assert (row.answer, row.late) == ("NEED_HELP", False)
    assert row.answered_at - row.called_at == timedelta(seconds=30)
    assert [a["kind"] for a in announced("PersonAnswered")] == ["RECEIVED", "NEED_HELP"]


def test_a_key_that_means_nothing_answers_nothing(storm, grid_charge):
    callup = storm.called(storm.district.grid3)
    storm.send()
    call = storm.sent_to(storm.district.li_grid3, "VOICE")[0]
    for key in ("9", "0", "*", "#", "", "12", "x"):
        assert actions.key_pressed(call.ref, key, line="live", at=storm.clock.now()) == []
    assert storm.state(callup, storm.district.li_grid3) == "CALLING"


def test_a_key_is_believed_only_from_the_line_that_rang(storm, grid_charge):
    storm.line(LIVE, other(LIVE, key="another", place=2))
    callup = storm.called(storm.district.grid3)
    storm.send()
    call = storm.sent_to(storm.district.li_grid3, "VOICE")[0]
    assert actions.key_pressed(call.ref, "1", line="another", at=storm.clock.now()) == []
    assert storm.state(callup, storm.district.li_grid3) == "CALLING"
