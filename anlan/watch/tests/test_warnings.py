# ruff: noqa: E501 (the statements are wide so that they can be read)
"""A flood warning for 泽国镇: by its lawful issuer, by two persons, signed, taken back."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from anlan.callup import actions as calls
from anlan.callup.models import Callup
from anlan.formats import cap
from anlan.kernel import catalogues, trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.people.models import Charge
from anlan.watch import actions, sweeps
from anlan.watch.actions import Brief
from anlan.watch.models import Publication, Reached, Warning

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.KEYS_DIR, settings.DATA_DIR = tmp_path / "keys", tmp_path


def brief(watch, **given):
    facts = {
        "hazard": "flood",
        "colour": "ORANGE",
        "headline": "泽国镇洪水橙色预警",
        "description": "金清港水位超警戒，并继续上涨。",
        "instruction": "沿河人员做好转移准备。",
        "areas": (watch.district.zeguo,),
        "expires": watch.clock.now() + timedelta(hours=12),
    }
    return Brief(**(facts | given))


def drafted(watch, **given):
    by = watch.district.chen_section
    return actions.draft_warning(brief(watch, **given), by=by, at=watch.clock.now())


def issued(watch, **given):
    warning = drafted(watch, **given)
    return approved(watch, warning)


def approved(watch, warning):
    actions.submit_warning(warning, by=watch.district.chen_section, at=watch.clock.now())
    actions.approve_warning(warning, by=watch.district.zhou_chief, at=watch.clock.now())
    return warning


# --- who may --------------------------------------------------------------------------------------


def test_a_weather_signal_is_refused_to_anybody_but_the_station(watch):
    with pytest.raises(NotAllowed, match="气象灾害防御条例》第三十条"):
        drafted(watch, hazard="rainstorm", headline="暴雨红色预警信号", colour="RED")
    assert not Warning.objects.exists()


def test_who_drafted_it_never_approves_it(watch):
    warning = drafted(watch)
    actions.submit_warning(warning, by=watch.district.chen_section, at=watch.clock.now())
    with pytest.raises(Forbidden):
        actions.approve_warning(warning, by=watch.district.chen_section, at=watch.clock.now())
    with pytest.raises(DatabaseError, match="approved_by_another"), transaction.atomic():
        Warning.objects.filter(pk=warning.pk).update(approver=warning.drafter)


def test_a_colour_that_is_not_on_its_scale_is_refused(watch):
    with pytest.raises(Invalid, match="没有这种颜色"):
        drafted(watch, colour="WHITE")


# --- what goes out --------------------------------------------------------------------------------


def test_it_goes_out_valid_signed_and_under_a_name_of_31_characters(watch):
    warning = issued(watch)
    (message,) = cap.read(bytes(warning.xml)).messages
    assert (message.xsd, message.usable, message.signature) == (True, True, "unknown_signer")
    assert len(warning.identifier) == 31
    assert warning.identifier.startswith("331081000000")
    alert = message.alert
    assert (alert.status, alert.msg_type) == (cap.Status.ACTUAL, cap.MsgType.ALERT)
    assert alert.infos[0].areas[0].geocodes[0].value == watch.district.zeguo.code
    assert Publication.objects.get().outlet == "PUBLIC"


def test_two_in_one_second_have_two_names(watch):
    assert issued(watch).identifier[:-1] == issued(watch).identifier[:-1]
    assert len(set(Warning.objects.values_list("identifier", flat=True))) == 2


def test_an_update_names_what_it_updates_and_all_before(watch):
    first = issued(watch)
    watch.clock.forward(hours=1)
    by = {"by": watch.district.chen_section, "at": watch.clock.now()}
    second = approved(watch, actions.update_warning(first, **by))
    watch.clock.forward(hours=1)
    third = approved(watch, actions.update_warning(second, **by))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.stage, second.stage, third.stage) == ("UPDATED", "UPDATED", "ISSUED")
    named = [reference.identifier for reference in third.alert().references]
    assert named == [first.identifier, second.identifier]


def test_one_click_takes_it_back(watch):
    warning = issued(watch)
    watch.clock.forward(hours=1)
    notice = actions.cancel_warning(
        warning, reason="水位已回落", by=watch.district.zhou_chief, at=watch.clock.now()
    )
    warning.refresh_from_db()
    assert warning.stage == "CANCELLED"
    (message,) = cap.read(bytes(notice.xml)).messages
    assert message.usable
    assert message.alert.msg_type is cap.MsgType.CANCEL
    assert message.alert.references == (warning.alert().reference,)
    assert message.alert.infos[0].over
    with pytest.raises(NotAllowed):
        actions.cancel_warning(
            warning, reason="再来", by=watch.district.zhou_chief, at=watch.clock.now()
        )


def test_its_time_runs_out(watch):
    warning = issued(watch)
    watch.clock.forward(hours=12)
    assert [sweeps.expire_warnings(at=watch.clock.now()) for _ in range(2)] == [1, 0]
    warning.refresh_from_db()
    assert warning.stage == "EXPIRED"
    assert trail.verbs_of(warning)[-1] == "expire"


def test_whoever_answers_there_is_called(watch):
    warning = issued(watch)
    callup = actions.call_for_warning(warning, by=watch.district.chen_section, at=watch.clock.now())
    assert (callup.hazard, callup.colour, callup.world) == ("flood", "ORANGE", "LIVE")
    assert Reached.objects.get().callup == callup


def test_what_was_approved_beforehand_waits_for_nobody(watch, settings, tmp_path):
    """As the plan of the district says it; without that, somebody approves first."""
    charge(watch, watch.district.village_muyu, watch.district.sun_grid7)
    waits = actions.call_for_warning(
        issued(watch), by=watch.district.chen_section, at=watch.clock.now()
    )
    assert waits.stage == "SUBMITTED"
    shipped = catalogues.path_of("callup").read_text(encoding="utf-8")
    standing = "standing_approval: {by: 周建国, on: 2024-04-01, document: 温应急〔2024〕8号}"
    (tmp_path / "callup.yaml").write_text(
        shipped.replace("  note: 未写预先批准", f"  {standing}\n  note: 未写预先批准"), "utf-8"
    )
    settings.ANLAN_CATALOGUES = tmp_path
    catalogues.reload()
    runs = actions.call_for_warning(
        issued(watch), by=watch.district.chen_section, at=watch.clock.now()
    )
    assert (runs.stage, runs.approver) == ("RUNNING", None)
    assert runs.standing_approval == "周建国 2024-04-01 温应急〔2024〕8号"
    assert runs.called.get().person == watch.district.sun_grid7
    # Where nobody answers it cannot start; then somebody is asked, and the warning keeps its page.
    Charge.objects.all().delete()
    empty = actions.call_for_warning(
        issued(watch), by=watch.district.chen_section, at=watch.clock.now()
    )
    assert empty.stage == "SUBMITTED"


def test_the_people_of_the_village_where_the_river_rose_come_first(watch):
    where = watch.district
    stream = watch.stream("z", "water_level", where.village_muyu)
    alarm = watch.raised(stream)
    charge(watch, where.village_muyu, where.sun_grid7)
    charge(watch, where.zeguo, where.wu_bystander)  # the same duty, in the rest of the town
    warning = issued(watch, alarm=alarm)
    callup = actions.call_for_warning(warning, by=where.chen_section, at=watch.clock.now())
    near = callup.areas.values_list("area__code", "nearness").order_by("nearness")
    assert list(near) == [(where.village_muyu.code, 0), (where.zeguo.code, 1)]
    calls.approve(callup, by=where.zhou_chief, at=watch.clock.now())
    called = callup.called.order_by("rank")
    assert [each.person for each in called] == [where.sun_grid7, where.wu_bystander]


def charge(watch, area, person):
    since = watch.clock.now().date() - timedelta(days=30)
    given = {"since": since, "opened": since, "confirmed_on": since}
    return Charge.objects.create(
        kind="village_cadre_household", area=area, area_path=area.path, person=person, **given
    )


# --- what is only exercised, and what went out ----------------------------------------------------


@pytest.fixture
def exercise(watch):
    return issued(watch, exercise=True, headline="演练：洪水橙色预警")


def test_an_exercise_says_so_and_goes_to_the_drills_outlet_alone(watch, exercise):
    assert exercise.alert().status is cap.Status.EXERCISE
    assert list(Publication.objects.values_list("outlet", flat=True)) == ["DRILL"]
    by = {"by": watch.district.chen_section, "at": watch.clock.now()}
    assert actions.call_for_warning(exercise, **by).world == "DRILL"


# fmt: off
PAST_ALL_CODE = {
    "its world":          "UPDATE watch_warning SET world = 'LIVE'",
    "its status":         "UPDATE watch_warning SET status = 'Actual'",
    "both":               "UPDATE watch_warning SET world = 'LIVE', status = 'Actual'",
    "the outlet":         "UPDATE watch_publication SET outlet = 'PUBLIC'",
    "outlet and world":   "UPDATE watch_publication SET outlet = 'PUBLIC', world = 'LIVE'",
    "another outlet":     "INSERT INTO watch_publication (warning_id, world, outlet, at) "
                          "SELECT id, 'LIVE', 'PUBLIC', now() FROM watch_warning WHERE world = 'DRILL'",
    "drill on public":    "INSERT INTO watch_publication (warning_id, world, outlet, at) "
                          "SELECT id, 'DRILL', 'PUBLIC', now() FROM watch_warning WHERE world = 'DRILL'",
    "under a live one":   "UPDATE watch_publication SET warning_id = (SELECT id FROM watch_warning "
                          "WHERE world = 'LIVE' AND stage = 'ISSUED') WHERE world = 'DRILL'",
    "a draft":            "INSERT INTO watch_publication (warning_id, world, outlet, at) "
                          "SELECT id, 'LIVE', 'PUBLIC', now() FROM watch_warning WHERE stage = 'DRAFT'",
    "a live call-up":     "INSERT INTO watch_reached (warning_id, callup_id, world) SELECT w.id, c.id, "
                          "'LIVE' FROM watch_warning w, callup_callup c WHERE w.world = 'DRILL' LIMIT 1",
    "or of its world":    "INSERT INTO watch_reached (warning_id, callup_id, world) SELECT w.id, c.id, "
                          "'DRILL' FROM watch_warning w, callup_callup c WHERE w.world = 'DRILL' LIMIT 1",
    "what went out":      "UPDATE watch_warning SET headline = '解除' WHERE stage = 'ISSUED'",
    "its message":        "UPDATE watch_warning SET xml = 'x' WHERE stage = 'ISSUED'",
    "back to a draft":    "UPDATE watch_warning SET stage = 'DRAFT' WHERE stage = 'ISSUED'",
    "gone":               "DELETE FROM watch_warning WHERE stage = 'ISSUED'",
}  # fmt: skip
# fmt: on


@pytest.mark.parametrize("statement", PAST_ALL_CODE.values(), ids=list(PAST_ALL_CODE))
def test_the_database_itself_refuses(watch, exercise, statement):
    issued(watch)
    drafted(watch)
    live = actions.call_for_warning(
        Warning.objects.get(world="LIVE", stage="ISSUED"),
        by=watch.district.chen_section,
        at=watch.clock.now(),
    )
    assert Callup.objects.get(pk=live.pk).world == "LIVE"
    if "watch_reached" in statement:
        Reached.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE")
