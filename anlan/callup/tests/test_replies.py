"""An SMS comes in: what it answers, what it does not, and what nobody can make sense of."""

import pytest

from anlan.callup import actions
from anlan.callup.models import Answer
from anlan.callup.models.statistics import answer_times
from anlan.kernel import trail
from anlan.kernel.models import Announcement
from anlan.people.models import Person


def test_a_reply_to_a_notice_answers_no_life_safety_call_that_never_left_the_house(
    storm, grid_charge
):
    li = storm.district.li_grid3
    notice = storm.notice(li)
    storm.send()
    callup = storm.called(storm.district.grid3, colour="BLUE")
    actions.claim("live", limit=9, at=storm.clock.now())
    actions.line_failed("live", "连接失败", at=storm.clock.now())
    storm.reply(li, "1")
    assert (storm.state(notice, li), storm.state(callup, li)) == ("ANSWERED", "CALLING")
    storm.clock.forward(seconds=10)
    storm.send()
    assert "短时强降雨将至" in storm.sent_to(li)[-1].text
    storm.reply(li, "2")
    assert storm.row(callup, li).answer == "ON_SITE"
    assert storm.row(notice, li).answer == "RECEIVED"  # the last message was not that one


def test_a_reply_of_today_says_nothing_about_the_night_before(storm, grid_charge):
    li, wang = storm.district.li_grid3, storm.district.wang_taiping_leader
    before = storm.called(storm.district.grid3, colour="BLUE")
    storm.pass_time(190)
    storm.clock.forward(hours=1)
    actions.end(before, reason="雨停", by=storm.district.chen_section, at=storm.clock.now())
    storm.clock.forward(hours=20)
    today = storm.called(storm.district.grid3, colour="BLUE")
    storm.send()
    storm.reply(li, "1")
    storm.reply(wang, "1")  # nothing was sent to her today: she answers the last she got
    assert storm.state(today, li) == "ANSWERED"
    assert storm.state(before, li) == "PASSED_ON"
    assert (storm.state(before, wang), storm.row(before, wang).late) == ("ANSWERED", True)


@pytest.mark.parametrize("noise", ["你是谁", "没收到", "我不在现场", "您好，我在开会", ""])
def test_noise_is_kept_and_shown_and_ends_no_calling(storm, grid_charge, noise):
    li = storm.district.li_grid3
    callup = storm.called(storm.district.grid3, colour="BLUE")
    storm.send()
    heard = storm.reply(li, noise)
    assert ([each.kind for each in heard.answers], heard.understood) == (["OTHER"], False)
    assert storm.state(callup, li) == "CALLING"
    told = trail.entries_of(callup).get(verb="reply_unclear").note  # what the board shows
    assert (told["said"], told["called"]) == (noise, [storm.row(callup, li).pk])
    assert [line.key for line in answer_times("channel")] == [""]
    storm.pass_time(90)
    assert len(storm.sent_to(li, "VOICE")) == 2
    storm.reply(li, "1")
    storm.reply(li, "谢谢")
    row = storm.row(callup, li)
    assert (row.state, row.answer) == ("ANSWERED", "RECEIVED")
    assert Answer.objects.filter(called=row).count() == 3
    assert Announcement.objects.filter(event__endswith="ReplyUnclear").count() == 1


def test_what_joins_a_message_is_answered_by_it_with_any_answer_that_it_offers(storm, grid_charge):
    """A life-safety call-up joins a notice that still waits, and the other way round."""
    li = storm.district.li_grid3
    notice = storm.notice(li)
    callup = storm.called(storm.district.grid3, colour="BLUE")
    told = storm.notice(li, "另有一事")
    storm.send()
    (sms,) = storm.sent_to(li)
    assert "3项叫应" in sms.text
    assert "回复1收到2到岗3需援4不能到" in sms.text
    assert len(actions.key_pressed(sms.ref, "4", line="live", at=storm.clock.now())) == 3
    assert storm.row(callup, li).answer == "CANNOT_COME"
    assert storm.state(notice, li) == storm.state(told, li) == "ANSWERED"


def test_a_message_is_worded_anew_though_the_number_is_no_longer_shared(storm):
    where = storm.district
    wu, he = where.wu_bystander, where.he_housing
    Person.objects.filter(pk=he.pk).update(phone=wu.phone)
    higher = max((he, wu), key=lambda each: each.pk)
    storm.notice(higher)
    other_one = min((he, wu), key=lambda each: each.pk)
    Person.objects.filter(pk=other_one.pk).update(phone="")
    storm.notice(higher, "另有一事")
    storm.send()
    (sms,) = storm.sent_to(higher)
    assert "明早八时换班；另有一事" in sms.text
    actions.reply(wu.phone, "21", line="live", at=storm.clock.now())
    assert set(Answer.objects.values_list("kind", flat=True)) == {"RECEIVED"}
    assert Answer.objects.count() == 2
