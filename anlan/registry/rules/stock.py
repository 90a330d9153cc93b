"""Decisions about stock: what may be moved, and what is still out on loan."""

from decimal import Decimal

from .fields import Problem

LARGEST = Decimal("999999999999.99")


def check_quantity(quantity: Decimal) -> None:
    """Raise Problem unless the quantity is a positive number with at most two decimals."""
    if not quantity.is_finite() or quantity <= 0:
        raise Problem(f"数量{quantity}不对", "请填写大于零的数", field="quantity")
    if quantity > LARGEST or quantity != quantity.quantize(Decimal("0.01")):
        raise Problem(f"数量{quantity}不对", "最多两位小数", field="quantity")


def outstanding(lent: Decimal, returned: Decimal) -> Decimal:
    """What of a loan has not come back; both are given as positive numbers."""
    return lent - returned


def check_return(*, quantity: Decimal, lent: Decimal, returned: Decimal) -> None:
    """Raise Problem when more would come back than is still out."""
    left = outstanding(lent, returned)
    if quantity > left:
        raise Problem(f"归还{quantity}超过尚未归还的{left}", "请核对归还数量", field="quantity")
