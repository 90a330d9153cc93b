"""Official documents in the layout of GB/T 9704-2012 (党政机关公文格式): one value, three files.

`Document` is the one value; `docx_of`, `pdf_of` and `page_of` write it. `parse` reads the plain
text a clerk writes, with its headings 一、(一)1.(1) and its tables, into the blocks of a document.
"""

from .docx import docx_of
from .page import article_of, page_of
from .parsing import MarkupError, blocks, parse
from .pdf import PdfError, pdf_of
from .tidying import tidied
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
    lines,
    plain,
    runs_of,
)

__all__ = [
    "Block",
    "Cell",
    "Chart",
    "Document",
    "MarkupError",
    "Paragraph",
    "PdfError",
    "Run",
    "Series",
    "Table",
    "Text",
    "article_of",
    "as_json",
    "blocks",
    "docx_of",
    "from_json",
    "lines",
    "page_of",
    "parse",
    "pdf_of",
    "plain",
    "runs_of",
    "tidied",
]
