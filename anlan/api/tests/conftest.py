"""A source that speaks SensorThings, and its client."""

import pytest

from anlan.watch import actions

from .sensing import Asked


def ticking(clock):
    clock.forward(seconds=1)
    return clock.now()


@pytest.fixture
def asked(client, district, clock, monkeypatch):
    _, secret = actions.open_source(
        key="hydro", name="水文平台", body=district.bureau, area=district.zeguo,
        by=district.chen_section, at=clock.now(),
    )  # fmt: skip
    monkeypatch.setattr("anlan.api.sensorthings.views.now", lambda: ticking(clock))
    monkeypatch.setattr("anlan.api.ingest.now", clock.now)
    return Asked(client, secret)
