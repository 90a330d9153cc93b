# ruff: noqa: E501 (the table of buttons is wide so that it can be read)
"""What can be done to a person: entered, changed, put on a post, taken off, gone."""

from typing import Any

from django import forms

from anlan.people import actions
from anlan.people.models import Person, Tenure
from anlan.people.rules.facts import PersonFacts

from ..deeds import Deed
from ..forms import Day, Form, Found, Lines
from ..ledgers.asker import Asker


def _facts_form(person: Person | None, asker: Asker) -> type[Form]:
    body = person.body.name if person and person.body else ""
    # fmt: off
    made: dict[str, Any] = {
        "name": forms.CharField(label="姓名", max_length=40, initial=person.name if person else ""),
        "phone": forms.CharField(
            label="电话", required=False, help_text="留空不变" if person else "",
            widget=forms.TextInput(attrs={"inputmode": "tel"}),
        ),
        "body": Found("body", asker, label="单位", required=False, initial=body),
        "remark": forms.CharField(
            label="备注", required=False, max_length=60, initial=person.remark if person else "",
            help_text="同一单位有同名人员时必填，如“综合科”",
        ),
    }
    # fmt: on
    return type("PersonForm", (Form,), made)


def _appoint_form(person: Person, asker: Asker) -> type[Form]:
    made = {
        "post": Found("post", asker, label="岗位"),
        "deputy": forms.BooleanField(label="副职", required=False),
        "since": Day(label="任职日期", initial=asker.day),
    }
    return type("AppointForm", (Form,), made)


def _release_form(person: Person, asker: Asker) -> type[Form]:
    held = Tenure.objects.valid_on(asker.day).filter(person=person).select_related("post")
    choices = [(str(tenure.post_id), str(tenure.post)) for tenure in held]
    made = {
        "post": forms.ChoiceField(label="离开的岗位", choices=choices),
        "on": Day(label="离任日期", initial=asker.day),
    }
    return type("ReleaseForm", (Form,), made)


def _leave_form(person: Person, asker: Asker) -> type[Form]:
    made = {"on": Day(label="离职日期", initial=asker.day), "reason": Lines(label="原因", rows=2)}
    return type("LeaveForm", (Form,), made)


def _reason_form(person: Person, asker: Asker) -> type[Form]:
    reason = forms.CharField(label="用途", help_text="例如：隐患整改联系、预警叫应")
    return type("ReasonForm", (Form,), {"reason": reason})


def _facts(values: dict[str, Any], person: Person | None = None) -> PersonFacts:
    return PersonFacts(
        name=values["name"],
        phone=values["phone"] or (person.phone if person else ""),
        remark=values["remark"],
        origin=person.origin if person else "",
    )


def _add(_: None, values: dict[str, Any], asker: Asker) -> Person:
    return actions.add_person(_facts(values), body=values["body"], by=asker.person, at=asker.at)


def _change(person: Person, values: dict[str, Any], asker: Asker) -> None:
    facts = _facts(values, person)
    actions.change_person(person, facts, body=values["body"], by=asker.person, at=asker.at)


def _appoint(person: Person, values: dict[str, Any], asker: Asker) -> None:
    actions.appoint(person, **values, by=asker.person, at=asker.at)


def _release(person: Person, values: dict[str, Any], asker: Asker) -> None:
    held = Tenure.objects.valid_on(asker.day).filter(person=person, post=values["post"])
    post = held.select_related("post").get().post
    actions.release(person, post=post, on=values["on"], by=asker.person, at=asker.at)


def _leave(person: Person, values: dict[str, Any], asker: Asker) -> None:
    actions.leave(person, **values, by=asker.person, at=asker.at)


ADD = Deed("add_person", "登记人员", _add, _facts_form)
REASON = _reason_form
# fmt: off
DEEDS = {deed.verb: deed for deed in (
    Deed("change_person", "变更",   _change,  _facts_form),
    Deed("appoint",       "任职",   _appoint, _appoint_form),
    Deed("release",       "离任",   _release, _release_form, warning="离任后岗位如无他人，岗位名下的责任会标为“岗位空缺”。"),
    Deed("leave",         "离职",   _leave,   _leave_form, grave=True,
         warning="离职后其全部岗位和责任结束，账号同时锁定；名下岗位空缺的责任会立即标出。"),
)}
# fmt: on
