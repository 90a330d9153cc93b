import pytest

from .rota import Rota


@pytest.fixture
def rota(district):
    """The district's duty room and two towns' duty, and how rosters are made there."""
    return Rota(district)
