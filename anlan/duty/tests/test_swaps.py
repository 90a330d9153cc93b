"""Swaps by agreement: in force when the other says so, and only then."""

import pytest

from anlan.duty import actions, sweeps
from anlan.duty.actions import SwapFacts
from anlan.duty.flow import FLOW, Stage
from anlan.duty.models import LogEntry, Swap, on_duty
from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.people import actions as people

from .rota import june, names


@pytest.fixture
def friday(rota, district):
    """罗军 has Friday night, 何丽 Saturday night."""
    return rota.on(district.luo_fire, june(14, "17:30"), june(15))


@pytest.fixture
def saturday(rota, district):
    return rota.on(district.he_housing, june(15, "17:30"), june(16))


def ask(rota, shift, other, back=None) -> Swap:
    facts = SwapFacts(other, back, "参加培训")
    return actions.ask_swap(shift, facts, by=shift.person, at=rota.at)


def test_agreed_the_two_nights_are_exchanged_and_the_log_says_so(rota, district, friday, saturday):
    swap = ask(rota, friday, district.he_housing, saturday)
    path = district.wenling.path
    assert names(on_duty(path, level="OFFICER", at=june(14, "22:00"))) == ["罗军"]
    actions.accept_swap(swap, by=district.he_housing, at=rota.at)
    assert names(on_duty(path, level="OFFICER", at=june(14, "22:00"))) == ["何丽"]
    assert names(on_duty(path, level="OFFICER", at=june(15, "22:00"))) == ["罗军"]
    friday.refresh_from_db()
    assert friday.post == district.housing_post  # under one's own post, not the other's
    assert trail.verbs_of(swap) == ["ask_swap", "accept_swap"]
    assert "何丽顶替罗军" in LogEntry.objects.get().words


def test_a_swap_nobody_accepted_lapses_when_the_shift_begins_and_the_asker_stays(
    rota, district, clock, friday
):
    swap = ask(rota, friday, district.he_housing)
    clock.to(june(14, "17:29"))
    assert sweeps.lapse_swaps(at=rota.at) == 0
    clock.to(june(14, "17:30"))
    # The minute before the sweep comes round: too late all the same.
    with pytest.raises(NotAllowed, match="开班"):
        actions.accept_swap(swap, by=district.he_housing, at=rota.at)
    assert sweeps.lapse_swaps(at=rota.at) == 1
    assert sweeps.lapse_swaps(at=rota.at) == 0
    swap.refresh_from_db()
    assert (swap.stage, swap.answer) == (Stage.LAPSED, "开班前对方没有答复")
    assert names(on_duty(district.wenling.path, level="OFFICER", at=rota.at)) == ["罗军"]
    assert "仍由罗军值班" in LogEntry.objects.get().words


def test_declined_the_shift_stays_and_another_may_be_asked(rota, district, friday):
    swap = ask(rota, friday, district.he_housing)
    with pytest.raises(NotAllowed, match="已在等待换班答复"):
        ask(rota, friday, district.ma_admin)
    actions.decline_swap(swap, reason="当晚有事", by=district.he_housing, at=rota.at)
    again = ask(rota, friday, district.ma_admin)
    actions.withdraw_swap(again, by=district.luo_fire, at=rota.at)
    friday.refresh_from_db()
    assert friday.person == district.luo_fire
    stages = Swap.objects.order_by("pk").values_list("stage", flat=True)
    assert list(stages) == [Stage.DECLINED, Stage.WITHDRAWN]


def test_nobody_swaps_for_others_or_says_yes_in_their_name(rota, district, friday):
    facts = SwapFacts(district.he_housing, None, "有事")
    with pytest.raises(Forbidden):
        actions.ask_swap(friday, facts, by=district.ma_admin, at=rota.at)
    swap = ask(rota, friday, district.he_housing)
    for not_asked in (district.luo_fire, district.chen_section):
        with pytest.raises(Forbidden):
            actions.accept_swap(swap, by=not_asked, at=rota.at)


def test_whoever_cannot_lead_cannot_take_the_leaders_night(rota, district):
    night = rota.on(district.zhou_chief, june(14), june(15), level="LEADER")
    with pytest.raises(Invalid, match="不能担任"):
        ask(rota, night, district.luo_fire)


def test_who_left_after_being_asked_cannot_take_it(rota, district, friday):
    swap = ask(rota, friday, district.he_housing)
    people.leave(
        district.he_housing, on=june(12).date(), reason="辞职", by=district.ma_admin, at=rota.at
    )
    swap = Swap.objects.get(pk=swap.pk)
    with pytest.raises(Invalid, match="离任"):
        actions.accept_swap(swap, by=swap.other, at=rota.at)
    swap.refresh_from_db()
    assert swap.stage == Stage.ASKED


def test_a_shift_that_was_given_to_somebody_else_lets_its_swap_go(rota, district, friday):
    swap = ask(rota, friday, district.he_housing)
    actions.reassign_shift(
        friday, person=district.ma_admin, reason="统筹", by=district.chen_section, at=rota.at
    )
    swap.refresh_from_db()
    assert (swap.stage, swap.answer) == (Stage.LAPSED, "值班表已调整")


def test_two_devices_say_yes_and_no_at_once_and_one_of_them_counts(rota, district, friday):
    swap = ask(rota, friday, district.he_housing)
    stale = Swap.objects.get(pk=swap.pk)
    actions.decline_swap(swap, reason="当晚有事", by=district.he_housing, at=rota.at)
    with pytest.raises(NotAllowed, match="何丽已于"):
        actions.accept_swap(stale, by=district.he_housing, at=rota.at)
    friday.refresh_from_db()
    assert friday.person == district.luo_fire


def test_the_flow_table_says_the_same_words_as_the_actions():
    for move in FLOW:
        assert f"({move.term})" in getattr(actions, move.name).__doc__
