"""People search by the first letters they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.formats.pinyin import initials, initials_of_person

READINGS = {"长屿": "chang yu", "长屿硐天": "chang yu dong tian"}


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("温岭市", "wls"),
        ("泽国镇", "zgz"),
        ("箬横镇", "rhz"),
        ("重庆", "cq"),  # as a word: not zhong
        ("泽国镇长屿社区", "zgzcysq"),
        ("长屿硐天景区", "cydtjq"),  # the longer word goes first
        ("A1 号楼（东侧）", "a1hldc"),
        ("", ""),
        ("？！", ""),
    ],
)
def test_a_place_by_its_letters(text: str, letters: str) -> None:
    assert initials(text, READINGS) == letters


def test_without_the_table_the_dictionary_is_wrong() -> None:
    assert initials("长屿") == "zy"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("林海燕", "lhy"),
        ("单雄信", "sxx"),
        ("仇和", "qh"),
        ("尉迟恭", "ycg"),
        ("曾国藩", "zgf"),
        ("", ""),
    ],
)
def test_a_person_by_their_letters(name: str, letters: str) -> None:
    assert initials_of_person(name) == letters


@given(st.text(max_size=30))
def test_letters_and_digits_only(text: str) -> None:
    for letters in (initials(text, READINGS), initials_of_person(text)):
        assert (
            letters == ""
            or (letters.isascii() and letters.isalnum() and letters.islower())
            or (letters.isdigit())
        )
