"""The district's own table of readings is shipped and checked."""

import pytest

from anlan.kernel import catalogues
from anlan.kernel.pinyin import Reading, initials, initials_of_person


def test_the_shipped_readings() -> None:
    assert initials("长屿社区") == "cysq"
    assert initials("乐清市") == "yqs"
    assert initials_of_person("单雄信") == "sxx"


@pytest.mark.parametrize("reading", ["chang", "chang yu dong", "cháng yǔ", "chang 4"])
def test_a_reading_that_does_not_fit_its_word(reading: str) -> None:
    with pytest.raises(catalogues.CatalogueError, match="第 1 行.*应当是 2 个音节"):
        catalogues.parse(f"长屿: {{reading: {reading}}}", Reading, file="readings.yaml")
