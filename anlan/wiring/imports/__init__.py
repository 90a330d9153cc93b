"""Tables in: Excel, CSV or what was pasted; items, matters, people; all or nothing (批量导入)."""

from .kinds import importable, named, template, told
from .outcome import Fault, Outcome, Stored, error_sheet
from .run import account_person, run, run_content, run_rows

__all__ = [
    "Fault",
    "Outcome",
    "Stored",
    "account_person",
    "error_sheet",
    "importable",
    "named",
    "run",
    "run_content",
    "run_rows",
    "template",
    "told",
]
