"""A one-time number is taken once, also by two at the same moment."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from anlan.kernel import nonces

NOON = datetime(2024, 6, 12, 4, 0, tzinfo=UTC)


def test_a_number_is_taken_once_by_each_line(db: None) -> None:
    assert nonces.spend("gateways.telecom", "a" * 32, at=NOON)
    assert not nonces.spend("gateways.telecom", "a" * 32, at=NOON)
    assert nonces.spend("gateways.unicom", "a" * 32, at=NOON)


def test_what_failed_after_it_leaves_the_number_unused(db: None) -> None:
    @transaction.atomic
    def take() -> None:
        nonces.spend("gateways.telecom", "b" * 32, at=NOON)
        raise ValueError("the receipt broke")

    with pytest.raises(ValueError, match="the receipt broke"):
        take()
    assert nonces.spend("gateways.telecom", "b" * 32, at=NOON)


def test_old_numbers_are_forgotten_long_after_no_signature_holds_any_more(db: None) -> None:
    nonces.spend("gateways.telecom", "c" * 32, at=NOON)
    assert nonces.forget_spent(at=NOON + timedelta(minutes=30)) == 0
    assert nonces.forget_spent(at=NOON + timedelta(minutes=61)) == 1
    assert nonces.spend("gateways.telecom", "c" * 32, at=NOON)


def test_of_two_at_the_same_moment_one_is_told_no(own_database: str) -> None:
    barrier, told = threading.Barrier(2), list[bool]()

    def send() -> None:
        with transaction.atomic():
            barrier.wait()
            told.append(nonces.spend("gateways.telecom", "d" * 32, at=NOON))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False, True]
