"""The shape of a room: its file names, its sizes, where writing happens."""

import ast

import pytest

from .house import CODE, PACKAGE, ROOMS, ROOT, SOURCES, name_of, tree_of

NINE = {"rules", "events", "flow", "models", "access", "actions", "sweeps", "tests"}
BESIDES = {"README.md", "apps.py", "migrations", "__init__.py", "__pycache__"}
WITH_AN_ADR = {"figures": {"sources", "compute", "reports"}}  # docs/adr/0006, 0014
WRITERS = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
# formats/ cannot reach Django (import contract): what it saves are pictures and sheets.
MAY_WRITE = ("actions", "formats/", "kernel/", "demo/", "tests/")
HOLLOW = {"utils", "helpers", "common", "manager", "service", "misc"}
LONGEST_FUNCTION = 40
LONGEST_FILE = 400
MOST_FIELDS = 30
# Kinds and words are lists, read by key: as long as the district has kinds of things and deeds.
AS_LONG_AS_THEY_ARE = {
    "package-lock.json", "CHANGELOG.md", "glossary.md", "item_kinds.yaml", "record_kinds.yaml",
    "figures.yaml",
    "dues.yaml",
}  # fmt: skip
WRITTEN_BY_HAND = [
    path
    for folder in ("anlan", "tests", "bin", "docs", "catalogues")
    for path in (ROOT / folder).rglob("*")
    if path.is_file()
    and path.suffix in {".py", ".md", ".yaml", ".html", ".css", ".js", ".mjs", ".sh"}
    and not {"node_modules", "built", "migrations"} & set(path.parts)
]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_only_the_nine_names(room):
    found = {path.name for path in (PACKAGE / room).iterdir()}
    allowed = NINE | WITH_AN_ADR.get(room, set())
    strange = {n for n in found - BESIDES if n.removesuffix(".py") not in allowed}
    assert not strange, f"anlan/{room} has {strange}: use the nine names, or write an ADR"
    assert "README.md" in found, f"anlan/{room} has no README.md"


def test_nothing_has_a_hollow_name():
    hollow = [name_of(path) for path in SOURCES if path.stem in HOLLOW]
    assert not hollow


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_only_actions_write(path):
    if any(word in name_of(path) for word in MAY_WRITE):
        return
    calls = {
        node.func.attr
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not calls & WRITERS, f"{name_of(path)} writes outside of actions"


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_no_function_is_longer_than_forty_lines(path):
    long = {
        node.name: (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not {name: n for name, n in long.items() if n > LONGEST_FUNCTION}


def test_no_file_written_by_hand_is_longer_than_four_hundred_lines():
    long = {
        name_of(path): n
        for path in WRITTEN_BY_HAND
        if path.name not in AS_LONG_AS_THEY_ARE
        and (n := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert not long


def test_no_model_has_more_than_thirty_fields(django_apps):
    wide = {
        model._meta.label: len(model._meta.concrete_fields)
        for model in django_apps
        if len(model._meta.concrete_fields) > MOST_FIELDS
    }
    assert not wide


@pytest.fixture
def django_apps():
    from django.apps import apps

    return [model for model in apps.get_models() if model.__module__.startswith("anlan.")]


def test_every_index_names_its_reader():
    """An index nobody can name a reader for costs every write and helps no one."""
    silent = []
    for path in CODE:
        if path.name != "models.py" and path.parent.name != "models":
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            starts = "models.Index(" in line or "bigram_index(" in line or "GinIndex(" in line
            if not starts or line.startswith(("def ", "from ", "import ")):
                continue
            if not _commented(lines, number):
                silent.append(f"{name_of(path)}:{number + 1}")
    assert not silent


def _commented(lines: list[str], number: int) -> bool:
    """A comment above, with at most another index of the same reader between."""
    for above in reversed(lines[:number]):
        text = above.strip()
        if text.startswith("#"):
            return True
        if not text.startswith("models.Index("):
            return False
    return False


def test_migrations_are_current(db):
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
