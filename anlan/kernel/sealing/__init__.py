"""Chaining the trail (封存), so that a later change of any entry shows.

Deeds write their entries unchained: a chain kept at the door would make every deed of the house
wait for every other. One sealer takes them from the queue in batches, within a second, and links
them (`chain.py` says how); `verify` walks the chain and names the first entry that does not fit.
"""

from .heads import Head, head
from .sealer import seal
from .verifier import Broken, Verdict, verify

__all__ = ["Broken", "Head", "Verdict", "head", "seal", "verify"]
