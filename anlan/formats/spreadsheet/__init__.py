"""Tables of people's spreadsheets, in and out (表格)."""

from .archives import files_in
from .cells import (
    CellError,
    Value,
    as_choice,
    as_date,
    as_integer,
    as_moment,
    as_number,
    as_text,
    as_yes_no,
    clean,
    shown,
)
from .reading import SpreadsheetError, read, read_pasted
from .tables import Row, Table, letter, plain
from .writing import Column, write

__all__ = [
    "CellError",
    "Column",
    "Row",
    "SpreadsheetError",
    "Table",
    "Value",
    "as_choice",
    "as_date",
    "as_integer",
    "as_moment",
    "as_number",
    "as_text",
    "as_yes_no",
    "clean",
    "files_in",
    "letter",
    "plain",
    "read",
    "read_pasted",
    "shown",
    "write",
]
