"""The buttons of a warning's page, each with its form and the action behind it."""

from typing import Any

from anlan.watch import actions
from anlan.watch.models import Warning

from ..deeds import Deed
from ..forms import Form, Lines
from ..ledgers.asker import Asker


class Reason(Form):
    reason = Lines(label="理由", rows=2)


class Cancelling(Form):
    reason = Lines(label="解除原因", rows=2, initial="险情已解除，预警条件不再满足。")


def _submit(warning: Warning, values: dict[str, Any], asker: Asker) -> None:
    actions.submit_warning(warning, by=asker.person, at=asker.at)


def _approve(warning: Warning, values: dict[str, Any], asker: Asker) -> None:
    actions.approve_warning(warning, by=asker.person, at=asker.at)


def _return(warning: Warning, values: dict[str, Any], asker: Asker) -> None:
    actions.return_warning(warning, reason=values["reason"], by=asker.person, at=asker.at)


def _void(warning: Warning, values: dict[str, Any], asker: Asker) -> None:
    actions.void_warning(warning, reason=values["reason"], by=asker.person, at=asker.at)


def _cancel(warning: Warning, values: dict[str, Any], asker: Asker) -> None:
    actions.cancel_warning(warning, reason=values["reason"], by=asker.person, at=asker.at)


def _update(warning: Warning, values: dict[str, Any], asker: Asker) -> None:
    actions.update_warning(warning, by=asker.person, at=asker.at)


def _call(warning: Warning, values: dict[str, Any], asker: Asker) -> None:
    actions.call_for_warning(warning, by=asker.person, at=asker.at)


def _same(form: type[Form]) -> Any:
    return lambda warning, asker: form


# fmt: off
DEEDS = {deed.verb: deed for deed in (
    Deed("submit_warning",   "报批预警", _submit),
    Deed("approve_warning",  "批准发布", _approve,
         warning="批准后立即签名发出，进入公开订阅源，并为预警区域的责任人拟好叫应。发出的内容不能再改，只能更新或解除。"),
    Deed("cancel_warning",   "解除预警", _cancel, _same(Cancelling),
         warning="解除报文立即发出，并引用这份预警。"),
    Deed("update_warning",   "更新预警", _update),
    Deed("call_for_warning", "组织叫应", _call),
    Deed("return_warning",   "退回预警", _return, _same(Reason)),
    Deed("void_warning",     "作废预警", _void, _same(Reason), grave=True),
)}
# fmt: on
