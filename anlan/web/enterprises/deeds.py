# ruff: noqa: E501 (the table of fields is wide so that it can be read)
"""Entering a firm or another body, and correcting what is known of it."""

from typing import Any

from django import forms

from anlan.people import actions
from anlan.people.models import Body
from anlan.people.rules.facts import BodyFacts

from ..deeds import Deed
from ..forms import Form, Found, Lines
from ..ledgers.asker import Asker
from ..ledgers.matters import sector_choices

TEXTS = ("name", "short_name", "credit_code", "address", "phone", "duties")


def _form(body: Body | None, asker: Asker) -> type[Form]:
    was = {key: getattr(body, key) for key in TEXTS} if body else {}
    sectors = [key for key in body.sectors if key != "*"] if body else []
    area = body.area.code if body else ""
    # fmt: off
    made: dict[str, Any] = {
        "name": forms.CharField(label="全称", max_length=100, initial=was.get("name")),
        "short_name": forms.CharField(label="简称", max_length=40, required=False, initial=was.get("short_name")),
        "kind": forms.ChoiceField(label="类别", choices=Body.Kind.choices, initial=body.kind if body else "ENTERPRISE"),
        "credit_code": forms.CharField(label="统一社会信用代码", max_length=18, required=False, initial=was.get("credit_code")),
        "area": Found("area", asker, label="所在区域", initial=area, help_text="村社最好；至少写到镇街"),
        "parent": Found("body", asker, label="上级单位", required=False, initial=body.parent.name if body and body.parent else ""),
        "sectors": forms.MultipleChoiceField(label="行业领域", choices=sector_choices, required=False, initial=sectors, widget=forms.CheckboxSelectMultiple),
        "address": forms.CharField(label="地址", max_length=160, required=False, initial=was.get("address")),
        "phone": forms.CharField(label="值班电话", max_length=30, required=False, initial=was.get("phone"), help_text="单位电话，会直接显示；个人手机请登记在人员里"),
        "duties": Lines(label="职责", rows=2, required=False, initial=was.get("duties")),
    }
    # fmt: on
    return type("BodyForm", (Form,), made)


def _facts(values: dict[str, Any], body: Body | None = None) -> BodyFacts:
    texts = {key: values[key] for key in TEXTS}
    sectors = ("*",) if body and "*" in body.sectors else tuple(values["sectors"])
    return BodyFacts(
        kind=values["kind"],
        sectors=sectors,
        origin=body.origin if body else "",
        lon=body.lon if body else None,
        lat=body.lat if body else None,
        **texts,
    )


def _register(_: None, values: dict[str, Any], asker: Asker) -> None:
    where = {"area": values["area"], "parent": values["parent"]}
    actions.register_body(_facts(values), **where, by=asker.person, at=asker.at)


def _change(body: Body, values: dict[str, Any], asker: Asker) -> None:
    where = {"area": values["area"], "parent": values["parent"]}
    actions.change_body(body, _facts(values, body), **where, by=asker.person, at=asker.at)


REGISTER = Deed("register_body", "登记单位", _register, _form)
DEEDS = {"change_body": Deed("change_body", "变更", _change, _form)}
