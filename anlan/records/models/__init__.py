"""The rows of this room: records, who was there, what was shown, what came of them."""

from .around import Batch, Evidence, Participation, RaisedMatter, Visit
from .kinds import checklist_named, checklists, kind_named, kinds
from .record import ChecklistEdition, Record, RecordQuerySet

__all__ = [
    "Batch",
    "ChecklistEdition",
    "Evidence",
    "Participation",
    "RaisedMatter",
    "Record",
    "RecordQuerySet",
    "Visit",
    "checklist_named",
    "checklists",
    "kind_named",
    "kinds",
]
