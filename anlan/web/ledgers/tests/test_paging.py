"""Paging over the ledger of the two towns: nothing doubled, nothing left out, back and forth."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from anlan.demo.district import Clock, District
from anlan.matters.models import Matter
from anlan.web.ledgers.counting import count_of
from anlan.web.ledgers.paging import Order, Page, Position, page_of, walk

NEWEST = Order("found_at", descending=True)
BY_DEADLINE = Order("due_at", nullable=True)


@pytest.fixture
def blocked_exits(district: District, clock: Clock) -> QuerySet[Matter]:
    """Eleven blocked exits: four closed, the others due on three days, found two by two."""
    at = clock.now()
    for number in range(11):
        closed = number % 3 == 0
        Matter.objects.create(
            number=f"YH{number:03}",
            kind="hazard",
            title=f"安全出口被堵{number}",
            stage="CLOSED" if closed else "RECTIFYING",
            source="GRID",
            area=district.zeguo,
            area_path=district.zeguo.path,
            owner=district.zeguo_station_post,
            found_at=at - timedelta(hours=number // 2),
            due_at=None if closed else at + timedelta(days=number % 3),
            closed_at=at if closed else None,
            search=f"YH{number:03} 安全出口被堵",
        )
    return Matter.objects.all()


def forwards(rows: QuerySet[Matter], order: Order, size: int) -> list[Page[Matter]]:
    pages = [page_of(rows, order, size=size)]
    while pages[-1].after:
        pages.append(page_of(rows, order, after=pages[-1].after, size=size))
    return pages


@pytest.mark.parametrize("order", [NEWEST, BY_DEADLINE, Order("due_at", True, True)])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 11])
def test_every_row_is_read_once_in_both_directions(
    blocked_exits: QuerySet[Matter], order: Order, size: int
) -> None:
    pages = forwards(blocked_exits, order, size)
    read = [row.pk for page in pages for row in page.rows]
    assert sorted(read) == sorted(blocked_exits.values_list("pk", flat=True))
    back = [pages[-1]]
    while back[-1].before:
        back.append(page_of(blocked_exits, order, before=back[-1].before, size=size))
    assert [row.pk for page in reversed(back) for row in page.rows] == read


def test_the_order_is_that_of_the_column_and_then_of_arrival(
    blocked_exits: QuerySet[Matter],
) -> None:
    rows = [row for page in forwards(blocked_exits, NEWEST, 3) for row in page.rows]
    assert rows == sorted(rows, key=lambda row: (row.found_at, row.pk), reverse=True)


def test_matters_without_a_deadline_stand_at_the_end_in_both_directions(
    blocked_exits: QuerySet[Matter],
) -> None:
    for order in (BY_DEADLINE, Order("due_at", True, True)):
        rows = list(walk(blocked_exits, order, chunk=2))
        assert [row.due_at is None for row in rows] == [False] * 7 + [True] * 4


def test_a_list_narrowed_by_its_deadline_is_read_without_asking_for_those_at_rest(
    blocked_exits: QuerySet[Matter], clock: Clock, django_assert_num_queries: Callable[..., Any]
) -> None:
    soon = blocked_exits.filter(due_at__lte=clock.now() + timedelta(days=1))
    with django_assert_num_queries(1):
        page = page_of(soon, BY_DEADLINE, size=20)
    assert [row.due_at for row in page.rows] == [clock.now() + timedelta(days=1)] * 4
    with django_assert_num_queries(1):
        page = page_of(blocked_exits.filter(due_at__isnull=True), BY_DEADLINE, size=20)
    assert [row.stage for row in page.rows] == ["CLOSED"] * 4


def test_a_place_among_those_at_rest_opens_the_first_page_of_what_is_late(
    blocked_exits: QuerySet[Matter], clock: Clock
) -> None:
    late = blocked_exits.filter(due_at__lte=clock.now() + timedelta(days=1))
    closed = blocked_exits.filter(due_at__isnull=True)[0]
    page = page_of(late, BY_DEADLINE, after=str(Position(None, closed.pk)), size=3)
    assert [row.due_at is None for row in page.rows] == [False] * 3


def test_a_hazard_found_meanwhile_neither_doubles_nor_hides_a_row(
    blocked_exits: QuerySet[Matter], district: District, clock: Clock
) -> None:
    first = page_of(blocked_exits, NEWEST, size=4)
    late = blocked_exits[0]
    late.pk, late.number, late.found_at = None, "YH999", clock.now() + timedelta(hours=1)
    late.save()
    second = page_of(blocked_exits, NEWEST, after=first.after, size=4)
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}
    assert late.pk not in {row.pk for row in second.rows}


def test_a_link_cut_short_in_a_chat_opens_the_first_page(blocked_exits: QuerySet[Matter]) -> None:
    whole = page_of(blocked_exits, NEWEST, size=3)
    for broken in (whole.after[:5], "不是位置", "W10"):
        assert page_of(blocked_exits, NEWEST, after=broken, size=3).rows == whole.rows


def test_a_position_is_read_back_as_it_was(blocked_exits: QuerySet[Matter]) -> None:
    row = blocked_exits[0]
    read = Position.parse(str(Position(row.found_at, row.pk)))
    assert read is not None
    assert (read.value, read.pk) == (row.found_at.isoformat(), row.pk)


def test_when_all_behind_the_position_is_gone_the_list_begins_again(
    blocked_exits: QuerySet[Matter],
) -> None:
    pages = forwards(blocked_exits, NEWEST, 4)
    gone = blocked_exits.exclude(pk__in=[row.pk for row in pages[-1].rows])
    assert page_of(gone, NEWEST, after=pages[-2].after, size=4).rows == pages[0].rows


class TestCounting:
    def test_a_short_list_is_counted_exactly(self, blocked_exits: QuerySet[Matter]) -> None:
        for size in (3, 50):
            count = count_of(blocked_exits, page_of(blocked_exits, NEWEST, size=size))
            assert str(count) == "11"

    def test_a_long_list_is_estimated_and_says_so(
        self,
        blocked_exits: QuerySet[Matter],
        monkeypatch: pytest.MonkeyPatch,
        django_assert_num_queries: Callable[[int], object],
    ) -> None:
        page = page_of(blocked_exits, NEWEST, size=3)
        monkeypatch.setattr("anlan.web.ledgers.counting.estimate", lambda rows: 225_417)
        with django_assert_num_queries(0):  # type: ignore[attr-defined]
            assert str(count_of(blocked_exits, page)) == "约 230,000"
