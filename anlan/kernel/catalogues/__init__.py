"""Catalogues: what a district may change without a programmer, read into typed values (配置).

A catalogue is a YAML file whose top-level keys are entries of one frozen dataclass. The dataclass
is the whole schema: a field without a default must be given, a key that is no field is refused,
and every value is read as its field's type demands. Because the type decides, nothing of YAML's
own guessing gets in the way: an area code needs no quotes, 08:30 stays a time and `no` stays a
word where a word is meant. A field that is a Python keyword gets a trailing underscore: `from_`
is written `from` in the file. What types cannot say, `__post_init__` refuses with a ValueError.

A mistake is answered with file, line, value and how to mend it, so that whoever edits the file
needs nobody to read a traceback for them.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

import anlan

from .reading import CatalogueError, Entry, Reader, nearest

__all__ = ["CatalogueError", "load", "nearest", "parse", "path_of", "reload"]

# libyaml where PyYAML was built with it: ten times faster, the same nodes and marks
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_kept: dict[tuple[Path, type[Any]], dict[str, Any]] = {}


# --- where the files lie ----------------------------------------------------------------------


@cache
def shipped_folder() -> Path:
    """What comes with the product: inside the wheel, or beside the package in a checkout."""
    package = Path(anlan.__file__).resolve().parent
    inside = package / "catalogues"
    return inside if inside.is_dir() else package.parent / "catalogues"


def site_folder() -> Path | None:
    """The site's own catalogues, if it has any; asked anew each time."""
    try:
        folder = getattr(settings, "ANLAN_CATALOGUES", None)
    except ImproperlyConfigured:  # used outside Django, by a tool that only reads catalogues
        return None
    if not folder:
        return None
    return folder if isinstance(folder, Path) else Path(folder)  # making one takes its time


def path_of(name: str) -> Path:
    """The file that counts for this catalogue: the site's whole file before the shipped one.

    Asked for every row of a list, so the disk is looked at once; `reload` looks again.
    """
    return _place(site_folder(), name)


@cache
def _place(site: Path | None, name: str) -> Path:
    if site is not None and (own := site / f"{name}.yaml").is_file():
        return own
    return shipped_folder() / f"{name}.yaml"


# --- reading ----------------------------------------------------------------------------------


def load(name: str, entry: type[Entry]) -> dict[str, Entry]:
    """All entries of a catalogue by key, in the order of the file (读取配置)."""
    path = path_of(name)
    if (path, entry) not in _kept:
        _kept[path, entry] = parse(_text_of(path), entry, file=_shown(path))
    return dict(_kept[path, entry])


def reload() -> None:
    """Forget what was read, so that edited files count from the next `load` on (重新读取配置)."""
    _kept.clear()
    _place.cache_clear()


def parse(text: str, entry: type[Entry], *, file: str) -> dict[str, Entry]:
    """The entries of a catalogue that is already in hand as text; `file` is only for the error."""
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise _syntax(file, text, error) from error
    reader = Reader(file)
    if root is None or reader.is_null(root):
        return {}
    items = reader.pairs(root)
    return {key: reader.record(node, entry, key=key) for key, node in items.items()}


def _text_of(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        words = "文件读不到"
        mend = f"请检查 {path} 是否存在、是否有读取权限"
        raise CatalogueError(_shown(path), 1, words, mend=mend) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        mend = "请用 UTF-8 编码另存这个文件"
        raise CatalogueError(_shown(path), line, "不是 UTF-8 编码", mend=mend) from error


def _shown(path: Path) -> str:
    shipped = shipped_folder()
    return str(path.relative_to(shipped.parent)) if path.is_relative_to(shipped) else str(path)


def _syntax(file: str, text: str, error: yaml.YAMLError) -> CatalogueError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    position = getattr(error, "position", None)  # a control character: the reader counts characters
    if mark is not None:
        line = mark.line + 1
    else:
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
    lines = text.splitlines()
    value = lines[line - 1].strip() if line <= len(lines) else ""
    words = f"YAML 写法不对：「{value}」" if value else "YAML 写法不对，文件在这里不完整"
    why = getattr(error, "problem", None) or getattr(error, "reason", "")
    mend = f"请检查缩进（只用空格）、英文冒号后的空格、引号和括号是否成对；解析器说：{why}"
    return CatalogueError(file, line, words, value=value, mend=mend)
