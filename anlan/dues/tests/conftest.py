import pytest

from anlan.demo.district import District
from anlan.records.tests.story import Story


@pytest.fixture
def story(district: District) -> Story:
    return Story(district)
