"""A large ledger: imported quickly, and read through indexes whatever the scope."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anlan.matters import access, actions
from anlan.matters.actions import PastMatter, PastRectification
from anlan.matters.flow import Stage
from anlan.matters.models import Matter, Rectification

SIZE = 12_000
PAGE = 50


@pytest.fixture
def ledger(district, clock):
    """Most of it in 太平, little in 泽国."""
    rows = [_row(district, clock, n) for n in range(SIZE)]
    actions.import_matters(rows, name="多年台账", by=district.chen_section, at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE matters_matter")


def _row(district, clock, n):
    area = district.grid7 if n % 200 == 0 else district.grid3
    found = clock.now() - timedelta(minutes=n + 10)
    done = PastRectification(
        words="已整改",
        at=found,
        by_id=district.li_grid3.pk,
        judged_by_id=district.zhao_taiping_station.pk,
        judged_at=found,
    )
    return PastMatter(
        origin=f"old:{n}",
        title=f"消防通道堆物第{n}处",
        source="GRID",
        area_id=area.pk,
        area_path=area.path,
        found_at=found,
        stage=Stage.CLOSED,
        grade="GENERAL",
        sector="fire",
        opener_id=district.li_grid3.pk,
        owner_id=district.grid3_post.pk,
        checker_id=district.taiping_station_post.pk,
        closed_at=found,
        rectifications=(done,),
    )


def nodes(plan):
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def plan_of(rows):
    page = rows.order_by("-found_at", "-id")[:PAGE]
    return json.loads(page.explain(format="json", analyze=True))[0]["Plan"]


def test_ten_times_the_rows_ask_the_database_no_more_often(district, clock):
    """What makes an import quick is that nothing is asked row by row; seconds are the bench's."""
    asked = []
    for size, skip in ((40, 0), (400, 40)):
        rows = [_row(district, clock, n) for n in range(skip, skip + size)]
        with CaptureQueriesContext(connection) as queries:
            actions.import_matters(rows, name="多年台账", by=district.chen_section, at=clock.now())
        asked.append(len(queries))
    assert asked[0] == asked[1] < 30
    assert Matter.objects.count() == Rectification.objects.count() == 440


@pytest.mark.slow
def test_no_scope_reads_the_whole_ledger(story, district, ledger):
    """Broad scopes walk the newest first and stop; narrow ones join indexes by bitmap."""
    for person in ("zhou_chief", "zhao_taiping_station", "sun_grid7", "xu_safety", "luo_fire"):
        plan = plan_of(access.visible_to(story.scope(getattr(district, person))))
        read = [node for node in nodes(plan) if node.get("Relation Name") == "matters_matter"]
        assert read, person
        for node in read:
            assert node["Node Type"] != "Seq Scan", person
            looked_at = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            assert looked_at < SIZE / 10, person
