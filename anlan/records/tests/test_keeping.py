"""A visit comes into the books, and what it found becomes a matter in the same breath."""

from datetime import date, timedelta

import pytest

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed, Refused
from anlan.matters.models import Matter
from anlan.records import actions
from anlan.records.access import visible_to
from anlan.records.actions import Found, Visited
from anlan.records.models import ChecklistEdition, RaisedMatter, Record, Visit
from anlan.records.rules import Answer

from .story import announced, answers, photo

pytestmark = pytest.mark.django_db


def test_an_inspection_is_kept_with_whom_it_visited_and_who_went(story):
    record = story.keep()
    assert record.stage == Record.Stage.KEPT
    assert record.title == "执法检查 泽海冷链"
    assert record.number.startswith("JC2024-")
    assert [visit.body for visit in record.visits.all()] == [story.district.cold_chain]
    assert record.person_times == 1
    assert record.organiser == story.district.zeguo_town
    assert trail.verbs_of(record) == ["keep"]
    assert announced() == ["RecordKept"]


def test_what_the_checklist_denies_becomes_a_hazard_with_clause_and_grade(story):
    told = answers(exit="no", flame="na")
    told["exit"] = Answer("no", "东侧安全门上锁")
    entry = story.inspection(checklist="fire_general", answers=told)
    record = story.keep(entry, evidence=[photo(story.now)])
    (raised,) = RaisedMatter.objects.filter(record=record)
    hazard = raised.matter
    assert raised.check_item == "exit"
    assert (hazard.clause, hazard.grade, hazard.sector) == ("fire_law.28.exit", "GENERAL", "fire")
    assert hazard.body == story.district.cold_chain
    assert "东侧安全门上锁" in hazard.description
    assert "立即清除堆物" in hazard.description
    assert hazard.stage == Matter.Stage.REPORTED
    assert hazard.evidence.count() == 1
    assert record.counts["problems"] == 1
    assert record.visits.get().result == Visit.Result.FAULTS


def test_a_fault_settled_on_the_spot_opens_nothing_yet_is_counted(story):
    told = answers(exit="no", wiring="no")
    entry = story.inspection(
        checklist="fire_general",
        answers=told,
        spared=frozenset({"exit"}),
        counts={"on_the_spot": 1},
    )
    record = story.keep(entry)
    assert [each.check_item for each in record.raised.all()] == ["wiring"]
    assert record.counts == {"on_the_spot": 1, "problems": 2}


def test_a_half_answered_list_is_not_kept_and_nothing_of_it_is(story):
    told = answers()
    del told["wiring"]
    with pytest.raises(Invalid, match="还有1项没有作答"):
        story.keep(story.inspection(checklist="fire_general", answers=told))
    assert not Record.objects.exists()
    assert announced() == []


def test_answers_keep_the_words_they_were_given_to(story, settings, tmp_path):
    """The library is renewed in May; the April visit still shows the questions it answered."""
    story.district.clock.to(story.now.replace(month=7))
    spring = story.now.replace(month=4, day=2)
    asked = {key: Answer("yes") for key in
             ("exit", "equipment", "hydrant", "window", "dwelling", "flame", "wiring")}  # fmt: skip
    old = story.keep(
        story.inspection(started_at=spring, checklist="fire_general", answers=asked, late="补录")
    )
    new = story.keep(story.inspection(checklist="fire_general", answers=answers()))
    assert old.edition.since == date(2020, 1, 1)
    assert new.edition.since == date(2024, 5, 1)
    assert ChecklistEdition.objects.count() == 2
    site = tmp_path / "catalogues"
    site.mkdir()
    settings.ANLAN_CATALOGUES = site
    assert "hydrant" in [
        question.key for question in Record.objects.get(pk=old.pk).edition.questions()
    ]


def test_something_seen_besides_the_list_becomes_a_matter_too(story):
    record = story.keep(story.inspection(found=(Found("叉车无牌照", "两台"),)))
    assert record.raised.get().matter.title == "叉车无牌照"


