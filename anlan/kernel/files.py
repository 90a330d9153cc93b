"""Files kept by the hash of their content, outside the database (附件).

A file is streamed to the store, hashed on the way, recognised by its content, checked, made
durable (fsync) and then renamed into its place: ab/cd/abcd…. So a row that names a file always
finds it whole, also after the power failed, and the same content is stored once. A file whose row
was rolled back stays as an orphan and harms nobody.

A picture must decode; its small copy lies beside it with the ending .webp. The original keeps every
byte, as evidence. Programs, scripts, macros, HTML and SVG are refused by what they are and by what
they call themselves.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings
from django.db.models import Model

from anlan.formats import media, pictures

from . import catalogues
from .errors import Invalid
from .models import StoredFile

_CHUNK = 1 << 20
_RUNNABLE = frozenset(
    re.findall(
        r"\w+",
        "exe com scr pif msi dll bat cmd ps1 vbs vbe js jse wsf wsh hta jar apk sh py php asp aspx"
        " jsp htm html xhtml shtml svg svgz mht mhtml lnk reg docm xlsm pptm xlam dotm",
    )
)
_WORDS_FOR = {
    media.PROGRAM: "是可执行程序",
    media.SCRIPT: "是脚本",
    media.MACROS: "含有宏",
    "text/html": "是网页",
    "image/svg+xml": "是 SVG 矢量图（可以夹带脚本）",
    "image/heic": "是 HEIC 照片，多数浏览器打不开",
}
_MEND_FOR = {
    media.MACROS: "请另存为不含宏的 .docx 或 .xlsx 再上传",
    "image/heic": "请在手机“设置→相机→格式”中选“兼容性最佳”，或转成 JPEG 再上传",
}


@dataclass(frozen=True)
class FileType:
    """A type of file that may be kept, and how large it may be (文件类型)."""

    key: str
    name: str
    extensions: tuple[str, ...]
    megabytes: int
    megapixels: int = 0
    inline: bool = False


@dataclass(frozen=True)
class Checked:
    """What was found out about a file on its way in."""

    sha256: str
    size: int
    media_type: str
    name: str
    thumbnail: bytes | None


def file_types() -> dict[str, FileType]:
    return catalogues.load("files", FileType)


def keep(content: BinaryIO | bytes, *, name: str, by: Model | None, at: datetime) -> StoredFile:
    """Check a file and keep it; the same content is kept once (保存附件)."""
    checked = store(content, name=name)
    stored, _ = StoredFile.objects.get_or_create(
        sha256=checked.sha256,
        defaults={
            "size": checked.size,
            "media_type": checked.media_type,
            "name": checked.name,
            "thumbnail": checked.thumbnail is not None,
            "kept_at": at,
            "kept_by_id": by.pk if by is not None else None,
        },
    )
    return stored


def store(content: BinaryIO | bytes, *, name: str) -> Checked:
    """The part without a database: check the bytes and put them in their place for good."""
    title = _plain_name(name)
    with _incoming() as incoming:
        digest, size = _stream(content, incoming, title)
        checked = _check(incoming, title, digest, size)
        place = _place(digest)
        if checked.thumbnail is not None:
            _settle_bytes(checked.thumbnail, _beside(place))
        incoming.flush()
        os.fsync(incoming.fileno())
        _settle(Path(incoming.name), place)
    return checked


def path_of(stored: StoredFile) -> Path:
    """Where the original lies; for the web server's sendfile and for backups."""
    return _place(stored.sha256)


def open_stored(stored: StoredFile) -> BinaryIO:
    """The original, for reading (打开附件)."""
    return path_of(stored).open("rb")


def open_thumbnail(stored: StoredFile) -> BinaryIO:
    """The small copy of a picture, always image/webp (打开缩略图)."""
    return _beside(path_of(stored)).open("rb")


def is_inline(stored: StoredFile) -> bool:
    """Whether a browser may show it by itself; everything else is only downloaded."""
    kind = file_types().get(stored.media_type)
    return kind is not None and kind.inline


def is_whole(stored: StoredFile) -> bool:
    """Whether the kept bytes are still those that were kept (校验附件)."""
    path = path_of(stored)
    if not path.is_file() or path.stat().st_size != stored.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == stored.sha256


