"""Receipts in any order, any number of times: the strongest stands (回执)."""

# What a gateway may report; an answer is the person's own deed and comes by another door.
WEIGHT = {
    "": 0,
    "NOTIFIED": 1,
    "DELIVERED": 2,
    "FAILED": 3,
    "NO_ANSWER": 4,
    "DEAD_NUMBER": 5,
    "PROXY": 6,
    "BY_HAND": 7,
    "ANSWERED": 8,
}
REPORTED = ("NOTIFIED", "DELIVERED", "NO_ANSWER", "DEAD_NUMBER", "PROXY", "FAILED")
FINAL = ("NO_ANSWER", "DEAD_NUMBER", "PROXY", "FAILED", "ANSWERED", "BY_HAND")


def stronger(one: str, other: str) -> str:
    """Of two outcomes the one that says more; the order of arrival says nothing."""
    return one if WEIGHT[one] >= WEIGHT[other] else other
