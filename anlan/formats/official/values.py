"""What an official document consists of (公文要素), free of any file format."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

BODY = 0  # the level of plain text; 1 to 4 are 一、(一)1.(1)


@dataclass(frozen=True)
class Run:
    """Some words; `ref` names what they open on a page (a figure's rows), `by_hand` that somebody
    typed over what was computed."""

    text: str
    ref: str = ""
    by_hand: bool = False


Text: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of text or a heading (段落、标题); `lead` is the part set in the heading's type.

    A heading of the second level often runs on into its text: 楷体 up to its full stop, then 仿宋.
    """

    runs: Text
    level: int = BODY
    lead: Text = ()
    centred: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell of a table; numbers stand on the right."""

    runs: Text
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its title, head and rows (表)."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Series:
    """One line or one set of bars of a chart."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """A chart with its data, drawn alike everywhere (图)."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    kind: Literal["bar", "line"] = "bar"
    unit: str = ""


Block: TypeAlias = Paragraph | Table | Chart


@dataclass(frozen=True)
class Document:
    """One official document (公文): every element of GB/T 9704-2012 that it uses.

    `head` is the red letterhead 发文机关标志; without it the document begins with its title, as a
    report that is handed in does. `draft` says that it is none yet: a mark on every page.
    """

    title: str
    blocks: tuple[Block, ...]
    head: str = ""
    copy_number: str = ""  # 份号
    secrecy: str = ""  # 密级和保密期限
    urgency: str = ""  # 紧急程度
    number: str = ""  # 发文字号
    approver: str = ""  # 签发人, of a document that goes up
    addressees: tuple[str, ...] = ()  # 主送机关
    attachments: tuple[str, ...] = ()  # 附件说明
    signature: str = ""  # 发文机关署名
    signed_on: date | None = None  # 成文日期
    seal: bool = False  # room for the seal 印章
    note: str = ""  # 附注
    copies_to: tuple[str, ...] = ()  # 抄送机关
    printer: str = ""  # 印发机关
    printed_on: date | None = None  # 印发日期
    draft: bool = False
    annexes: tuple["Annex", ...] = field(default=())


@dataclass(frozen=True)
class Annex:
    """What is attached, on pages of its own (附件)."""

    title: str
    blocks: tuple[Block, ...]


def plain(runs: Text) -> str:
    """The words alone."""
    return "".join(run.text for run in runs)


def runs_of(blocks: Iterable[Block]) -> list[Run]:
    """Every run of some blocks, in headings and cells of tables too."""
    found: list[Run] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            found += [*block.lead, *block.runs]
        elif isinstance(block, Table):
            found += [run for row in block.rows for cell in row for run in cell.runs]
    return found


def lines(document: Document) -> Iterator[str]:
    """Everything it says, a line a paragraph or row: what is searched, compared and audited."""
    yield document.title
    for block in (*document.blocks, *(b for annex in document.annexes for b in annex.blocks)):
        if isinstance(block, Paragraph):
            yield plain(block.lead) + plain(block.runs)
        elif isinstance(block, Table):
            yield block.title
            yield "\t".join(block.head)
            yield from ("\t".join(plain(cell.runs) for cell in row) for row in block.rows)
        else:
            yield block.title


# --- as JSON ------------------------------------------------------------------------------------

_BLOCKS: dict[str, type[Any]] = {"paragraph": Paragraph, "table": Table, "chart": Chart}
_DAYS = ("signed_on", "printed_on")


def as_json(document: Document) -> dict[str, Any]:
    """A document as plain JSON, for a column of a database."""
    found = asdict(document)
    for name in _DAYS:
        found[name] = found[name].isoformat() if found[name] else None
    found["blocks"] = [_named(block) for block in document.blocks]
    found["annexes"] = [
        {"title": annex.title, "blocks": [_named(block) for block in annex.blocks]}
        for annex in document.annexes
    ]
    return {name: value for name, value in found.items() if value not in (None, "", (), [], False)}


def from_json(given: dict[str, Any]) -> Document:
    """The document again; what the JSON does not say keeps its default."""
    values = dict(given)
    for name in _DAYS:
        values[name] = date.fromisoformat(values[name]) if values.get(name) else None
    for name in ("addressees", "attachments", "copies_to"):
        values[name] = tuple(values.get(name, ()))
    values["blocks"] = tuple(_block(each) for each in values.get("blocks", ()))
    values["annexes"] = tuple(
        Annex(each["title"], tuple(_block(block) for block in each["blocks"]))
        for each in values.get("annexes", ())
    )
    return Document(**values)


def _named(block: Block) -> dict[str, Any]:
    name = next(name for name, kind in _BLOCKS.items() if isinstance(block, kind))
    return {"is": name, **asdict(block)}


def _block(given: dict[str, Any]) -> Block:
    values = {name: value for name, value in given.items() if name != "is"}
    if given["is"] == "paragraph":
        runs, lead = _text(values["runs"]), _text(values.get("lead", ()))
        return Paragraph(**{**values, "runs": runs, "lead": lead})
    if given["is"] == "table":
        rows = tuple(
            tuple(Cell(_text(cell["runs"]), cell["is_number"]) for cell in row)
            for row in values["rows"]
        )
        return Table(**{**values, "head": tuple(values["head"]), "rows": rows})
    series = tuple(Series(each["name"], tuple(each["values"])) for each in values["series"])
    return Chart(**{**values, "labels": tuple(values["labels"]), "series": series})


def _text(given: Any) -> Text:
    return tuple(Run(**run) for run in given)
