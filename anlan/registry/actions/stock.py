"""Stock that comes, goes, is lent and comes back; never more than there is (出入库)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.trail import LOCAL
from anlan.people.models import Body, Person

from .. import access, events, rules
from ..flow import Stage
from ..models import Item, StockBalance, StockMovement
from ..rules import Problem
from .reading import _refused

Reason = StockMovement.Reason


@dataclass(frozen=True)
class Amount:
    """So many units of a material: 编织袋 500 只."""

    material: str
    unit: str
    quantity: Decimal
    remark: str = ""


@transaction.atomic
def receive_stock(
    store: Item, *, amount: Amount, source: Body | None = None, by: Person, at: datetime
) -> StockMovement:
    """Take material into the store (入库)."""
    access.check(by, "receive_stock", store, at=at)
    _holds_stock(store)
    made = StockMovement(reason=Reason.IN, counterpart=source, quantity=_checked(amount))
    return _book(store, amount, made, by, at)


@transaction.atomic
def issue_stock(
    store: Item, *, amount: Amount, to: Body | None = None, by: Person, at: datetime
) -> StockMovement:
    """Give material out of the store for good (出库)."""
    access.check(by, "issue_stock", store, at=at)
    _holds_stock(store)
    made = StockMovement(reason=Reason.OUT, counterpart=to, quantity=-_checked(amount))
    return _book(store, amount, made, by, at)


@transaction.atomic
def lend_stock(
    store: Item, *, amount: Amount, to: Body, due_on: date, by: Person, at: datetime
) -> StockMovement:
    """Lend material to another body until a day (借出)."""
    access.check(by, "lend_stock", store, at=at)
    _holds_stock(store)
    if due_on < at.astimezone(LOCAL).date():
        raise Invalid(f"归还日期{due_on}已过", mend="请填写今天或以后的日期", field="due_on")
    made = StockMovement(
        reason=Reason.LENT, counterpart=to, due_on=due_on, quantity=-_checked(amount)
    )
    return _book(store, amount, made, by, at)


@transaction.atomic
def return_stock(
    loan: StockMovement, *, quantity: Decimal, remark: str = "", by: Person, at: datetime
) -> StockMovement:
    """Take back what was lent, all of it or a part (归还)."""
    access.check(by, "return_stock", loan.item, at=at)
    if loan.reason != Reason.LENT:
        raise Invalid("这不是一笔借出", mend="请从借出记录中选择")
    # The loan is the lock at which two returns of it queue.
    StockMovement.objects.select_for_update().get(pk=loan.pk)
    back = loan.returns.aggregate(sum=Sum("quantity"))["sum"] or Decimal(0)
    amount = Amount(loan.material, loan.unit, quantity, remark)
    try:
        added = _checked(amount)
        rules.check_return(quantity=added, lent=-loan.quantity, returned=back)
    except Problem as problem:
        raise _refused(problem) from problem
    made = StockMovement(
        reason=Reason.RETURNED, counterpart=loan.counterpart, loan=loan, quantity=added
    )
    return _book(loan.item, amount, made, by, at)


@transaction.atomic
def count_stock(store: Item, *, amount: Amount, by: Person, at: datetime) -> StockMovement:
    """Write down what was counted; the difference becomes a movement (盘点)."""
    access.check(by, "count_stock", store, at=at)
    _holds_stock(store)
    if amount.quantity != 0:
        _checked(amount)
    balance = _balance(store, amount)
    StockBalance.objects.select_for_update().get(pk=balance.pk)
    balance.refresh_from_db()
    made = StockMovement(reason=Reason.COUNTED, quantity=amount.quantity - balance.quantity)
    balance.counted_on = at.astimezone(LOCAL).date()
    balance.save(update_fields=["counted_on"])
    return _book(store, amount, made, by, at)


def _checked(amount: Amount) -> Decimal:
    if not amount.material.strip() or not amount.unit.strip():
        raise Invalid("请写明物资名称和计量单位", mend="如 编织袋、只", field="material")
    try:
        rules.check_quantity(amount.quantity)
    except Problem as problem:
        raise _refused(problem) from problem
    return amount.quantity


def _holds_stock(store: Item) -> None:
    if not store.spec.stocked:
        raise NotAllowed(f"{store.spec.label}不存放物资", mend="请选择仓库、避灾安置场所或队伍")
    if store.stage != Stage.LISTED:
        raise NotAllowed(
            f"{store}现为“{store.get_stage_display()}”，不能出入库", mend="请先恢复在册"
        )


def _balance(store: Item, amount: Amount) -> StockBalance:
    balance, _ = StockBalance.objects.get_or_create(
        item=store, material=amount.material, defaults={"unit": amount.unit, "quantity": 0}
    )
    if balance.unit != amount.unit:
        words = f"“{amount.material}”在本仓库按“{balance.unit}”计，不能按“{amount.unit}”出入"
        raise Invalid(words, mend="请换算成同一计量单位", field="unit")
    return balance


def _book(
    store: Item, amount: Amount, made: StockMovement, by: Person, at: datetime
) -> StockMovement:
    """Change the balance and write the movement; two cannot both take the last one."""
    balance = _balance(store, amount)
    there = StockBalance.objects.filter(pk=balance.pk, quantity__gte=-made.quantity)
    if not there.update(quantity=F("quantity") + made.quantity):
        balance.refresh_from_db()
        left = f"{balance.quantity.normalize():f}{balance.unit}"
        words = f"“{amount.material}”只有{left}，不够{amount.quantity}{amount.unit}"
        raise NotAllowed(words, mend="请减少数量，或从其他仓库调拨")
    made.item, made.by, made.at = store, by, at
    made.material, made.unit, made.remark = amount.material, amount.unit, amount.remark
    made.save()
    verb = _VERBS[Reason(made.reason)]
    note: dict[str, Any] = {
        "material": made.material,
        "unit": made.unit,
        "quantity": str(made.quantity),
    }
    trail.write(store, verb, by=by, at=at, with_=str(made.counterpart or ""), **note)
    outbox.announce(events.StockMoved(made.pk))
    return made


_VERBS = {
    Reason.IN: "receive_stock",
    Reason.OUT: "issue_stock",
    Reason.LENT: "lend_stock",
    Reason.RETURNED: "return_stock",
    Reason.COUNTED: "count_stock",
}
