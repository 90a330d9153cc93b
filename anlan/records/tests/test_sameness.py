"""The same visit entered twice: by the same people, by others, at the same instant."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.kernel.errors import Invalid
from anlan.records.actions import Visited
from anlan.records.models import Record
from anlan.records.rules import Done, Likeness, add_up, likeness, person_times

pytestmark = pytest.mark.django_db


def test_the_second_entry_is_told_the_number_of_the_first(story):
    first = story.keep()
    story.district.clock.forward(hours=1)
    with pytest.raises(Invalid, match=first.number) as said:
        story.keep()
    assert said.value.field == "again"
    assert Record.objects.count() == 1


def test_a_second_visit_of_the_day_comes_in_with_its_reason(story):
    first = story.keep()
    second = story.keep(story.inspection(again="下午复查阀门"))
    assert second.again_of == first
    assert second.details["again"] == "下午复查阀门"


def test_other_people_at_the_same_firm_are_kept_and_pointed_out(story):
    """The fire brigade comes the day the station was there: somebody should know."""
    d = story.district
    first = story.keep()
    second = story.keep(story.inspection(people=(d.luo_fire,)), by=d.luo_fire)
    assert second.again_of == first


def test_the_next_day_is_another_visit(story):
    story.keep()
    story.district.clock.forward(days=1)
    assert story.keep().again_of is None


def test_a_void_record_is_no_first_one(story):
    from anlan.records import actions

    d, first = story.district, story.keep()
    actions.void(first, reason="录错单位", by=d.huang_zeguo_station, at=story.now)
    assert story.keep().again_of is None


def test_a_course_is_the_same_at_the_same_hour_by_the_same_unit(story):
    first = story.keep(story.training())
    with pytest.raises(Invalid, match=first.number):
        story.keep(story.training())
    later = story.now - timedelta(minutes=30)
    assert story.keep(story.training(started_at=later)).again_of is None


def test_whom_a_hidden_visit_is_hidden_from_learns_nothing_of_it_by_entering_another(story):
    """The bureau was at the firm unannounced; the town's own visit that day is taken silently."""
    d = story.district
    hidden = story.inspection(kind="unannounced_visit", people=(d.chen_section,))
    story.keep(hidden, by=d.chen_section)
    theirs = story.inspection(kind="unannounced_visit", people=(d.huang_zeguo_station,))
    assert story.keep(theirs).again_of is None


def test_one_shared_firm_of_many_is_enough(story):
    d = story.district
    story.keep(story.night_check(bodies=(Visited(d.cold_chain), Visited(d.foundry))))
    with pytest.raises(Invalid, match="同一次"):
        story.keep(story.night_check(bodies=(Visited(d.foundry),)))


ids = st.frozensets(st.integers(1, 5), max_size=4)


@given(ids, ids, ids, ids)
def test_likeness_does_not_depend_on_who_came_first(bodies, others, people, besides):
    """Whichever of two phones gets a signal first, they are the same visit or they are not."""
    from datetime import UTC, datetime

    at = datetime(2024, 6, 3, 9, tzinfo=UTC)
    one = Done(at.date(), at, bodies, None, people)
    other = Done(at.date(), at, others, None, besides)
    assert likeness("visit", one, other) == likeness("visit", other, one)
    shared = bool(bodies & others)
    assert (likeness("visit", one, other) != Likeness.NONE) == shared


counts = st.dictionaries(st.sampled_from("abc"), st.integers(0, 10**6), max_size=3)


@given(st.lists(counts, max_size=12), st.randoms())
def test_sums_of_counts_do_not_depend_on_the_order_of_entry(rows, dice):
    shuffled = list(rows)
    dice.shuffle(shuffled)
    assert add_up(rows) == add_up(shuffled)
    half = len(rows) // 2
    parts = [add_up(rows[:half]), add_up(rows[half:])]
    assert add_up(parts) == add_up(rows)


@given(st.none() | st.integers(0, 100), st.integers(0, 30))
def test_person_times_are_never_fewer_than_the_people_named(given_times, named):
    times = person_times(given_times, named)
    assert times is None or times >= named
    assert (times is None) == (given_times is not None and given_times < named)
