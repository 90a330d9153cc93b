"""The named list of a due (计划名单): the firms of the year's plan, which of them were seen."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from anlan.dues import access, actions
from anlan.dues.models import PlanLine
from anlan.dues.models import counting as counted
from anlan.dues.rules import Due
from anlan.kernel.errors import Forbidden, Refused
from anlan.people.models import Area
from anlan.records.access import named_in
from anlan.registry.access import visible_to as items_visible_to

from ..deeds import tell
from ..figures.asked import area_of
from ..forms import Form, Lines
from ..ledgers.asker import asker_of
from ..middleware import go
from ..requests import Request
from . import asked


class Naming(Form):
    names = Lines(
        label="列入计划", rows=6, help_text="单位名称或对象编号，每行一个，可从 Excel 粘贴"
    )


def page(request: HttpRequest, key: str) -> HttpResponseBase:
    """Whom the plan names and who of them was seen; and the form to name more."""
    asker = cast(Request, request)
    due = asked.due_of(key)
    today = asker_of(asker).day
    day = asked.day_of(asker.GET.get("first", "")) or today
    spans = due.spans(day, day)
    if not due.named or not spans:
        raise Http404(key)
    span, area = spans[0], area_of(asker.GET.get("area", ""), asker.scope)
    if asker.method == "POST" and not asker.scope.may("dues.plan", path=area.path):
        raise Forbidden("您不能编制这份计划", mend=access.WHOM_TO_ASK)
    form = Naming(asker.POST) if asker.method == "POST" else Naming()
    if asker.method == "POST" and form.is_valid() and _add(asker, due, span.first, area, form):
        return go(asker, f"/dues/{key}/plan/?first={span.first.isoformat()}")
    seen = access.everything_below(asker.scope)
    lines = PlanLine.objects.of(key, span.first).filter(seen, area_path__startswith=area.path)
    done = counted.planned_and_seen(due, lines, area.path, span, asker.scope)
    shown = lines.select_related("body__area", "item__area").order_by("area_path", "pk")
    context = {
        "due": due, "span": span, "area": area, "form": form, "done": len(done),
        "rows": [(line, line.body or line.item, line.pk in done) for line in shown],
        "may_plan": asker.scope.may("dues.plan", path=area.path),
    }  # fmt: skip
    return render(request, "dues/plan.html", context, status=422 if form.errors else 200)


def _add(request: Request, due: Due, first: Any, area: Area, form: Form) -> bool:
    """Name those that were typed; what could not be told is said beside the field."""
    text = form.cleaned_data["names"].replace("\n", "、")
    try:
        things = _things(request, due, text, area, form)
        if form.errors:
            return False
        added = actions.plan(due.key, first=first, things=things, by=request.person, at=request.at)
    except Refused as refusal:
        tell(form, refusal)
        return False
    messages.success(request, f"已列入{added}个")
    return True


def _things(request: Request, due: Due, text: str, area: Area, form: Form) -> list[Any]:
    if due.take == "bodies":
        named = named_in({"bodies": [text]}, day=asker_of(request).day, under=area.path)
        found = named["bodies", text]
        for problem in found.problems:
            form.say(problem.words, problem.mend, "names")
        return list(found.things)
    codes = [code.strip() for code in text.split("、") if code.strip()]
    items = {item.code: item for item in items_visible_to(request.scope).filter(code__in=codes)}
    for code in codes:
        if code not in items:
            form.say(f"没有编号为“{code}”的对象", "请核对编号", "names")
    return list(items.values())
