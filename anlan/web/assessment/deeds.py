"""The buttons of the assessment, each with its form and the action behind it."""

from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from anlan.figures import access, actions
from anlan.figures.actions.assessing import DAYS_TO_OBJECT
from anlan.figures.models import AssessedScore, AssessmentRound, Objection
from anlan.figures.rules.assessment import scheme_from
from anlan.kernel.errors import Forbidden

from ..deeds import Deed, perform
from ..figures.asked import area_of
from ..forms import Form, Lines
from ..ledgers.asker import Asker
from ..requests import Request
from .views import asked_of, score_of

LETTERS = {"feedback": "拟反馈函", "reminder": "拟提醒函"}


class Deciding(Form):
    score = forms.DecimalField(
        label="更正为", required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2,
        help_text="留空则维持原分",
    )  # fmt: skip
    opinion = Lines(label="裁定意见")


def post(request: HttpRequest) -> HttpResponseBase:
    """Put the scores of a period before everybody."""
    asker = cast(Request, request)
    asked, area = asked_of(asker), area_of("", asker.scope)
    _must(asker, "post_scores", area.path)

    def do(thing: Any, values: dict[str, Any], by: Asker) -> None:
        actions.post_scores(
            asked.scheme.key, period=asked.period, area=area, by=by.person, at=by.at
        )

    warning = (
        f"将计算并公示{area}{asked.period.words()}的{asked.scheme.label}得分，"
        f"各单位即可看到，{DAYS_TO_OBJECT}日内可以申诉。"
    )
    deed = Deed("post_scores", "公示", do, warning=warning)
    return perform(
        asker, None, deed, back=f"/assessment/?scheme={asked.scheme.key}&period={asked.period.text}"
    )


def close(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Close a round: its scores change no more."""
    asker = cast(Request, request)
    held = get_object_or_404(access.rounds_visible_to(asker.scope), pk=pk)
    _must(asker, "close_round", held.area_path)

    def do(thing: AssessmentRound, values: dict[str, Any], by: Asker) -> None:
        actions.close_round(thing, by=by.person, at=by.at)

    deed = Deed("close_round", "定档", do, warning="定档后得分不再更改，并加封留存。")
    return perform(asker, held, deed, back=f"/assessment/rounds/{pk}/")


def object_to(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say that a leaf is wrong."""
    asker = cast(Request, request)
    mine = score_of(asker, pk)
    if not access.may_object(asker.scope, mine):
        raise Forbidden(f"您不能代{mine.label}申诉", mend="由被考核单位的负责人或应消站办理")
    scheme = scheme_from(mine.round.scheme)
    choices = [(leaf.key, leaf.label) for leaf in scheme.leaves if leaf.key in mine.leaves]

    def form(thing: AssessedScore, by: Asker) -> type[Form]:
        made: dict[str, Any] = {
            "leaf": forms.ChoiceField(label="指标", choices=choices),
            "words": Lines(label="申诉理由", help_text="说明哪里不符，台账编号一并写明"),
        }
        return type("Objecting", (Form,), made)

    def do(thing: AssessedScore, values: dict[str, Any], by: Asker) -> None:
        actions.object_to(thing, leaf=values["leaf"], words=values["words"], by=by.person, at=by.at)

    return perform(
        asker, mine, Deed("object_to", "申诉", do, form), back=f"/assessment/scores/{pk}/"
    )


def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Put the leaf right, or leave it."""
    asker = cast(Request, request)
    seen = access.rounds_visible_to(asker.scope)
    objection = get_object_or_404(
        Objection.objects.select_related("score__round"), pk=pk, score__round__in=seen
    )
    _must(asker, "decide_objection", objection.score.round.area_path)

    def do(thing: Objection, values: dict[str, Any], by: Asker) -> None:
        actions.decide_objection(
            thing, score=values["score"], opinion=values["opinion"], by=by.person, at=by.at
        )

    warning = f"{objection.score.label}申诉：{objection.words}（原得{objection.before}分）"
    deed = Deed("decide_objection", "裁定", do, lambda t, a: Deciding, warning=warning)
    return perform(asker, objection, deed, back=f"/assessment/scores/{objection.score_id}/")


def letter(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """Draft the letter out of the shortfalls."""
    asker = cast(Request, request)
    mine = score_of(asker, pk)
    if kind not in LETTERS:
        raise Http404(kind)
    _must(asker, "draft_letter", mine.round.area_path)

    def do(thing: AssessedScore, values: dict[str, Any], by: Asker) -> None:
        actions.draft_letter(thing, reminder=kind == "reminder", by=by.person, at=by.at)

    warning = f"将按扣分指标拟稿送签，由另一位同志签发后发给{mine.label}，要求限期回复。"
    deed = Deed("draft_letter", LETTERS[kind], do, warning=warning)
    return perform(asker, mine, deed, back=f"/assessment/scores/{pk}/")


def _must(request: Request, verb: str, path: str) -> None:
    if not request.scope.may(f"figures.{verb}", path=path):
        raise Forbidden("您不能办理这项考核工作", mend=access.WHOM_TO_ASK)
