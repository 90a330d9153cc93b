"""The link in the SMS: one's own, once, not for ever."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.callup import actions
from anlan.callup.models import Answer, Attempt, links
from anlan.callup.models.links import issue_token, read_token, token_of
from anlan.callup.rules import segments
from anlan.kernel.errors import GoneStale, Invalid, NotAllowed, Refused
from anlan.kernel.models import TrailEntry

from .conftest import LIVE, other


@pytest.fixture
def running(storm, grid_charge):
    callup = storm.called(storm.district.grid3)
    storm.send()
    return callup


def token_in(sms: str) -> str:
    found = re.search(r"https://a\.wl\.gov\.cn/a/([^/]+)/", sms)
    assert found, sms
    return found[1]


def test_who_taps_the_link_has_answered_without_signing_in(storm, running):
    li = storm.district.li_grid3
    token = token_in(storm.sent_to(li)[0].text)
    storm.clock.forward(seconds=40)
    (kept,) = actions.answer_by_link(token, kind="ON_SITE", text="在3号桥", at=storm.clock.now())
    row = storm.row(running, li)
    assert (row.state, row.answer, row.late) == ("ANSWERED", "ON_SITE", False)
    assert (kept.channel, kept.text, kept.recorded_by) == ("SMS", "在3号桥", None)
    assert row.answered_at - row.called_at == timedelta(seconds=40)


def test_a_link_serves_once_and_the_page_gives_the_next(storm, running):
    li = storm.district.li_grid3
    token = token_in(storm.sent_to(li)[0].text)
    actions.answer_by_link(token, kind="RECEIVED", at=storm.clock.now())
    with pytest.raises(NotAllowed, match="已经用过"):
        actions.answer_by_link(token, kind="NEED_HELP", at=storm.clock.now())
    following = issue_token(storm.row(running, li))
    actions.answer_by_link(following, kind="NEED_HELP", at=storm.clock.now())
    assert storm.row(running, li).answer == "NEED_HELP"
    assert list(Answer.objects.order_by("pk").values_list("kind", flat=True)) == [
        "RECEIVED",
        "NEED_HELP",
    ]


def test_an_answer_says_over_which_way_its_link_came(storm, grid_charge, profiles_are):
    profiles_are(
        "life_safety:\n  label: 甲\n  life_safety: yes\n  pass_on_after: 90\n  by_hand_after: 90\n"
        "  steps: [{channels: [SMS, MAIL]}]\n"
    )
    li = storm.district.li_grid3
    storm.line(other(LIVE, channels=("SMS", "MAIL")))
    actions.keep_address(channel="MAIL", address="li@wl.cn", by=li, at=storm.clock.now())
    first = storm.called(storm.district.grid3, colour="BLUE", title="甲")
    storm.called(storm.district.grid3, colour="BLUE", title="乙")
    storm.send()
    answers = actions.answer_by_link(
        token_in(storm.sent_to(li, "MAIL")[0].text), kind="RECEIVED", at=storm.clock.now()
    )
    assert [each.channel for each in answers] == ["MAIL", "MAIL"]
    assert answers[0].attempt.channel == "MAIL"
    assert ("MAIL", "ANSWERED") in storm.outcomes(first, li)
    following = issue_token(storm.row(first, li))
    (more,) = actions.answer_by_link(following, kind="ON_SITE", at=storm.clock.now())
    assert more.channel == "MAIL"


def test_a_link_dies_with_its_day(storm, running):
    token = token_in(storm.sent_to(storm.district.li_grid3)[0].text)
    storm.clock.forward(hours=24)
    assert read_token(token, at=storm.clock.now())
    storm.clock.forward(seconds=1)
    with pytest.raises(GoneStale, match="过期"):
        actions.answer_by_link(token, kind="RECEIVED", at=storm.clock.now())


def test_the_signature_of_one_opens_nothing_of_another(storm, running):
    others = storm.called(storm.district.grid3, title="另一场")
    mine, theirs = storm.row(running, storm.district.li_grid3), others.called.first()
    name, signature = issue_token(mine).rsplit(".", 1)
    stolen = f"{issue_token(theirs).rsplit('.', 1)[0]}.{signature}"
    with pytest.raises(Invalid):
        read_token(stolen, at=storm.clock.now())
    assert read_token(f"{name}.{signature}", at=storm.clock.now()) == mine


def test_another_turn_cannot_be_made_up(storm, running):
    mine = storm.row(running, storm.district.li_grid3)
    called, _, signature = issue_token(mine).split(".")
    with pytest.raises(Invalid):
        read_token(f"{called}.1.{signature}", at=storm.clock.now())


def test_nobody_is_behind_a_well_signed_number_that_is_not_there(storm, running):
    with pytest.raises(Invalid):
        read_token(token_of(10**9, 0), at=storm.clock.now())


def test_another_secret_signs_nothing(storm, running, settings):
    mine = storm.row(running, storm.district.li_grid3)
    settings.SECRET_KEY = "another house's secret"
    foreign = issue_token(mine)
    settings.SECRET_KEY = "anlan"
    with pytest.raises(Invalid):
        read_token(foreign, at=storm.clock.now())


@given(st.text(max_size=80))
def test_garbage_is_refused_in_words_before_the_database_is_asked(text):
    with pytest.raises(Refused) as no:
        read_token(text, at=datetime(2024, 6, 12, tzinfo=UTC))
    assert no.value.words
    assert no.value.mend


@given(place=st.integers(0, 40), letter=st.sampled_from("0aZ.-_é1"))
def test_one_letter_changed_anywhere_is_refused(place, letter):
    token = token_of(123456, 3)
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]
    if changed == token:
        return
    name, _, given_ = changed.rpartition(".")
    assert links._signature(name) != given_


def test_the_link_stands_in_no_table_and_no_trail(storm, running):
    token = token_in(storm.sent_to(storm.district.li_grid3)[0].text)
    actions.answer_by_link(token, kind="RECEIVED", at=storm.clock.now())
    assert all(token not in text for text in Attempt.objects.values_list("text", flat=True))
    assert all(token not in str(note) for note in TrailEntry.objects.values_list("note", flat=True))


def test_an_sms_with_its_link_is_short_enough(storm, running):
    sms = storm.sent_to(storm.district.li_grid3)[0].text
    assert segments(sms) <= 2, sms
    assert "回复1收到2到岗3需援4不能到" in sms
