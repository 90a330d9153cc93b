"""Assessment: how everybody stands month by month, and what was posted (考核)."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from anlan.figures import access
from anlan.figures.compute import assessing
from anlan.figures.models import AssessedScore, AssessmentRound
from anlan.figures.rules import Period
from anlan.figures.rules.assessment import Branch, Scheme, scheme_from, total_of
from anlan.kernel.trail import LOCAL

from ..figures.asked import area_of, period_of
from ..requests import Request


@dataclass(frozen=True)
class Asked:
    """Which assessment, of which period."""

    scheme: Scheme
    period: Period


def asked_of(request: Request) -> Asked:
    """The assessment and period of an address; last month's where none is given."""
    known = assessing.schemes()
    key = request.GET.get("scheme", "") or next(iter(known))
    if key not in known:
        raise Http404(key)
    today = request.at.astimezone(LOCAL).date()
    last = today.replace(day=1) - timedelta(days=1)
    text = request.GET.get("period", "").strip() or f"{last:%Y-%m}"
    return Asked(known[key], period_of(text))


def presets(request: Request) -> list[tuple[str, str]]:
    """This month, the ones before, this half and year."""
    day = request.at.astimezone(LOCAL).date()
    found = [(f"{day:%Y-%m}", "本月")]
    month = day
    for _ in range(5):
        month = month.replace(day=1) - timedelta(days=1)
        found.append((f"{month:%Y-%m}", f"{month.month}月"))
    half = "H1" if day.month <= 6 else "H2"
    return [
        *found,
        (f"{day.year}{half}", "上半年" if half == "H1" else "下半年"),
        (f"{day.year}", "全年"),
    ]


def process(request: HttpRequest) -> HttpResponse:
    """Scores as they come: every town I see, best first, each branch beside the total."""
    asker = cast(Request, request)
    asked, area = asked_of(asker), area_of("", asker.scope)
    found = assessing.assess_for(
        asker.scope, asked.scheme, period=asked.period, area=area, at=asker.at
    )
    tree = asked.scheme.branches
    rows = [(one, [_of_branch(asked.scheme, each, one.scores) for each in tree]) for one in found]
    rounds = access.rounds_visible_to(asker.scope).filter(key=asked.scheme.key)
    context = {
        "asked": asked, "schemes": list(assessing.schemes().values()),
        "rows": rows, "presets": presets(asker), "area": area,
        "rounds": rounds.order_by("-posted_at")[:12],
        "may_post": asker.scope.may("figures.post_scores", path=area.path),
        "over": asked.period.last < asker.at.astimezone(LOCAL).date(),
        "several": len(found) > 1,
    }  # fmt: skip
    return render(request, "assessment/process.html", context)


def town(request: HttpRequest, code: str) -> HttpResponse:
    """One town, leaf by leaf, with the evidence one click away."""
    asker = cast(Request, request)
    asked, area = asked_of(asker), area_of("", asker.scope)
    found = assessing.assess_for(
        asker.scope, asked.scheme, period=asked.period, area=area, at=asker.at
    )
    one = next((each for each in found if each.who.key == code), None)
    if one is None:
        raise Http404(code)
    leaves: dict[str, Any] = {
        key: {"score": leaf.score, "told": leaf.told, "evidence": leaf.evidence}
        for key, leaf in one.leaves.items()
    }
    context = {
        "asked": asked, "label": one.who.label, "total": one.total, "vetoes": one.vetoes,
        "branches": branches_of(asked.scheme, leaves),
    }  # fmt: skip
    return render(request, "assessment/town.html", context)


def one_round(request: HttpRequest, pk: int) -> HttpResponse:
    """A round as it was posted: everybody's scores, the objections, what is still to be done."""
    asker = cast(Request, request)
    held = get_object_or_404(access.rounds_visible_to(asker.scope), pk=pk)
    scheme = scheme_from(held.scheme)
    scores = list(held.scores.prefetch_related("objections").order_by("place", "area_path"))
    rows = [(row, [_of_branch(scheme, each, scores_of(row)) for each in scheme.branches])
            for row in scores]  # fmt: skip
    may_decide = asker.scope.may("figures.decide_objection", path=held.area_path)
    waiting = [each for row in scores for each in row.objections.all() if each.stage == "RAISED"]
    context = {
        "round": held, "scheme": scheme, "rows": rows, "waiting": waiting,
        "may_decide": may_decide, "words": period_of(held.period).words(),
        "may_close": asker.scope.may("figures.close_round", path=held.area_path),
    }  # fmt: skip
    return render(request, "assessment/round.html", context)


def score(request: HttpRequest, pk: int) -> HttpResponse:
    """What one town got, leaf by leaf; the place to object."""
    asker = cast(Request, request)
    mine = score_of(asker, pk)
    scheme = scheme_from(mine.round.scheme)
    open_now = mine.round.stage == AssessmentRound.Stage.POSTED
    today = asker.at.astimezone(LOCAL).date()
    context = {
        "score": mine, "round": mine.round, "scheme": scheme,
        "words": period_of(mine.round.period).words(),
        "branches": branches_of(scheme, mine.leaves),
        "objections": [
            (each, leaf.label if (leaf := scheme.leaf(each.leaf)) else each.leaf)
            for each in mine.objections.order_by("pk")
        ],
        "may_object": open_now and today <= mine.round.object_until
        and access.may_object(asker.scope, mine),
        "may_decide": open_now
        and asker.scope.may("figures.decide_objection", path=mine.round.area_path),
        "may_write": asker.scope.may("figures.draft_letter", path=mine.round.area_path),
    }  # fmt: skip
    return render(request, "assessment/score.html", context)


def score_of(request: Request, pk: int) -> AssessedScore:
    """A score of a round that the asker sees."""
    seen = access.rounds_visible_to(request.scope)
    found = AssessedScore.objects.select_related("round", "body", "feedback", "reminder")
    return get_object_or_404(found, pk=pk, round__in=seen)


def scores_of(row: AssessedScore) -> dict[str, Decimal | None]:
    return {
        key: None if leaf["score"] is None else Decimal(leaf["score"])
        for key, leaf in row.leaves.items()
    }


def branches_of(scheme: Scheme, leaves: dict[str, Any]) -> list[Any]:
    """The tree with what was got at each leaf."""
    return [
        (branch, [(leaf, leaves[leaf.key]) for leaf in branch.parts if leaf.key in leaves])
        for branch in scheme.branches
    ]


def _of_branch(scheme: Scheme, branch: Branch, scores: dict[str, Decimal | None]) -> Decimal | None:
    """The mean of one branch alone, by its own weights."""
    mine = {leaf.key: scores.get(leaf.key) for leaf in branch.parts}
    return total_of(scheme, mine)
