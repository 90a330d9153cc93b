"""What the house consists of, as the tests of its rules see it."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "anlan"
ROOMS = (
    "dues",
    "people",
    "registry",
    "duty",
    "callup",
    "papers",
    "matters",
    "records",
    "watch",
    "accidents",
    "figures",
)
SOURCES = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if "migrations" not in path.parts and "node_modules" not in path.parts
)
CODE = [path for path in SOURCES if "tests" not in path.parts]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def action_files() -> list[Path]:
    """actions.py of every room, or the files of its folder."""
    return [path for path in CODE if path.stem == "actions" or path.parent.name == "actions"]


def actions() -> list[tuple[Path, ast.FunctionDef]]:
    """Every public function of an actions file that takes `by` or `at`: the deeds of the house."""
    return [
        (path, node)
        for path in action_files()
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
