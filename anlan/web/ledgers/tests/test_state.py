"""A list's address is the list: what is kept in it, what is left out."""

from anlan.web.ledgers.state import State


def test_a_new_filter_begins_the_list_from_its_first_page() -> None:
    here = State.parse("stage=REPORTED&after=abc&sort=-found")
    assert here.query(grade="MAJOR") == "grade=MAJOR&sort=-found&stage=REPORTED"


def test_the_same_list_has_one_address_however_it_was_typed() -> None:
    one = State.parse("sort=due&stage=REPORTED&stage=DISPATCHED&area=&before=xyz")
    other = State.parse("stage=REPORTED&stage=DISPATCHED&sort=due")
    assert one.canonical == other.canonical


def test_columns_keep_the_order_in_which_they_were_chosen() -> None:
    assert State.parse("cols=title&cols=due&cols=area").many("cols") == ["title", "due", "area"]


def test_a_filter_is_taken_away_with_all_its_values() -> None:
    here = State.parse("found_from=2024-06-01&found_to=2024-06-30&stage=A&stage=B")
    assert here.without("found_from", "found_to") == "stage=A&stage=B"
    assert here.without("stage") == "found_from=2024-06-01&found_to=2024-06-30"
