"""Identifiers of Chinese warnings."""

from datetime import UTC, datetime

import pytest

from anlan.formats.cap import CapError, WarningIdentifier
from anlan.formats.cap.identifiers import METEOROLOGY

AT = datetime(2024, 7, 12, 13, 31, 38, tzinfo=UTC)


def test_ours_have_31_characters_in_beijing_time():
    text = WarningIdentifier("130600", METEOROLOGY, AT, serial=3).written()
    assert (text, len(text)) == ("13060041600000_20240712213138_3", 31)
    assert WarningIdentifier.read(text).at == AT


def test_the_short_form_of_the_meteorological_service_is_read():
    read = WarningIdentifier.read("13060041600000_20240712213138")
    assert (read.division, read.trade, read.serial, read.at) == ("130600", "416", None, AT)
    assert len(read.written()) == 31


@pytest.mark.parametrize(
    "other",
    [
        "2.49.0.1.156.0.2024",
        "13060041600000_20241312213138_0",
        "13060041600000_20240712213138_10",
        "",
    ],
)
def test_identifiers_of_others_are_none_of_these(other):
    assert WarningIdentifier.read(other) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"division": "3310"},
        {"trade": "气象局"},
        {"serial": 10},
        {"unit": "0000"},
        {"at": AT.replace(tzinfo=None)},
    ],
)
def test_an_identifier_that_has_no_room_for_its_parts_is_not_written(wrong):
    with pytest.raises(CapError, match="31 位"):
        WarningIdentifier(**{"division": "331081", "trade": "416", "at": AT, **wrong}).written()
