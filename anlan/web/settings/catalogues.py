"""Catalogues on the screen: what counts now, and what a changed file would do (目录)."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from anlan.kernel.catalogues import CatalogueError
from anlan.kernel.errors import Refused
from anlan.wiring.catalogues import CATALOGUES, Catalogue, compare

from .views import administrator


@dataclass(frozen=True)
class Row:
    """One catalogue as the list shows it."""

    catalogue: Catalogue
    count: int
    trouble: str = ""


def listing(request: HttpRequest) -> HttpResponse:
    """All catalogues: where each file lies, how many entries, whether it can be read."""
    administrator(request)
    return render(
        request, "settings/catalogues.html", {"rows": [_row(c) for c in CATALOGUES.values()]}
    )


def one(request: HttpRequest, name: str) -> HttpResponse:
    """One catalogue; a changed text can be tried before it is put in place."""
    administrator(request)
    if name not in CATALOGUES:
        raise Http404(name)
    catalogue = CATALOGUES[name]
    now = catalogue.path.read_text(encoding="utf-8")
    shown: dict[str, Any] = {"row": _row(catalogue), "text": now}
    status = 200
    if request.method == "POST":
        shown["text"] = request.POST.get("text", "").replace("\r\n", "\n")
        shown["tried"] = True
        try:
            shown["differences"] = compare(catalogue, shown["text"])
        except CatalogueError as wrong:
            shown["wrong"], status = wrong, 422
    return render(request, "settings/catalogue.html", shown, status=status)


def _row(catalogue: Catalogue) -> Row:
    try:
        return Row(catalogue, len(catalogue.load()))
    except Refused as wrong:
        return Row(catalogue, 0, str(wrong))