def test_one_transaction_a_matter_that_cannot_be_opened_leaves_no_record(story):
    """重大 without a clause is refused by the ledger of matters: then there is no visit either."""
    with pytest.raises(Invalid, match="条款不符"):
        story.keep(story.inspection(found=(Found("疑似重大", grade="MAJOR"),)))
    assert not Record.objects.exists()
    assert not Matter.objects.exists()


def test_firms_and_firm_times_are_two_things(story):
    d = story.district
    story.keep(story.inspection(bodies=(Visited(d.cold_chain), Visited(d.foundry))))
    d.clock.forward(days=1)
    story.keep()
    visits = Visit.objects.all()
    assert visits.count() == 3  # 家次
    assert visits.values("body").distinct().count() == 2  # 家


def test_what_the_kind_demands_is_demanded(story):
    with pytest.raises(Invalid, match="受检单位") as said:
        story.keep(story.inspection(bodies=()))
    assert said.value.field == "bodies"
    with pytest.raises(Invalid, match="培训"):
        story.keep(story.training(counts={}))
    with pytest.raises(Invalid, match="没有“cavities”"):
        story.keep(story.training(counts={"trained": 3, "cavities": 1}))
    with pytest.raises(Invalid, match="晚于现在"):
        story.keep(story.inspection(started_at=story.now + timedelta(minutes=1)))


def test_a_visit_says_where_it_was_or_is_none(story):
    """An empty 集中夜查 of a whole town counted towards the town's duty."""
    empty = story.night_check(bodies=())
    with pytest.raises(Invalid, match="要有地点或受检单位") as refused:
        story.keep(empty)
    assert refused.value.field == "place"
    assert not Record.objects.exists()
    grid = story.district.grid7
    for told in ({"place": "迎宾路沿街"}, {"lon": 121.4, "lat": 28.4}, {"area": grid}):
        story.keep(story.night_check(bodies=(), again="不同的点位", **told))
    assert Record.objects.count() == 3


def test_a_visit_of_last_month_comes_in_only_with_a_reason_and_says_so(story):
    long_ago = story.now - timedelta(days=30)
    with pytest.raises(Invalid, match="登记期限"):
        story.keep(story.inspection(started_at=long_ago))
    record = story.keep(story.inspection(started_at=long_ago, late="手机损坏"))
    assert record.details["late"] == "手机损坏"


def test_a_draft_is_its_writers_alone_until_it_is_kept(story):
    d = story.district
    draft = actions.draft(story.inspection(bodies=()), by=d.huang_zeguo_station, at=story.now)
    assert draft in visible_to(story.scope(d.huang_zeguo_station))
    assert draft not in visible_to(story.scope(d.chen_section))
    actions.keep(story.inspection(), record=draft, by=d.huang_zeguo_station, at=story.now)
    assert draft in visible_to(story.scope(d.chen_section))
    with pytest.raises(NotAllowed):
        actions.keep(story.inspection(), record=draft, by=d.huang_zeguo_station, at=story.now)


def test_who_may_enter_what_and_where(story):
    d = story.district
    with pytest.raises(Forbidden):
        story.keep(by=d.zhao_taiping_station)  # the station of the next town
    with pytest.raises(Forbidden):
        story.keep(by=d.wu_bystander)
    with pytest.raises(Forbidden):
        story.keep(by=d.sun_grid7)  # a grid worker enters patrols, not inspections
    with pytest.raises(Forbidden):
        story.keep(by=d.xu_safety)


def test_a_firm_enters_its_own_self_check_and_nobody_elses(story):
    d = story.district
    mine = story.inspection(kind="self_check", people=())
    record = story.keep(mine, by=d.xu_safety)
    assert record.organiser == d.cold_chain
    theirs = story.inspection(kind="self_check", people=(), bodies=(Visited(d.foundry),))
    with pytest.raises(Forbidden):
        story.keep(theirs, by=d.xu_safety)


def test_the_phone_sends_again_and_it_stays_one(story):
    entry = story.inspection(origin="phone:1", checklist="fire_general", answers=answers(exit="no"))
    first = story.keep(entry)
    assert story.keep(entry) == first
    assert Matter.objects.count() == 1
    with pytest.raises(Refused, match="已由他人登记"):
        story.keep(entry, by=story.district.chen_section)
