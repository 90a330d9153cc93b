"""Reports: a new one, how it reads, its numbers that open, its check, its file (统计报告)."""

from dataclasses import replace
from functools import partial
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe

from anlan.figures import access, actions
from anlan.figures.models import Report
from anlan.figures.reports import templates
from anlan.formats import official
from anlan.kernel.errors import Forbidden
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area

from ..deeds import Deed, history_of, perform
from ..figures.asked import area_of, period_of, presets, root_of
from ..figures.rows import address_in
from ..forms import Form, Lines
from ..ledgers.asker import Asker
from ..requests import Request
from ..sending import sent
from .deeds import DEEDS, LABELS
from .judged import against_ledger, audited, to_look_at

A_LIST = 200


def everything(request: Request) -> HttpResponse:
    """The reports one may see, newest first; and which could be written."""
    seen = access.reports_visible_to(request.scope).select_related("area", "issuer", "paper")
    context = {
        "reports": seen.order_by("-made_at", "-pk")[:A_LIST],
        "templates": list(templates().values()),
        "may_make": access.may_make(request.scope, root_of(request.scope)),
        "kinds": {key: each.label for key, each in templates().items()},
    }
    return render(request, "reports/list.html", context)


def new(request: Request) -> HttpResponseBase:
    """Choose what to write, of when and of where; the figures are computed at once."""
    root = root_of(request.scope)
    if not access.may_make(request.scope, root):
        raise Forbidden("您没有编制报告的权限", mend="请联系本级管理员核对岗位。")
    made: list[Report] = []

    def write(_: Any, values: dict[str, Any], asker: Asker) -> None:
        area = area_of(values["area"], asker.scope)
        issuer = access.issuers_for(asker.scope, root).order_by("pk").first()
        if issuer is None:
            raise Forbidden("您所在单位不能以本级名义编制报告", mend="请联系本级管理员核对岗位。")
        period = period_of(values["period"])
        facts: dict[str, Any] = {"period": period, "area": area, "issuer": issuer}
        made.append(actions.make_report(values["kind"], **facts, by=asker.person, at=asker.at))

    form = _new_form(request, root)
    deed = Deed("make_report", "编制报告", write, lambda thing, asker: form)
    answer = perform(request, None, deed, back="/reports/", said="报告已生成，请核对后送校核")
    if made:
        answer["Location"] = f"/reports/{made[0].pk}/"
    return answer


def _new_form(request: Request, root: Area) -> type[Form]:
    today = request.at.astimezone(LOCAL).date()
    below = root.children.exclude(level=Area.Level.GRID).valid_on(today).order_by("code")
    areas = [(root.code, str(root)), *((area.code, f"　{area}") for area in below)]
    kinds = [(key, each.label) for key, each in templates().items()]
    usual = "、".join(f"{text}（{words}）" for text, words in presets(today)[:6])
    return type(
        "NewReport",
        (Form,),
        {
            "kind": forms.ChoiceField(
                label="报告种类", choices=kinds, initial=request.GET.get("kind", "half_year")
            ),
            "period": forms.CharField(
                label="统计期", initial=request.GET.get("period", ""), help_text=f"如 {usual}"
            ),
            "area": forms.ChoiceField(label="区域", choices=areas),
        },
    )


def report_of(request: Request, pk: int) -> Report:
    """The report of an address, as far as the asker may see it."""
    seen = access.reports_visible_to(request.scope).select_related(
        "area", "issuer", "paper", "made_by", "checked_by"
    )
    found: Report = get_object_or_404(seen, pk=pk)
    return found


def page(request: Request, pk: int) -> HttpResponse:
    """How it reads: every number opens its rows; beside it what the audit and the ledger say."""
    report = report_of(request, pk)
    open_now = {move.name for move in access.report_deeds_open_to(request.scope, report)}
    document = report.written()
    text = official.article_of(document, address=partial(address_in, report))
    context = {
        "report": report,
        "text": mark_safe(text),
        "deeds": [deed for verb, deed in DEEDS.items() if verb in open_now],
        "paragraphs": _paragraphs(document) if "edit_report" in open_now else [],
        "found": audited(document),
        "differing": against_ledger(report, document),
        "figures": report.definitions.values(),
        "lines": history_of(report, actions, LABELS),
        "label": templates()[report.key].label if report.key in templates() else report.key,
    }
    return render(request, "reports/page.html", context)


def _paragraphs(document: official.Document) -> list[tuple[int, str]]:
    """What may be edited: number of the block, and how it begins."""
    return [
        (place, official.plain((*block.lead, *block.runs)))
        for place, block in enumerate(document.blocks)
        if isinstance(block, official.Paragraph)
    ]


def paragraph(request: Request, pk: int, place: int) -> HttpResponseBase:
    """Edit one paragraph."""
    report = report_of(request, pk)
    known = dict(_paragraphs(report.written()))
    if place not in known:
        raise Http404
    if not access.may_with(request.scope, "edit_report", report):
        raise Forbidden(f"您不能修改“{report}”", mend="请由编制人修改，或退回后重编")
    words = Lines(label="正文", rows=8, initial=known[place], required=False,
                  help_text="删空即去掉这一段；改动系统算出的数字会标为手工改写")  # fmt: skip
    made = type("ParagraphForm", (Form,), {"words": words})

    def write(thing: Report, values: dict[str, Any], asker: Asker) -> None:
        given = {place: values["words"]}
        actions.edit_report(thing, paragraphs=given, by=asker.person, at=asker.at)

    deed = Deed("edit_report", "修改这一段", write, lambda thing, asker: made)
    return perform(request, report, deed, back=f"/reports/{pk}/", said="已修改")


def download(request: Request, pk: int, ending: str) -> HttpResponse:
    """The report as Word or PDF; a frozen one is the same every time."""
    report = report_of(request, pk)
    return sent(report.written(), ending, report.title)


def deed(request: Request, pk: int, verb: str) -> HttpResponseBase:
    """One button of the page."""
    report, wanted = report_of(request, pk), DEEDS.get(verb)
    if wanted is None:
        raise Http404
    if not access.may_with(request.scope, verb, report):
        raise Forbidden(f"您不能{wanted.label}“{report}”", mend="请联系本级管理员核对岗位。")
    if verb in ("submit_report", "check_report"):
        wanted = replace(wanted, notes=to_look_at(report))
    back = "/reports/" if verb == "discard_report" else f"/reports/{pk}/"
    return perform(request, report, wanted, back=back)
