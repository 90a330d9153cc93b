"""The storm of the callup room, before screens."""

import pytest
from django.core.cache import cache

from anlan.callup.tests.conftest import DRILL, LIVE, Storm
from anlan.demo.district import Clock, District
from anlan.people.models import Charge


@pytest.fixture
def storm(district: District, clock: Clock) -> Storm:
    made = Storm(district, clock)
    made.line(LIVE, DRILL)
    return made


@pytest.fixture
def grid_charge(storm: Storm) -> Charge:
    """李秀英's post answers for grid 3; above her stands 王芳, who looks after the village."""
    where = storm.district
    above = storm.charge("town_leader_village", where.village_dongmen, where.taiping_leader_post)
    where.grid3.grid_kind = "FLOOD"
    where.grid3.save()
    return storm.charge("flood_grid", where.grid3, where.grid3_post, above=above)


@pytest.fixture(autouse=True)
def _nobody_tried_wrong_links_before():
    cache.clear()
