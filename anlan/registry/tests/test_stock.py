"""Sandbags of 泽国镇: counted, given out, lent to 太平街道 and fetched back; never too many."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from anlan.demo.district import District
from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.registry import access, actions
from anlan.registry.actions import Amount
from anlan.registry.models import StockBalance, StockMovement

DUE = date(2024, 7, 1)


def bags(quantity, unit="只", material="编织袋"):
    return Amount(material, unit, Decimal(quantity))


def warehouse_of(district, clock):
    return actions.register_item(
        kind="warehouse",
        given={"name": "泽国镇应急物资仓库", "area": "泽国镇", "level": "镇级",
               "keeper_phone": "13911112222"},
        by=district.huang_zeguo_station, at=clock.now(),
    )  # fmt: skip


@pytest.fixture
def store(district, clock):
    made = warehouse_of(district, clock)
    actions.receive_stock(made, amount=bags(500), by=district.huang_zeguo_station, at=clock.now())
    return made


def left(store, material="编织袋"):
    balance = StockBalance.objects.get(item=store, material=material).quantity
    moved = StockMovement.objects.filter(item=store, material=material)
    assert balance == sum(each.quantity for each in moved), "the balance is the sum of its book"
    return balance


def test_what_goes_out_is_gone(store, district, clock):
    actions.issue_stock(
        store, amount=bags("120.5"), by=district.huang_zeguo_station, at=clock.now()
    )
    assert left(store) == Decimal("379.50")
    assert trail.verbs_of(store) == ["register_item", "receive_stock", "issue_stock"]


def test_nobody_takes_more_than_lies_there(store, district, clock):
    with pytest.raises(NotAllowed, match="只有500只"):
        actions.issue_stock(
            store, amount=bags(501), by=district.huang_zeguo_station, at=clock.now()
        )
    assert left(store) == 500


def test_lent_to_another_street_and_fetched_back_in_two_parts(store, district, clock, scope):
    by = district.huang_zeguo_station
    loan = actions.lend_stock(
        store, amount=bags(200), to=district.taiping_street, due_on=DUE, by=by, at=clock.now()
    )
    assert left(store) == 300
    assert loan in access.borrowed_by(scope(district.zhao_taiping_station))
    assert loan not in access.borrowed_by(scope(district.huang_zeguo_station))
    actions.return_stock(loan, quantity=Decimal(150), by=by, at=clock.now())
    assert access.outstanding(loan) == 50
    with pytest.raises(Invalid, match="尚未归还的50"):
        actions.return_stock(loan, quantity=Decimal(51), by=by, at=clock.now())
    actions.return_stock(loan, quantity=Decimal(50), by=by, at=clock.now())
    assert (left(store), access.outstanding(loan)) == (500, 0)


def test_a_store_that_lent_cannot_vanish(store, district, clock):
    by = district.huang_zeguo_station
    actions.lend_stock(
        store, amount=bags(500), to=district.taiping_street, due_on=DUE, by=by, at=clock.now()
    )
    with pytest.raises(NotAllowed, match="借出未还"):
        actions.retire_item(store, reason="撤并", by=by, at=clock.now())


def test_a_store_that_holds_something_cannot_vanish(store, district, clock):
    with pytest.raises(NotAllowed, match="还有库存"):
        actions.retire_item(store, reason="撤并", by=district.huang_zeguo_station, at=clock.now())


def test_a_count_books_the_difference_and_the_day(store, district, clock):
    by = district.huang_zeguo_station
    actions.count_stock(store, amount=bags(488), by=by, at=clock.now())
    assert left(store) == 488
    again = actions.count_stock(store, amount=bags(488), by=by, at=clock.now())
    assert again.quantity == 0, "a count that fits is written down too"
    assert store.balances.get().counted_on == date(2024, 6, 12)
    actions.count_stock(store, amount=bags(0), by=by, at=clock.now())
    assert left(store) == 0


@pytest.mark.parametrize("quantity", ["0", "-5", "1.234", "NaN", "Infinity"])
def test_odd_quantities_are_refused(store, district, clock, quantity):
    with pytest.raises(Invalid):
        actions.receive_stock(
            store, amount=bags(quantity), by=district.huang_zeguo_station, at=clock.now()
        )


def test_one_material_has_one_unit(store, district, clock):
    with pytest.raises(Invalid, match="按“只”计"):
        actions.receive_stock(
            store, amount=bags(3, unit="箱"), by=district.huang_zeguo_station, at=clock.now()
        )


def test_a_loan_due_yesterday_is_a_slip_of_the_pen(store, district, clock):
    with pytest.raises(Invalid, match="已过"):
        actions.lend_stock(
            store, amount=bags(1), to=district.taiping_street, due_on=date(2024, 6, 11),
            by=district.huang_zeguo_station, at=clock.now(),
        )  # fmt: skip


def test_a_camera_stores_nothing(district, clock):
    camera = actions.register_item(
        kind="camera",
        given={"name": "桥", "area": "泽国镇"},
        by=district.huang_zeguo_station,
        at=clock.now(),
    )
    with pytest.raises(NotAllowed, match="不存放物资"):
        actions.receive_stock(
            camera, amount=bags(1), by=district.huang_zeguo_station, at=clock.now()
        )


def test_a_stranger_moves_nothing_and_the_keeper_does(store, district, clock):
    with pytest.raises(Forbidden):
        actions.issue_stock(store, amount=bags(1), by=district.sun_grid7, at=clock.now())
    actions.assign_keeper(
        store, post=district.grid7_post, by=district.huang_zeguo_station, at=clock.now()
    )
    actions.issue_stock(store, amount=bags(1), by=district.sun_grid7, at=clock.now())
    assert left(store) == 499


def test_the_database_itself_refuses_a_negative_balance(store):
    with pytest.raises(IntegrityError), transaction.atomic():
        StockBalance.objects.filter(item=store).update(quantity=-1)


def test_twenty_towns_ask_for_the_last_hundred_at_once(own_database, clock):
    district = District(clock)
    store = warehouse_of(district, clock)
    by = district.huang_zeguo_station
    actions.receive_stock(store, amount=bags(100), by=by, at=clock.now())
    gate, answers = threading.Barrier(20), []

    def fetch():
        gate.wait()
        try:
            actions.issue_stock(store, amount=bags(10), by=by, at=clock.now())
            answers.append("given")
        except NotAllowed:
            answers.append("refused")
        finally:
            connection.close()

    towns = [threading.Thread(target=fetch) for _ in range(20)]
    for town in towns:
        town.start()
    for town in towns:
        town.join()
    assert (answers.count("given"), answers.count("refused")) == (10, 10)
    assert left(store) == 0
