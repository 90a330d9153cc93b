"""What stands in the sample district: people, items, half a year of work, duty and call-ups."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.db import transaction
from django.test import Client, override_settings

from anlan.callup.models import Attempt, Callup
from anlan.callup.models.accounting import accounted
from anlan.demo import build
from anlan.duty.models import Desk, LogEntry, Shift, Swap, on_duty
from anlan.duty.models.coverage import coming_gaps, flags
from anlan.figures import compute
from anlan.figures.models import Report
from anlan.figures.rules import parse_period
from anlan.kernel import trail
from anlan.kernel.clock import moved
from anlan.matters.models import Evidence, Matter, Supervision
from anlan.papers.models import Paper
from anlan.people.models import Area, Charge, Person
from anlan.records.models import Record, Visit
from anlan.registry.models import Item, kinds
from anlan.web.tests.chairs import text_of

pytestmark = pytest.mark.django_db
AT = datetime(2024, 6, 24, 6, 5, tzinfo=UTC)
BACKEND = "django.contrib.auth.backends.ModelBackend"
TINY = 0.0006  # 135 hazards: enough for every story


@pytest.fixture(scope="module")
def wenling(django_db_setup, django_db_blocker, tmp_path_factory):
    """Built once for all that only look at it."""
    files = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), override_settings(FILES_DIR=files), transaction.atomic():
        yield build.build(area="331081", scale=TINY, seed=3, at=AT)
        transaction.set_rollback(True)


def test_wenling_has_its_sixteen_towns_and_a_person_at_every_desk(wenling):
    assert wenling["area"] == "温岭市"
    towns = Area.objects.filter(level=Area.Level.TOWN)
    assert towns.real().count() == 16
    assert towns.count() == 17  # 东部新区 is a statistical code
    assert len(wenling["logins"]) >= 8
    for kind in kinds():
        assert Item.objects.filter(kind=kind).exists(), kind
    assert Charge.objects.filter(kind="flood_grid").exists()


def test_the_last_two_weeks_were_lived_and_not_written(wenling):
    stages = set(Matter.objects.values_list("stage", flat=True))
    assert {"DRAFT", "REPORTED", "CONTROLLED", "MERGED", "ADOPTED", "CLOSED"} <= stages
    refused = Matter.objects.get(title="安全出口被杂物堵塞", rectifications__round=2)
    assert trail.verbs_of(refused) == [
        "report", "dispatch", "take", "submit", "refuse", "submit", "accept",
    ]  # fmt: skip
    assert Evidence.objects.filter(matter=refused).count() == 3
    assert Supervision.objects.exists()
    entered = Matter.objects.get(title="沿街窨井盖缺失", on_behalf_of__isnull=False)
    assert entered.opener != entered.on_behalf_of


def test_the_figures_of_the_sample_district_add_up(wenling):
    area = Area.objects.get(code="331081000000")
    asked = {"period": parse_period("2024H1"), "area": area, "scope": None, "at": AT}
    [found] = compute.compute(["hazards_found"], **asked)
    for by in ("source", "sector", "area"):
        parts = compute.breakdown("hazards_found", by, **asked)
        assert sum(part.value for part in parts) == found.value
    assert found.change.base > 0


def test_every_figure_opens_with_all_its_parts_whatever_they_are_called(wenling):
    """A part is named by people: 已建成, 村级, 2楼/东. Its address must hold that."""
    section = Client()
    section.force_login(Person.objects.get(account__username="chenj").account, backend=BACKEND)
    shut = {}
    with moved(AT):
        for name in compute.definitions():
            answer = section.get(f"/figures/{name}/?period=2024H1&area=331081000000")
            named = rf'href="(/figures/{name}/rows/2024H1/\d+/[^"]*%[^"]*)"'
            parts = re.findall(named, text_of(answer))
            opened = [answer, *(section.get(unescape(part)) for part in parts[:1])]
            if codes := [each.status_code for each in opened if each.status_code != 200]:
                shut[name] = codes
    assert not shut


def test_nobody_of_the_sample_has_a_number_that_could_be_somebody_s(wenling):
    numbers = Person.objects.values_list("phone", flat=True)
    assert all(number.startswith(("1380000", "139000")) for number in numbers if number)


def test_the_duty_room_is_manned_and_one_night_is_not(wenling):
    room = Desk.objects.get(kind="district_duty_room")
    assert wenling["shifts"] == Shift.objects.count() > 1000
    on = on_duty(room.area_path, level="OFFICER", at=AT)
    assert [shift.desk for shift in on][0] == room
    missing = [gap for gap in coming_gaps(room, at=AT) if gap.starts > AT]
    assert [gap.watch for gap in missing] == ["夜班"]
    assert Swap.objects.get().asker.name == "陈静"
    assert LogEntry.objects.filter(desk=room, corrects__isnull=False).count() == 1
    assert room.handovers.filter(taken_by__isnull=False).count() >= 4
    towns = Desk.objects.filter(kind="town_duty")
    assert towns.count() == 16
    assert all(on_duty(desk.area_path, level="LEADER", at=AT)[0].desk == desk for desk in towns)
    wrong = flags(room.shifts.standing().filter(ends__gt=AT), at=AT)
    assert {flag.kind for found in wrong.values() for flag in found} >= {"LEFT"}


def test_the_last_storm_and_a_drill_were_called_and_answered_by_people(wenling):
    """Through the real deeds: most answer, some are passed on, nobody is forgotten."""
    drill, storm = Callup.objects.order_by("pk")
    assert (drill.world, storm.world) == ("DRILL", "LIVE")
    assert {drill.stage, storm.stage} == {"ENDED"}
    assert storm.approver != storm.drafter
    for callup in (drill, storm):
        done = accounted(callup)
        assert done.accounted == done.people
        assert done.answered + done.by_next > done.people * 0.7
        took = [
            (row.answered_at - row.called_at).total_seconds()
            for row in callup.called.exclude(answered_at=None)
        ]
        assert 10 < sorted(took)[len(took) // 2] < 240, "people take their time"
    lines = set(
        Attempt.objects.filter(world="DRILL", line__isnull=False).values_list("line__world")
    )
    assert lines <= {("DRILL",)}, "a drill never went out over a live line"


def test_papers_went_out_came_back_and_the_half_year_is_frozen(wenling):
    assert wenling["papers"] >= 5
    issued = Paper.objects.exclude(number="")
    assert {"circular", "reminder_letter", "supervision_order", "summary"} <= set(
        issued.values_list("kind", flat=True)
    )
    assert issued.filter(kind="reminder_letter", replied_at__isnull=False).exists()
    half = Report.objects.get(key="half_year")
    assert half.is_kept
    assert half.digest
    assert half.rows.get(figure="hazards_found", period=half.period).count > 0


def test_half_a_year_of_records(wenling):
    assert wenling["records"] == Record.objects.count() > 1000
    night = Record.objects.filter(kind="night_check")
    towns = night.values_list("area", flat=True).distinct()
    assert towns.count() == 16
    weeks = {(day.isocalendar().week, area) for day, area in night.values_list("day", "area")}
    assert 16 * 22 < len(weeks) < 16 * 27  # some weeks lapsed: that is what dues are for
    assert not Record.objects.filter(started_at__gt=AT).exists()
    assert Record.objects.filter(hidden=True).count() == 1
    assert Record.objects.get(raised__isnull=False).raised.get().check_item == "exit"


def test_firms_are_fewer_than_firm_times_and_figures_add_up(wenling):
    area = Area.objects.get(code="331081000000")
    asked = {"period": parse_period("2024H1"), "area": area, "scope": None, "at": AT}
    values = {
        each.figure.key: each.value
        for each in compute.compute(
            ["firms_inspected", "firm_times_inspected", "night_checks", "persons_trained"], **asked
        )
    }
    assert 0 < values["firms_inspected"] < values["firm_times_inspected"]
    assert values["firm_times_inspected"] <= Visit.objects.count()
    for name in values:
        parts = compute.breakdown(name, "area", **asked)
        assert sum(part.value for part in parts) == values[name]
