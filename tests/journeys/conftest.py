"""Journeys are told in the sample district, by a clock that only moves when it is told to."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from anlan.demo.district import Clock, District

from .story import Story


@pytest.fixture
def own_files(tmp_path: Path) -> Iterator[Path]:
    with override_settings(FILES_DIR=tmp_path / "files"):
        yield tmp_path / "files"


@pytest.fixture
def story(district: District, clock: Clock, own_files: Path) -> Story:
    return Story(district, clock)


@pytest.fixture(scope="module")
def ground() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="anlan-test-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)
