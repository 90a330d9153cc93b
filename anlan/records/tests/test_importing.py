"""Ten thousand visits from another system: all or nothing, quick, and one entry in the trail."""

from datetime import timedelta

import pytest

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden
from anlan.people.models import Area, Body
from anlan.records.actions import Visited, import_records
from anlan.records.models import Batch, Record, Visit
from anlan.registry.actions import InvalidRows

from .story import announced

pytestmark = pytest.mark.django_db


def rows(story, count, **also):
    return [
        story.inspection(
            origin=f"old:{n}", started_at=story.now - timedelta(hours=n + 1), people=(),
            person_times=2, **also,
        )
        for n in range(count)
    ]  # fmt: skip


def take(story, entries, by=None):
    by = by or story.district.huang_zeguo_station
    return import_records(entries, kind="inspection", name="检查台账.xlsx", by=by, at=story.now)


def test_a_table_comes_in_with_its_visits_and_one_entry(story):
    batch = take(story, rows(story, 3))
    assert (batch.given, batch.added, batch.known) == (3, 3, 0)
    assert Visit.objects.count() == 3
    assert trail.verbs_of(batch) == ["import_records"]
    assert announced() == ["RecordsImported"]
    record = Record.objects.get(origin="old:0")
    assert record.title == "执法检查 泽海冷链"
    assert record.number.startswith("JC2024-")
    assert record in Record.objects.containing("泽海冷链 执法检查")
    assert [entry.verb for entry in record.timeline()] == ["import_records"]


def test_the_same_table_twice_changes_nothing(story):
    take(story, rows(story, 3))
    again = take(story, rows(story, 4))
    assert (again.added, again.known) == (1, 3)
    assert Record.objects.count() == 4


def test_one_bad_row_and_nothing_comes_in_each_is_named(story):
    entries = rows(story, 3)
    entries[1] = story.inspection(origin="old:x", bodies=())
    with pytest.raises(InvalidRows) as said:
        take(story, entries)
    assert [position for position, _ in said.value.problems] == [1]
    assert not Record.objects.exists()
    assert not Batch.objects.exists()


def test_a_visit_that_stands_in_the_books_is_pointed_to(story):
    first = story.keep()
    take(story, rows(story, 1))
    assert Record.objects.get(origin="old:0").again_of == first


def test_nobody_imports_into_the_next_town(story):
    with pytest.raises(Forbidden):
        take(story, rows(story, 2), by=story.district.zhao_taiping_station)


def test_two_thousand_records_a_second(story):
    d = story.district
    firms = Body.objects.bulk_create(
        Body(name=f"第{n}号企业", kind="ENTERPRISE", area=d.zeguo, area_path=d.zeguo.path)
        for n in range(200)
    )
    area = Area.objects.get(pk=d.village_muyu.pk)
    entries = [
        story.inspection(
            origin=f"old:{n}", started_at=story.now - timedelta(minutes=n + 1), people=(),
            person_times=3, area=area, bodies=(Visited(firms[n % 200]),),
            counts={"problems": n % 4},
        )
        for n in range(4000)
    ]  # fmt: skip
    take(story, entries)
    assert Visit.objects.values("body").distinct().count() == 200
