"""The ladder: what is late, how long, which rung it is on, and whose turn it is."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from anlan.dues import access
from anlan.dues.flow import Standing, term_of
from anlan.dues.models import Arrear, Step, dues, ladders
from anlan.kernel import trail

from ..requests import Request

MOST = 300
SHOWN = {"": "未消除", "waiting": "待确认的措施", "settled": "已消除"}


def everything(request: HttpRequest) -> HttpResponse:
    """What is late below my places, longest first."""
    asker = cast(Request, request)
    show = asker.GET.get("show", "")
    found = access.visible_to(asker.scope).select_related("area", "body")
    if show == "settled":
        found = found.exclude(stage=Arrear.Stage.OPEN).order_by("-settled_at")
    else:
        found = found.standing().order_by("since", "pk")
    if show == "waiting":
        found = found.filter(steps__stage=Standing.PROPOSED)
    if due := asker.GET.get("due", ""):
        found = found.filter(due=due)
    arrears = list(found.prefetch_related("steps")[:MOST])
    counts: dict[str, int] = {}
    for arrear in arrears:
        counts[arrear.due] = counts.get(arrear.due, 0) + 1
    known = dues()
    context = {
        "rows": [Climb.of(each, asker) for each in arrears],
        "tabs": SHOWN.items(),
        "show": show,
        "due": due,
        "dues": [(key, known[key].label, n) for key, n in counts.items() if key in known],
        "waiting": Step.objects.waiting().filter(arrear__in=found.order_by()).count(),
    }
    return render(request, "dues/ladder.html", context)


class Climb:
    """One arrear as a line: the rungs taken, the one that waits, the buttons I may press."""

    def __init__(self, arrear: Arrear, steps: list[Step], request: Request) -> None:
        self.arrear = arrear
        self.steps = steps
        self.today = request.at.date()
        path = arrear.area_path
        self.may_confirm = access.may(request.scope, "confirm_step", path)
        self.may_decline = access.may(request.scope, "decline_step", path)
        self.may_remind = access.may(request.scope, "remind", path)

    @classmethod
    def of(cls, arrear: Arrear, request: Request) -> "Climb":
        return cls(arrear, sorted(arrear.steps.all(), key=lambda step: step.pk), request)

    @property
    def late_days(self) -> int:
        return (self.today - self.arrear.since).days + 1

    @property
    def waiting(self) -> Step | None:
        return next((step for step in self.steps if step.stage == Standing.PROPOSED), None)

    @property
    def on(self) -> Step | None:
        """The highest rung that was taken."""
        taken = [step for step in self.steps if step.stage == Standing.ISSUED]
        return taken[-1] if taken else None


def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One arrear: periods missed, its ladder from the lowest rung up, what was done."""
    asker = cast(Request, request)
    seen = access.visible_to(asker.scope).select_related("area", "body")
    arrear = get_object_or_404(seen.prefetch_related("steps__paper", "steps__matter"), pk=pk)
    climb = Climb.of(arrear, asker)
    due = dues().get(arrear.due)
    ladder = ladders().get(due.ladder) if due else None
    taken = {step.rung: step for step in climb.steps}
    rungs = [(rung, taken.get(rung.key)) for rung in ladder.rungs] if ladder else []
    entries = [*trail.entries_of(arrear)]
    for step in climb.steps:
        entries += trail.entries_of(step)
    entries.sort(key=lambda entry: entry.pk, reverse=True)
    context = {
        "climb": climb,
        "arrear": arrear,
        "due": due,
        "rungs": rungs,
        "timeline": [(entry, term_of(entry.verb)) for entry in entries],
    }
    return render(request, "dues/arrear.html", context)
