"""Six questions by telephone, radios called by their sign: drawn at random, and what follows."""

from datetime import date

import pytest

from anlan.callup import actions
from anlan.callup.actions import Said, Sampling, Sheet
from anlan.callup.models import Checked
from anlan.callup.models.profiles import questions
from anlan.callup.rules import sampling
from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.registry import actions as registry


@pytest.fixture
def drawn(storm, grid_charge):
    facts = Sampling("SIX_QUESTIONS", storm.district.taiping, 1, hazard="flood")
    return actions.draw_check(facts, by=storm.district.chen_section, at=storm.clock.now())


def sheet(score: int) -> Sheet:
    left, answers = score, []
    for each in questions():
        given = min(left, each.most)
        left -= given
        answers.append(Said(each.key, "答", given))
    return Sheet(tuple(answers))


def test_the_system_draws_the_seed_and_with_it_anybody_draws_the_same_people_again(storm, drawn):
    where = storm.district
    pool = [f"person:{person.pk}" for person in (where.li_grid3, where.wang_taiping_leader)]
    assert (drawn.pool, drawn.pool_digest) == (2, sampling.digest(pool))
    assert sampling.draw(pool, 1, seed=drawn.seed) == [f"person:{drawn.checked.get().person_id}"]
    entry = trail.entries_of(drawn).get()
    assert (entry.note["seed"], entry.note["pool"]) == (drawn.seed, 2)
    assert len({_draw(storm, "SIX_QUESTIONS").seed for _ in range(3)} | {drawn.seed}) == 4
    with pytest.raises(TypeError, match="seed"):
        Sampling("SIX_QUESTIONS", where.taiping, 1, seed="2024-06-12")  # type: ignore[call-arg]


def test_eight_of_ten_pass_and_seven_are_trained_again_within_a_week(storm, drawn):
    row = drawn.checked.get()
    actions.record_check(row, sheet(7), by=storm.district.chen_section, at=storm.clock.now())
    assert (row.outcome, row.score, row.due_on) == ("WRONG", 7, date(2024, 6, 19))
    assert [each["most"] for each in row.answers] == [2, 2, 2, 2, 1, 1]
    with pytest.raises(NotAllowed, match="已经登记"):
        actions.record_check(row, sheet(8), by=storm.district.chen_section, at=storm.clock.now())
    with pytest.raises(Invalid, match="请填写补训"):
        _settle(storm, row, note="")
    _settle(storm, row, note="6月14日参加镇防汛培训")
    assert row.settled_on == date(2024, 6, 12)
    with pytest.raises(NotAllowed):
        _settle(storm, row, note="又一次")


def test_a_silent_one_is_trained_again_too_and_a_good_one_is_not(storm, drawn):
    row = drawn.checked.get()
    silent = Sheet(outcome="SILENT")
    actions.record_check(row, silent, by=storm.district.chen_section, at=storm.clock.now())
    assert (row.outcome, row.due_on, row.answers) == ("SILENT", date(2024, 6, 19), [])
    other = _draw(storm, "SIX_QUESTIONS").checked.first()
    actions.record_check(other, sheet(8), by=storm.district.chen_section, at=storm.clock.now())
    assert (other.outcome, other.due_on) == ("PASSED", None)


def test_a_sheet_with_a_gap_or_too_many_points_is_refused(storm, drawn):
    row = drawn.checked.get()
    for wrong in (Sheet(sheet(8).answers[:5]), Sheet((Said("whom_you_report_to", "", 9),))):
        with pytest.raises(Invalid):
            actions.record_check(row, wrong, by=storm.district.chen_section, at=storm.clock.now())


def test_nobody_checks_themselves_and_only_who_may_checks(storm, drawn):
    row = drawn.checked.get()
    with pytest.raises(Forbidden):
        actions.record_check(row, sheet(8), by=storm.district.li_grid3, at=storm.clock.now())
    Checked.objects.filter(pk=row.pk).update(person=storm.district.chen_section)
    row.refresh_from_db()
    with pytest.raises(Invalid, match="自己"):
        actions.record_check(row, sheet(8), by=storm.district.chen_section, at=storm.clock.now())


def test_the_radios_are_called_and_the_broken_one_is_repaired(storm):
    where, at = storm.district, storm.clock.now()
    for sign in ("太平01", "太平02"):
        facts = {"name": f"对讲机{sign}", "area": where.taiping.code, "call_sign": sign}
        registry.register_item(
            kind="radio_terminal", given=facts, by=where.zhao_taiping_station, at=at
        )
    check = _draw(storm, "RADIO", size=5)
    assert sorted(check.checked.values_list("call_sign", flat=True)) == ["太平01", "太平02"]
    first, second = check.checked.order_by("order")
    actions.record_check(first, Sheet(), by=where.chen_section, at=at)
    with pytest.raises(Invalid, match="原因"):
        actions.record_check(second, Sheet(outcome="FAULTY"), by=where.chen_section, at=at)
    broken = Sheet(outcome="FAULTY", note="电池鼓包")
    actions.record_check(second, broken, by=where.chen_section, at=at)
    assert (first.outcome, second.outcome, second.due_on) == ("PASSED", "FAULTY", date(2024, 6, 15))


def test_a_sample_is_rung_and_who_did_not_answer_is_due(storm, grid_charge):
    where, clock = storm.district, storm.clock
    check = _draw(storm, "REACHABILITY", size=9)
    callup = actions.call_sample(check, by=where.chen_section, at=clock.now())
    assert (callup.world, callup.life_safety) == ("LIVE", False)
    storm.send()
    actions.reply(where.li_grid3.phone, "1", line="live", at=clock.now())
    storm.pass_time(700, every=50)
    assert not callup.called.filter(stands_in_for__isnull=False).exists()  # nobody else is rung
    with pytest.raises(NotAllowed, match="还没有结束"):
        actions.conclude_sample(check, by=where.chen_section, at=clock.now())
    actions.end(callup, reason="抽查结束", by=where.chen_section, at=clock.now())
    actions.conclude_sample(check, by=where.chen_section, at=clock.now())
    outcomes = dict(check.checked.values_list("person__name", "outcome"))
    assert outcomes == {"李秀英": "PASSED", "王芳": "SILENT"}
    with pytest.raises(NotAllowed):
        actions.call_sample(check, by=where.chen_section, at=clock.now())


def _draw(storm, kind, size=1):
    wanted = Sampling(kind, storm.district.taiping, size, hazard="flood")
    return actions.draw_check(wanted, by=storm.district.chen_section, at=storm.clock.now())


def _settle(storm, row, note):
    actions.settle_check(
        row,
        on=storm.clock.now().date(),
        note=note,
        by=storm.district.chen_section,
        at=storm.clock.now(),
    )
