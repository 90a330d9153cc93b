"""Tables that come from two sides at once, and codes that a table may not take."""

import threading

import pytest
from django.db import connection

from anlan.demo.district import District
from anlan.registry import actions
from anlan.registry.actions import InvalidRows
from anlan.registry.models import Item, ItemBatch

COUNT = 200


def cameras(district, **shared):
    return [
        {"name": f"{n}号杆", "area": district.zeguo, "code": f"GA-{n:04d}", **shared}
        for n in range(COUNT)
    ]


def test_two_clerks_bring_the_same_table_at_once(own_database, clock):
    district = District(clock)
    gate, outcomes = threading.Barrier(2), []

    def bring():
        gate.wait()
        try:
            done = actions.import_items(
                kind="camera",
                rows=cameras(district),
                by=district.huang_zeguo_station,
                at=clock.now(),
            )
            outcomes.append((done.added, done.unchanged))
        finally:
            connection.close()

    clerks = [threading.Thread(target=bring) for _ in range(2)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    assert sorted(outcomes) == [(0, COUNT), (COUNT, 0)]
    assert (Item.objects.count(), ItemBatch.objects.count()) == (COUNT, 1)


def test_a_row_that_is_two_things_at_once_is_refused(district, clock):
    def bring(*rows):
        given = [{"area": district.zeguo, **row} for row in rows]
        return actions.import_items(
            kind="camera", rows=given, by=district.huang_zeguo_station, at=clock.now()
        )

    bring({"name": "东桥", "code": "A-1", "origin": "x:1"}, {"name": "西桥", "code": "A-2"})
    with pytest.raises(InvalidRows) as caught:
        bring({"name": "南桥"}, {"name": "东桥", "code": "A-2", "origin": "x:1"})
    ((position, problem),) = caught.value.problems
    assert position == 1
    assert "西桥" in problem.words
    assert "东桥" in problem.words
    assert Item.objects.count() == 2


def test_one_origin_under_two_codes_is_said_not_crashed(district, clock):
    rows = [
        {"name": "东桥", "area": district.zeguo, "code": "A-1", "origin": "x:1"},
        {"name": "西桥", "area": district.zeguo, "code": "A-2", "origin": "x:1"},
    ]
    with pytest.raises(InvalidRows, match="来源编号“x:1”在表中不止一行") as caught:
        actions.import_items(
            kind="camera", rows=rows, by=district.huang_zeguo_station, at=clock.now()
        )
    assert caught.value.problems[0][1].field == "origin"
