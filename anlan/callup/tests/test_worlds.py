"""A drill can reach nobody: tried through every door, and refused by the database itself."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from anlan.callup import actions, sweeps
from anlan.callup.models import Attempt, Called, Callup, Cover, Line
from anlan.kernel.errors import NotAllowed

from .conftest import DRILL, LIVE, other


@pytest.fixture
def exercise(storm, grid_charge):
    """A drill under way: everything it wanted to send still waits."""
    callup = storm.drafted(storm.district.grid3, profile="drill")
    actions.start(callup, by=storm.district.chen_section, at=storm.clock.now())
    return callup


def test_the_profile_decides_whatever_the_form_says(storm, grid_charge):
    callup = storm.drafted(storm.district.grid3, profile="drill", drill=False)
    assert callup.world == "DRILL"
    assert storm.drafted(storm.district.grid3, drill=True).world == "DRILL"
    assert storm.drafted(storm.district.grid3).world == "LIVE"


def test_a_live_line_is_never_given_what_belongs_to_a_drill(storm, exercise):
    assert Attempt.objects.filter(state="QUEUED").count() >= 2
    assert actions.claim("live", limit=100, at=storm.clock.now()) == []
    taken = actions.claim("drill", limit=100, at=storm.clock.now())
    assert {each.world for each in taken} == {"DRILL"}
    assert all(each.text.startswith("【演练】") for each in taken)


def test_even_when_the_drills_own_line_is_down_for_an_hour(storm, exercise):
    actions.line_failed("drill", "断线", at=storm.clock.now())
    for _ in range(30):
        storm.clock.forward(seconds=20)
        sweeps.call_on(at=storm.clock.now())
        sweeps.release_leases(at=storm.clock.now())
        assert actions.claim("live", limit=100, at=storm.clock.now()) == []


def test_a_retry_after_a_crash_stays_in_the_drill(storm, exercise):
    taken = actions.claim("drill", limit=100, at=storm.clock.now())
    storm.clock.forward(minutes=2)  # the gateway died with them
    assert sweeps.release_leases(at=storm.clock.now()) == len(taken)
    assert actions.claim("live", limit=100, at=storm.clock.now()) == []
    again = actions.claim("drill", limit=100, at=storm.clock.now())
    assert {each.ref for each in again} == {each.ref for each in taken}


def test_stand_ins_of_a_drill_are_called_in_the_drill(storm, exercise):
    storm.pass_time(400, line="drill")
    assert Called.objects.filter(callup=exercise).count() > 1
    assert set(Called.objects.values_list("world", flat=True)) == {"DRILL"}
    assert set(Attempt.objects.values_list("world", flat=True)) == {"DRILL"}


def test_a_live_line_that_hands_over_a_drills_message_changes_nothing(storm, exercise):
    ref = Attempt.objects.filter(state="QUEUED").first().ref
    assert actions.handed([ref], line="live", at=storm.clock.now()) == 0
    assert not actions.receipt(ref, "DELIVERED", line="live", at=storm.clock.now())
    assert actions.key_pressed(ref, "1", line="live", at=storm.clock.now()) == []


def test_an_sms_from_the_real_network_answers_no_drill(storm, exercise):
    phone = storm.district.li_grid3.phone
    assert actions.reply(phone, "1", line="live", at=storm.clock.now()).answers == ()
    assert actions.reply(phone, "1", line="drill", at=storm.clock.now()).answers == ()  # not sent
    storm.send("drill")
    assert len(actions.reply(phone, "1", line="drill", at=storm.clock.now()).answers) == 1


def test_a_live_call_never_speaks_of_a_drill_to_the_same_person(storm, exercise):
    real = storm.called(storm.district.grid3)
    assert not Cover.objects.exists()
    assert Attempt.objects.filter(called__callup=real, channel="SMS").exists()


def test_a_line_for_drills_is_never_anything_but_simulated(storm):
    with pytest.raises(IntegrityError, match="line_of_a_drill"), transaction.atomic():
        actions.load_lines([other(DRILL, key="sms", kind="sms_http")], at=storm.clock.now())


def test_a_line_cannot_change_sides_in_the_catalogue(storm):
    with pytest.raises(NotAllowed, match="不能更改"):
        actions.load_lines([LIVE, other(DRILL, world="LIVE")], at=storm.clock.now())


# --- past all code, straight into the tables -----------------------------------------------------

# fmt: off
BY_HAND = {
    "the call-up":       "UPDATE callup_callup SET world = 'LIVE'",
    "the person":        "UPDATE callup_called SET world = 'LIVE'",
    "the message":       "UPDATE callup_attempt SET world = 'LIVE'",
    "onto a live line":  "UPDATE callup_attempt SET state = 'CLAIMED', line_id = 'live', "
                         "lease_until = now()",
    "the line":          "UPDATE callup_line SET world = 'LIVE' WHERE key = 'drill'",
    "the line's kind":   "UPDATE callup_line SET kind = 'sms_http' WHERE key = 'drill'",
    "the line's name":   "UPDATE callup_line SET key = 'x' WHERE key = 'live'; "
                         "UPDATE callup_attempt SET line_id = 'x'",
    "all at once":       "UPDATE callup_callup SET world = 'LIVE'; UPDATE callup_called SET "
                         "world = 'LIVE'; UPDATE callup_attempt SET world = 'LIVE'",
    "into a live one":   "UPDATE callup_called SET callup_id = (SELECT id FROM callup_callup "
                         "WHERE world = 'LIVE')",
    "to a live person":  "UPDATE callup_attempt SET called_id = (SELECT min(id) FROM callup_called "
                         "WHERE world = 'LIVE'), step = 99 WHERE world = 'DRILL'",
    "a cover":           "INSERT INTO callup_cover (attempt_id, called_id, world) "
                         "SELECT a.id, c.id, 'LIVE' FROM callup_attempt a, callup_called c "
                         "WHERE a.world = 'LIVE' AND c.world = 'DRILL' LIMIT 1",
}
# fmt: on


@pytest.mark.parametrize("statement", BY_HAND.values(), ids=list(BY_HAND))
def test_the_database_itself_refuses(storm, exercise, statement):
    storm.called(storm.district.grid3)  # a live one beside it
    live_before = set(Attempt.objects.filter(world="LIVE").values_list("pk", flat=True))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE")
    assert set(Attempt.objects.filter(world="LIVE").values_list("pk", flat=True)) == live_before
    assert Callup.objects.get(pk=exercise.pk).world == "DRILL"
    assert Line.objects.get(pk="drill").world == "DRILL"
