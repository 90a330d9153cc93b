"""From the group that inquires to the evaluation a year later, and out of the statistics."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from anlan.accidents import actions, sweeps
from anlan.accidents.actions import (
    Answers,
    Decision,
    Demand,
    Facts,
    Fault,
    Findings,
    Group,
    Proposal,
)
from anlan.accidents.models import Accident, Treatment
from anlan.accidents.rules import Toll
from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.matters import actions as matters
from anlan.matters.models import Matter

from .story import FALL, clock

pytestmark = pytest.mark.django_db


def test_the_whole_way_of_an_accident(story):
    accident = story.replied()
    measure = actions.require_measure(
        accident, demand=Demand("检修一律停电挂牌", "两个月内"), **story.section
    )
    assert (measure.kind, measure.stage) == ("task", Matter.Stage.REPORTED)
    assert measure.body == story.district.cold_chain
    with pytest.raises(NotAllowed, match=measure.number):
        actions.close(accident, **story.section)
    with pytest.raises(Invalid, match="不能评为"):
        actions.evaluate(accident, answers=Answers(True, True, True, "到位"), **story.section)
    matters.void(measure, reason="已在停产整顿中完成", **story.section)
    actions.close(accident, **story.section)
    actions.evaluate(accident, answers=Answers(True, True, False, "已到位"), **story.section)
    assert accident.stage == Accident.Stage.EVALUATED
    assert clock(accident, "evaluation").met_at == story.now
    assert trail.verbs_of(accident) == [
        "report", "verify", "investigate", "submit_report", "approve_report", "require_measure",
        "close", "evaluate",
    ]  # fmt: skip


def test_sixty_days_for_the_report_and_sixty_more_by_approval(story):
    accident = story.investigated()
    limit = clock(accident, "investigation")
    assert limit.due_at.date() == date(2024, 8, 11)
    more = {"paper": "温政函〔2024〕8号", "reason": "等鉴定"}
    actions.extend_investigation(accident, days=60, **more, **story.chief)
    assert clock(accident, "investigation").due_at.date() == date(2024, 10, 10)
    with pytest.raises(Invalid, match="上限") as said:
        actions.extend_investigation(accident, days=1, **more, **story.chief)
    assert "0天" in said.value.mend
    actions.exclude_appraisal(accident, days=12, reason="市特检院电气鉴定", **story.section)
    limit = clock(accident, "investigation")
    assert (limit.due_at.date(), limit.excluded_days) == (date(2024, 10, 22), 12)
    story.district.clock.to(limit.due_at + timedelta(seconds=1))
    sweeps.mark_missed(at=story.now)
    assert clock(accident, "investigation").missed_at == story.now


def test_who_inquires_by_grade_and_never_lower(story):
    accident = story.report(story.shock(toll=Toll(deaths=3)))
    actions.verify(accident, **story.section)
    with pytest.raises(Invalid, match="设区的市级"):
        actions.investigate(accident, group=Group("COUNTY", "周建国"), **story.section)
    with pytest.raises(Invalid, match="未造成人员伤亡"):
        actions.investigate(accident, group=Group("CITY", "某", "UNIT"), **story.section)
    inquiry = actions.investigate(accident, group=Group("PROVINCE", "某"), **story.section)
    assert inquiry.get_level_display() == "省级人民政府"


def test_nobody_replies_to_the_report_that_he_handed_in(story):
    d, accident = story.district, story.investigated()
    d.appoint(d.zhou_chief, d.section_post)
    actions.submit_report(accident, findings=Findings("LIABLE", "违规"), **story.chief)
    with pytest.raises(Forbidden) as said:
        actions.approve_report(accident, paper="1号", **story.chief)
    assert "没有提交这份报告的人" in said.value.mend


def test_sent_back_for_more_the_sixty_days_go_on(story):
    accident = story.investigated()
    given = Findings("LIABLE", "违规带电检修")
    actions.submit_report(accident, findings=given, **story.section)
    assert clock(accident, "investigation").met_at == story.now
    assert clock(accident, "reply").due_at.date() == date(2024, 6, 27)
    actions.return_report(accident, reason="间接原因不清", **story.chief)
    assert clock(accident, "investigation").met_at is None
    assert clock(accident, "reply").dropped_at == story.now
    story.district.clock.forward(days=10)
    actions.submit_report(accident, findings=given, **story.section)
    assert clock(accident, "reply").due_at.date() == date(2024, 7, 7)
    actions.approve_report(accident, paper="温政函9号", **story.chief)
    assert clock(accident, "reply").met_at == story.now
    assert clock(accident, "evaluation").due_at.date() == date(2025, 6, 22)


def test_firms_and_officials_both_are_looked_into(story):
    accident = story.replied()
    section = story.section
    firm = Proposal("FIRM_PENALTY", "泽海冷链", "罚款", story.district.cold_chain)
    fined = actions.propose_treatment(accident, proposal=firm, **section)
    official = Proposal("OFFICIAL", "泽国镇分管负责人", "诫勉", regulator=True)
    actions.propose_treatment(accident, proposal=official, **section)
    actions.settle_treatment(fined, outcome="已罚款", fine=Decimal("42.5"), **section)
    assert Treatment.objects.filter(settled_on__isnull=False).get().fine == Decimal("42.5")
    assert accident.treatments.filter(regulator=True).count() == 1


def test_removed_from_the_statistics_by_a_paper_and_taken_back(story):
    accident = story.investigated()
    decision = Decision("突发疾病死亡，非生产安全事故", "统计调查制度", "温应急〔2024〕31号",
                        story.now.date())  # fmt: skip
    wrong = Decision("疾病", "制度", " ", story.now.date())
    with pytest.raises(Invalid, match="文号"):
        actions.remove(accident, decision=wrong, **story.chief)
    with pytest.raises(Forbidden):
        actions.remove(accident, decision=decision, **story.section)
    actions.remove(accident, decision=decision, **story.chief)
    assert not Accident.objects.kept().exists()
    assert not accident.clocks.running().exists()
    actions.restore(accident, reason="复核撤销", **story.chief)
    assert Accident.objects.kept().get().stage == Accident.Stage.VERIFIED
    assert accident.clocks.running().filter(kind="investigation").exists()


def test_another_scope_has_another_window_and_other_clocks(story):
    accident = story.report(story.shock(toll=Toll(deaths=2), scope="road"))
    story.district.clock.forward(days=10)
    story.news(accident, deaths=3)
    sweeps.fix_finals(at=story.now)
    accident.refresh_from_db()
    assert (accident.deaths, accident.grade) == (2, "GENERAL")
    assert not accident.clocks.filter(kind="investigation").exists()
    actions.classify(
        accident, scope="production_safety", category=FALL, reason="厂内作业", **story.section
    )
    assert (accident.deaths, accident.grade) == (3, "LARGER")
    window = clock(accident, "window")
    assert (window.met_at, window.due_at.date()) == (None, date(2024, 7, 12))
    assert clock(accident, "investigation").due_at.date() == date(2024, 8, 11)


def test_a_category_of_the_other_edition_is_refused_with_its_heirs(story):
    accident = story.report()
    with pytest.raises(Invalid, match="GB 6441—1986"):
        actions.classify(
            accident, scope=accident.scope, category="c2025_06", reason="", **story.section
        )


def test_an_hour_earlier_everything_follows_and_the_old_one_stays_in_the_trail(story):
    accident = story.report()
    earlier = accident.happened_at - timedelta(days=2)
    facts = Facts(accident.title, earlier, accident.area, body=accident.body)
    changed = actions.correct(accident, facts=facts, reason="监控核对", **story.section)
    assert changed["happened_at"][0] == (earlier + timedelta(days=2)).isoformat()
    assert clock(accident, "investigation").due_at.date() == date(2024, 8, 9)
    assert clock(accident, "window").due_at.date() == date(2024, 7, 10)
    with pytest.raises(Invalid, match="没有任何改动"):
        actions.correct(accident, facts=facts, reason="再存", **story.section)


def test_concealment_is_found_once_with_its_grounds(story):
    accident = story.report()
    fault = Fault("CONCEALED", "泽海冷链", "举报核实，事发三日未报", "温应急〔2024〕5号")
    actions.mark_misreport(accident, fault=fault, **story.section)
    assert accident.misreports.get().get_kind_display() == "瞒报"
    with pytest.raises(Invalid, match="已认定过"):
        actions.mark_misreport(accident, fault=fault, **story.section)
    with pytest.raises(Invalid):
        actions.mark_misreport(accident, fault=Fault("LATE", "甲", " "), **story.section)


def test_a_false_alarm_is_kept_and_counts_nowhere(story):
    accident = story.report()
    actions.void(accident, reason="假人演练被误报", **story.section)
    assert not Accident.objects.kept().exists()
    assert sweeps.mark_missed(at=story.now + timedelta(days=400)) == 0
    with pytest.raises(NotAllowed, match="误报作废"):
        actions.verify(accident, **story.section)


def test_an_accident_of_a_merged_village_follows_it(story):
    d, accident = story.district, story.report()
    before = d.village_muyu.path
    d.village_muyu.path = f"{d.taiping.path}331081100007/"
    d.village_muyu.save()
    assert actions.relocate(d.village_muyu, before=before, by=None, at=story.now) == 1
    assert actions.relocate(d.village_muyu, before=before, by=None, at=story.now) == 0
    accident.refresh_from_db()
    assert accident.area_path == d.village_muyu.path
