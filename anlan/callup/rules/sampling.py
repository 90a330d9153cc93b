"""A random sample that anybody can draw again (随机抽样), and what an answer sheet is worth."""

import hashlib
from collections.abc import Sequence


def draw(keys: Sequence[str], size: int, *, seed: str) -> list[str]:
    """The first `size` keys by SHA-256 of "seed:key"; the order of the pool says nothing.

    Who knows the seed and the pool gets the same sample; who does not can't foresee it.
    """
    return sorted(set(keys), key=lambda key: _lot(seed, key))[:size]


def digest(keys: Sequence[str]) -> str:
    """What the pool was: SHA-256 of its keys in order, one a line."""
    return hashlib.sha256("\n".join(sorted(set(keys))).encode()).hexdigest()


def passes(score: int, most: int, *, percent: int) -> bool:
    """Whether a sheet passes; without questions there is nothing to fail in."""
    return score * 100 >= most * percent


def _lot(seed: str, key: str) -> str:
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()
