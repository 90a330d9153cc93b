"""What the page of one item shows, worked out before the template draws it."""

from dataclasses import dataclass

from anlan.matters.access import visible_to as matters_visible_to
from anlan.matters.models import Matter
from anlan.people.access import charges_visible_to
from anlan.people.models import Body
from anlan.registry import access, actions
from anlan.registry.models import GradeChange, Item, StockBalance, StockMovement
from anlan.registry.rules import PARTIES

from ..areas.sketch import sketch_of_place
from ..deeds import Line, history_of
from ..ledgers.asker import Asker
from ..matters.sketch import Sketch
from ..people.phones import Answer, Callee, answers_of, holders_of, person_line, post_line

LABELS = {"reason": "理由", "before": "原", "after": "现", "kind": "类别", "until": "下次核实",
          "material": "物资", "quantity": "数量", "unit": "单位", "remark": "备注"}  # fmt: skip


@dataclass(frozen=True)
class Party:
    """One of those who must be named for it; empty is flagged where the kind asks for them."""

    label: str
    body: Body | None
    asked: bool


@dataclass(frozen=True)
class Fact:
    """One attribute as it is shown; a masked one can be revealed."""

    label: str
    words: str
    reveal: str = ""


@dataclass(frozen=True)
class Page:
    """Everything on the page of one item."""

    facts: list[Fact]
    parties: list[Party]
    keeper: Callee | None
    keepers: list[Callee]
    answers: list[Answer]
    grades: list[GradeChange]
    matters: list[Matter]
    matter_count: int
    balances: list[StockBalance]
    loans: list[StockMovement]
    sketch: Sketch | None
    lines: list[Line]
    stale_days: int  # days past its day; negative before it


def page_of(item: Item, asker: Asker) -> Page:
    """Gather the page as this person may see it."""
    scope, day = asker.scope, asker.day
    seen = matters_visible_to(scope).filter(item=item).exclude(stage="DRAFT")
    charges = charges_visible_to(scope).valid_on(day)
    charges = charges.filter(target_kind="registry.item", target_id=item.pk)
    held = holders_of([item.keeper_id], day) if item.keeper_id else {}
    labels = LABELS | {each.key: each.label for each in item.spec.fields()}
    return Page(
        facts=_facts(item, asker),
        parties=[
            Party(label, getattr(item, party), party in item.spec.parties)
            for party, label in PARTIES.items()
        ],
        keeper=post_line(item.keeper) if item.keeper else None,
        keepers=[person_line(each, scope) for each in held.get(item.keeper_id or 0, [])],
        answers=answers_of(charges, scope, day),
        grades=list(item.grade_changes.select_related("by").order_by("-at", "-pk")[:20]),
        matters=list(seen.select_related("area", "owner").order_by("-found_at", "-pk")[:8]),
        matter_count=seen.count(),
        balances=list(item.balances.order_by("material")) if item.spec.stocked else [],
        loans=list(access.loans_out(item)[:20]) if item.spec.stocked else [],
        sketch=sketch_of_place(item.area, item.lon, item.lat),
        lines=history_of(item, actions, labels),
        stale_days=(day - item.stale_on).days if item.stale_on else 0,
    )


def _facts(item: Item, asker: Asker) -> list[Fact]:
    words = access.shown(item)
    may_reveal = access.may(asker.scope, "reveal_item", item)
    return [
        Fact(
            each.heading,
            words[each.heading],
            f"/items/{item.kind}/{item.code}/reveal-{each.key}/"
            if each.sensitive and may_reveal and words[each.heading]
            else "",
        )
        for each in item.spec.attribute_fields()
    ]
