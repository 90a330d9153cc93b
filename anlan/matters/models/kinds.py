"""The catalogues of this room, read and held against the flow."""

from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid
from anlan.registry.models import Sector

from .. import rules
from ..flow import DEEDS, FLOW, Stage

NAME = "matter_kinds"
# Which limit a live matter stands under at each stage.
TURN_OF: dict[str, str] = {
    Stage.REPORTED: "to_triage",
    Stage.DISPATCHED: "to_take",
    Stage.RECTIFYING: "to_rectify",
    Stage.CONTROLLED: "to_rectify",
    Stage.SUBMITTED: "to_check",
    Stage.ADOPTED: "to_rectify",
}


def kinds() -> dict[str, rules.Kind]:
    """All kinds of matters (事项种类), in the order of the catalogue."""
    return dict(catalogues.once(NAME, _checked))


def kind_named(key: str) -> rules.Kind:
    """One kind; Invalid where the catalogue has none of that name."""
    known = kinds()
    if key not in known:
        mend = catalogues.nearest(key, known)
        raise Invalid(f"没有“{key}”这种事项", mend=mend, field="kind")
    return known[key]


def clauses() -> dict[str, rules.Clause]:
    """The clauses by which hazards are graded (判定标准)."""
    return catalogues.load("hazard_clauses", rules.Clause)


def clause_named(key: str) -> rules.Clause | None:
    """One clause, or none for an empty key; Invalid where the catalogue has none of that name."""
    if not key:
        return None
    known = clauses()
    if key not in known:
        raise Invalid(f"判定条款“{key}”不在目录中", mend="请从条款列表中选择", field="clause")
    return known[key]


def check_sector(key: str) -> str:
    """The sector itself; Invalid where sectors.yaml has none of that name."""
    if key and key not in (known := catalogues.load("sectors", Sector)):
        raise Invalid(f"没有“{key}”这个领域", mend=catalogues.nearest(key, known), field="sector")
    return key


def chips() -> list[rules.Clause]:
    """The most used clauses, as the phone offers them (常用隐患)."""
    often = [clause for clause in clauses().values() if clause.often]
    return sorted(often, key=lambda clause: clause.often)


def routes() -> list[rules.Route]:
    """The rules of who is asked (派单规则), in the order in which they are tried."""
    return list(catalogues.load("routing", rules.Route).values())


def _checked() -> dict[str, rules.Kind]:
    """Refuse moves and deeds that the flow does not know; judged once a reading."""
    known = catalogues.load(NAME, rules.Kind)
    for kind in known.values():
        for written, table in ((kind.moves, FLOW), (kind.deeds, DEEDS)):
            for name in written:
                if name not in table.moves:
                    raise catalogues.unknown(NAME, kind.key, name, "流程里没有的", table.moves)
    return known
