"""Two phones at once, on a real database with real threads: one visit is one record."""

import pytest

from anlan.demo.district import District
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.matters.tests.test_race import at_once
from anlan.records import actions
from anlan.records.models import Record

from .story import Story, answers


@pytest.fixture
def district(own_database, clock):
    """The cast in a database of its own: threads see only what was committed."""
    return District(clock)


def test_two_colleagues_enter_the_same_visit_and_one_learns_the_number(story: Story, district):
    d = district
    entry = story.inspection(people=(d.huang_zeguo_station, d.chen_section))

    def entering(person):
        return lambda: actions.keep(entry, by=person, at=story.now)

    said = at_once(entering(d.huang_zeguo_station), entering(d.chen_section))
    kept = [each for each in said if isinstance(each, Record)]
    refused = [each for each in said if isinstance(each, Invalid)]
    assert len(kept) == len(refused) == 1
    assert kept[0].number in refused[0].words


def test_the_same_phone_twice_at_once_opens_one_hazard(story: Story, district):
    entry = story.inspection(origin="phone:9", checklist="fire_general", answers=answers(exit="no"))

    def sending():
        return actions.keep(entry, by=district.huang_zeguo_station, at=story.now)

    one, other = at_once(sending, sending)
    assert one.pk == other.pk
    assert one.raised.count() == 1


def test_a_correction_and_a_voiding_one_of_them_is_told(story: Story, district):
    record, d = story.keep(), district
    better = story.inspection(place="二号库", started_at=record.started_at)

    def correcting():
        mine = Record.objects.get(pk=record.pk)
        return actions.correct(
            mine, entry=better, reason="补地点", by=d.huang_zeguo_station, at=story.now
        )

    def voiding():
        mine = Record.objects.get(pk=record.pk)
        return actions.void(mine, reason="录错", by=d.chen_section, at=story.now)

    said = at_once(correcting, voiding)
    record.refresh_from_db()
    assert record.stage == Record.Stage.VOID
    lost = [each for each in said if isinstance(each, NotAllowed)]
    # Whichever came first: nothing of either is half there.
    assert record.details["void"] == "录错"
    assert record.place == ("" if lost else "二号库")
