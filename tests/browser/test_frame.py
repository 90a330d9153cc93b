"""Signing in, keys, large type: what every desk has."""

import pytest


@pytest.mark.parametrize("device", ["phone", "desk"])
def test_somebody_signs_in_and_sees_what_they_owe(house, sit, device):
    valve = house.story.found("液氨管线阀门渗漏")
    seat = sit(device).sign_in(house.district.huang_zeguo_station)
    seat.shot("my-work")
    assert valve.title in seat.reads("#work")
