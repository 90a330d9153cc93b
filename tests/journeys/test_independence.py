"""Done means checked by somebody else: not under another post, not by another program."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from anlan.kernel.errors import Forbidden, Refused
from anlan.matters import access, actions
from anlan.matters.flow import Stage
from anlan.matters.models import Rectification
from anlan.people.access import scope_of

from .story import refreshed


def buttons(story, person, matter) -> set[str]:
    scope = scope_of(person, at=story.now)
    return {move.name for move in access.deeds_open_to(scope, refreshed(matter))}


def accept(story, matter, by) -> None:
    actions.accept(refreshed(matter), opinion="同意销号", by=by, at=story.now)


def test_the_rectifier_has_no_such_button_and_is_refused_without_one(story, district):
    valve = story.submitted()
    assert not buttons(story, district.xu_safety, valve) & {"accept", "refuse", "reopen"}
    with pytest.raises(Forbidden):
        accept(story, valve, district.xu_safety)
    assert refreshed(valve).stage == Stage.SUBMITTED


def test_nor_under_the_checking_post_that_he_holds_besides(story, district):
    """The town has lent 徐文's hand to its station: two posts, one person."""
    valve = story.submitted()
    district.appoint(district.xu_safety, district.zeguo_station_post)
    assert "accept" not in buttons(story, district.xu_safety, valve)
    with pytest.raises(Forbidden) as refused:
        accept(story, valve, district.xu_safety)
    assert "整改" in refused.value.words
    # And when he has left the firm's post, he still is the one who did it.
    district.xu_safety.tenures.filter(post=district.cold_chain_safety_post).delete()
    assert "accept" not in buttons(story, district.xu_safety, valve)
    with pytest.raises(Forbidden) as refused:
        accept(story, valve, district.xu_safety)
    assert "换一个岗位也不行" in refused.value.words


def test_nor_whoever_rectified_in_an_earlier_round(story, district):
    """叶青 did the first round, 徐文 the second; the first round still is 叶青's hand."""
    valve = story.dispatched(owner=district.cold_chain_manager_post)
    actions.take(valve, by=district.ye_manager, at=story.now)
    story.submitted(valve, by=district.ye_manager)
    actions.refuse(valve, reason="阀门未换", by=district.huang_zeguo_station, at=story.now)
    actions.reassign(
        valve,
        owner=district.cold_chain_safety_post,
        reason="由安全管理员办理",
        by=district.huang_zeguo_station,
        at=story.now,
    )
    story.submitted(story.taken(valve))
    district.ye_manager.tenures.all().delete()
    district.appoint(district.ye_manager, district.zeguo_station_post)
    assert "accept" not in buttons(story, district.ye_manager, valve)
    with pytest.raises(Forbidden):
        accept(story, valve, district.ye_manager)


def test_nor_whoever_only_held_the_danger_down(story, district):
    valve = story.taken()
    actions.control(valve, measure="停用该管段，专人看守", by=district.xu_safety, at=story.now)
    actions.reassign(
        valve,
        owner=district.cold_chain_manager_post,
        reason="资金由负责人落实",
        by=district.huang_zeguo_station,
        at=story.now,
    )
    actions.take(valve, by=district.ye_manager, at=story.now)
    story.submitted(valve, by=district.ye_manager)
    district.xu_safety.tenures.all().delete()
    district.appoint(district.xu_safety, district.zeguo_station_post)
    with pytest.raises(Forbidden):
        accept(story, valve, district.xu_safety)


def test_a_colleague_on_the_rectifying_post_does_not_check_it_either(story, district):
    valve = story.submitted()
    district.appoint(district.wu_bystander, district.cold_chain_safety_post)
    district.appoint(district.wu_bystander, district.zeguo_station_post)
    with pytest.raises(Forbidden):
        accept(story, valve, district.wu_bystander)


def test_found_and_mended_on_the_spot_is_checked_by_another_too(story, district):
    by = district.huang_zeguo_station
    both = story.shown("BEFORE", by=by) + story.shown("AFTER", by=by, seed=2)
    found = actions.Finding(title="灭火器过期", area=district.grid7, source="GRID", body=None)
    mended = actions.rectify_now(found, words="当场更换", evidence=both, by=by, at=story.now)
    assert mended.stage == Stage.SUBMITTED
    assert mended.checker != district.zeguo_station_post
    with pytest.raises(Refused):
        accept(story, mended, by)


def test_the_database_itself_refuses_a_rectifier_as_judge(story, district):
    """A program of somebody else, or a hand at the console: the promise is the database's."""
    valve = story.submitted()
    judged = "UPDATE matters_rectification SET verdict = 'ACCEPTED', judged_by_id = %s"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(judged, [district.xu_safety.pk])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE matters_matter SET stage = 'CLOSED', closed_at = now()")
    assert Rectification.objects.get(matter=valve).verdict == "WAITING"


def test_the_database_remembers_earlier_rounds_and_words_entered_for_others(story, district):
    valve = story.submitted()
    actions.refuse(valve, reason="阀门未换", by=district.huang_zeguo_station, at=story.now)
    story.submitted(valve, by=district.xu_safety)
    second = "UPDATE matters_rectification SET by_id = %s WHERE round = 2"
    judge = (
        "UPDATE matters_rectification SET verdict = 'ACCEPTED', judged_by_id = %s WHERE round = 2"
    )
    with connection.cursor() as cursor:
        cursor.execute(second, [district.ye_manager.pk])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(judge, [district.xu_safety.pk])  # he did the first round
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE matters_rectification SET on_behalf_of_id = %s WHERE round = 2",
            [district.sun_grid7.pk],
        )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(judge, [district.sun_grid7.pk])
    with connection.cursor() as cursor:  # somebody who had no hand in it may
        cursor.execute(judge, [district.huang_zeguo_station.pk])
