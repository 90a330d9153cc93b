import pytest

from anlan.demo.district import District

from .story import Story


@pytest.fixture
def story(district: District) -> Story:
    return Story(district)
