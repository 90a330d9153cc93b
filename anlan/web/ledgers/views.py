"""One list page for every ledger: shown, sorted, filtered, exported, kept as a tab."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from .. import navigation
from ..markup import put
from ..models import SavedView
from ..requests import Request
from . import bulk, export
from .asker import asker_of
from .columns import Column
from .counting import count_of
from .filters import Filter, Thing, Words
from .ledger import Ledger, Look
from .paging import page_of
from .searching import read
from .state import State

TICK = '<td class="tick"><input type="checkbox" name="row" value="{}" aria-label="勾选"></td>'
OPENS = '<a data-open href="{0}" hx-get="{0}" hx-target="#drawer">{1}</a>'
SUB = '<span class="sub">{}</span>'
Find = Callable[..., Ledger]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def addresses(prefix: str, name: str, find: Find) -> list[URLPattern]:
    """The two addresses of a ledger: its page, and what is done to ticked rows."""
    return [
        path(prefix, partial(page, find=find), name=name),
        path(f"{prefix}bulk/<slug:deed>/", partial(bulk.page, find=find), name=f"{name}-bulk"),
    ]


def page(request: Request, *, find: Find, **where: Any) -> HttpResponseBase:
    """The list; `?as=` asks for it as a sheet, as chat text or for paper."""
    asker = asker_of(request)
    look = Look(find(asker, **where), State(request.GET), asker)
    wanted = {"xlsx": sheet, "chat": chat, "paper": paper}.get(look.state.one("as"), screen)
    return wanted(request, look)


def screen(request: Request, look: Look) -> HttpResponse:
    """The list on the screen."""
    return render(request, "ledgers/page.html", shown(request, look))


def shown(request: Request, look: Look) -> dict[str, Any]:
    """What the template of a list needs; pages that hold a list among other things use it too."""
    state, ledger, scope = look.state, look.ledger, look.asker.scope
    found, count = read(look)
    columns, tabs, pairs = look.columns, tabs_of(look), _pairs(state)
    deeds = [deed for deed in ledger.deeds if scope.may_anywhere(deed.right)]
    importable = ledger.import_kind and scope.may_anywhere("imports.run")
    return {
        "look": look,
        "ledger": ledger,
        "count": count,
        "heads": [Head.of(column, look) for column in columns],
        "rows": [_line(row, columns, look, ticked=bool(deeds)) for row in found.rows],
        "chips": _chips(look),
        "words": next((w for w in ledger.filters if isinstance(w, Words)), None),
        "typed": state.one("q"),
        "trouble": _trouble(look),
        "tabs": tabs,
        "on_a_tab": any(tab.current for tab in tabs),
        "view": next((tab.view for tab in tabs if tab.current), None),
        "is_filtered": any(words for _, words in look.chips),
        "kept": [(key, value) for key, value in pairs if key != "q"],
        "columns": [(column, column in columns) for column in ledger.columns],
        "deeds": deeds,
        "tools": [one for one in ledger.links if not one.right or scope.may_anywhere(one.right)],
        "import_href": f"/import/{ledger.import_kind}/" if importable else "",
        "next": _link(state, after=found.after),
        "previous": _link(state, before=found.before),
        "links": {kind: f"?{state.query(**{'as': kind})}" for kind in ("xlsx", "chat", "paper")},
    }


def sheet(request: Request, look: Look) -> FileResponse:
    """The list as .xlsx."""
    district = navigation.of(request).district
    content = export.sheet_of(look, district=district)
    stamp = look.asker.day.strftime("%Y%m%d")
    name = f"{district}{look.ledger.title}{stamp}.xlsx"
    return FileResponse(content, as_attachment=True, filename=name, content_type=XLSX)


def chat(request: Request, look: Look) -> HttpResponse:
    """The list as lines for a group chat."""
    found = page_of(look.rows, look.order)
    text = export.chat_of(look, about=str(count_of(look.rows, found)))
    return render(request, "ledgers/chat.html", {"ledger": look.ledger, "text": text})


def paper(request: Request, look: Look) -> HttpResponse:
    """The list as it is filed."""
    rows = list(export.paper_rows(look))
    context = {
        "ledger": look.ledger,
        "district": navigation.of(request).district,
        "note": export.note_of(look),
        "columns": look.columns,
        "rows": rows,
        "cut": len(rows) == export.MOST_ON_PAPER,
    }
    return render(request, "ledgers/paper.html", context)


@dataclass(frozen=True)
class Head:
    """The head of a column, with the link that sorts by it."""

    column: Column
    link: str = ""
    way: str = ""  # ascending descending: how it is sorted now

    @classmethod
    def of(cls, column: Column, look: Look) -> "Head":
        if column.sort is None:
            return cls(column)
        now = look.sort
        if now.lstrip("-") != column.key:
            return cls(column, look.state.query(sort=column.key))
        turned = column.key if now.startswith("-") else f"-{column.key}"
        way = "descending" if look.order.descending else "ascending"
        return cls(column, look.state.query(sort=turned), way)


@dataclass(frozen=True)
class Chip:
    """A filter as it is drawn: its words when set, its control when opened."""

    filter: Filter
    words: str
    control: str
    clear: str
    kept: list[tuple[str, str]]
    offers: Any  # what the control shows: options, days and presets, areas

    @classmethod
    def of(cls, one: Filter, words: str, look: Look) -> "Chip":
        state, asker = look.state, look.asker
        return cls(
            filter=one,
            words=words,
            control=f"ledgers/filters/{one.control}.html",
            clear=state.without(*one.keys),
            kept=[(key, value) for key, value in _pairs(state) if key not in one.keys],
            offers=one.offers(state, asker),
        )


@dataclass(frozen=True)
class TabShown:
    """A tab over the list."""

    name: str
    query: str
    current: bool
    view: SavedView | None = None


def tabs_of(look: Look) -> list[TabShown]:
    """Everybody's tabs, then one's own; the one whose list this is, is marked."""
    now = look.state.canonical
    common = [
        TabShown(tab.name, tab.query, State.parse(tab.query).canonical == now)
        for tab in look.ledger.tabs
    ]
    own = SavedView.objects.filter(person=look.asker.person, ledger=look.ledger.key)
    mine = [TabShown(view.name, view.query, view.query == now, view) for view in own]
    return common + mine


@dataclass(frozen=True)
class Line:
    """One row: its cells as they are drawn, and the row as a whole."""

    pk: int
    href: str
    cells: list[tuple[Column, SafeString, str]]
    ticked: bool  # whether there is anything to tick it for

    def html(self) -> SafeString:
        """The `<tr>`: put together here, because four hundred cells are slow as a template."""
        tick = put(TICK, self.pk) if self.ticked else ""
        cells = "".join([self._cell(*cell) for cell in self.cells])
        return SafeString(f"<tr>{tick}{cells}</tr>")  # every part is escaped

    def _cell(self, column: Column, words: SafeString, below: str) -> str:
        inside = put(OPENS, self.href, words) if column.opens else words
        sub = put(SUB, below) if below else ""
        return f"{column.begins}{inside}{sub}</td>"


def _line(row: Any, columns: list[Column], look: Look, *, ticked: bool) -> Line:
    asker = look.asker
    cells = [(column, column.html(row, asker), column.below(row, asker)) for column in columns]
    return Line(row.pk, look.ledger.href(row), cells, ticked)


def _pairs(state: State) -> list[tuple[str, str]]:
    query = State.parse(state.canonical).given
    return [(key, value) for key in query for value in query.getlist(key)]


def _chips(look: Look) -> list[Chip]:
    return [
        Chip.of(one, words, look)
        for one, words in look.chips
        if not isinstance(one, Words) and (words or not isinstance(one, Thing))
    ]


def _link(state: State, **position: str) -> str:
    """The query of a neighbouring page; empty where there is none."""
    (where,) = position.values()
    return state.query(**position) if where else ""


def _trouble(look: Look) -> str:
    said = [f.trouble(look.state) for f in look.ledger.filters if isinstance(f, Words)]
    return next(filter(None, said), "")
