"""Writing a backup (备份)."""

import hashlib
import json
import os
import re
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from anlan.kernel.backup import postgres
from anlan.kernel.database import Server
from anlan.kernel.errors import Refused

FORMAT = 1
HEAD, DUMP, MANIFEST = "anlan-backup.json", "database.dump", "manifest.json"
# Of this machine's own cluster; another machine makes its own.
NOT_KEPT = {"postgres_password", "database_password"}
_STORED = re.compile(r"([0-9a-f]{64})(\.webp)?")


@dataclass
class Made:
    """What went into a backup, and what should have but could not."""

    file: Path
    rows: dict[str, int]
    files: int = 0
    missing: list[str] = field(default_factory=list)  # hashes that rows name and nothing holds
    damaged: list[str] = field(default_factory=list)  # files whose content is not their name

    @property
    def size(self) -> int:
        return self.file.stat().st_size


@dataclass(frozen=True)
class Site:
    """What a backup is made of, besides the database."""

    files: Path
    keys: Path
    catalogues: Path
    notes: tuple[Path, ...] = ()  # single files of the data folder


def make(target: Path, *, server: Server, site: Site, program: str, at: datetime) -> Made:
    """The site as it stands, in one file that only its owner can read; whole or not there.

    Refused when the file exists or cannot be written.
    """
    if target.exists():
        raise Refused(f"{target} 已存在。", mend="请换一个文件名；备份不覆盖旧备份。")
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with open(draft, "xb", opener=_private) as raw:
            made = _write(raw, target, server=server, site=site, program=program, at=at)
            raw.flush()
            os.fsync(raw.fileno())
        draft.rename(target)
    except OSError as failure:
        raise Refused(
            f"备份写不下去：{failure.strerror}（{target}）。", mend="请检查目录权限和剩余空间。"
        ) from failure
    finally:
        draft.unlink(missing_ok=True)
    return made


def _write(
    raw: IO[bytes], target: Path, *, server: Server, site: Site, program: str, at: datetime
) -> Made:
    # Level 1: most of a backup are photographs, which nothing makes smaller.
    with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as tar:
        archive = _Archive(tar)
        with postgres.snapshot(server.superuser_url) as snapshot:
            made = Made(target, snapshot.rows())
            head = {
                "format": FORMAT,
                "program": program,
                "made_at": at.isoformat(),
                "migrations": snapshot.migrations(),
                "rows": made.rows,
            }
            archive.add_bytes(HEAD, json.dumps(head, indent=1).encode())
            named = snapshot.stored_files()
            with tempfile.TemporaryDirectory(dir=target.parent, prefix=".anlan-") as folder:
                dump = Path(folder, DUMP)
                snapshot.dump(dump)
                archive.add(DUMP, dump)
        for name, path in _members(site):
            archive.add(name, path)
        _add_stored(archive, site.files, named, made)
        archive.close()
    return made


def _members(site: Site) -> Iterator[tuple[str, Path]]:
    for path in site.notes:
        if path.is_file():
            yield path.name, path
    for path in sorted(site.keys.glob("*")):
        if path.is_file() and path.name not in NOT_KEPT and not path.name.startswith("."):
            yield f"keys/{path.name}", path
    for path in sorted(site.catalogues.rglob("*")):
        if path.is_file():
            yield f"catalogues/{path.relative_to(site.catalogues).as_posix()}", path


def _add_stored(archive: "_Archive", folder: Path, named: set[str], made: Made) -> None:
    found = set()
    for path in sorted(folder.rglob("*")):
        stored = _STORED.fullmatch(path.name)  # else it is being uploaded just now
        if not stored:
            continue
        digest = archive.add(f"files/{path.relative_to(folder).as_posix()}", path)
        made.files += 1
        if not stored[2]:
            found.add(path.name)
            if digest != path.name:
                made.damaged.append(path.name)
    made.missing.extend(sorted(named - found))


class _Archive:
    """A tar that remembers the size and hash of what it took."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._taken: dict[str, dict[str, object]] = {}

    def add(self, name: str, path: Path) -> str:
        """One file; its SHA-256."""
        with path.open("rb") as source:
            return self._add(name, source, os.fstat(source.fileno()).st_size)

    def add_bytes(self, name: str, content: bytes) -> None:
        self._add(name, BytesIO(content), len(content))

    def close(self) -> None:
        """The last member: what must have been in it."""
        self.add_bytes(MANIFEST, json.dumps(self._taken, indent=1).encode())

    def _add(self, name: str, source: IO[bytes], size: int) -> str:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        hashing = _Hashing(source)
        self._tar.addfile(entry, hashing)
        digest = hashing.digest.hexdigest()
        self._taken[name] = {"size": size, "sha256": digest}
        return digest


class _Hashing:
    def __init__(self, source: IO[bytes]) -> None:
        self._source, self.digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self._source.read(size)
        self.digest.update(content)
        return content


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
