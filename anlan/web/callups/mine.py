"""My call-ups (我的叫应): on top of my work, with the same buttons as the link has."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from anlan.callup import actions, rules
from anlan.callup.flow import Stage, State
from anlan.callup.models import Answer, Called

from ..middleware import go
from ..requests import Request

STAYS = timedelta(hours=12)  # so long one's own answer stays in sight, to be changed
OPEN = (State.CALLING, State.BY_HAND, State.PASSED_ON, State.UNREACHED)
MOST = 5


@dataclass(frozen=True)
class Mine:
    """One call-up that calls me, and what I may say."""

    called: Called
    choices: list[tuple[str, str]]
    said: str

    @property
    def waits(self) -> bool:
        """Whether I have not answered yet."""
        return not self.said


def open_for(request: Request) -> list[Mine]:
    """What calls me now, unanswered first; and what I answered while it still runs."""
    rows = Called.objects.filter(person=request.person, callup__stage=Stage.RUNNING)
    rows = rows.filter(called_at__gt=request.at - STAYS) | rows.filter(state__in=OPEN)
    found = rows.select_related("callup__drafter_post__body", "callup__root", "area")
    return sorted(
        map(_mine, found.order_by("-pk")[:MOST]), key=lambda each: (not each.waits, -each.called.pk)
    )


def _mine(called: Called) -> Mine:
    offered = rules.read_plan(called.callup.plan).answers
    choices = [(kind, rules.ANSWERS[kind]) for kind in offered if kind in rules.ANSWERS]
    return Mine(called, choices, str(Answer.Kind(called.answer).label) if called.answer else "")


def answer(request: Request, number: str) -> HttpResponseBase:
    """Answer for oneself, signed in."""
    rows = Called.objects.filter(person=request.person).select_related("callup")
    called = get_object_or_404(rows, callup__number=number)
    if request.method == "POST":
        kind, text = request.POST.get("kind", ""), request.POST.get("text", "")
        actions.answer(called, kind=kind, text=text, by=request.person, at=request.at)
        messages.success(request, f"已应答：{Answer.Kind(kind).label}")
    return go(request, "/")
