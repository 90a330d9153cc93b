"""One word per deed: actions, flow tables, roles and the glossary agree."""

import ast
import re

from anlan.accidents import flow as accidents
from anlan.kernel import catalogues
from anlan.matters import flow
from anlan.papers import flow as letters
from anlan.people.access import Role
from anlan.records import flow as books

from .house import ROOT, actions, name_of

TERM = re.compile(r"\(([^()]*[一-龥][^()]*)\)")
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
ROWS = {
    (cells[1].strip(), cells[2].strip())
    for line in GLOSSARY.splitlines()
    if line.startswith("|") and len(cells := line.split("|")) >= 5
}
TERMS = {term for _, terms in ROWS for term in re.split("[、/·]", terms)}
READERS = ("visible_to", "scope_of")  # in actions files, yet no deeds


def _term(node: ast.FunctionDef) -> str | None:
    found = TERM.search((ast.get_docstring(node) or "").split("\n")[0])
    return found[1] if found else None


def test_every_action_names_its_chinese_term():
    silent = [f"{name_of(path)}: {node.name}" for path, node in actions() if not _term(node)]
    assert not silent, "the first line of the docstring holds the term: (接办)"


def test_every_term_of_an_action_stands_in_the_glossary():
    unknown = [
        f"{name_of(path)}: {node.name} ({term})"
        for path, node in actions()
        if (term := _term(node)) and term not in TERMS
    ]
    assert not unknown, "docs/glossary.md lacks these"


def test_every_action_is_keyword_only_and_ends_in_by_and_at():
    wrong = []
    for path, node in actions():
        names = [argument.arg for argument in node.args.kwonlyargs]
        if names[-2:] != ["by", "at"] and names[-1:] != ["at"]:
            wrong.append(f"{name_of(path)}: {node.name}({', '.join(names)})")
    assert not wrong


def test_the_flow_table_says_the_same_words_as_the_actions():
    terms = {node.name: _term(node) for path, node in actions() if "matters" in path.parts}
    differing = {
        move.name: (move.term, terms.get(move.name))
        for move in flow.FLOW
        if terms.get(move.name) != move.term
    }
    assert not differing


def test_the_books_say_the_same_words_as_their_actions():
    terms = {node.name: _term(node) for path, node in actions() if "records" in path.parts}
    moves = [*books.FLOW, *books.DEEDS]
    assert {move.name: move.term for move in moves} == {m.name: terms.get(m.name) for m in moves}


def test_papers_say_the_same_words_as_their_actions():
    terms = {node.name: _term(node) for path, node in actions() if "papers" in path.parts}
    told = {move.name: move.term for move in [*letters.FLOW, *letters.DEEDS]}
    told.pop("supersede")  # what issuing the newer one does to the older
    assert told == {name: terms.get(name) for name in told}


def test_accidents_say_the_same_words_as_their_actions():
    terms = {node.name: _term(node) for path, node in actions() if "accidents" in path.parts}
    moves = [*accidents.FLOW, *accidents.DEEDS]
    assert {move.name: move.term for move in moves} == {m.name: terms.get(m.name) for m in moves}


def test_every_stage_stands_in_the_glossary():
    assert (
        not {stage.label for room in (flow, books, letters, accidents) for stage in room.Stage}
        - TERMS
    )


def test_every_deed_of_a_role_is_an_action():
    """A right that opens nothing is a trap for whoever administers the district."""
    rooms = (
        "accidents",
        "callup",
        "dues",
        "papers",
        "people",
        "registry",
        "duty",
        "matters",
        "records",
        "watch",
        "figures",
    )
    known = {
        f"{room}.{node.name}" for path, node in actions() for room in rooms if room in path.parts
    }
    known |= {
        "dues.waive_own",
        "see",
        "imports.run",
        "settings.see",
        "matters.check",
        "registry.move_stock",
    }
    given = {deed for role in catalogues.load("roles", Role).values() for deed in role.deeds}
    assert not given - known - {"*"}
