"""One person within a call-up (应答人): every attempt, every answer, and the call by hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from anlan.callup import access, actions
from anlan.callup.actions import HandCall
from anlan.callup.flow import Stage, State
from anlan.callup.models import Answer, Attempt, Called, Callup, Cover
from anlan.kernel.errors import Forbidden, NotAllowed, Refused
from anlan.people.access import persons_visible_to
from anlan.people.rules.privacy import mask_phone

from ..deeds import Deed, perform
from ..forms import Form, Lines
from ..ledgers.asker import Asker, asker_of
from ..middleware import go
from ..requests import Request
from .board import chain_of

MOST_OF_ONE = 100
# What the telephone's keys say over SMS and voice, they say here: 1 to 4 are answers.
CHOICES = (
    ("1", "RECEIVED", "收到"),
    ("2", "ON_SITE", "已到岗"),
    ("3", "NEED_HELP", "需支援"),
    ("4", "CANNOT_COME", "无法到达"),
    ("5", "NO_ANSWER", "未接"),
    ("6", "DEAD_NUMBER", "停机/空号"),
    ("7", "PROXY", "他人代接"),
)
NOT_ANSWERED = ("NO_ANSWER", "DEAD_NUMBER", "PROXY")
OPEN = (State.CALLING, State.BY_HAND, State.PASSED_ON, State.UNREACHED)


@dataclass(frozen=True)
class Moment:
    """One line of what happened to a person: an attempt, or an answer.

    `together`: the attempt was another call-up's, and spoke for this one as well.
    """

    at: datetime
    attempt: Attempt | None = None
    answer: Answer | None = None
    together: Callup | None = None


def person(request: Request, number: str, pk: int) -> HttpResponse:
    """The drawer: everything that was tried, and what they said."""
    called, asker = _called(request, number, pk), asker_of(request)
    known = Called.objects.filter(callup=called.callup_id).select_related("person")
    context = {
        "called": called,
        "callup": called.callup,
        "phone": mask_phone(called.person.phone),
        "moments": _moments(called),
        "chain": chain_of(called, known),
        "may_ring": _may_ring(called, asker),
        "may_give_up": called.state in (State.BY_HAND, State.CALLING)
        and access.may(asker.scope, "give_up", called),
    }
    return render(request, "callups/person.html", context)


def history(request: Request, pk: int) -> HttpResponse:
    """One person over all call-ups: how often called, how often they answered, how fast."""
    asker = asker_of(request)
    somebody = get_object_or_404(persons_visible_to(asker.scope), pk=pk)
    rows = access.people_visible_to(asker.scope).filter(person=somebody)
    rows = rows.filter(callup__in=access.visible_to(asker.scope)).select_related("callup", "area")
    found = list(rows.order_by("-pk")[:MOST_OF_ONE])
    took = sorted((r.answered_at - r.called_at).total_seconds() for r in found if r.answered_at)
    context = {
        "person": somebody,
        "rows": found,
        "answered": len(took),
        "median": took[len(took) // 2] if took else None,
        "late": sum(row.late for row in found),
    }
    return render(request, "callups/history.html", context)


def ring(request: Request, number: str, pk: int) -> HttpResponse:
    """Take the call on oneself: the number in full, and a button for each outcome."""
    called, asker = _called(request, number, pk), asker_of(request)
    if not access.may(asker.scope, "ring_by_hand", called):
        raise Forbidden("您不能为这次叫应拨打电话", mend="请由值班员拨打。")
    context: dict[str, Any] = {"called": called, "callup": called.callup, "choices": CHOICES}
    context["phone"] = mask_phone(called.person.phone)
    if request.method == "POST":
        context["ringing"] = actions.ring_by_hand(called, by=asker.person, at=asker.at)
        context["words"] = _words_for(called)
    answer = render(request, "callups/ring.html", context)
    if request.method == "POST":
        answer["HX-Trigger"] = "anlan:changed"
    return answer


def record(request: Request, number: str, pk: int) -> HttpResponseBase:
    """Write down how the call by hand went; then the next one."""
    called, asker = _called(request, number, pk), asker_of(request)
    if not access.may(asker.scope, "record_hand_call", called):
        raise Forbidden("您不能登记这次通话", mend="请由值班员登记。")
    if request.method != "POST":
        return go(request, f"/callups/{number}/people/{pk}/")
    call = _call(request.POST)
    try:
        actions.record_hand_call(called, call, by=asker.person, at=asker.at)
    except NotAllowed:
        raise
    except Refused as refusal:
        context = {"called": called, "callup": called.callup, "choices": CHOICES}
        context |= {"refusal": refusal, "typed": request.POST, "words": _words_for(called)}
        context["ringing"] = _ringing_still(called, asker)
        return render(request, "callups/ring.html", context, status=422)
    messages.success(request, f"已登记：{called.person} {_word(call)}")
    if not request.htmx:
        return go(request, f"/callups/{number}/")
    following = _following(called, asker)
    answer = render(
        request,
        "callups/recorded.html",
        {"called": called, "callup": called.callup, "next": following},
    )
    answer["HX-Trigger"] = "anlan:changed"
    return answer


def give_up(request: Request, number: str, pk: int) -> HttpResponseBase:
    """List somebody as unreached, with a reason."""
    called, asker = _called(request, number, pk), asker_of(request)
    if not access.may(asker.scope, "give_up", called):
        raise Forbidden("您不能把他列为未叫到", mend="请由值班员办理。")
    return perform(request, called, GIVE_UP, back=f"/callups/{number}/")


def _give_up(called: Called, values: dict[str, Any], asker: Asker) -> None:
    actions.give_up(called, reason=values["reason"], by=asker.person, at=asker.at)


def _give_up_form(called: Called, asker: Asker) -> type[Form]:
    reason = Lines(label="原因", rows=2, help_text="试过哪些办法，如“三次未接，已派人上门”")
    return type("GiveUpForm", (Form,), {"reason": reason})


GIVE_UP = Deed(
    "give_up", "列为未叫到", _give_up, _give_up_form, grave=True,
    warning="不再呼叫此人；他之后的应答仍会记录，标为迟到。",
)  # fmt: skip


def _called(request: Request, number: str, pk: int) -> Called:
    visible = access.visible_to(request.scope).filter(number=number)
    seen = access.people_visible_to(request.scope).filter(callup__in=visible)
    joined = seen.select_related(
        "callup__root", "person__body", "area", "passed_to__person", "stands_in_for__person"
    )
    return get_object_or_404(joined, pk=pk)


def _moments(called: Called) -> list[Moment]:
    attempts = called.attempts.select_related("line", "by")
    lent = called.covered_by.select_related("attempt__line", "attempt__called__callup")
    answers = called.answers.select_related("recorded_by", "attempt")
    found = [Moment(each.queued_at, attempt=each) for each in attempts]
    found += [_lent(each, called) for each in lent]
    found += [Moment(each.at, answer=each) for each in answers]
    return sorted(found, key=lambda moment: moment.at)


def _lent(cover: Cover, called: Called) -> Moment:
    """A message that waited already when this call-up joined it."""
    attempt = cover.attempt
    since = max(attempt.queued_at, called.called_at)
    return Moment(since, attempt=attempt, together=attempt.called.callup)


def _may_ring(called: Called, asker: Asker) -> bool:
    rings = called.callup.stage == Stage.RUNNING and called.state in OPEN
    return rings and access.may(asker.scope, "ring_by_hand", called)


def _words_for(called: Called) -> str:
    """What to say on the phone: what the voice would have said, else the title."""
    spoken = called.attempts.filter(channel=Attempt.Channel.VOICE).order_by("-pk").first()
    if spoken:
        return spoken.text.partition("请按1")[0].rstrip("，。收到") + "。"
    return f"{called.callup.title}。{called.callup.words}"


def _ringing_still(called: Called, asker: Asker) -> Any:
    """The number stays on the screen when the form comes back: it was revealed already."""
    held = called.attempts.filter(channel=Attempt.Channel.HAND, by=asker.person, outcome="")
    latest = held.order_by("-pk").first()
    return actions.Ringing.of(latest, called) if latest else None


def _call(given: Any) -> HandCall:
    outcome, text = given.get("outcome", ""), given.get("text", "").strip()
    if outcome in Answer.Kind.values:
        return HandCall("ANSWERED", kind=outcome, text=text)
    return HandCall(outcome, text=text, proxy_name=given.get("proxy_name", ""))


def _word(call: HandCall) -> str:
    wanted = call.kind or call.outcome
    return next((label for _, value, label in CHOICES if value == wanted), wanted)


def _following(called: Called, asker: Asker) -> Called | None:
    """Whom to ring after this one."""
    seen = access.people_visible_to(asker.scope).filter(callup=called.callup_id)
    rows = seen.filter(state=State.BY_HAND).exclude(pk=called.pk).select_related("person", "area")
    return rows.order_by("rank", "deadline", "pk").first()
