"""Words that few matters have, and words that most have: found either way, none left out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from anlan.demo.district import Clock, District
from anlan.matters.models import Matter
from anlan.people.access import scope_of
from anlan.people.models import Person
from anlan.web.ledgers import paging, searching
from anlan.web.ledgers.asker import Asker
from anlan.web.ledgers.ledger import Look
from anlan.web.ledgers.matters import LEDGER
from anlan.web.ledgers.searching import read
from anlan.web.ledgers.state import State


@pytest.fixture
def thirty_hazards(district: District, clock: Clock) -> list[Matter]:
    """An hour apart, in turn in two towns: extinguishers, every third blocked, one with ammonia."""
    at = clock.now()
    return Matter.objects.bulk_create(
        Matter(
            number=f"YH{number:03}",
            kind="hazard",
            title=(title := "液氨渗漏" if number == 0 else "灭火器过期" if number % 3 else "堆物"),
            stage="RECTIFYING",
            source="GRID",
            area=(town := district.zeguo if number % 2 else district.taiping),
            area_path=town.path,
            owner=district.section_post,
            found_at=at - timedelta(hours=30 - number),
            due_at=at + timedelta(days=1),
            search=f"YH{number:03} {title} LPG",
        )
        for number in range(30)
    )


@pytest.fixture(autouse=True)
def a_small_house(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a million matters are to fifty a page, thirty are to three."""
    for name, value in (("COMMON", 5), ("COLLECTED", 5), ("WITHIN", 12)):
        monkeypatch.setattr(searching, name, value)
    monkeypatch.setattr(paging, "SIZE", 3)
    monkeypatch.setattr(paging.page_of, "__kwdefaults__", {"after": "", "before": "", "size": 3})


def look(person: Person, clock: Clock, query: str) -> Look:
    asker = Asker(person, scope_of(person, at=clock.now()), clock.now())
    return Look(LEDGER, State.parse(query), asker)


def shown_in_all(person: Person, clock: Clock, query: str) -> list[str]:
    """Every number that paging forward shows; and the same again backwards."""
    page, _ = read(look(person, clock, query))
    pages = [page]
    while pages[-1].after:
        pages.append(read(look(person, clock, f"{query}&after={pages[-1].after}"))[0])
    back = [pages[-1]]
    while back[-1].before:
        back.append(read(look(person, clock, f"{query}&before={back[-1].before}"))[0])
    shown = [row.number for page in pages for row in page.rows]
    assert sorted(shown) == sorted({row.number for page in back for row in page.rows})
    return shown


@pytest.mark.parametrize(
    "words", ["液氨", "灭火器", "堆物", "灭火 过期", "过期 YH01", "lpg", "鲸鱼", "YH029"]
)
@pytest.mark.parametrize("sort", ["-found", "found", "number", "-number"])
@pytest.mark.parametrize("who", ["chen_section", "zhao_taiping_station"])
def test_every_page_together_is_what_has_the_words_in_the_order_of_the_list(
    district: District, clock: Clock, thirty_hazards: list[Matter], words: str, sort: str, who: str
) -> None:
    person = getattr(district, who)
    seen = [m for m in thirty_hazards if who == "chen_section" or m.area == district.taiping]
    expected = [
        m.number for m in seen if all(word.lower() in m.search.lower() for word in words.split())
    ]
    shown = shown_in_all(person, clock, f"q={words}&sort={sort}")
    assert shown == (expected if not sort.startswith("-") else expected[::-1])


def test_a_short_answer_is_counted_and_of_a_long_one_it_is_said_that_it_goes_on(
    district: District, clock: Clock, thirty_hazards: list[Matter]
) -> None:
    assert str(read(look(district.chen_section, clock, "q=液氨"))[1]) == "1"
    assert str(read(look(district.chen_section, clock, "q=鲸鱼"))[1]) == "0"
    assert str(read(look(district.chen_section, clock, "q=灭火器"))[1]) == "超过 5"


def test_a_word_of_long_ago_is_found_behind_all_that_was_passed_in_vain(
    district: District, clock: Clock, thirty_hazards: list[Matter]
) -> None:
    Matter.objects.filter(pk__in=[m.pk for m in thirty_hazards[20:]]).update(search="堆物")
    page, _ = read(look(district.chen_section, clock, "q=灭火器"))
    assert [row.number for row in page.rows] == ["YH019", "YH017", "YH016"]


def test_a_common_word_is_met_on_the_way_and_not_collected(
    district: District,
    clock: Clock,
    thirty_hazards: list[Matter],
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    monkeypatch.setattr(searching, "estimate", lambda rows: 600_000)
    wide = look(district.chen_section, clock, "q=灭火器")
    with django_assert_num_queries(2):  # how far it may walk, and the walk
        page, many = read(wide)
    assert [row.number for row in page.rows] == ["YH029", "YH028", "YH026"]
    assert str(many) == "约 600,000"