def forget_unfinished(before: datetime) -> int:
    """Remove what a crash left half uploaded before that moment; how many there were."""
    old = [
        path for path in _incoming_folder().glob("*") if path.stat().st_mtime < before.timestamp()
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


# --- judging ------------------------------------------------------------------------------------


def _check(content: BinaryIO, title: str, digest: str, size: int) -> Checked:
    if size == 0:
        raise _refuse(title, "是空文件", "请重新选择文件")
    if _extension(title) in _RUNNABLE:
        raise _refuse(title, f"是 .{_extension(title)} 文件，可以运行", "这类文件一律不收")
    media_type = media.sniff(content)
    kinds = file_types()
    if media_type not in kinds:
        words = _WORDS_FOR.get(media_type, f"的类型不在可收之列（{media_type}）")
        allowed = "、".join(dict.fromkeys(kind.name for kind in kinds.values()))
        raise _refuse(title, words, _MEND_FOR.get(media_type, f"可以上传：{allowed}"))
    kind = kinds[media_type]
    if size > kind.megabytes << 20:
        words = f"有 {size / (1 << 20):.1f} MB，{kind.name}最大 {kind.megabytes} MB"
        raise _refuse(title, words, "请压缩或截取后再上传")
    small = _decoded(content, title, kind) if kind.megapixels else None
    return Checked(digest, size, media_type, _honest_name(title, kind), small)


def _decoded(content: BinaryIO, title: str, kind: FileType) -> bytes:
    try:
        return pictures.thumbnail(content, pixels=kind.megapixels * 1_000_000)
    except pictures.TooLarge as error:
        words = f"像素过大（{error}），最多 {kind.megapixels} 百万像素"
        raise _refuse(title, words, "请缩小图片后再上传") from error
    except pictures.PictureError as error:
        raise _refuse(title, "打不开，可能没有传完或已损坏", "请重新拍摄或重新选择") from error


def _refuse(title: str, words: str, mend: str) -> Invalid:
    return Invalid(f"「{title}」{words}", mend=mend, field="file")


def _plain_name(name: str) -> str:
    """The last part of the name without what a file system or a header could stumble over."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(char for char in last if char.isprintable()).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if dot and len(clean) > 150:
        clean = f"{stem[: 149 - len(ending)]}.{ending}"
    return clean[:150] or "未命名"


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _honest_name(title: str, kind: FileType) -> str:
    """A name that does not lie about the type, so that a download opens with the right program."""
    return title if _extension(title) in kind.extensions else f"{title}.{kind.extensions[0]}"


# --- storing ------------------------------------------------------------------------------------


def _root() -> Path:
    return Path(settings.FILES_DIR)


def _place(digest: str) -> Path:
    return _root() / digest[:2] / digest[2:4] / digest


def _beside(place: Path) -> Path:
    return place.with_name(f"{place.name}.webp")


def _incoming_folder() -> Path:
    return _root() / "incoming"


@contextmanager
def _incoming() -> Iterator[BinaryIO]:
    """A file in the same file system as the store, gone afterwards unless it was renamed."""
    folder = _incoming_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        try:
            yield cast(BinaryIO, file)
        finally:
            Path(file.name).unlink(missing_ok=True)


def _stream(content: BinaryIO | bytes, out: BinaryIO, title: str) -> tuple[str, int]:
    source = BytesIO(content) if isinstance(content, bytes) else content
    most = max(kind.megabytes for kind in file_types().values()) << 20
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise _refuse(title, f"超过 {most >> 20} MB", "请压缩或截取后再上传")
        digest.update(chunk)
        out.write(chunk)
    return digest.hexdigest(), size


def _settle(file: Path, place: Path) -> None:
    """Put a durable file in its place, and make the place durable too."""
    is_new = not place.parent.is_dir()
    place.parent.mkdir(parents=True, exist_ok=True)
    os.replace(file, place)  # where the same content was there before, nothing changes
    _make_durable(place.parent)
    if is_new:
        _make_durable(place.parent.parent)
        _make_durable(_root())


def _make_durable(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _settle_bytes(content: bytes, place: Path) -> None:
    with _incoming() as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        _settle(Path(file.name), place)
