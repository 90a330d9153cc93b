"""Tables in: Excel, CSV or what was pasted; items, matters, people; all or nothing (批量导入)."""

from .kinds import importable, named, template, told
from .observations import map_named, read_observations, run_observations
from .outcome import Fault, Outcome, Stored, error_sheet
from .run import account_person, run, run_content, run_rows

__all__ = [
    "Fault",
    "Outcome",
    "Stored",
    "account_person",
    "error_sheet",
    "importable",
    "map_named",
    "named",
    "read_observations",
    "run",
    "run_content",
    "run_observations",
    "run_rows",
    "template",
    "told",
]
