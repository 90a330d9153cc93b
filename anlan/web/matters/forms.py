"""The form of each deed: what the flow table says that it must carry."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.kernel import calendar
from anlan.kernel.trail import LOCAL
from anlan.matters import rules
from anlan.matters.models import Matter
from anlan.matters.models.routing import Facts, propose
from anlan.people.access import Scope, bodies_visible_to
from anlan.people.models import Body, Post

from .fields import FilesField, MomentField, PostField, clause_choices, holders, posts_for

ROWS = {"rows": 3}
MISSING = {"required": _("请填写")}


class DeedForm(forms.Form):
    """A deed's form; most have one line to fill in, some none."""

    shows: ClassVar[bool] = False  # whether photos and papers can come with it

    def __init__(
        self, *args: Any, matter: Matter, scope: Scope, at: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.matter, self.scope, self.at = matter, scope, at
        self.prepare()
        for name, field in self.fields.items():
            plain = isinstance(field.widget, (forms.RadioSelect, forms.CheckboxInput))
            select = isinstance(field.widget, forms.Select) and not plain
            if not plain:
                field.widget.attrs["class"] = "form-select" if select else "form-control"
            field.widget.attrs["id"] = f"deed-{name}"
            field.error_messages["required"] = str(_("请填写%s")) % field.label

    def prepare(self) -> None:
        """Fill in what can be known beforehand."""


class PlainForm(DeedForm):
    """Nothing to say: pressing the button says it."""


class ReasonForm(DeedForm):
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(ROWS))


class RefuseForm(ReasonForm):
    shows = True
    evidence = FilesField(label=_("核查照片"), required=False)


class OpinionForm(DeedForm):
    shows = True
    opinion = forms.CharField(
        label=_("核查意见"),
        max_length=500,
        widget=forms.Textarea(ROWS),
        initial=_("现场核查，隐患已消除，同意销号。"),
    )
    evidence = FilesField(label=_("核查照片"), required=False)


class WordsForm(DeedForm):
    words = forms.CharField(label=_("批注"), max_length=1000, widget=forms.Textarea(ROWS))


class SubmitForm(DeedForm):
    shows = True
    words = forms.CharField(label=_("整改情况"), max_length=2000, widget=forms.Textarea(ROWS))
    evidence = FilesField(
        label=_("整改后照片、材料"), help_text=_("至少一张整改后的照片或一份材料。"), required=False
    )


class RectifyNowForm(SubmitForm):
    before = FilesField(label=_("整改前照片"), required=False)


class ControlForm(DeedForm):
    shows = True
    measure = forms.CharField(
        label=_("管控措施"),
        max_length=2000,
        widget=forms.Textarea(ROWS),
        help_text=_("写明谁在管、怎么管、管到什么时候。落实措施不等于整改完成，整改时限不变。"),
    )
    evidence = FilesField(label=_("照片、材料"), required=False)


class AttachForm(DeedForm):
    shows = True
    evidence = FilesField(label=_("照片、材料"), required=False)
    words = forms.CharField(label=_("说明"), max_length=300, required=False)


class AskExtensionForm(DeedForm):
    until = MomentField(label=_("延至"))
    reason = forms.CharField(label=_("延期理由"), max_length=300, widget=forms.Textarea(ROWS))


class ApproveForm(DeedForm):
    opinion = forms.CharField(label=_("批复意见"), max_length=300, required=False)


class RefuseExtensionForm(DeedForm):
    opinion = forms.CharField(label=_("不同意的理由"), max_length=300, widget=forms.Textarea(ROWS))


