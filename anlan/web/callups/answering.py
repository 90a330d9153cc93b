"""The answer page (应答页): a link from an SMS, opened on whatever phone somebody has.

No session and no sign-in: the signed, one-time token in the address is the authority, which also
makes a forged form useless, since whoever writes one must know the token. Reading changes nothing,
because phones and message centres open links to show what is behind them.
"""

from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from anlan.callup import actions, rules
from anlan.callup.flow import Stage, World
from anlan.callup.models import Answer, Called
from anlan.callup.models.links import issue_token, read_token
from anlan.kernel.errors import GoneStale, NotAllowed, Refused

from ..requests import Request

# Only what is wrong is counted: thousands answer from behind one address of their operator.
WRONG_A_MINUTE = 60
HINTS = {
    "RECEIVED": "已经知道，正在行动",
    "ON_SITE": "人已经在岗位上",
    "NEED_HELP": "需要人手、车辆或物资",
    "CANNOT_COME": "去不了，请另派人",
}


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponseBase:
    """What, where, from whom; and four buttons."""
    asked = cast(Request, request)
    try:
        called = read_token(token, at=asked.at)
    except Refused as refusal:
        return _closed(asked, refusal)
    trouble: Refused | None = None
    if request.method == "POST":
        try:
            actions.answer_by_link(
                token, kind=_kind(asked), text=asked.POST.get("text", ""), at=asked.at
            )
        except NotAllowed as refusal:
            return _closed(asked, refusal)
        except Refused as refusal:
            trouble = refusal
        else:
            called.refresh_from_db()
            return _private(redirect(f"/a/{issue_token(called)}/"))
    shown = _shown(called) | {"token": token, "trouble": trouble}
    return _private(render(request, "callups/answer.html", shown, status=422 if trouble else 200))


def _kind(request: Request) -> str:
    """Words alone are an answer too."""
    kind = request.POST.get("kind", "")
    return kind or ("OTHER" if request.POST.get("text", "").strip() else "")


def _shown(called: Called) -> dict[str, object]:
    callup = called.callup
    offered = rules.read_plan(callup.plan).answers
    together = Q(covered_by__attempt__called=called) | Q(attempts__covers__called=called)
    others = Called.objects.filter(together, person=called.person_id, world=called.world)
    post = callup.drafter_post
    return {
        "called": called,
        "callup": callup,
        "drill": callup.world == World.DRILL,
        "sender": post.body.name if post else callup.root.name,
        "others": others.exclude(pk=called.pk).select_related("callup").distinct(),
        "choices": [(kind, rules.ANSWERS[kind], HINTS[kind]) for kind in offered if kind in HINTS],
        "said": Answer.Kind(called.answer).label if called.answer else "",
        "over": callup.stage == Stage.ENDED,
    }


def _closed(request: Request, refusal: Refused) -> HttpResponseBase:
    """Used, too old, or not ours: said plainly, with what to do instead."""
    used = isinstance(refusal, NotAllowed)
    status = 410 if used or isinstance(refusal, GoneStale) else 404
    if status == 404 and _too_often(request):
        refusal, status = Refused("打开得太频繁", mend="请过一分钟再试，或拨打本地值班电话"), 429
    shown = {"refusal": refusal, "used": used}
    return _private(render(request, "callups/answer_closed.html", shown, status=status))


def _too_often(request: Request) -> bool:
    """Whether this address has tried too many wrong links within a minute."""
    key = f"answer-wrong:{request.META.get('REMOTE_ADDR', '')}"
    if cache.add(key, 1, timeout=60):
        return False
    try:
        return cache.incr(key) > WRONG_A_MINUTE
    except ValueError:  # it ran out between the two
        return False


def _private(answer: HttpResponseBase) -> HttpResponseBase:
    """The address is a key: kept by no cache, told to no other site, found by no search."""
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer
