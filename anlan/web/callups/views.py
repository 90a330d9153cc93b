"""Call-ups: composed, previewed, approved, watched (叫应)."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from anlan.callup import access, actions
from anlan.callup.flow import Stage, World
from anlan.callup.models import Attempt, Callup
from anlan.callup.models.profiles import COLOURS, hazards, profiles
from anlan.callup.rules import NEARNESS
from anlan.kernel.errors import Forbidden, Refused
from anlan.people.models import Area

from ..deeds import history_of, perform, tell
from ..ledgers import views as lists
from ..ledgers.asker import Asker, asker_of
from ..ledgers.ledger import Look
from ..ledgers.state import State
from ..live.address import policy_for, stream_of
from ..requests import Request
from . import board, composing, said
from .audience import audience_of
from .deeds import DEEDS, open_to, strong_of
from .ledger import LEDGER, rows

PREPARED = (Stage.DRAFT, Stage.SUBMITTED, Stage.VOID)
LABELS = {"reason": "理由", "people": "人数", "standing": "预先批准", "outcome": "结果"}
MOST_RUNNING = 12
DRILL = World.DRILL


def index(request: Request) -> HttpResponseBase:
    """The ledger, the running ones above it."""
    asker = asker_of(request)
    look = Look(LEDGER, State(request.GET), asker)
    if look.state.one("as"):
        return lists.page(request, find=lambda asker: LEDGER)
    running = rows(asker).filter(stage__in=[Stage.RUNNING, Stage.SUBMITTED], notice=False)
    found = list(running.order_by("world", "-started_at", "-pk")[:MOST_RUNNING])
    found.sort(key=lambda callup: (callup.world == DRILL, callup.stage != Stage.RUNNING))
    return render(request, "callups/index.html", lists.shown(request, look) | {"running": found})


# --- composing ------------------------------------------------------------------------------------


def new(request: Request, world: str) -> HttpResponseBase:
    """Write a call-up down; which world it is in was chosen before this page."""
    asker = _drafting(request)
    form = composing.BriefForm(request.POST or None, world=world, initial=_like(request, asker))
    areas = composing.picked(_asked(request).getlist("area"), asker)
    near = composing.near(_asked(request), areas)
    if request.method == "POST" and form.is_valid():
        try:
            callup = actions.draft(
                composing.brief_of(form, areas, near), by=asker.person, at=asker.at
            )
        except Refused as refusal:
            tell(form, refusal)
        else:
            return redirect(_after_drafting(request, callup, asker))
    context = {
        "form": form,
        "world": world,
        "drill": world == DRILL,
        "areas": composing.placed(areas, near),
        "nearness": NEARNESS.items(),
        "roots": composing.below(None, asker),
        "profiles": composing.usable(world),
        "may_start_urgently": asker.scope.may_anywhere("callup.start_urgently"),
        "preview": _preview(form, areas, near, asker),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "callups/new.html", context, status=status)


@require_safe
def preview(request: Request, world: str) -> HttpResponse:
    """What it would say and whom it would reach, while it is being written."""
    if world not in World.values:
        raise Http404
    asker = _drafting(request)
    form = composing.BriefForm(request.GET, world=world)
    areas = composing.picked(request.GET.getlist("area"), asker)
    near = composing.near(request.GET, areas)
    return render(request, "callups/preview.html", {"preview": _preview(form, areas, near, asker)})


@require_safe
def areas(request: Request) -> HttpResponse:
    """Areas to tick: what fits the words typed, or what lies below one."""
    asker = _drafting(request)
    code, typed = request.GET.get("below", ""), request.GET.get("look_for", "").strip()
    if code:
        above = get_object_or_404(Area, code=code, valid_to=None)
        found = list(composing.below(above, asker))
    else:
        found = composing.offered(typed, asker) if typed else []
    context = {"areas": found, "typed": typed, "deeper": bool(code), "nearness": NEARNESS.items()}
    return render(request, "callups/areas.html", context)


def _drafting(request: Request) -> Asker:
    if not request.scope.may_anywhere("callup.draft"):
        raise Forbidden("您没有发起叫应的权限", mend="如确属您的职责，请联系本级管理员核对岗位。")
    return asker_of(request)


def _after_drafting(request: Request, callup: Callup, asker: Asker) -> str:
    """The list of whom it will call; with lives at stake straight on to starting it."""
    here, offered = f"/callups/{callup.number}/", {deed.verb for deed in open_to(callup, asker)}
    if composing.URGENT not in request.POST:
        return here
    verb = next((verb for verb in ("start", "start_urgently") if verb in offered), "")
    return f"{here}{verb}/" if verb else here


def _asked(request: Request) -> Any:
    return request.POST if request.method == "POST" else request.GET


def _like(request: Request, asker: Asker) -> dict[str, Any]:
    """What is taken over from another one that is drafted anew."""
    given = {key: request.GET[key] for key in ("hazard", "colour", "title") if key in request.GET}
    other = access.visible_to(asker.scope).filter(number=request.GET.get("like", "")).first()
    if other is None:
        return given
    names = ("title", "hazard", "colour", "words", "profile")
    return {name: getattr(other, name) for name in names}


def _preview(
    form: composing.BriefForm, areas: list[Area], near: dict[int, int], asker: Asker
) -> dict[str, Any]:
    """The words by channel and the counts by area, as far as they can be known yet."""
    imagined, profile = composing.imagined(form), composing.profile_in(form)
    shown: dict[str, Any] = {"standing": composing.standing(profile, asker), "areas": areas}
    shown["life_safety"] = profile is not None and profile.life_safety
    if areas:
        try:
            root = _shallowest(areas)
            shown["audience"] = audience_of(
                areas, root, imagined.hazard, imagined.colour, on=asker.day, nearness=near
            )
        except Refused as refusal:
            shown["refusal"] = refusal
    if profile is not None and imagined.title:
        shown["said"] = said.wording_for_one(imagined, profile, shown.get("audience"))
    return shown


def _shallowest(areas: list[Area]) -> Area:
    """The area to group by: the one above all where there is one, else the first one's parent."""
    top = min(areas, key=lambda area: len(area.path))
    if all(area.path.startswith(top.path) for area in areas):
        return top
    return top.parent or top


