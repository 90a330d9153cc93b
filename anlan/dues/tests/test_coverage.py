# ruff: noqa: E501 (one wide set is easier to read)
"""The matrix over a district's real ledger: who counts, what counts once, who may know."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.dues import actions
from anlan.dues.models import Asked, coverage, due_named, dues, items_missing
from anlan.dues.rules import State, Who
from anlan.kernel.errors import Forbidden, Invalid
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area
from anlan.records import actions as books
from anlan.records.actions import Visited
from anlan.registry.models import Item

pytestmark = pytest.mark.django_db


def matrix(story, key, *, by=None, weeks=4, area=None):
    scope = story.scope(by) if by else None
    today = story.now.astimezone(LOCAL).date()
    return coverage(
        due_named(key), since=today - timedelta(weeks=weeks), until=today,
        area=area or story.district.wenling, scope=scope, at=story.now,
    )  # fmt: skip


def row(found, label):
    return next(each for each in found.rows if label in each.who.label)


def test_the_night_check_of_the_week_turns_the_cell_of_the_town_that_made_it(story):
    d = story.district
    before = row(matrix(story, "town_night_check"), "泽国")
    assert before.cells[-1].state == State.OPEN
    story.keep(story.night_check(organiser=d.zeguo_town))
    after = matrix(story, "town_night_check")
    assert row(after, "泽国").cells[-1].state == State.DONE
    assert row(after, "太平").cells[-1].done == 0
    assert row(after, "太平").never


def test_east_new_area_is_no_town_and_owes_nothing(story):
    labels = {each.who.label for each in matrix(story, "town_night_check").rows}
    assert labels == {"太平街道", "泽国镇"}
    assert not any(area.administrative for area in Area.objects.filter(name__contains="东部新区"))


def test_what_was_voided_is_missing_again(story):
    d = story.district
    kept = story.keep(story.night_check(organiser=d.zeguo_town))
    books.void(kept, reason="录错", by=d.huang_zeguo_station, at=story.now)
    assert row(matrix(story, "town_night_check"), "泽国").cells[-1].done == 0


def test_an_unannounced_visit_is_in_nobodys_matrix_but_its_makers(story):
    d = story.district
    entry = story.inspection(kind="unannounced_visit", people=(d.chen_section,))
    story.keep(entry, by=d.chen_section)
    quarter = [cell for cell in matrix(story, "unannounced_rounds").rows[0].cells if cell.required]
    assert quarter[-1].done == 1
    assert matrix(story, "unannounced_rounds", by=d.chen_section).rows[0].cells[-1].done == 1
    assert matrix(story, "unannounced_rounds", by=d.huang_zeguo_station).rows == ()


def test_a_town_sees_its_own_row_and_the_section_all(story):
    d = story.district
    seen = {by: {each.who.label for each in matrix(story, "town_night_check", by=by).rows}
            for by in (d.chen_section, d.huang_zeguo_station, d.luo_fire, d.wu_bystander)}  # fmt: skip
    assert seen[d.chen_section] == {"太平街道", "泽国镇"}
    assert seen[d.huang_zeguo_station] == {"泽国镇"}
    assert seen[d.luo_fire] == seen[d.wu_bystander] == set()


def test_two_night_checks_of_one_firm_are_two_times_and_one_firm(story):
    d = story.district
    for days in (1, 3):
        story.keep(
            story.inspection(
                kind="cross_inspection", started_at=story.now - timedelta(days=days),
                bodies=(Visited(d.cold_chain),), people=(d.chen_section,),
                counts={"heavy_cases": 1}, details={"paired": "泽国镇查太平街道"},
            ),
            by=d.chen_section,
        )  # fmt: skip
    cells = {
        key: matrix(story, key).rows[0].cells[-1].done
        for key in ("cross_inspection_rounds", "cross_inspection_firms", "cross_inspection_heavy_cases")
    }  # fmt: skip
    assert list(cells.values()) == [2, 1, 2]


DAYS = st.lists(st.tuples(st.booleans(), st.integers(0, 27)), max_size=8)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(DAYS)
def test_the_matrix_is_what_one_would_count_by_hand(story, entered):
    """Whatever was entered and in whatever order: cells are the records, row by row."""
    d, now = story.district, story.now
    base = {(each.who.label, n): cell.done for each in matrix(story, "town_night_check").rows
            for n, cell in enumerate(each.cells)}  # fmt: skip
    for at_zeguo, back in entered:
        body = d.zeguo_town if at_zeguo else d.taiping_street
        begun = now - timedelta(days=back, hours=1)
        story.keep(
            story.night_check(
                organiser=body, area=d.zeguo if at_zeguo else d.taiping, started_at=begun,
                bodies=(), place="东门路", people=(), person_times=3, late="补录",
                again="当晚另一组",
            ),
            by=d.chen_section,
        )  # fmt: skip
    found = matrix(story, "town_night_check")
    by_hand = dict(base)
    for at_zeguo, back in entered:
        day = (now - timedelta(days=back, hours=1)).astimezone(LOCAL).date()
        number = next(n for n, span in enumerate(found.spans) if span.holds(day))
        by_hand["泽国镇" if at_zeguo else "太平街道", number] += 1
    assert {(each.who.label, n): cell.done for each in found.rows
            for n, cell in enumerate(each.cells)} == by_hand  # fmt: skip


def shelter(story, code, area, **attributes):
    return Item.objects.create(
        kind="shelter", code=code, name=f"避灾点{code}", area=area, area_path=area.path,
        attributes={"level": "村级", "capacity": 100, "state": "在用"} | attributes,
        registered_at=story.now, search=code,
    )  # fmt: skip


def test_of_three_shelters_one_was_visited_and_two_have_names(story):
    d = story.district
    visited, *others = [shelter(story, f"BZ{n}", d.village_muyu) for n in range(3)]
    shelter(story, "BZ9", d.village_dongmen)
    story.keep(
        story.inspection(kind="shelter_patrol", item=visited, bodies=(), people=(d.chen_section,)),
        by=d.chen_section,
    )
    due = due_named("shelter_patrol")
    found = matrix(story, "shelter_patrol")
    cell = row(found, "泽国").cells[-1]
    assert (cell.required, cell.done) == (3, 1)
    today = story.now.astimezone(LOCAL).date()
    asked = Asked(today, today, d.wenling, None, story.now)
    missing = items_missing(due, asked, row(found, "泽国").who, found.spans[-1])
    assert set(missing) == set(others)


def test_a_waiver_has_a_reason_and_nobody_excuses_themselves(story):
    d = story.district
    found = matrix(story, "town_night_check")
    zeguo, span = row(found, "泽国").who, found.spans[-2]
    days = (span.first, span.last)
    with pytest.raises(Forbidden):
        actions.waive("town_night_check", who=zeguo, days=days, reason="台风",
                      by=d.lin_zeguo_leader, at=story.now)  # fmt: skip
    with pytest.raises(Invalid, match="理由"):
        actions.waive("town_night_check", who=zeguo, days=days, reason=" ",
                      by=d.chen_section, at=story.now)  # fmt: skip
    waiver = actions.waive("town_night_check", who=zeguo, days=days, reason="台风应急响应期间",
                           by=d.chen_section, at=story.now)  # fmt: skip
    assert row(matrix(story, "town_night_check"), "泽国").cells[-2].state == State.WAIVED
    actions.withdraw_waiver(waiver, by=d.chen_section, at=story.now)
    assert row(matrix(story, "town_night_check"), "泽国").cells[-2].state == State.MISSING


def test_the_bureau_does_not_excuse_itself_but_by_its_head(story):
    d = story.district
    found = matrix(story, "cross_inspection_rounds")
    who: Who = found.rows[0].who
    span = found.spans[-1]
    given = {"who": who, "days": (span.first, span.last), "reason": "机构改革", "at": story.now}
    with pytest.raises(Forbidden) as said:
        actions.waive("cross_inspection_rounds", by=d.chen_section, **given)
    assert "上级" in said.value.mend
    actions.waive("cross_inspection_rounds", by=d.zhou_chief, **given)


def test_a_plan_that_names_firms_counts_those_and_no_others(story):
    d = story.district
    year = date(story.now.astimezone(LOCAL).year, 1, 1)
    added = actions.plan(
        "plan_dust", first=year, things=[d.cold_chain, d.foundry], by=d.chen_section, at=story.now
    )
    assert added == 2
    inspected = story.inspection(
        bodies=(Visited(d.foundry),), area=d.taiping, people=(d.chen_section,),
        details={"plan_line": "粉尘涉爆"},
    )  # fmt: skip
    story.keep(inspected, by=d.chen_section)
    cell = matrix(story, "plan_dust").rows[0].cells[-1]
    assert (cell.required, cell.done) == (2, 1)


def test_every_due_of_the_catalogue_can_be_counted(story):
    for key in dues():
        found = matrix(story, key, weeks=26, by=story.district.chen_section)
        for number, totals in enumerate(found.columns):
            assert totals.required == sum(each.cells[number].owed for each in found.rows)


def test_seen_from_a_town_of_another_year_nothing_is_owed_yet(story):
    d = story.district
    far = datetime(2031, 1, 6, tzinfo=LOCAL)
    found = coverage(
        due_named("town_night_check"), since=far.date(), until=far.date(), area=d.wenling,
        scope=None, at=story.now,
    )  # fmt: skip
    assert found.totals.required == 0
