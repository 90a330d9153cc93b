"""Who sees an item, and who may do what to it (可见与权限)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from anlan.kernel.errors import Forbidden
from anlan.people.access import Scope, scope_of
from anlan.people.models import Person

from .. import rules
from ..flow import FLOW, Stage
from ..models import Item, ItemQuerySet, StockMovement

# A deed of the roles' catalogue covers several actions; the others are named like their action.
_DEED_OF = {
    "move_item": "registry.change_item",
    "restore_item": "registry.retire_item",
    "decline_spot": "registry.adopt_spot",
    "receive_stock": "registry.move_stock",
    "issue_stock": "registry.move_stock",
    "lend_stock": "registry.move_stock",
    "return_stock": "registry.move_stock",
    "count_stock": "registry.move_stock",
    "import_items": "imports.run",
    "reveal_item": "people.reveal_phone",
}
STOCK = ("receive_stock", "issue_stock", "lend_stock", "return_stock", "count_stock")
OF_THE_KEEPER = frozenset({"confirm_item", "change_item", "reveal_item", *STOCK})
OF_A_CHARGE = frozenset({"confirm_item", "reveal_item"})  # who answers for it can ring its people


def deed_of(verb: str) -> str:
    """The deed, as roles list it, that allows an action of this room."""
    return _DEED_OF.get(verb, f"registry.{verb}")


def visible_to(scope: Scope) -> QuerySet[Item]:
    """What they see: places × sectors, what they keep or hold a charge for, their firm's."""
    held = [number for kind, number in scope.targets if kind == Item._meta.label_lower]
    return Item.objects.filter(
        scope.places()
        | Q(keeper__in=scope.posts)
        | Q(enterprise__in=scope.bodies)
        | Q(proposer=scope.person_id)
        | Q(pk__in=held)
    )


def may(scope: Scope, verb: str, item: Item) -> bool:
    """Whether this person may do this to the item, by place, as its keeper, charge or firm."""
    deed = deed_of(verb)
    if verb in ("adopt_spot", "decline_spot") and item.proposer_id == scope.person_id:
        return False  # whoever reported a spot does not review it
    if verb in OF_THE_KEEPER and item.keeper_id in scope.posts:
        return True
    if verb in OF_A_CHARGE and (Item._meta.label_lower, item.pk) in scope.targets:
        return True
    if item.enterprise_id in scope.bodies and deed in scope.own_deeds:
        return True
    return scope.may(deed, path=item.area_path, sector=item.sector)


def deeds_open(scope: Scope, item: Item) -> list[str]:
    """The deeds that this person can do to the item as it stands now: the buttons of its page."""
    verbs = [move.name for move in FLOW.open_from(item.stage)]
    if item.stage == Stage.LISTED:
        verbs += ["confirm_item", "change_item", "move_item", "set_parties", "assign_keeper"]
        verbs += ["grade_item"] if item.spec.graded else []
        verbs += _of_a_store(item) if item.spec.stocked else []
    return [verb for verb in verbs if may(scope, verb, item)]


def _of_a_store(store: Item) -> list[str]:
    something_out = loans_out(store).exists()
    return [verb for verb in STOCK if verb != "return_stock" or something_out]


def check(by: Person, verb: str, item: Item, *, at: datetime) -> None:
    """Raise Forbidden unless this person may do this to the item as it stands there."""
    if may(scope_of(by, at=at), verb, item):
        return
    if item.proposer_id == by.pk and verb.endswith("_spot"):
        raise Forbidden(f"{item}由您上报，不能由您复核", mend="请由本站其他人员复核。")
    words = f"{by}没有此处的办理权限({deed_of(verb)})"
    raise Forbidden(words, mend="如属您的职责，请联系管理员核对岗位和责任区域。")


def loans_of(store: Item) -> QuerySet[StockMovement]:
    """What a store has lent, the latest first."""
    return StockMovement.objects.filter(item=store, reason=StockMovement.Reason.LENT).order_by(
        "-id"
    )


def loans_out(store: Item) -> QuerySet[StockMovement]:
    """The loans of which something has not come back, the latest first (借出未还)."""
    left = -F("quantity") - Coalesce(Sum("returns__quantity"), Decimal(0))
    return loans_of(store).select_related("counterpart").annotate(left=left).filter(left__gt=0)


def outstanding(loan: StockMovement) -> Decimal:
    """What of a loan has not come back (未还)."""
    back = loan.returns.aggregate(sum=Sum("quantity"))["sum"] or Decimal(0)
    return rules.outstanding(-loan.quantity, back)


def borrowed_by(scope: Scope) -> QuerySet[StockMovement]:
    """What the bodies of this person's posts have borrowed from others (借入)."""
    return StockMovement.objects.filter(
        reason=StockMovement.Reason.LENT, counterpart__posts__in=scope.posts
    ).distinct()


def ledger(scope: Scope, kind: str) -> ItemQuerySet:
    """The list of one kind as this person sees it, ready for the screen."""
    rows: Any = visible_to(scope)
    found: ItemQuerySet = rows.of_kind(kind).select_related(
        "area", "territorial", "industry", "enterprise", "keeper"
    )
    return found
