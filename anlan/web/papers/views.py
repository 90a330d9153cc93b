"""Papers: what waits for a signature, what came in, one paper with its text and replies (文书)."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe

from anlan.formats import official
from anlan.kernel.errors import Forbidden
from anlan.papers import access, actions
from anlan.papers.models import Paper, PaperQuerySet, kinds
from anlan.papers.models import shown as shown_text

from ..deeds import Deed, history_of, perform
from ..ledgers.asker import Asker, asker_of
from ..requests import Request
from ..sending import sent
from .forms import DEEDS, LABELS, paper_form, values_in

A_PAGE = 50


def everything(request: Request) -> HttpResponse:
    """The list, with what waits for oneself first."""
    tabs = {
        "all": ("全部", access.visible_to(request.scope)),
        "sign": ("待我签发", access.to_issue_by(request.scope)),
        "reply": ("待回复", access.waiting_for_reply_of(request.scope)),
        "received": ("收到的", access.received_by(request.scope)),
        "mine": ("我拟的", access.visible_to(request.scope).filter(drafted_by=request.person)),
    }
    chosen = request.GET.get("tab", "all")
    rows: PaperQuerySet = tabs.get(chosen, tabs["all"])[1]
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    if kind in kinds():
        rows = rows.filter(kind=kind)
    if words:
        rows = rows.containing(words)
    found = rows.select_related("issuer", "drafted_by").prefetch_related("sent_to__body")
    paged = Paginator(found.order_by("-drafted_at", "-id"), A_PAGE)
    mine = [k for k in kinds().values() if k.template and access.spoken_for(request.scope).exists()]
    context = {
        "tabs": [(key, name) for key, (name, _) in tabs.items()],
        "chosen": chosen if chosen in tabs else "all",
        "kind": kind,
        "kinds": list(kinds().values()),
        "words": words,
        "page": paged.get_page(request.GET.get("page")),
        "offered": mine if request.scope.may_anywhere("papers.draft") else [],
        "at": request.at,
    }
    return render(request, "papers/list.html", context)


def new(request: Request, kind: str) -> HttpResponseBase:
    """Write a paper by the template of its kind."""
    rule, asker = kinds().get(kind), asker_of(request)
    if rule is None or not rule.template:
        raise Http404
    if not request.scope.may_anywhere("papers.draft"):
        raise Forbidden(f"您没有拟写{rule.label}的权限", mend="请联系本级管理员核对岗位。")

    def write(_: Any, values: dict[str, Any], asker: Asker) -> None:
        actions.draft(
            kind=kind,
            issuer=values["issuer"],
            addressees=values["addressees"],
            values=values_in(rule.template, values),
            reply_due_at=values.get("reply_due_at"),
            by=asker.person,
            at=asker.at,
        )

    made = paper_form(rule, asker)
    deed = Deed("draft", f"拟写{rule.label}", write, lambda thing, asker: made)
    return perform(request, None, deed, back="/papers/?tab=mine", said=f"已拟{rule.label}")


def paper_of(request: Request, pk: int) -> Paper:
    """The paper of an address, as far as the asker may see it."""
    seen = access.visible_to(request.scope).select_related(
        "issuer__area", "drafted_by", "issued_by", "replaces"
    )
    found: Paper = get_object_or_404(seen, pk=pk)
    return found


def page(request: Request, pk: int) -> HttpResponse:
    """One paper: its text as it is printed, its state, its replies, its history."""
    paper = paper_of(request, pk)
    open_now = {move.name for move in access.deeds_open_to(request.scope, paper)}
    deeds = [deed for verb, deed in DEEDS.items() if verb in open_now]
    text = official.article_of(shown_text(paper, at=request.at))
    context = {
        "paper": paper,
        "text": mark_safe(text),
        "sent_to": paper.sent_to.select_related("body", "replied_by").prefetch_related(
            "files__file"
        ),
        "deeds": deeds,
        "lines": history_of(paper, actions, LABELS),
        "at": request.at,
    }
    return render(request, "papers/page.html", context)


def download(request: Request, pk: int, ending: str) -> HttpResponse:
    """The paper as Word or PDF."""
    paper = paper_of(request, pk)
    name = f"{paper.number or '未定稿'} {paper.title}"
    return sent(shown_text(paper, at=request.at), ending, name)


def deed(request: Request, pk: int, verb: str) -> HttpResponseBase:
    """One button of the page."""
    paper, wanted = paper_of(request, pk), DEEDS.get(verb)
    if wanted is None:
        raise Http404
    if not access.may(request.scope, verb, paper):
        raise Forbidden(f"您不能{wanted.label}“{paper.title}”", mend="请联系本级管理员核对岗位。")
    back = "/papers/" if verb == "discard" else f"/papers/{pk}/"
    return perform(request, paper, wanted, back=back)