class ReplyForm(DeedForm):
    reply = forms.CharField(
        label=_("给群众的答复"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("会原样告诉举报人，请写明查了什么、怎么处理的。"),
    )


class MergeForm(DeedForm):
    into = forms.CharField(
        label=_("并入哪一件"),
        max_length=30,
        help_text=_("另一件同类事项的编号，例如 YH2024-000123。"),
    )
    reason = forms.CharField(label=_("理由"), max_length=300, required=False)

    def clean_into(self) -> str:
        return str(self.cleaned_data["into"]).strip().upper()


class ListsForm(DeedForm):
    """The lists of a plan, as far as the kind of the matter has them."""

    responsibility = forms.CharField(
        label=_("责任"), max_length=500, widget=forms.Textarea({"rows": 2})
    )
    measure = forms.CharField(label=_("措施"), max_length=2000, widget=forms.Textarea(ROWS))
    funds = forms.CharField(label=_("资金"), max_length=500, widget=forms.Textarea({"rows": 2}))
    contingency = forms.CharField(
        label=_("预案"), max_length=2000, widget=forms.Textarea({"rows": 2})
    )

    LISTS: ClassVar = ("responsibility", "measure", "funds", "contingency")

    def lists_so_far(self) -> dict[str, str]:
        """What its plan says already."""
        plan = self.matter.plan
        return {name: plan[name] for name in self.LISTS if plan.get(name)}

    def only_lists_that_count(self) -> None:
        """Leave out what this kind does not have; the action demands what a grade needs."""
        rule = self.matter.rule
        wanted = {name for lists in rule.plan.values() for name in lists}
        major = set(rule.lists_for("MAJOR")) - set(rule.lists_for("GENERAL"))
        for name in self.LISTS:
            if name not in wanted:
                del self.fields[name]
            else:
                self.fields[name].required = False
                if name in major:
                    self.fields[name].help_text = str(_("重大隐患必填（五落实）。"))


class GradeForm(ListsForm):
    """By which clause; what is dispatched already is given the lists of its new grade too."""

    field_order = ("clause", "grade", *ListsForm.LISTS)
    clause = forms.ChoiceField(label=_("判定条款"), required=False)
    grade = forms.ChoiceField(
        label=_("等级"), choices=[("", _("按条款")), *Matter.Grade.choices], required=False
    )

    def prepare(self) -> None:
        self.fields["clause"].choices = clause_choices()  # type: ignore[attr-defined]
        self.initial.update({"clause": self.matter.clause, "grade": self.matter.grade})
        self.initial.update(self.lists_so_far())
        if self.matter.dispatched_at:
            self.only_lists_that_count()
            return
        for name in self.LISTS:
            del self.fields[name]


class PlaceForm(DeedForm):
    body = forms.CharField(
        label=_("单位"),
        max_length=100,
        required=False,
        help_text=_("名册里的全称或简称，没有可不填。"),
    )
    place = forms.CharField(label=_("具体位置"), max_length=160, required=False)

    def prepare(self) -> None:
        self.initial.update({"body": self.matter.body or "", "place": self.matter.place})

    def clean_body(self) -> Body | None:
        name = self.cleaned_data["body"].strip()
        if not name:
            return None
        seen = bodies_visible_to(self.scope)
        found = list(seen.filter(name=name)[:2]) or list(seen.filter(short_name=name)[:2])
        if len(found) != 1:
            raise forms.ValidationError(_("没有找到这家单位，请核对全称"))
        return found[0]


class ReassignForm(DeedForm):
    owner = PostField(label=_("改派给"))
    checker = PostField(label=_("核查岗位"), required=False)
    reason = forms.CharField(label=_("改派理由"), max_length=300, widget=forms.Textarea(ROWS))

    def prepare(self) -> None:
        _offer(self, "owner")
        _offer(self, "checker", checking=True)
        self.initial["checker"] = self.matter.checker_id


class SuperviseForm(DeedForm):
    post = PostField(label=_("督办岗位"), required=False, help_text=_("不选则由您的岗位督办。"))
    words = forms.CharField(
        label=_("督办要求"), max_length=300, widget=forms.Textarea(ROWS), required=False
    )

    def prepare(self) -> None:
        _offer(self, "post", checking=True)


class ListingForm(DeedForm):
    document = forms.CharField(label=_("挂牌文号"), max_length=60)
    leader = PostField(label=_("督办领导"))
    deadline = MomentField(label=_("治理期限"))
    measures = forms.CharField(
        label=_("治理措施"), max_length=2000, widget=forms.Textarea({"rows": 4})
    )
    public = forms.BooleanField(label=_("列入公开清单"), required=False, initial=True)

    def prepare(self) -> None:
        _offer(self, "leader")
        self.initial["measures"] = self.matter.plan.get("measure", "")


class LetterForm(DeedForm):
    document = forms.CharField(label=_("文号"), max_length=60)
    to = PostField(label=_("下发给"))
    title = forms.CharField(label=_("标题"), max_length=120)
    measures = forms.CharField(label=_("要求"), max_length=2000, widget=forms.Textarea({"rows": 4}))
    deadline = MomentField(label=_("办结期限"))

    def prepare(self) -> None:
        _offer(self, "to")
        self.initial.update(
            {
                "to": self.matter.owner_id,
                "title": f"关于{self.matter.title}的督办单"[:120],
            }
        )


class DispatchForm(ListsForm):
    """The dispatch order: graded, with who rectifies, who checks, the lists and the deadline."""

    field_order = (
        "clause", "grade", "owner", "checker", "deadline", *ListsForm.LISTS, "words",
    )  # fmt: skip
    clause = forms.ChoiceField(label=_("判定条款"), required=False)
    grade = forms.ChoiceField(label=_("等级"), choices=[("", _("按条款")), *Matter.Grade.choices])
    owner = PostField(label=_("整改岗位"), required=False)
    checker = PostField(label=_("核查岗位"), required=False)
    deadline = MomentField(label=_("整改期限"), required=False)
    words = forms.CharField(label=_("交办要求"), max_length=500, required=False)

    def prepare(self) -> None:
        rule, asked = self.matter.rule, propose(Facts.of(self.matter), at=self.at)
        latest = rules.latest_deadline(rule.limits, self.at, calendar.load()).astimezone(LOCAL)
        self.initial.update(
            {
                "responsibility": _who_answers(asked.rectify, self.at) if asked.rectify else "",
                **self.lists_so_far(),
                "clause": self.matter.clause,
                "grade": self.matter.grade or (Matter.Grade.GENERAL if rule.graded else ""),
                "owner": asked.rectify.pk if asked.rectify else None,
                "checker": asked.check.pk if asked.check else None,
                "deadline": latest.strftime("%Y-%m-%dT%H:%M"),
            }
        )
        _offer(self, "owner")
        _offer(self, "checker", checking=True)
        self.fields["clause"].choices = clause_choices()  # type: ignore[attr-defined]
        self.fields["deadline"].help_text = str(_("最迟 %s（交办后%s）。")) % (
            latest.strftime("%Y-%m-%d %H:%M"),
            rule.limits.to_rectify.words,
        )
        if not rule.graded:
            del self.fields["clause"], self.fields["grade"]
        self.only_lists_that_count()

    def clean_deadline(self) -> datetime | None:
        """None where the longest was left standing: the action then reckons it to the second."""
        chosen: datetime | None = self.cleaned_data["deadline"]
        return chosen if "deadline" in self.changed_data else None


def _offer(form: DeedForm, name: str, *, checking: bool = False) -> None:
    choices = posts_for(form.matter, form.scope, form.at, checking=checking)
    form.fields[name].choices = choices  # type: ignore[attr-defined]


def _who_answers(post: Post, at: datetime) -> str:
    """A first draft of the list of responsibility: the post, and who holds it today."""
    names = "、".join(holders([post], at).get(post.pk, []))
    return f"{post.name}{f'（{names}）' if names else ''}负责整改"
