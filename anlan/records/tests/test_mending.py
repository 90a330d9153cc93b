"""What is wrong in the books is put right in sight of everyone; nothing disappears."""

import pytest
from django.db import IntegrityError, transaction

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.records import actions
from anlan.records.access import visible_to
from anlan.records.actions import Found, Visited
from anlan.records.models import Record, Visit

from .story import answers, photo

pytestmark = pytest.mark.django_db


def test_a_correction_keeps_the_old_values_in_the_trail(story):
    d, record = story.district, story.keep(story.training())
    better = story.training(counts={"trained": 301}, started_at=record.started_at)
    changed = actions.correct(
        record, entry=better, reason="签到表重点一遍", by=d.huang_zeguo_station, at=story.now
    )
    assert changed == {"counts": [{"trained": 310}, {"trained": 301}]}
    entry = trail.entries_of(record).last()
    assert entry.verb == "correct"
    assert entry.note["changed"]["counts"][0] == {"trained": 310}
    assert entry.note["reason"] == "签到表重点一遍"


def test_a_correction_leaves_answers_and_their_matters_as_they_were(story):
    d = story.district
    record = story.keep(
        story.inspection(checklist="fire_general", answers=answers(exit="no"), origin="phone:7")
    )
    better = story.inspection(started_at=record.started_at, place="一号冷库", counts=record.counts)
    actions.correct(record, entry=better, reason="补地点", by=d.huang_zeguo_station, at=story.now)
    kept = Record.objects.get(pk=record.pk)
    assert kept.place == "一号冷库"
    assert kept.answers["exit"]["verdict"] == "no"
    assert kept.edition is not None
    assert kept.origin == "phone:7"
    assert kept.raised.count() == 1
    assert kept.visits.get().result == Visit.Result.FAULTS


def test_a_correction_that_changes_nothing_is_no_correction(story):
    record = story.keep()
    same = story.inspection(started_at=record.started_at)
    with pytest.raises(Invalid, match="没有任何改动"):
        actions.correct(
            record,
            entry=same,
            reason="再存一次",
            by=story.district.huang_zeguo_station,
            at=story.now,
        )


def test_strangers_correct_nothing(story):
    d, record = story.district, story.keep()
    better = story.inspection(place="别处", started_at=record.started_at)
    for stranger in (d.zhao_taiping_station, d.xu_safety, d.sun_grid7, d.wu_bystander):
        with pytest.raises(Forbidden):
            actions.correct(record, entry=better, reason="改", by=stranger, at=story.now)


def test_a_void_record_counts_no_more_and_stays_readable(story):
    d, record = story.district, story.keep()
    with pytest.raises(Invalid):
        actions.void(record, reason=" ", by=d.huang_zeguo_station, at=story.now)
    actions.void(record, reason="录错单位", by=d.huang_zeguo_station, at=story.now)
    assert record not in Record.objects.kept()
    assert record in visible_to(story.scope(d.chen_section))
    with pytest.raises(NotAllowed, match="已作废"):
        actions.void(record, reason="再来", by=d.huang_zeguo_station, at=story.now)


def test_the_database_lets_nobody_delete_what_was_kept(story):
    record = story.keep()
    with pytest.raises(IntegrityError), transaction.atomic():
        Record.objects.filter(pk=record.pk).delete()


def test_a_draft_is_thrown_away_and_its_trail_stays(story):
    d = story.district
    draft = actions.draft(story.training(), by=d.huang_zeguo_station, at=story.now)
    with pytest.raises(Forbidden):
        actions.discard(draft, by=d.chen_section, at=story.now)
    number = draft.number
    actions.discard(draft, by=d.huang_zeguo_station, at=story.now)
    assert not Record.objects.filter(number=number).exists()


def test_a_fault_remembered_later_becomes_a_matter_of_the_visit(story):
    d = story.district
    record = story.keep(evidence=[photo(story.now)])
    matter = actions.raise_matter(
        record, found=Found("配电箱无锁"), body=d.cold_chain, by=d.huang_zeguo_station, at=story.now
    )
    assert matter.raised_by.record == record
    with pytest.raises(Invalid, match="不在这次记录"):
        actions.raise_matter(
            record, found=Found("别家的"), body=d.foundry, by=d.huang_zeguo_station, at=story.now
        )


def test_photos_are_added_by_those_who_were_there(story):
    d, record = story.district, story.keep()
    actions.attach(record, evidence=[photo(story.now)], by=d.huang_zeguo_station, at=story.now)
    assert record.evidence.count() == 1
    with pytest.raises(Forbidden):
        actions.attach(record, evidence=[photo(story.now, 2)], by=d.jin_foundry, at=story.now)


def test_a_record_of_a_merged_village_follows_it(story):
    d, record = story.district, story.keep()
    before = d.village_muyu.path
    d.village_muyu.path = f"{d.taiping.path}331081100007/"
    d.village_muyu.save()
    assert actions.relocate(d.village_muyu, before=before, by=None, at=story.now) == 1
    assert actions.relocate(d.village_muyu, before=before, by=None, at=story.now) == 0
    record.refresh_from_db()
    assert record.area_path == d.village_muyu.path
    assert Visited(d.foundry).result == ""
