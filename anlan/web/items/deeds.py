# ruff: noqa: E501 (the table of buttons is wide so that it can be read)
"""The buttons of an item's page, each with its form and the action behind it."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from anlan.kernel.errors import Invalid
from anlan.registry import access, actions
from anlan.registry.actions.change import ELSEWHERE
from anlan.registry.models import Item
from anlan.registry.rules import PARTIES

from ..deeds import Deed
from ..forms import Day, Form, Found, Lines
from ..ledgers.asker import Asker
from .forms import form_for, given_of, initial_of


class Reason(Form):
    reason = Lines(label="理由")


class Grading(Form):
    grade = forms.ChoiceField(label="风险等级", choices=Item.Grade.choices)
    reason = Lines(label="评定依据")


class Stock(Form):
    material = forms.CharField(label="物资名称", max_length=60)
    unit = forms.CharField(label="计量单位", max_length=10)
    quantity = forms.CharField(label="数量", widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    remark = forms.CharField(label="备注", max_length=200, required=False)


class Loan(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the loans that are still out, told as the keeper would."""

    def label_from_instance(self, loan: Any) -> str:
        return f"{loan.material} 未还{loan.left.normalize():f}{loan.unit} · {loan.counterpart}"


def _change_form(item: Item, asker: Asker) -> type[Form]:
    return form_for(item.spec, leave=ELSEWHERE, initial=initial_of(item, asker))


def _adopt_form(item: Item, asker: Asker) -> type[Form]:
    leave = ("code", "origin", "confirmed_on")
    initial = initial_of(item, asker) | {"area": item.area.code, "grade": item.get_grade_display()}
    return form_for(item.spec, leave=leave, initial=initial)


def _parties_form(item: Item, asker: Asker) -> type[Form]:
    made = {
        party: Found(
            "body", asker, label=label, required=False, initial=str(getattr(item, party) or "")
        )
        for party, label in PARTIES.items()
    }
    return type("PartiesForm", (Form,), made)


def _keeper_form(item: Item, asker: Asker) -> type[Form]:
    now = f"{item.keeper.body.name}/{item.keeper.name}" if item.keeper else ""
    keeper = Found("post", asker, label="责任岗位", required=False, initial=now)
    return type("KeeperForm", (Form,), {"post": keeper})


def _move_form(item: Item, asker: Asker) -> type[Form]:
    return type("MoveForm", (Form,), {"area": Found("area", asker, label="现在所在区域")})


def _stock_form(other: str, due: bool = False) -> Any:
    def made(item: Item, asker: Asker) -> type[Form]:
        more: dict[str, Any] = {"other": Found("body", asker, label=other, required=due)}
        if due:
            more["due_on"] = Day(label="应归还日期")
        return type("StockForm", (Stock,), more)

    return made


def _return_form(item: Item, asker: Asker) -> type[Form]:
    loan = Loan(access.loans_out(item), label="哪一笔借出", empty_label=None)
    quantity, remark = Stock.base_fields["quantity"], Stock.base_fields["remark"]
    return type("ReturnForm", (Form,), {"loan": loan, "quantity": quantity, "remark": remark})


def _quantity(values: dict[str, Any]) -> Decimal:
    try:
        return Decimal(values["quantity"].replace(",", ""))
    except InvalidOperation:
        raise Invalid(
            f"“{values['quantity']}”不是数字", mend="请只填数字", field="quantity"
        ) from None


def _amount(values: dict[str, Any]) -> actions.Amount:
    return actions.Amount(values["material"], values["unit"], _quantity(values), values["remark"])


def _change(item: Item, values: dict[str, Any], asker: Asker) -> None:
    before = {key: _plain(value) for key, value in initial_of(item, asker).items()}
    given = {k: v for k, v in given_of(values, item).items() if _plain(v) != before.get(k, "")}
    actions.change_item(item, given=given, by=asker.person, at=asker.at)


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _adopt(item: Item, values: dict[str, Any], asker: Asker) -> None:
    actions.adopt_spot(item, given=given_of(values, item), by=asker.person, at=asker.at)


