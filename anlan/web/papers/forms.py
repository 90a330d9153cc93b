# ruff: noqa: E501 (the table of deeds is wide so that it can be read)
"""The forms of papers: what a template asks for, and what each deed needs."""

from typing import Any

from django import forms

from anlan.kernel import files
from anlan.papers import access, actions
from anlan.papers.models import Paper, template_named
from anlan.papers.rules import PaperKind, TemplateField, plain
from anlan.people.access import bodies_visible_to
from anlan.people.models import Body

from ..deeds import Deed
from ..forms import Day, EndOfDay, Form, Lines
from ..ledgers.asker import Asker
from ..matters.fields import FilesField

LABELS = {"reason": "原因", "number": "文号", "words": "内容", "paper": "替代为", "title": "标题"}
ONE_A_LINE = "每行一个单位名称"
TYPED = "v_"  # before the name of a template's field, so that none clashes with the form's own


class Bodies(Lines):
    """Bodies by name, one a line; cleaned they are the bodies, in that order."""

    def __init__(self, asker: Asker, **given: Any) -> None:
        super().__init__(**given)
        self.asker = asker

    def clean(self, value: Any) -> list[Body]:
        names = [name.strip() for name in str(super().clean(value)).splitlines() if name.strip()]
        seen = bodies_visible_to(self.asker.scope)
        found = []
        for name in dict.fromkeys(names):
            body = seen.filter(name=name).first() or seen.filter(short_name=name).first()
            if body is None:
                raise forms.ValidationError(f"没有找到单位“{name}”，请写全称")
            found.append(body)
        return found


def paper_form(rule: PaperKind, asker: Asker, paper: Paper | None = None) -> type[Form]:
    """The form of a kind: in whose name, to whom, and the fields of its template."""
    made: dict[str, Any] = {}
    if paper is None:
        own = access.spoken_for(asker.scope).order_by("pk")
        made["issuer"] = forms.ModelChoiceField(
            own, label="发文单位", initial=own.first(), empty_label=None
        )
    names = [one.body.name for one in paper.sent_to.select_related("body")] if paper else []
    made["addressees"] = Bodies(
        asker, label="主送单位", help_text=ONE_A_LINE, initial="\n".join(names)
    )
    for field in template_named(rule.template).fields:
        given = paper.values.get(field.key) if paper else None
        made[f"{TYPED}{field.key}"] = _field(field, given)
    if rule.reply_days:
        hint = f"留空为签发后{rule.reply_days}天"
        made["reply_due_at"] = EndOfDay(label="回复期限", required=False, help_text=hint)
    return type("PaperForm", (Form,), made)


def _field(field: TemplateField, given: Any) -> forms.Field:
    common: dict[str, Any] = {"label": field.label, "required": field.must, "help_text": field.hint}
    initial = plain(field, given)
    if field.type == "date":
        return Day(**common, initial=initial)
    if field.type in ("lines", "words"):
        if field.type == "lines" and not field.hint:
            common["help_text"] = "每行一条，成文时自动编号"
        return Lines(**common, initial=initial, rows=4)
    return forms.CharField(**common, initial=initial, max_length=200)


def values_in(template: str, values: dict[str, Any]) -> dict[str, Any]:
    """What was typed for the fields of a template."""
    keys = [field.key for field in template_named(template).fields]
    return {key: values.get(f"{TYPED}{key}") for key in keys if values.get(f"{TYPED}{key}")}


class Reason(Form):
    reason = Lines(label="原因")


def _reply_form(paper: Paper, asker: Asker) -> type[Form]:
    waiting = access.answering(asker.scope, paper)
    made: dict[str, Any] = {
        "text": Lines(label="回复内容", rows=6),
        "files": FilesField(label="附件", required=False),
    }
    if len(waiting) > 1:
        choices = [(str(one.body_id), one.body.name) for one in waiting]
        made["body"] = forms.ChoiceField(label="代哪个单位回复", choices=choices)
    return type("ReplyForm", (Form,), made)


def _reply(paper: Paper, values: dict[str, Any], asker: Asker) -> None:
    kept = [
        files.keep(each, name=each.name or "", by=asker.person, at=asker.at)
        for each in values.get("files") or []
    ]
    body = Body.objects.filter(pk=values["body"]).first() if values.get("body") else None
    actions.reply(paper, text=values["text"], files=kept, body=body, by=asker.person, at=asker.at)


def _edit(paper: Paper, values: dict[str, Any], asker: Asker) -> None:
    actions.edit(
        paper,
        values=values_in(paper.template, values),
        addressees=values["addressees"],
        reply_due_at=values.get("reply_due_at") or paper.reply_due_at,
        by=asker.person,
        at=asker.at,
    )


def _issue(paper: Paper, values: dict[str, Any], asker: Asker) -> None:
    actions.issue(paper, by=asker.person, at=asker.at)


def _submit(paper: Paper, values: dict[str, Any], asker: Asker) -> None:
    actions.submit(paper, by=asker.person, at=asker.at)


def _send_back(paper: Paper, values: dict[str, Any], asker: Asker) -> None:
    actions.send_back(paper, reason=values["reason"], by=asker.person, at=asker.at)


def _withdraw(paper: Paper, values: dict[str, Any], asker: Asker) -> None:
    actions.withdraw(paper, reason=values["reason"], by=asker.person, at=asker.at)


def _discard(paper: Paper, values: dict[str, Any], asker: Asker) -> None:
    actions.discard(paper, by=asker.person, at=asker.at)


def _with_reason(paper: Paper, asker: Asker) -> type[Form]:
    return Reason


# fmt: off
DEEDS = {deed.verb: deed for deed in (
    Deed("issue",     "签发",     _issue, warning="签发后取得文号、发给主送单位，任何人都不能再改动，只能撤回或以新文书替代。"),
    Deed("submit",    "送签",     _submit, warning="送签后由另一位有签发权的同志签发，签发前可以退回。"),
    Deed("reply",     "回复",     _reply, _reply_form),
    Deed("edit",      "修改文稿", _edit, lambda paper, asker: paper_form(paper.rule, asker, paper), icon="edit"),
    Deed("send_back", "退回修改", _send_back, _with_reason),
    Deed("withdraw",  "撤回文书", _withdraw, _with_reason, grave=True, warning="撤回后文书失效，文号和正文保留可查，主送单位会看到已撤回。"),
    Deed("discard",   "丢弃文稿", _discard, grave=True),
)}
# fmt: on
