"""The log and the handover: written once, by whoever is there, and never changed."""

import pytest
from django.db import DatabaseError, transaction

from anlan.duty import actions, sweeps
from anlan.duty.actions import Note, OpenThing
from anlan.duty.models import Handover, LogEntry
from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.kernel.models import Announcement
from anlan.kernel.refs import Ref

from .rota import june


@pytest.fixture
def night(rota, district, clock):
    """罗军 sits there in the night to the 14th, 何丽 comes at half past eight."""
    shift = rota.on(district.luo_fire, june(13, "17:30"), june(14))
    rota.on(district.he_housing, june(14), june(14, "17:30"))
    clock.to(june(13, "22:00"))
    return shift


def test_whoever_is_on_duty_writes_the_log_and_who_is_not_does_not(rota, district, night):
    note = Note("UNANSWERED", "致电泽国镇值班室三次未接通", related=Ref.of(rota.zeguo))
    entry = actions.write_log(rota.room, note, by=district.luo_fire, at=rota.at)
    assert (entry.post, entry.happened_at) == (district.fire_post, rota.at)
    assert entry.related == Ref.of(rota.zeguo)
    for stranger in (district.he_housing, district.zhou_chief, district.wu_bystander):
        with pytest.raises(Forbidden):
            actions.write_log(rota.room, note, by=stranger, at=rota.at)


def test_a_slip_of_the_pen_is_corrected_by_a_new_entry_and_both_stay(rota, district, night):
    first = actions.write_log(
        rota.room, Note("CALL_IN", "大溪镇报积水 30 米"), by=district.luo_fire, at=rota.at
    )
    second = actions.correct_log(
        first, words="大溪镇报积水 30 厘米", by=district.luo_fire, at=rota.at
    )
    assert second.corrects == first
    assert LogEntry.objects.get(pk=first.pk).words == "大溪镇报积水 30 米"
    assert trail.verbs_of(first) == ["write_log", "correct_log"]


def test_the_database_itself_refuses_to_change_the_log(rota, district, night):
    actions.write_log(rota.room, Note("CALL_IN", "一切正常"), by=district.luo_fire, at=rota.at)
    for change in (
        lambda: LogEntry.objects.update(words="改过"),
        lambda: LogEntry.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="不能修改或删除"), transaction.atomic():
            change()


def test_what_has_not_happened_yet_does_not_go_into_the_log(rota, district, night):
    note = Note("CALL_IN", "明早来电", happened_at=june(14))
    with pytest.raises(Invalid, match="将来"):
        actions.write_log(rota.room, note, by=district.luo_fire, at=rota.at)


def hand_over(rota, district, night) -> Handover:
    things = [OpenThing("大溪镇积水待复核", Ref.of(rota.zeguo)), OpenThing(" ")]
    return actions.give_handover(
        night, words="夜间降雨 32 毫米", open_things=things, by=district.luo_fire, at=rota.at
    )


def test_the_next_one_signs_for_what_is_open_and_nothing_can_be_changed_afterwards(
    rota, district, clock, night
):
    clock.to(june(14, "08:20"))
    handover = hand_over(rota, district, night)
    assert handover.open_things == [{"words": "大溪镇积水待复核", "ref": str(Ref.of(rota.zeguo))}]
    assert handover.due_by == june(14, "09:00")
    clock.to(june(14, "08:31"))
    actions.take_handover(handover, remark="已核对", by=district.he_housing, at=rota.at)
    kept = Handover.objects.get()
    assert (kept.taken_by, kept.remark) == (district.he_housing, "已核对")
    for change in (
        lambda: Handover.objects.update(words="夜间无雨"),
        lambda: Handover.objects.update(taken_at=None, taken_by=None),
        lambda: Handover.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="交接班记录不能修改或删除"), transaction.atomic():
            change()
    with pytest.raises(NotAllowed, match="何丽已接班"):
        actions.take_handover(handover, by=district.chen_section, at=rota.at)


def test_before_it_is_taken_its_words_cannot_be_changed_either(rota, district, night):
    hand_over(rota, district, night)
    with pytest.raises(DatabaseError), transaction.atomic():
        Handover.objects.update(words="夜间无雨")
    with pytest.raises(NotAllowed, match="已经交班"):
        hand_over(rota, district, night)


def test_a_handover_that_nobody_takes_is_told_once(rota, district, clock, night):
    handover = hand_over(rota, district, night)
    clock.to(june(14, "08:59"))
    assert sweeps.mark_not_taken(at=rota.at) == 0
    clock.to(june(14, "09:00"))
    assert sweeps.mark_not_taken(at=rota.at) == 1
    assert sweeps.mark_not_taken(at=rota.at) == 0
    assert trail.verbs_of(handover) == ["give_handover", "mark_not_taken"]
    assert Announcement.objects.filter(event="anlan.duty.events.HandoverNotTaken").count() == 1
    # It can still be taken, and then says when.
    clock.to(june(14, "09:40"))
    actions.take_handover(handover, by=district.he_housing, at=rota.at)
    kept = Handover.objects.get()
    assert (kept.late_at, kept.taken_at) == (june(14, "09:00"), june(14, "09:40"))


def test_nobody_hands_over_for_another_or_takes_from_themselves(rota, district, clock, night):
    rota.on(district.zhou_chief, june(13, "22:00"), june(14), level="LEADER")
    with pytest.raises(Forbidden, match="由罗军本人交班"):
        actions.give_handover(night, words="无异常", by=district.zhou_chief, at=rota.at)
    handover = hand_over(rota, district, night)
    with pytest.raises(Forbidden, match="不能自己接班"):
        actions.take_handover(handover, by=district.luo_fire, at=rota.at)
    # 何丽 comes on at half past eight: ten hours before that she is nobody here.
    with pytest.raises(Forbidden):
        actions.take_handover(handover, by=district.he_housing, at=rota.at)