def _grade(item: Item, values: dict[str, Any], asker: Asker) -> None:
    actions.grade_item(item, **values, by=asker.person, at=asker.at)


def _confirm(item: Item, values: dict[str, Any], asker: Asker) -> None:
    actions.confirm_item(item, by=asker.person, at=asker.at)


def _parties(item: Item, values: dict[str, Any], asker: Asker) -> None:
    actions.set_parties(item, parties=values, by=asker.person, at=asker.at)


def _keeper(item: Item, values: dict[str, Any], asker: Asker) -> None:
    actions.assign_keeper(item, post=values["post"], by=asker.person, at=asker.at)


def _move(item: Item, values: dict[str, Any], asker: Asker) -> None:
    actions.move_item(item, area=values["area"], by=asker.person, at=asker.at)


def _with_reason(action: Any) -> Any:
    def do(item: Item, values: dict[str, Any], asker: Asker) -> None:
        action(item, reason=values["reason"], by=asker.person, at=asker.at)

    return do


def _receive(item: Item, values: dict[str, Any], asker: Asker) -> None:
    amount = _amount(values)
    actions.receive_stock(item, amount=amount, source=values["other"], by=asker.person, at=asker.at)


def _issue(item: Item, values: dict[str, Any], asker: Asker) -> None:
    amount = _amount(values)
    actions.issue_stock(item, amount=amount, to=values["other"], by=asker.person, at=asker.at)


def _lend(item: Item, values: dict[str, Any], asker: Asker) -> None:
    lent = {"amount": _amount(values), "to": values["other"], "due_on": values["due_on"]}
    actions.lend_stock(item, **lent, by=asker.person, at=asker.at)


def _return(item: Item, values: dict[str, Any], asker: Asker) -> None:
    back = {"quantity": _quantity(values), "remark": values["remark"]}
    actions.return_stock(values["loan"], **back, by=asker.person, at=asker.at)


def _count(item: Item, values: dict[str, Any], asker: Asker) -> None:
    actions.count_stock(item, amount=_amount(values), by=asker.person, at=asker.at)


def _same(form: type[Form]) -> Any:
    return lambda item, asker: form


# fmt: off
DEEDS = {deed.verb: deed for deed in (
    Deed("confirm_item",  "核实无误",     _confirm, icon="circle-check",
         warning="表示今天看过，登记的内容都属实；下次核实日期从今天重新计算。"),
    Deed("change_item",   "变更",         _change,  _change_form, icon="edit"),
    Deed("grade_item",    "评定风险等级", _grade,   _same(Grading), icon="stairs-up"),
    Deed("set_parties",   "明确责任方",   _parties, _parties_form, icon="users-group"),
    Deed("assign_keeper", "指定责任岗位", _keeper,  _keeper_form, icon="user-shield"),
    Deed("move_item",     "迁移",         _move,    _move_form, icon="map-pin"),
    Deed("adopt_spot",    "纳入名录",     _adopt,   _adopt_form, icon="circle-check"),
    Deed("decline_spot",  "不予纳入",     _with_reason(actions.decline_spot), _same(Reason), grave=True),
    Deed("receive_stock", "入库",         _receive, _stock_form("来自（单位）"), icon="package-import"),
    Deed("issue_stock",   "出库",         _issue,   _stock_form("发往（单位）"), icon="package-export"),
    Deed("lend_stock",    "借出",         _lend,    _stock_form("借给（单位）", due=True), icon="arrow-forward-up"),
    Deed("return_stock",  "归还",         _return,  _return_form, icon="arrow-back-up"),
    Deed("count_stock",   "盘点",         _count,   _same(Stock), icon="list-check",
         warning="填写实际点到的数量；与账面的差额自动记为一笔盘点。"),
    Deed("retire_item",   "注销",         _with_reason(actions.retire_item), _same(Reason), grave=True,
         warning="注销后不再出现在台账和待核实清单里，历史记录仍然保留。"),
    Deed("restore_item",  "恢复在册",     _with_reason(actions.restore_item), _same(Reason)),
)}
# fmt: on
