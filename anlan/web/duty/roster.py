"""The roster: a month on the screen, on A3 paper and as a sheet; one shift with its swaps."""

from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from anlan.duty import access, actions
from anlan.duty.models import Desk, Shift
from anlan.duty.models.coverage import flags
from anlan.formats import spreadsheet
from anlan.kernel.trail import local

from ..deeds import history_of
from ..ledgers.asker import asker_of
from ..people.phones import person_line
from ..requests import Request
from .deeds import buttons
from .desk import chosen, desks_of
from .matrix import Block, Day, block_of, days_of, month_of

ON_THE_ROSTER = ("assign", "set_rotation", "generate_roster")
SELDOM = ("clear_roster", "change_desk", "close_desk")
LABELS = {"reason": "原因", "why": "原因", "span": "时段", "what": "班次"}


def roster(request: Request) -> HttpResponse:
    """A month of one desk, or of all: names by day, gaps in words, what is wrong with a name."""
    desks, desk, days, blocks, context = _month(request)
    books = desk is not None and access.sees_books(request.scope, desk, at=request.at)
    asker = asker_of(request)
    context |= {
        "buttons": buttons("desk", desk, asker, only=ON_THE_ROSTER) if desk else [],
        "others": buttons("desk", desk, asker, only=SELDOM) if desk else [],
        "may_assign": desk is not None and access.may(request.scope, "assign", desk, at=request.at),
        "books": books,
        "empty_hours": sum(bool(c.gaps) for b in blocks for row in b.rows for c in row.cells),
        "flagged": sum(
            bool(s.flags) for b in blocks for row in b.rows for c in row.cells for s in c.slots
        ),
        "imports": request.scope.may_anywhere("duty.import_shifts"),
    }
    return render(request, "duty/roster.html", context)


def paper(request: Request) -> HttpResponse:
    """The month for the wall: A3, landscape; of one desk, or of all that one sees."""
    *_, context = _month(request)
    return render(request, "duty/paper.html", context)


def sheet(request: Request) -> HttpResponseBase:
    """The month as .xlsx, one line a shift, as the import reads it."""
    desks, desk, days, _, context = _month(request)
    content = TemporaryFile()  # noqa: SIM115
    heads = ("值班室", "日期", "层级", "班次", "姓名", "开始时间", "结束时间")
    wanted = context["shown"]
    spreadsheet.write(
        content,
        [spreadsheet.Column(head) for head in heads],
        _lines(wanted, days),
        sheet="值班表",
        title=f"{context['title']}值班表",
        note=f"导出时间：{local(request.at)}　导出人：{request.person.name}",
    )
    content.seek(0)
    name = f"{context['title']}值班表.xlsx"
    return FileResponse(content, as_attachment=True, filename=name)


def _lines(desks: list[Desk], days: list[Day]) -> Any:
    rows = Shift.objects.standing().filter(desk__in=desks).select_related("desk", "person__body")
    first, last = days[0].day, days[-1].day
    for shift in rows.order_by("desk", "starts", "level"):
        if first <= shift.day <= last:
            who = f"{shift.person.body}/{shift.person}" if shift.person.body else str(shift.person)
            words = (str(shift.desk), shift.day, shift.get_level_display(), shift.watch, who)
            yield [*words, local(shift.starts), local(shift.ends)]


def _month(
    request: Request,
) -> tuple[list[Desk], Desk | None, list[Day], list[Block], dict[str, Any]]:
    asker = asker_of(request)
    desks = desks_of(request)
    desk = chosen(request, desks)
    everything = request.GET.get("desk") == "all"
    first, last = month_of(request.GET.get("month", ""), asker.day)
    days = days_of(first, last, asker.day)
    shown = desks if everything else [desk] if desk else []
    blocks = [block_of(d, days, at=request.at, person=request.person.pk) for d in shown]
    before, after = first.replace(day=1), last
    context = {
        "desks": desks,
        "desk": desk,
        "everything": everything,
        "days": days,
        "blocks": blocks,
        "shown": shown,
        "month": first,
        "before": month_of("", before.fromordinal(before.toordinal() - 1))[0],
        "after": month_of("", after.fromordinal(after.toordinal() + 1))[0],
        "title": f"{desk if desk and not everything else ''}{first:%Y年%-m月}",
        "tab": "roster",
        "asked": f"desk={'all' if everything else desk.pk if desk else ''}&month={first:%Y-%m}",
    }
    return desks, desk, days, blocks, context


def shift(request: Request, pk: int) -> HttpResponse:
    """One shift: who, when, how to ring them, what can be done; and what was."""
    desks = access.visible_to(request.scope)
    rows = Shift.objects.filter(desk__in=desks).select_related("desk", "person__body", "post")
    found = get_object_or_404(rows, pk=pk)
    asker = asker_of(request)
    context = {
        "shift": found,
        "callee": person_line(found.person, request.scope),
        "arrival": found.arrival(request.at),
        "flags": flags([found], at=request.at).get(found.pk, []),
        "buttons": buttons("shift", found, asker),
        "swaps": [
            (swap, buttons("swap", swap, asker))
            for swap in access.swaps_visible_to(request.scope)
            .filter(shift=found)
            .select_related("shift__desk", "back__desk", "asker", "other")
        ],
        "lines": history_of(found, actions, LABELS)
        if access.sees_books(request.scope, found.desk, at=request.at)
        else [],
    }
    return render(request, "duty/shift.html", context)
