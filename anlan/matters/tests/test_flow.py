"""The tables in flow.py, the functions in actions, the rules in access cannot drift apart."""

from inspect import signature
from pathlib import Path

import pytest

from anlan.kernel import catalogues
from anlan.kernel.errors import Refused
from anlan.matters import access, actions, events
from anlan.matters.access.deeds import WHO
from anlan.matters.flow import AT_REST, DEEDS, FLOW, LIVE, Stage, term_of
from anlan.matters.models import kinds
from anlan.matters.rules import Kind

ROOT = Path(__file__).parents[3]
EVERY = [*FLOW, *DEEDS]
DEED = pytest.mark.parametrize("move", EVERY, ids=lambda move: move.name)


@DEED
def test_every_line_is_an_action_carrying_what_the_table_says(move):
    given = signature(getattr(actions, move.name)).parameters
    assert list(given)[-2:] == ["by", "at"]
    assert move.carry is None or move.carry in given


@DEED
def test_every_line_belongs_to_somebody_and_has_a_word(move):
    assert move.by in WHO
    assert term_of(move.name) == move.term != move.name


@DEED
def test_every_line_applies_to_some_kind(move):
    assert any(move.name in (*kind.moves, *kind.deeds) for kind in kinds.kinds().values())


def test_every_stage_can_be_reached_and_no_live_stage_is_a_dead_end():
    reached = {Stage.DRAFT} | {move.target for move in FLOW}
    left = {source for move in FLOW for source in move.sources}
    assert reached == set(Stage)
    assert set(LIVE) <= left
    assert set(AT_REST) | set(LIVE) == set(Stage)


def test_every_live_stage_stands_under_a_limit():
    assert set(kinds.TURN_OF) == set(LIVE)


def test_events_name_what_happened_by_ids_alone():
    allowed = {"int", "list[int]", int, list[int]}
    named = [thing for thing in vars(events).values() if hasattr(thing, "__dataclass_fields__")]
    assert len(named) > 20
    for event in named:
        assert {field.type for field in event.__dataclass_fields__.values()} <= allowed


def test_a_kind_with_a_move_the_flow_does_not_know_is_refused(tmp_path, settings):
    text = (ROOT / "catalogues/matter_kinds.yaml").read_text(encoding="utf-8")
    (tmp_path / "matter_kinds.yaml").write_text(text.replace("moves: [take,", "moves: [tako,"))
    settings.ANLAN_CATALOGUES = tmp_path
    with pytest.raises(Refused, match="tako.*take"):
        kinds.kinds()


def test_a_kind_without_its_lists_is_refused_with_the_line(tmp_path):
    text = "x:\n  label: 甲\n  prefix: 甲\n  basis: 无\n  limits: {}\n  moves: []\n  deeds: []\n"
    with pytest.raises(Refused, match="第 5 行"):
        catalogues.parse(text, Kind, file="matter_kinds.yaml")


def test_every_clause_names_a_known_sector_and_twelve_are_chips():
    for clause in kinds.clauses().values():
        assert kinds.check_sector(clause.sector)
    assert [clause.often for clause in kinds.chips()] == list(range(1, 13))
    assert len({clause.chip for clause in kinds.chips()}) == 12


def test_access_offers_what_every_room_offers():
    assert {"visible_to", "may", "check", "deeds_open_to"} <= set(access.__all__)
