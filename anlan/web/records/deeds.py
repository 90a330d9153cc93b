"""The buttons of a record's page, each with its form and the action behind it."""

from typing import Any

from django import forms

from anlan.kernel import files
from anlan.records import actions
from anlan.records.actions import Found, Shown
from anlan.records.models import Record

from ..deeds import Deed
from ..forms import Form, Lines
from ..ledgers.asker import Asker
from ..matters.fields import FilesField
from .forms import entry_of, form_for


class Reason(Form):
    reason = Lines(label="作废原因", help_text="作废后不再计入任何统计，记录仍可查看")


class Attaching(Form):
    evidence = FilesField(label="照片或材料")
    words = forms.CharField(label="说明", required=False, max_length=200)


def shown_in(uploaded: list[Any], asker: Asker) -> list[Shown]:
    """Uploaded files, kept and ready to be shown as evidence."""
    return [
        Shown(files.keep(each, name=each.name or "", by=asker.person, at=asker.at))
        for each in uploaded
    ]


def _correct_form(record: Record, asker: Asker) -> type[Form]:
    return form_for(record.rule, asker, record=record)


def _correct(record: Record, values: dict[str, Any], asker: Asker) -> None:
    entry = entry_of(record.rule, values, asker)
    reason = values["reason"]
    actions.correct(record, entry=entry, reason=reason, by=asker.person, at=asker.at)


def _void(record: Record, values: dict[str, Any], asker: Asker) -> None:
    actions.void(record, reason=values["reason"], by=asker.person, at=asker.at)


def _attach(record: Record, values: dict[str, Any], asker: Asker) -> None:
    shown = shown_in(values["evidence"], asker)
    actions.attach(record, evidence=shown, words=values["words"], by=asker.person, at=asker.at)


def _raise_form(record: Record, asker: Asker) -> type[Form]:
    visited = [(str(visit.body_id), visit.body.name) for visit in record.visits.all()]
    made: dict[str, Any] = {"title": forms.CharField(label="问题", max_length=120)}
    if len(visited) > 1:
        made["body"] = forms.ChoiceField(label="哪家单位", choices=visited)
    made["words"] = Lines(label="情况", required=False)
    return type("RaiseForm", (Form,), made)


def _raise(record: Record, values: dict[str, Any], asker: Asker) -> None:
    wanted = values.get("body")
    visit = record.visits.filter(body=wanted).first() if wanted else record.visits.first()
    actions.raise_matter(
        record,
        found=Found(values["title"], values["words"]),
        body=visit.body if visit else None,
        by=asker.person,
        at=asker.at,
    )


def _release(record: Record, values: dict[str, Any], asker: Asker) -> None:
    actions.release(record, by=asker.person, at=asker.at)


def _discard(record: Record, values: dict[str, Any], asker: Asker) -> None:
    actions.discard(record, by=asker.person, at=asker.at)


def _same(form: type[Form]) -> Any:
    return lambda record, asker: form


# fmt: off
DEEDS = {deed.verb: deed for deed in (
    Deed("release",      "公开暗访",   _release,
         warning="公开后，被访单位和属地都能看到这次暗访，发现的问题立即转为待交办事项。"),
    Deed("raise_matter", "转为事项",   _raise, _raise_form, icon="arrow-forward-up"),
    Deed("attach",       "补充佐证",   _attach, _same(Attaching), icon="camera-plus"),
    Deed("correct",      "更正",       _correct, _correct_form, icon="edit",
         warning="原来的内容会留在办理记录里；检查表的作答和已转的事项不变。"),
    Deed("void",         "作废",       _void, _same(Reason), grave=True),
    Deed("discard",      "丢弃草稿",   _discard, grave=True),
)}
# fmt: on
