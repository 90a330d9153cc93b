"""Reading a backup into an empty place (恢复)."""

import hashlib
import json
import shutil
import tarfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from anlan.kernel import database
from anlan.kernel.backup import postgres
from anlan.kernel.backup.making import DUMP, FORMAT, HEAD, MANIFEST
from anlan.kernel.errors import Refused

NOT_OURS = "请确认选对了文件：它应当由 anlan backup 生成。"
ANOTHER = "请换用另一份备份；数据目录没有被改动。"


@dataclass(frozen=True)
class Restored:
    """What came back."""

    made_at: str
    program: str
    rows: dict[str, int]
    files: int


def restore(source: Path, data_dir: Path, *, known_migrations: Collection[str]) -> Restored:
    """Bring a whole site back, and prove it: every byte, and every row counted.

    Refused when the place is not empty, or the file is damaged, cut short, or of a newer program.
    Nothing stays behind when it is refused.
    """
    if data_dir.exists() and any(data_dir.iterdir()):
        raise Refused(
            f"数据目录 {data_dir} 不是空的。", mend="恢复只写入空目录：请用 --data 指定一个新目录。"
        )
    is_new = not data_dir.exists()
    database.make_folder(data_dir)
    try:
        staging = data_dir / ".restoring"
        head = _unpack(source, staging, known_migrations)
        files = sum(1 for path in (staging / "files").rglob("*") if path.is_file())
        dump = staging / DUMP
        for path in sorted(staging.iterdir()):
            if path.name not in (HEAD, DUMP, MANIFEST):
                path.rename(data_dir / path.name)
        _load(dump, data_dir, head["rows"])
        shutil.rmtree(staging)
    except BaseException:
        _clear(data_dir, is_new=is_new)
        raise
    return Restored(head["made_at"], head["program"], head["rows"], files)


def _load(dump: Path, data_dir: Path, expected: Mapping[str, int]) -> None:
    with database.start(data_dir) as server:
        if not postgres.is_empty(server.url):
            raise Refused(
                "ANLAN_DATABASE_URL 指明的数据库不是空的。", mend="请为恢复准备一个新的空数据库。"
            )
        postgres.load(dump, server.url)
        found = postgres.rows(server.url)
        if found != expected:
            differing = [name for name in expected if found.get(name) != expected[name]]
            raise Refused(f"恢复后行数不符：{'、'.join(differing)}。", mend=ANOTHER)


def _unpack(source: Path, staging: Path, known: Collection[str]) -> dict[str, Any]:
    staging.mkdir(mode=0o700)
    try:
        with tarfile.open(source, "r:gz") as tar:
            taken = _take_all(tar, staging, known)
    except (tarfile.TarError, EOFError, OSError, ValueError) as failure:
        raise Refused(f"备份 {source} 无法读取：{failure}。", mend=NOT_OURS) from failure
    promised: dict[str, Any] = taken.pop(MANIFEST, {})
    if taken != promised:
        broken = sorted({*taken, *promised}, key=lambda name: taken.get(name) == promised.get(name))
        raise Refused(f"备份 {source} 不完整或已损坏（{broken[0]}）。", mend=ANOTHER)
    head: dict[str, Any] = json.loads((staging / HEAD).read_text(encoding="utf-8"))
    return head


def _take_all(tar: tarfile.TarFile, staging: Path, known: Collection[str]) -> dict[str, Any]:
    taken: dict[str, Any] = {}
    for number, member in enumerate(tar):
        if number == 0 and member.name != HEAD:
            raise ValueError("不是安澜的备份")
        digest = _take(tar, member, staging)
        taken[member.name] = {"size": member.size, "sha256": digest}
        if number == 0:
            _check_head(json.loads((staging / HEAD).read_text(encoding="utf-8")), known)
    if MANIFEST not in taken:
        raise ValueError("文件不完整，缺少末尾的清单")
    taken[MANIFEST] = json.loads((staging / MANIFEST).read_text(encoding="utf-8"))
    return taken


def _take(tar: tarfile.TarFile, member: tarfile.TarInfo, staging: Path) -> str:
    """One member onto the disk; its SHA-256. A name that leads out of the folder is refused."""
    parts = PurePosixPath(member.name)
    content = tar.extractfile(member) if member.isreg() else None
    if content is None or parts.is_absolute() or ".." in parts.parts:
        raise ValueError(f"其中有不应有的内容：{member.name}")
    place = staging / parts
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with place.open("xb") as target:
        place.chmod(0o600)
        while chunk := content.read(1 << 20):
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()


def _check_head(head: Mapping[str, Any], known: Collection[str]) -> None:
    newer = head["format"] > FORMAT or not set(head["migrations"]) <= set(known)
    if newer:
        raise Refused(f"备份由更新的版本（{head['program']}）生成。", mend="请先升级安澜，再恢复。")


def _clear(data_dir: Path, *, is_new: bool) -> None:
    """It was empty when we came, so everything in it is ours."""
    pointer = data_dir / "postgres.at"
    if pointer.exists():
        shutil.rmtree(pointer.read_text(encoding="utf-8").strip(), ignore_errors=True)
    for path in data_dir.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    if is_new:
        data_dir.rmdir()
