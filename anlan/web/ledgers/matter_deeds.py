"""What can be done to ticked matters at once."""

from .ledger import Deed

DEEDS: tuple[Deed, ...] = ()
