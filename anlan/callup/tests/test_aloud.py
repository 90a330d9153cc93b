"""What is said to a whole place, by loudspeaker or to the work group: not up to one person."""

from datetime import timedelta

import pytest

from anlan.callup import actions, rules, sweeps
from anlan.callup.models import Attempt, Cover
from anlan.kernel.errors import Invalid

from .conftest import LIVE, other

PROFILE = """
life_safety:
  label: 生命安全叫应
  life_safety: yes
  steps:
    - {channels: [APP, SMS, LOUDSPEAKER, CHAT], retry_after: 60}
    - {channels: [VOICE, LOUDSPEAKER], retry_after: 60}
  pass_on_after: 180
  by_hand_after: 240
evening:
  label: 一般叫应
  steps: [{channels: [SMS, LOUDSPEAKER], retry_after: 60}]
  pass_on_after: 180
  by_hand_after: 240
  quiet: {from: 22:00, to: 06:00, channels: [LOUDSPEAKER]}
"""


@pytest.fixture
def loud(storm, grid_charge, profiles_are):
    profiles_are(PROFILE)
    storm.line(other(LIVE, channels=("SMS", "VOICE", "LOUDSPEAKER", "CHAT")))
    return storm


def aloud(storm, channel):
    return [each for each in storm.sent if each.channel == channel]


def test_the_village_is_warned_to_the_end_though_its_official_answered_first(loud):
    li, grid = loud.district.li_grid3, loud.district.grid3
    callup = loud.called(grid, colour="BLUE")
    actions.answer(loud.row(callup, li), kind="RECEIVED", by=li, at=loud.clock.now())
    lost = actions.claim("live", limit=1, at=loud.clock.now())
    assert [each.channel for each in lost] == ["LOUDSPEAKER"]  # the line dies over it
    loud.clock.forward(seconds=61)
    sweeps.release_leases(at=loud.clock.now())
    loud.send()
    (first,) = aloud(loud, "LOUDSPEAKER")
    assert (first.number, first.text) == (grid.code, f"{grid.name}的居民请注意：短时强降雨将至。")
    loud.pass_time(600, every=30)
    assert [each.number for each in aloud(loud, "LOUDSPEAKER")] == [grid.code] * 2
    assert not loud.sent_to(li)
    callup.refresh_from_db()
    assert callup.aloud_at is None


def test_the_end_of_the_call_up_silences_the_loudspeakers(loud):
    callup = loud.called(loud.district.grid3)
    actions.end(callup, reason="误报", by=loud.district.chen_section, at=loud.clock.now())
    loud.pass_time(120)
    assert loud.sent == []


def test_an_ordinary_call_up_lets_the_village_sleep_and_speaks_in_the_morning(loud):
    clock = loud.clock
    clock.to(clock.now().replace(hour=15))  # 23:00 in the district
    callup = loud.called(loud.district.grid3, profile="evening", colour="BLUE")
    loud.pass_time(60)
    assert loud.sent_to(loud.district.li_grid3)
    assert not aloud(loud, "LOUDSPEAKER")
    callup.refresh_from_db()
    assert callup.aloud_at == clock.now().replace(hour=22, minute=0)
    clock.to(callup.aloud_at)
    loud.pass_time(60)
    assert len(aloud(loud, "LOUDSPEAKER")) == 1


def test_the_work_group_is_told_once_a_call_up_without_names_and_without_anybodys_link(loud):
    where = loud.district
    first = loud.called(where.taiping, title="甲")
    second = loud.called(where.taiping, title="乙")
    assert first.called.count() > 1
    assert not Cover.objects.filter(attempt__channel__in=rules.PLACES).exists()
    loud.send()
    texts = [each.text for each in aloud(loud, "CHAT")]
    assert texts == [f"{title}。请太平街道的有关责任人立即应答。" for title in "甲乙"]
    assert {each.number for each in aloud(loud, "CHAT")} == {""}
    kept = Attempt.objects.filter(channel="CHAT").values_list("called__callup", "outcome")
    assert sorted(kept) == [(first.pk, "NOTIFIED"), (second.pk, "NOTIFIED")]
    with pytest.raises(Invalid, match="不用登记"):
        actions.keep_address(channel="CHAT", address="li", by=where.li_grid3, at=loud.clock.now())


def test_a_loudspeaker_that_fails_hurries_nobody(loud):
    li = loud.district.li_grid3
    callup = loud.called(loud.district.grid3, colour="BLUE")
    loud.send()
    before = loud.row(callup, li).deadline
    for each in loud.sent:
        outcome = "FAILED" if each.channel in rules.PLACES else "DELIVERED"
        actions.receipt(each.ref, outcome, line="live", at=loud.clock.now())
    assert loud.row(callup, li).deadline == before > loud.clock.now() + timedelta(seconds=30)
