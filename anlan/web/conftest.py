from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings

from anlan.demo.district import District
from anlan.matters.tests.story import Story
from anlan.people.models import Person

from .tests.chairs import Chair


@pytest.fixture
def chair(district: District) -> Callable[[Person], Chair]:
    """`chair(district.li_grid3)` is that person's screen."""
    return lambda person: Chair(person, district)


@pytest.fixture
def story(district: District) -> Story:
    return Story(district)


@pytest.fixture
def file_room(settings: LazySettings, tmp_path: Path) -> Path:
    """A folder of this test alone for what is uploaded."""
    settings.FILES_DIR = tmp_path
    return tmp_path
