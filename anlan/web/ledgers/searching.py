"""The page of a list and its count, read together: words that are searched decide how (检索).

A rare word is found by its index: every row that has it is collected, then sorted. For a word that
stands in a hundred thousand rows that would be the slow way: walking the list in its own order
meets fifty of them at once. Which of the two a word is, only counting tells for certain; the
planner knows single words well and phrases hardly at all.
"""

from functools import partial
from typing import Any

from .counting import Count, count_of, estimate, rounded
from .ledger import Look
from .paging import Page, near_page_of, page_of

COMMON = 4_000  # expected rows from which walking is tried before any is collected
COLLECTED = 2_000  # rows that are quickly sorted; with more, one is met every few hundred
WITHIN = 50_000  # rows walked at most: what a million hold a thousand times fills a page by then


def read(look: Look) -> tuple[Page[Any], Count]:
    """The rows of the page that the address asks for, and how many there are in all."""
    order, after, before = look.order, look.state.one("after"), look.state.one("before")
    if not look.searches or order.nullable:
        page = page_of(look.rows, order, after=after, before=before)
        return page, count_of(look.rows, page)
    guess = estimate(look.rows)
    walked = partial(near_page_of, look.sifted, order, within=WITHIN, after=after, before=before)
    near = walked() if guess > COMMON else None
    if near:
        return near, Count(rounded(guess), exact=False)
    found = list(look.rows.order_by().values_list("pk", flat=True)[: COLLECTED + 1])
    many = len(found)
    if not found:
        return Page([], "", ""), Count(0, exact=True)
    if many <= COLLECTED:
        page = page_of(look.sifted.filter(pk__in=found), order, after=after, before=before)
        return page, Count(many, exact=True)
    if guess <= COMMON:  # more than the planner thought
        near = walked()
    page = near or page_of(look.rows, order, after=after, before=before)
    if guess < many:
        return page, Count(COLLECTED, exact=False, more=True)
    return page, Count(rounded(guess), exact=False)
