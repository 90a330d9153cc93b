"""The shelf: what was read of all catalogues, as they lay on the disk at one moment.

A process works from one shelf. When files change, a new shelf is filled beside it and judged
whole; it takes the place of the old one only when it is good. A file that is not is held back: of
it the old reading stays in use, and `troubles` says why.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

import anlan

from .parsing import parse
from .reading import CatalogueError, Entry

Made = TypeVar("Made")
Stamp = tuple[tuple[str, int, int], ...]


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


@dataclass(eq=False)
class Shelf:
    """All catalogues of one moment, each read when it is first wanted."""

    site: Path | None
    stamp: Stamp = ()
    tried: Mapping[str, str] = field(default_factory=dict)  # texts that lie in no file yet
    held: Mapping[str, "Shelf"] = field(default_factory=dict)  # by name: an older, good reading
    troubles: list[CatalogueError] = field(default_factory=list)
    places: dict[str, Path] = field(default_factory=dict)
    kept: dict[tuple[str, type[Any]], dict[str, Any]] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        """The file that counts: the site's whole file before the shipped one."""
        if name not in self.places:
            own = self.site / f"{name}.yaml" if self.site else None
            shipped = shipped_folder() / f"{name}.yaml"
            self.places[name] = own if own and own.is_file() else shipped
        return self.places[name]

    def load(self, name: str, entry: type[Entry]) -> dict[str, Entry]:
        if name in self.held:
            return self.held[name].load(name, entry)
        if (name, entry) not in self.kept:
            file = shown(self.path(name))
            self.kept[name, entry] = parse(self.text(name), entry, file=file)
        return dict(self.kept[name, entry])

    def text(self, name: str) -> str:
        return self.tried[name] if name in self.tried else text_of(self.path(name))

    def names(self, prefix: str) -> list[str]:
        """The catalogues whose names begin so: shipped, the site's own, and tried ones."""
        folders = filter(None, (shipped_folder(), self.site))
        found = {path.stem for folder in folders for path in folder.glob(f"{prefix}*.yaml")}
        found |= {name for name in self.tried if name.startswith(prefix)}
        # A new file that is wrong was on no good shelf: until it is mended there is none.
        return sorted(n for n in found if n not in self.held or self.held[n].has(n))

    def has(self, name: str) -> bool:
        return any(known == name for known, _ in self.kept)


_in_use: dict[Path | None, Shelf] = {}  # by the site's folder: tests have many
_tried: ContextVar[Shelf | None] = ContextVar("shelf", default=None)


def shelf() -> Shelf:
    """The one that counts here and now."""
    other, site = _tried.get(), site_folder()
    if other is not None:
        return other
    if site not in _in_use:
        _in_use[site] = Shelf(site, _stamp(site))
    return _in_use[site]


def reload() -> None:
    """Forget what was read, so that edited files count from the next `load` on (重新读取配置)."""
    _in_use.clear()


def once(what: str, make: Callable[[], Made]) -> Made:
    """What is made of catalogues, made once a reading: a judged table, compiled conditions."""
    made = shelf().made
    if what not in made:
        made[what] = make()
    found: Made = made[what]
    return found


@contextmanager
def trial(texts: Mapping[str, str]) -> Iterator[None]:
    """Inside, these texts stand for their files (试算); nothing of it stays."""
    with _using(Shelf(site_folder(), tried=texts)):
        yield


def renew(judge: Callable[[], list[CatalogueError]]) -> bool:
    """Take up what was changed on the disk, as far as it is good; whether anything was changed.

    `judge` reads and judges all catalogues. Files that it finds wrong are held back, and it judges
    again: what else was changed may be good, or may only be good together with them.
    """
    now, site = shelf(), site_folder()
    stamp = _stamp(site)
    if stamp == now.stamp:
        return False
    now.stamp = stamp  # whatever comes of it: one attempt a change
    held: dict[str, Shelf] = {}
    troubles: list[CatalogueError] = []
    while True:
        new = Shelf(site, stamp, held=dict(held), troubles=troubles)
        with _using(new):
            faults = judge()
        if not faults:
            _in_use[site] = new
            return True
        troubles += [fault for fault in faults if fault.name not in held]
        blamed = {fault.name for fault in faults} - set(held)
        if not blamed:  # the old ones do not go with the new ones: all stay as they were
            now.troubles = troubles or faults
            return True
        held |= {name: now.held.get(name, now) for name in blamed}


def troubles() -> list[CatalogueError]:
    """Why files as they lie on the disk are not in use; empty when all are (目录待改)."""
    return list(shelf().troubles)


def text_of(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        words = "文件读不到"
        mend = f"请检查 {path} 是否存在、是否有读取权限"
        raise CatalogueError(shown(path), 1, words, mend=mend) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        mend = "请用 UTF-8 编码另存这个文件"
        raise CatalogueError(shown(path), line, "不是 UTF-8 编码", mend=mend) from error


def shown(path: Path) -> str:
    """A file as its reader knows it: shipped ones by name, the site's with their folder."""
    shipped = shipped_folder()
    return str(path.relative_to(shipped.parent)) if path.is_relative_to(shipped) else str(path)


@contextmanager
def _using(other: Shelf) -> Iterator[None]:
    before = _tried.set(other)
    try:
        yield
    finally:
        _tried.reset(before)


def _stamp(site: Path | None) -> Stamp:
    """Changes when any file does: some sixty looks at the disk, a millisecond."""
    found = []
    for folder in filter(None, (shipped_folder(), site)):
        for path in sorted(folder.glob("*.yaml")):
            try:
                facts = path.stat()
            except OSError:  # gone between two looks
                continue
            found.append((str(path), facts.st_mtime_ns, facts.st_size))
    return tuple(found)
