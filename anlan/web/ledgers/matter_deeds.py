"""What can be done to ticked matters at once: dispatch, grade, merge, remark."""

from typing import Any

from django import forms

from anlan.kernel.errors import Invalid
from anlan.matters import actions
from anlan.matters.access import visible_to
from anlan.matters.models import Grade, Matter
from anlan.matters.models.kinds import clauses

from ..forms import EndOfDay, Form, Found, Lines
from .asker import Asker
from .ledger import Deed

PLAN = ("responsibility", "measure", "funds", "contingency")  # 时限 is the deadline itself

AS_THEY_ARE = [("", "各按原等级"), *Grade.choices]


def _clauses() -> list[tuple[str, str]]:
    known = clauses().items()
    return [("", "不引用条款")] + [
        (key, f"{one.standard}{one.article}：{one.text[:60]}") for key, one in known
    ]


def dispatch_form(asker: Asker, rows: list[Matter], posted: Any) -> Form:
    """Posts left empty are each matter's own by the rules of routing."""

    class Dispatch(Form):
        owner = Found(
            "post", asker, label="整改岗位", required=False, help_text="留空则各件按派单规则"
        )
        checker = Found("post", asker, label="核查岗位", required=False, help_text="留空按派单规则")
        grade = forms.ChoiceField(label="等级", required=False, choices=AS_THEY_ARE)
        clause = forms.ChoiceField(label="判定条款", required=False, choices=_clauses)
        deadline = EndOfDay(label="整改期限", required=False, help_text="留空按规定时限")
        responsibility = Lines(label="责任", required=False, rows=2)
        measure = Lines(label="措施", required=False, rows=2)
        funds = Lines(label="资金（重大隐患）", required=False, rows=1)
        contingency = Lines(label="预案（重大隐患）", required=False, rows=1)

    return Dispatch(posted)


def dispatch(matter: Matter, values: dict[str, Any], asker: Asker) -> None:
    """Dispatch one of them by the order filled in once."""
    plan = {key: values[key] for key in PLAN if values[key]}
    order = actions.Order(
        owner=values["owner"],
        checker=values["checker"],
        plan=plan,
        deadline=values["deadline"],
        grade=values["grade"],
        clause=values["clause"],
    )
    actions.dispatch(matter, order=order, by=asker.person, at=asker.at)


def grade_form(asker: Asker, rows: list[Matter], posted: Any) -> Form:
    """A major hazard is one by a clause."""

    class Grading(Form):
        grade = forms.ChoiceField(label="等级", choices=Grade.choices)
        clause = forms.ChoiceField(
            label="判定条款", required=False, choices=_clauses, help_text="定为重大须引用条款"
        )

    return Grading(posted)


def grade(matter: Matter, values: dict[str, Any], asker: Asker) -> None:
    """Grade one of them."""
    given = {"grade": values["grade"], "clause": values["clause"]}
    actions.grade_matter(matter, **given, by=asker.person, at=asker.at)


def merge_form(asker: Asker, rows: list[Matter], posted: Any) -> Form:
    """The one that stays is chosen among those ticked, or by its number."""
    choices = [(row.number, f"{row.number} {row.title}") for row in rows]

    class Merging(Form):
        into = forms.CharField(
            label="并入",
            widget=forms.Select(choices=choices, attrs={"class": "form-select"}),
            help_text="其余各件并入这一件，本件继续办理",
        )
        reason = Lines(label="理由", rows=2, required=False)

    return Merging(posted)


def merge(matter: Matter, values: dict[str, Any], asker: Asker) -> None:
    """Merge one of them into the one that stays; that one itself is left alone."""
    if matter.number == values["into"]:
        return
    into = visible_to(asker.scope).filter(number=values["into"]).first()
    if into is None:
        raise Invalid(f"没有找到 {values['into']}", mend="请重新选择并入哪一件", field="into")
    actions.merge(matter, into=into, reason=values["reason"], by=asker.person, at=asker.at)


def remark_form(asker: Asker, rows: list[Matter], posted: Any) -> Form:
    """The same words for each."""

    class Remark(Form):
        words = Lines(label="批注", rows=4)

    return Remark(posted)


def remark(matter: Matter, values: dict[str, Any], asker: Asker) -> None:
    """Write it beside one of them."""
    actions.remark(matter, words=values["words"], by=asker.person, at=asker.at)


DEEDS = (
    Deed("dispatch", "批量交办", "matters.dispatch", dispatch_form, dispatch,
         warning="交办后各责任岗位立即收到待办，整改期限开始计算。"),
    Deed("grade", "批量定级", "matters.grade_matter", grade_form, grade),
    Deed("merge", "并案", "matters.merge", merge_form, merge,
         warning="并案后被并的各件不再单独办理，上报人仍能看到并入了哪一件。"),
    Deed("remark", "批注", "matters.remark", remark_form, remark),
)  # fmt: skip
