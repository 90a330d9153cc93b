"""Everything that can be done to registered things."""

from .batches import Imported, InvalidRows, import_items
from .change import (
    assign_keeper,
    change_item,
    confirm_item,
    grade_item,
    move_item,
    reveal_item,
    set_parties,
)
from .reading import InvalidItem
from .register import (
    adopt_spot,
    decline_spot,
    register_item,
    report_new_spot,
    restore_item,
    retire_item,
)
from .stock import (
    Amount,
    count_stock,
    issue_stock,
    lend_stock,
    receive_stock,
    return_stock,
)
from .upkeep import apportion, mark_stale, relocate

__all__ = [
    "Amount",
    "Imported",
    "InvalidItem",
    "InvalidRows",
    "adopt_spot",
    "apportion",
    "assign_keeper",
    "change_item",
    "confirm_item",
    "count_stock",
    "decline_spot",
    "grade_item",
    "import_items",
    "issue_stock",
    "lend_stock",
    "mark_stale",
    "move_item",
    "receive_stock",
    "register_item",
    "relocate",
    "report_new_spot",
    "restore_item",
    "retire_item",
    "return_stock",
    "reveal_item",
    "set_parties",
]