# --- one call-up ----------------------------------------------------------------------------------


def page(request: Request, number: str) -> HttpResponse:
    """One call-up: who will be called while it is prepared, the board from its start on."""
    callup, asker = the_callup(request, number), asker_of(request)
    if callup.stage in PREPARED:
        return render(request, "callups/prepared.html", _prepared(callup, asker))
    stream = stream_of(request, f"/callups/{callup.number}/live/")
    context = board_of(callup, asker) | frame_of(callup, asker) | {"stream": stream}
    answer = render(request, "callups/board.html", context)
    answer["Content-Security-Policy"] = policy_for(stream)
    return answer


@require_safe
def now(request: Request, number: str) -> HttpResponse:
    """The part of the board that changes."""
    callup, asker = the_callup(request, number), asker_of(request)
    if callup.stage in PREPARED:
        raise Http404
    return render(request, "callups/now.html", board_of(callup, asker))


def deed(request: Request, number: str, verb: str) -> HttpResponseBase:
    """One button of the page."""
    callup, asker = the_callup(request, number), asker_of(request)
    wanted = DEEDS.get(verb)
    if wanted is None:
        raise Http404
    if not access.may(asker.scope, verb, callup):
        words = f"您不能对“{callup}”{wanted.label}"
        if verb == "approve" and callup.drafter_id == asker.person.pk:
            words = "拟稿人不能批准自己的叫应"
        raise Forbidden(
            words,
            mend="批准由有权批准的另一人办理；等不及时可登记电话批准，涉及生命安全的可紧急启动。",
        )
    told = f"已{wanted.label}：{callup.number}"
    return perform(request, callup, wanted, back=f"/callups/{number}/", said=told)


def the_callup(request: Request, number: str) -> Callup:
    """One that this person may see."""
    seen = access.visible_to(request.scope).select_related(
        "root", "drafter", "drafter_post__body", "approver", "logged_by"
    )
    return get_object_or_404(seen, number=number)


def frame_of(callup: Callup, asker: Asker) -> dict[str, Any]:
    deeds = open_to(callup, asker)
    profile, hazard = profiles().get(callup.profile), hazards().get(callup.hazard)
    places = list(callup.areas.select_related("area").order_by("nearness", "area__path"))
    return {
        "callup": callup,
        "drill": callup.world == DRILL,
        "profile": profile,
        "hazard": hazard.label if hazard else callup.hazard,
        "colour": COLOURS.get(callup.colour, ""),
        "places": places,
        "areas": [place.area for place in places],
        "deeds": deeds,
        "strong": strong_of(deeds),
        "may_approve": any(deed.verb == "approve" for deed in deeds),
        "lines": history_of(callup, actions, LABELS),
    }


def _prepared(callup: Callup, asker: Asker) -> dict[str, Any]:
    frame = frame_of(callup, asker)
    profile = frame["profile"]
    shown = frame | {"standing": composing.standing(profile, asker)}
    try:
        places = frame["places"]
        shown["audience"] = audience_of(
            frame["areas"],
            callup.root,
            callup.hazard,
            callup.colour,
            on=asker.day,
            nearness={place.area_id: place.nearness for place in places},
        )
        if profile is not None:
            shown["said"] = said.wording_for_one(callup, profile, shown["audience"])
    except Refused as refusal:
        shown["refusal"] = refusal
    return shown


def board_of(callup: Callup, asker: Asker) -> dict[str, Any]:
    people = access.people_visible_to(asker.scope).filter(callup=callup)
    whole, parts = board.tallies(people, callup)
    return {
        "callup": callup,
        "drill": callup.world == DRILL,
        "running": callup.stage == Stage.RUNNING,
        "whole": whole,
        "parts": parts,
        "ways": board.ways(people, callup),
        "outcomes": [str(Attempt.Outcome(each).label) for each in board.OUTCOMES],
        "by_hand": board.by_hand(people, me=asker.person.pk, at=asker.at),
        "may_ring": asker.scope.may("callup.ring_by_hand", path=callup.area_path),
        "cries": board.cries(people),
        "unclear": board.unclear(people, callup),
        "handovers": board.handovers(people, callup),
        "recent": board.recent(people),
    }
