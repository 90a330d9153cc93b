"""Every verb that stands in a trail is read by somebody who reads Chinese."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import anlan
from anlan.web.deeds import term_of

ROOT = Path(anlan.__file__).parent
CHINESE = re.compile("[\u4e00-\u9fff]")


def _written() -> Iterator[tuple[str, str]]:
    """Each room, and a verb that its actions write or its flows move by."""
    for path in sorted(ROOT.glob("*/actions/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "trail.write":
                for each in ast.walk(node.args[1]):
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        yield path.relative_to(ROOT).parts[0], each.value


def test_every_verb_of_a_trail_has_a_chinese_word() -> None:
    written = set(_written())
    assert len(written) > 150, "the search finds what it looks for"
    silent = {
        (room, verb)
        for room, verb in written
        if not CHINESE.search(term_of(import_module(f"anlan.{room}.actions"), verb))
    }
    assert not silent, "name an action so, or word it in the room's flow or in BY_THEMSELVES"


def test_what_other_rooms_wrote_on_an_area_is_worded_too() -> None:
    people = import_module("anlan.people.actions")
    assert term_of(people, "apportion") == "随析置划归"
    assert term_of(people, "relocate") == "随区划调整"
