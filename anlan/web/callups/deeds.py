# ruff: noqa: E501 (the table of buttons is wide so that it can be read)
"""What can be done to a call-up as a whole: asked for, approved, started, ended, thrown away."""

from typing import Any

from django import forms

from anlan.callup import access, actions
from anlan.callup.flow import Stage
from anlan.callup.models import Callup
from anlan.callup.models.profiles import approved_beforehand, profiles

from ..deeds import Deed, FormOf
from ..forms import Form, Found, Lines
from ..ledgers.asker import Asker


def _reason(label: str, hint: str = "") -> FormOf:
    def made(callup: Callup, asker: Asker) -> type[Form]:
        reason = Lines(label=label, rows=2, help_text=hint)
        return type("ReasonForm", (Form,), {"reason": reason})

    return made


def _approver(callup: Callup, asker: Asker) -> type[Form]:
    made: dict[str, forms.Field] = {
        "approver": Found(
            "person", asker, label="批准人", help_text="电话里同意的领导；批准人须在期限内补办确认"
        )
    }
    return type("ByPhoneForm", (Form,), made)


def _who(asker: Asker) -> dict[str, Any]:
    return {"by": asker.person, "at": asker.at}


def _submit(callup: Callup, values: dict[str, Any], asker: Asker) -> None:
    actions.submit(callup, **_who(asker))


def _send_back(callup: Callup, values: dict[str, Any], asker: Asker) -> None:
    actions.send_back(callup, reason=values["reason"], **_who(asker))


def _approve(callup: Callup, values: dict[str, Any], asker: Asker) -> None:
    actions.approve(callup, **_who(asker))


def _by_phone(callup: Callup, values: dict[str, Any], asker: Asker) -> None:
    actions.approve_by_phone(callup, approver=values["approver"], **_who(asker))


def _confirm(callup: Callup, values: dict[str, Any], asker: Asker) -> None:
    actions.confirm_approval(callup, **_who(asker))


def _start(callup: Callup, values: dict[str, Any], asker: Asker) -> None:
    actions.start(callup, **_who(asker))


def _start_urgently(callup: Callup, values: dict[str, Any], asker: Asker) -> None:
    actions.start_urgently(callup, reason=values["reason"], **_who(asker))


def _end(callup: Callup, values: dict[str, Any], asker: Asker) -> None:
    actions.end(callup, reason=values["reason"], **_who(asker))


def _void(callup: Callup, values: dict[str, Any], asker: Asker) -> None:
    actions.void(callup, reason=values["reason"], **_who(asker))


GOES_OUT = "确认后立即按名单逐人叫应，已发出的无法撤回。"
# fmt: off
DEEDS = {deed.verb: deed for deed in (
    Deed("start",    "启动",       _start,   icon="player-play", warning=GOES_OUT),
    Deed("start_urgently", "紧急启动", _start_urgently, _reason("理由", "出了什么险情、为什么等不及，如“3时12分坝体渗漏，分管领导电话未接”"), icon="urgent", grave=True, warning=f"{GOES_OUT}不等批准：有权批准的领导立即收到通知，须在期限内补办确认。"),
    Deed("submit",   "提请批准",   _submit,  icon="send", warning="拟稿人不能批准自己的叫应；提请后由有权批准的领导批准并启动。"),
    Deed("approve",  "批准并启动", _approve, icon="checks", warning=GOES_OUT),
    Deed("approve_by_phone", "登记电话批准", _by_phone, _approver, icon="phone-check", warning="登记后立即启动；批准人须在期限内补办确认，逾期会提醒。"),
    Deed("send_back", "退回修改",  _send_back, _reason("退回理由"), icon="arrow-back-up"),
    Deed("confirm_approval", "补办确认", _confirm, icon="signature", warning="确认您批准这次叫应：电话里同意的，或值班员紧急启动的。不同意的，请结束叫应。"),
    Deed("end",      "结束叫应",   _end,     _reason("结束原因", "如“预警解除”“全部应答”；未应答的不再呼叫"), icon="player-stop", grave=True, warning="还没有应答的人不再呼叫，已排队的全部撤回；之后的应答仍会记录，标为迟到。"),
    Deed("void",     "作废",       _void,    _reason("作废原因"), icon="trash", grave=True),
)}
# fmt: on
MAIN = ("start", "approve", "submit", "confirm_approval")


def open_to(callup: Callup, asker: Asker) -> list[Deed]:
    """The buttons this person may press now, in the order in which one thinks of them."""
    names = set(access.deeds_open_to(asker.scope, callup))
    profile = profiles().get(callup.profile)
    beforehand = profile is not None and approved_beforehand(profile, at=asker.at)
    if not beforehand:
        names.discard("start")
    elif "start" in names:
        names.discard("start_urgently")
    phone = callup.stage == Stage.SUBMITTED
    if phone and access.may(asker.scope, "approve_by_phone", callup):
        names.add("approve_by_phone")
    if callup.confirm_by and access.may(asker.scope, "confirm_approval", callup):
        names.add("confirm_approval")
    return [deed for verb, deed in DEEDS.items() if verb in names]


def strong_of(deeds: list[Deed]) -> str:
    """Which one is the button of the page."""
    names = [deed.verb for deed in deeds]
    return next((verb for verb in MAIN if verb in names), "")
