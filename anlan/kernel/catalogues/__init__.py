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

from collections.abc import Iterable
from pathlib import Path

from .parsing import parse
from .putting import lying, put
from .reading import CatalogueError, Entry, nearest
from .shelf import (
    once,
    reload,
    renew,
    shelf,
    shipped_folder,
    shown,
    site_folder,
    trial,
    troubles,
)

__all__ = [
    "CatalogueError",
    "load",
    "lying",
    "names",
    "nearest",
    "once",
    "parse",
    "path_of",
    "put",
    "refused",
    "reload",
    "renew",
    "shipped_folder",
    "site_folder",
    "trial",
    "troubles",
    "unknown",
]


def load(name: str, entry: type[Entry]) -> dict[str, Entry]:
    """All entries of a catalogue by key, in the order of the file (读取配置)."""
    return shelf().load(name, entry)


def path_of(name: str) -> Path:
    """The file that counts for this catalogue: the site's whole file before the shipped one.

    Asked for every row of a list, so the disk is looked at once a reading.
    """
    return shelf().path(name)


def names(prefix: str) -> list[str]:
    """The catalogues whose names begin so: a site may add files to a family."""
    return shelf().names(prefix)


def refused(
    name: str, words: str, *, key: str = "", value: str = "", mend: str = ""
) -> CatalogueError:
    """What is wrong with a catalogue as a whole, at the line that says it (配置有误).

    `key` is the entry, `value` the words in it; for whoever judges entries against each other.
    """
    line = line_of(shelf().text(name), key, value)
    return CatalogueError(shown(path_of(name)), line, words, value=value, mend=mend)


def unknown(name: str, key: str, value: str, what: str, known: Iterable[str]) -> CatalogueError:
    """An entry names what does not exist in another catalogue; the nearest that does."""
    words = f"「{key}」写了{what}「{value}」"
    return refused(name, words, key=key, value=value, mend=nearest(value, known))


def line_of(text: str, key: str, value: str = "") -> int:
    """The line of a value inside the block of an entry, or the first line of the block."""
    lines = text.splitlines()
    starts = (n for n, line in enumerate(lines) if line.startswith((f"{key}:", f'"{key}":')))
    start = next(starts, 0) if key else 0
    for number in range(start, len(lines)):
        if key and number > start and lines[number][:1] not in ("", " ", "#", "-", "}", "]"):
            break
        if value and value in lines[number]:
            return number + 1
    return start + 1
