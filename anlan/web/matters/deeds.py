"""Which form belongs to which deed, which action it calls, and what it will do to whom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from anlan.kernel.models import StoredFile
from anlan.matters import access, actions
from anlan.matters.actions import Letter, Listing, Order, Shown
from anlan.matters.models import Evidence, Matter
from anlan.people.access import Scope
from anlan.people.models import Person
from anlan.web.reading import moment

from . import forms

Phase = Evidence.Phase


@dataclass(frozen=True)
class Doing:
    """A deed as it was filled in: on what, with what, by whom, when."""

    matter: Matter
    given: dict[str, Any]
    files: Sequence[StoredFile]
    before: Sequence[StoredFile]
    scope: Scope
    by: Person
    at: datetime

    def who(self) -> dict[str, Any]:
        return {"by": self.by, "at": self.at}

    def shown(self, phase: str) -> list[Shown]:
        return [Shown(file, phase) for file in self.files]

    def text(self, name: str) -> str:
        return str(self.given.get(name) or "")


@dataclass(frozen=True)
class Deed:
    """One button: its form, its action, what it will do, and whether to think twice."""

    do: Callable[[Doing], object]
    form: type[forms.DeedForm] = forms.PlainForm
    will: Callable[[Matter], list[str]] = lambda matter: []
    grave: bool = False


def _plan(d: Doing) -> dict[str, str]:
    """The lists that were filled in."""
    return {name: d.text(name) for name in forms.ListsForm.LISTS if d.text(name)}


def _dispatch(d: Doing) -> None:
    order = Order(
        plan=_plan(d),
        owner=d.given["owner"],
        checker=d.given["checker"],
        deadline=d.given["deadline"],
        grade=d.text("grade"),
        clause=d.text("clause"),
        words=d.text("words"),
    )
    actions.dispatch(d.matter, order=order, **d.who())


def _reassign(d: Doing) -> None:
    owner, checker = d.given["owner"], d.given["checker"]
    actions.reassign(d.matter, owner=owner, checker=checker, reason=d.text("reason"), **d.who())


def _rectify_now(d: Doing) -> None:
    shown = [Shown(file, Phase.BEFORE) for file in d.before] + d.shown(Phase.AFTER)
    actions.rectify_now(d.matter, words=d.text("words"), evidence=shown, **d.who())


def _merge(d: Doing) -> None:
    into = get_object_or_404(access.visible_to(d.scope), number=d.given["into"])
    actions.merge(d.matter, into=into, reason=d.text("reason"), **d.who())


def _list(d: Doing) -> None:
    given = d.given
    listing = Listing(
        document=given["document"],
        leader=given["leader"],
        deadline=given["deadline"],
        measures=given["measures"],
        public=given["public"],
    )
    actions.list_for_supervision(d.matter, listing=listing, **d.who())


def _order(d: Doing) -> None:
    wanted = ("document", "to", "title", "measures", "deadline")
    letter = Letter(**{name: d.given[name] for name in wanted})
    actions.issue_supervision_order(d.matter, letter=letter, **d.who())


def _grade(d: Doing) -> None:
    grade, clause = d.text("grade"), d.text("clause")
    actions.grade_matter(d.matter, grade=grade, clause=clause, plan=_plan(d), **d.who())


def _supervise(d: Doing) -> None:
    actions.supervise(d.matter, post=d.given["post"], words=d.text("words"), **d.who())


def _extension(d: Doing) -> None:
    actions.ask_extension(d.matter, until=d.given["until"], reason=d.text("reason"), **d.who())


# --- what it will do, said beforehand -------------------------------------------------------------


def _will_dispatch(matter: Matter) -> list[str]:
    limits = matter.rule.limits
    return [
        _("整改岗位会收到待办，须在%s内接办，逾期自动升级到上一级岗位。") % limits.to_take.words,
        _("整改期限自交办之时起算，最长%s。") % limits.to_rectify.words,
    ]


def _will_take(matter: Matter) -> list[str]:
    return [_("接办后由您的岗位负责整改到底，到期前要办结反馈并附佐证；做不完可申请延期。")]


def _will_accept(matter: Matter) -> list[str]:
    return [
        _("隐患销号，计入“已整改”。今后再发现同一问题可以复开。"),
        _("您的姓名和意见会长期留痕。"),
    ]


def _will_refuse(matter: Matter) -> list[str]:
    return [_("退回%s继续整改，至少再给%s。") % (matter.owner, matter.rule.limits.to_redo.words)]


def _will_send_back(matter: Matter) -> list[str]:
    return [_("退给交办岗位重新交办，理由会一并送达。")]


def _will_close_quietly(matter: Matter) -> list[str]:
    return [_("作废后不再计入任何统计，也不能恢复；办理记录仍然保留。")]


def _will_publish(matter: Matter) -> list[str]:
    return [_("任何人不用登录都能看到：编号、标题、所在镇街、单位、措施和期限。")]


def _will_list(matter: Matter) -> list[str]:
    return [_("督办领导会收到一件挂牌督办，隐患销号之前不能摘牌。")]


def _will_order(matter: Matter) -> list[str]:
    return [_("承办岗位会收到一件有文号的督办单，须按期限办结并由您核销。")]


def _will_answer(matter: Matter) -> list[str]:
    return [_("答复会发给举报人，事项随即办结。")]


def _will_submit(matter: Matter) -> list[str]:
    checker = matter.checker or _("核查岗位")
    return [_("交给%s核查，参与整改的人不能自己销号。") % checker]


def _will_control(matter: Matter) -> list[str]:
    return [_("显示为“已落实临时管控措施”，不算整改完成，期限照走。")]


def _will_merge(matter: Matter) -> list[str]:
    return [_("%s不再单独办理，照片和记录归到并入的那一件。") % matter.number]


def _will_discard(matter: Matter) -> list[str]:
    return [_("草稿和照片会删除，不能恢复。")]


def _will_ask(matter: Matter) -> list[str]:
    return [_("现在的期限是%s；批准之前期限照走，自己不能批自己。") % moment(matter.due_at)]


def _will_decide(matter: Matter) -> list[str]:
    asked = matter.extensions.filter(approved=None).select_related("asked_by").first()
    if asked is None:
        return []
    old, new = moment(asked.old_due_at), moment(asked.until)
    return [
        _("%(who)s申请从%(old)s延至%(new)s。") % {"who": asked.asked_by, "old": old, "new": new},
        _("理由：%s") % asked.reason,
    ]


def _will_reassign(matter: Matter) -> list[str]:
    return [_("由新的岗位重新接办，整改期限不变，原岗位不再负责。")]


def _will_reopen(matter: Matter) -> list[str]:
    owner, limit = matter.owner or _("整改岗位"), matter.rule.limits.to_rectify.words
    return [_("交%(owner)s重新整改，期限从现在起%(limit)s。") % {"owner": owner, "limit": limit}]


def _will_supervise(matter: Matter) -> list[str]:
    limit = matter.rule.limits.to_supervise.words
    return [_("整改责任仍在原岗位；督办岗位有%s的时限，无进展会再向上一级升级。") % limit]


def _will_adopt(matter: Matter) -> list[str]:
    return [_("新开一件隐患，按隐患的期限办理；销号之后再回到这里答复群众。")]


DEEDS: dict[str, Deed] = {
    "report": Deed(lambda d: actions.report(d.matter, **d.who())),
    "rectify_now": Deed(_rectify_now, forms.RectifyNowForm, _will_submit),
    "dispatch": Deed(_dispatch, forms.DispatchForm, _will_dispatch),
    "adopt": Deed(lambda d: actions.adopt(d.matter, **d.who()), will=_will_adopt),
    "merge": Deed(_merge, forms.MergeForm, _will_merge, grave=True),
    "void": Deed(
        lambda d: actions.void(d.matter, reason=d.text("reason"), **d.who()),
        forms.ReasonForm,
        _will_close_quietly,
        grave=True,
    ),
    "take": Deed(lambda d: actions.take(d.matter, **d.who()), will=_will_take),
    "send_back": Deed(
        lambda d: actions.send_back(d.matter, reason=d.text("reason"), **d.who()),
        forms.ReasonForm,
        _will_send_back,
    ),
    "reassign": Deed(_reassign, forms.ReassignForm, _will_reassign),
    "control": Deed(
        lambda d: actions.control(
            d.matter, measure=d.text("measure"), evidence=d.shown(Phase.MEASURE), **d.who()
        ),
        forms.ControlForm,
        _will_control,
    ),
    "submit": Deed(
        lambda d: actions.submit(
            d.matter, words=d.text("words"), evidence=d.shown(Phase.AFTER), **d.who()
        ),
        forms.SubmitForm,
        _will_submit,
    ),
    "accept": Deed(
        lambda d: actions.accept(
            d.matter, opinion=d.text("opinion"), evidence=d.shown(Phase.CHECK), **d.who()
        ),
        forms.OpinionForm,
        _will_accept,
    ),
    "refuse": Deed(
        lambda d: actions.refuse(
            d.matter, reason=d.text("reason"), evidence=d.shown(Phase.CHECK), **d.who()
        ),
        forms.RefuseForm,
        _will_refuse,
        grave=True,
    ),
    "answer": Deed(
        lambda d: actions.answer(d.matter, reply=d.text("reply"), **d.who()),
        forms.ReplyForm,
        _will_answer,
    ),
    "reopen": Deed(
        lambda d: actions.reopen(d.matter, reason=d.text("reason"), **d.who()),
        forms.ReasonForm,
        _will_reopen,
    ),
    "discard": Deed(lambda d: actions.discard(d.matter, **d.who()), will=_will_discard, grave=True),
    "grade_matter": Deed(_grade, forms.GradeForm),
    "correct_place": Deed(
        lambda d: actions.correct_place(
            d.matter, body=d.given["body"], place=d.text("place"), **d.who()
        ),
        forms.PlaceForm,
    ),
    "attach": Deed(
        lambda d: actions.attach(
            d.matter, evidence=d.shown(Phase.OTHER), words=d.text("words"), **d.who()
        ),
        forms.AttachForm,
    ),
    "remark": Deed(
        lambda d: actions.remark(d.matter, words=d.text("words"), **d.who()), forms.WordsForm
    ),
    "ask_extension": Deed(_extension, forms.AskExtensionForm, _will_ask),
    "approve_extension": Deed(
        lambda d: actions.approve_extension(d.matter, opinion=d.text("opinion"), **d.who()),
        forms.ApproveForm,
        _will_decide,
    ),
    "refuse_extension": Deed(
        lambda d: actions.refuse_extension(d.matter, opinion=d.text("opinion"), **d.who()),
        forms.RefuseExtensionForm,
        _will_decide,
    ),
    "supervise": Deed(_supervise, forms.SuperviseForm, _will_supervise),
    "list_for_supervision": Deed(_list, forms.ListingForm, _will_list),
    "issue_supervision_order": Deed(_order, forms.LetterForm, _will_order),
    "publish": Deed(lambda d: actions.publish(d.matter, **d.who()), will=_will_publish, grave=True),
}
