"""What is done to ticked rows, and what each of them answers."""

import pytest
from django.test import Client

from anlan.demo.district import Clock, District
from anlan.kernel.clock import moved
from anlan.matters.models import Matter
from anlan.matters.models.kinds import clauses

from .test_matters_page import found, signed_in

PLAN = {"responsibility": "泽国镇应急消防管理站", "measure": "清除堆物并张贴标识"}


@pytest.fixture(autouse=True)
def _at_that_time(clock: Clock) -> object:
    with moved(clock.now()):
        yield


@pytest.fixture
def reported(district: District, clock: Clock) -> list[Matter]:
    """Two exits blocked in 泽国, waiting for the town's station; one in 太平."""
    given = {"stage": "REPORTED", "opener": district.sun_grid7}
    return [
        found(district, clock, "安全出口被堵", "zeguo", **given),
        found(district, clock, "疏散通道上锁", "zeguo", **given),
        found(district, clock, "楼道停放电动自行车", "taiping", **given),
    ]


def send(client: Client, deed: str, rows: list[Matter], **given: str) -> object:
    return client.post(f"/matters/bulk/{deed}/", {"row": [row.pk for row in rows], **given})


def test_first_the_form_is_shown_and_nothing_is_done(
    district: District, reported: list[Matter]
) -> None:
    page = send(signed_in(district.huang_zeguo_station), "dispatch", reported[:2])
    assert page.status_code == 200
    assert "批量交办 2 件" in page.content.decode()
    assert Matter.objects.filter(stage="REPORTED").count() == 3


def test_each_row_tells_its_own_outcome(district: District, reported: list[Matter]) -> None:
    district_wide = signed_in(district.chen_section)
    reported[1].grade = ""
    reported[1].save()
    page = send(district_wide, "dispatch", reported[:2], sent="1", **PLAN)
    done, refused = page.context["outcomes"]
    assert done.refusal is None
    assert "定级" in refused.refusal.words
    assert Matter.objects.get(pk=reported[0].pk).stage == "DISPATCHED"
    assert Matter.objects.get(pk=reported[1].pk).stage == "REPORTED"
    assert page["HX-Trigger"] == "anlan:changed"


def test_rows_out_of_sight_are_left_out(district: District, reported: list[Matter]) -> None:
    page = send(signed_in(district.huang_zeguo_station), "remark", reported, sent="1", words="核")
    assert [outcome.row.pk for outcome in page.context["outcomes"]] == [
        reported[0].pk,
        reported[1].pk,
    ]


def test_the_one_that_stays_is_not_merged_into_itself(
    district: District, reported: list[Matter]
) -> None:
    into = reported[0].number
    send(signed_in(district.huang_zeguo_station), "merge", reported[:2], sent="1", into=into)
    stages = dict(Matter.objects.values_list("number", "stage"))
    assert stages[into] == "REPORTED"
    assert stages[reported[1].number] == "MERGED"


def test_a_major_hazard_needs_its_clause_beside_each_row(
    district: District, reported: list[Matter]
) -> None:
    client = signed_in(district.chen_section)
    page = send(client, "grade", reported[:1], sent="1", grade="MAJOR")
    assert "条款" in page.context["outcomes"][0].refusal.words
    clause = next(key for key, one in clauses().items() if one.grade == "MAJOR")
    send(client, "grade", reported[:1], sent="1", grade="MAJOR", clause=clause)
    assert Matter.objects.get(pk=reported[0].pk).grade == "MAJOR"


def test_who_may_not_dispatch_is_told_so(district: District, reported: list[Matter]) -> None:
    page = send(signed_in(district.li_grid3), "dispatch", reported)
    assert page.status_code == 403
    assert "没有批量交办的权限" in page.content.decode()


def test_nothing_ticked_is_said(district: District, reported: list[Matter]) -> None:
    page = send(signed_in(district.chen_section), "dispatch", [])
    assert "没有勾选任何一行" in page.content.decode()


def test_a_post_that_nobody_knows_is_marked_beside_the_field(
    district: District, reported: list[Matter]
) -> None:
    client = signed_in(district.chen_section)
    page = send(client, "dispatch", reported[:1], sent="1", owner="不存在的岗位", **PLAN)
    assert page.status_code == 422
    assert "查不到“不存在的岗位”" in page.content.decode()
    assert "清除堆物并张贴标识" in page.content.decode()


def test_a_deed_that_does_not_exist_is_not_found(district: District) -> None:
    assert send(signed_in(district.chen_section), "burn", []).status_code == 404
