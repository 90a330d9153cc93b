"""What a call-up is made of (叫应): whom, how, each attempt, each answer, the lines outside."""

from .attempts import Answer, Attempt, Cover
from .callups import Called, Callup, CallupArea
from .checks import Check, Checked
from .lines import Address, Line

__all__ = [
    "Address",
    "Answer",
    "Attempt",
    "Called",
    "Callup",
    "CallupArea",
    "Check",
    "Checked",
    "Cover",
    "Line",
]
