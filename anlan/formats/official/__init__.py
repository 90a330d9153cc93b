"""Official documents in the layout of GB/T 9704-2012 (党政机关公文格式): one value, three files.

`Document` is the one value; `docx`, `pdf` and `page` write it. `parse` reads the plain text a clerk
writes, with its headings 一、(一)1.(1) and its tables, into the blocks of a document.
"""

from .parsing import MarkupError, parse
from .values import (
    Block,
    Cell,
    Chart,
    Document,
    Paragraph,
    Run,
    Series,
    Table,
    Text,
    as_json,
    from_json,
    plain,
)

__all__ = [
    "Block",
    "Cell",
    "Chart",
    "Document",
    "MarkupError",
    "Paragraph",
    "Run",
    "Series",
    "Table",
    "Text",
    "as_json",
    "from_json",
    "parse",
    "plain",
]
