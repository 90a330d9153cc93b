"""Twelve digits say a level and a parent; a path says everything above."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.people.rules import codes

DIGITS = st.text("0123456789", min_size=12, max_size=12).filter(codes.is_code)


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("421000000000", "CITY", ""),
        ("331081000000", "DISTRICT", "331000000000"),
        ("331081100000", "TOWN", "331081000000"),
        ("331081100024", "VILLAGE", "331081100000"),
        ("331081100024007", "GRID", "331081100024"),
        ("331081100000F12", "GRID", "331081100000"),
        ("441900003000", "TOWN", "441900000000"),  # 东莞: towns directly below the city
    ],
)
def test_a_code_says_its_level_and_its_parent(code, level, parent):
    assert codes.level_of(code) == level
    assert codes.parent_of(code) == parent


@pytest.mark.parametrize("code", ["330000000000", "33108110002", "泽国", "", "331081100024-7"])
def test_a_province_or_a_word_is_no_code_of_ours(code):
    assert not codes.is_code(code)
    with pytest.raises(ValueError, match="不是"):
        codes.level_of(code)


@given(DIGITS)
def test_going_up_ends_at_a_city_and_never_circles(code):
    seen = []
    while code and codes.is_code(code):
        assert code not in seen
        seen.append(code)
        code = codes.parent_of(code)
    assert len(seen) <= 4


@given(DIGITS)
def test_a_parent_stands_above_its_child(code):
    above = codes.parent_of(code)
    if above:
        assert codes.may_hang_below(codes.level_of(code), codes.level_of(above))


def test_short_codes_of_lists_become_full_ones():
    assert codes.full("331081") == "331081000000"
    assert codes.full("331081001") == "331081001000"


def test_a_path_knows_everything_above_it():
    path = codes.path_below(codes.path_below("/", "331081000000"), "331081100000")
    assert path == "/331081000000/331081100000/"
    assert codes.ancestors_of(path) == ["/331081000000/", path]
    assert codes.ancestors_of("/") == []


def test_only_what_lies_in_a_moved_subtree_moves():
    zeguo, wenqiao = "/331081000000/331081100000/", "/331081000000/331081107000/"
    assert codes.moved(f"{zeguo}331081100024/", old=zeguo, new=wenqiao) == f"{wenqiao}331081100024/"
    assert codes.moved("/331081000000/", old=zeguo, new=wenqiao) == "/331081000000/"
