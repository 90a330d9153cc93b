"""What a file really is, from its bytes: a name may say anything (文件类型识别).

Only what the house accepts or must warn of is told apart. The allowed types, their sizes and names
stand in catalogues/files.yaml; here is only how to recognise them.
"""

import zipfile
from typing import BinaryIO

HEAD = 65_536
UNKNOWN = "application/octet-stream"
PROGRAM = "application/x-executable"
SCRIPT = "text/x-script"
MACROS = "application/x-macros"  # an office file that would run code when opened

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xfe\xed\xfa\xcf", PROGRAM),
    (b"dex\n", PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", PROGRAM),  # a Windows shortcut
)
_BRANDS = {
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"avif": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic",
    b"mif1": "image/heic",
    b"msf1": "image/heic",
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_IN_ZIP = (
    ("word/document.xml", _OFFICE + "wordprocessingml.document"),
    ("xl/workbook.xml", _OFFICE + "spreadsheetml.sheet"),
    ("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary"),
    ("ppt/presentation.xml", _OFFICE + "presentationml.presentation"),
    ("OFD.xml", "application/ofd"),
    ("AndroidManifest.xml", PROGRAM),
    ("META-INF/MANIFEST.MF", PROGRAM),
)
_IN_OLE = (
    ("_VBA_PROJECT", MACROS),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
)
_MARKUP = (
    (b"<svg", "image/svg+xml"),
    (b"<html", "text/html"),
    (b"<!doctype html", "text/html"),
    (b"<script", "text/html"),
    (b"<iframe", "text/html"),
    (b"<?php", SCRIPT),
    (b"@echo off", SCRIPT),
)


def sniff(content: BinaryIO) -> str:
    """The media type of a seekable file by its content; UNKNOWN when it is none of ours (识别)."""
    content.seek(0)
    head = content.read(HEAD)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/3gpp" if head[8:11] == b"3gp" else "video/mp4")
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], UNKNOWN)
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(content)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _in_ole(content)
    if (text := _as_text(head)) is not None:
        return _kind_of_text(text)
    return next((kind for magic, kind in _SIGNATURES if head.startswith(magic)), UNKNOWN)


def _in_zip(content: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(content) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                return archive.read("mimetype").decode("ascii", "replace").strip()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError):
        return UNKNOWN
    if any(name.endswith("vbaProject.bin") for name in names):
        return MACROS
    return next((kind for name, kind in _IN_ZIP if name in names), "application/zip")


def _in_ole(content: BinaryIO) -> str:
    """The old office container: the names of its streams stand in it as UTF-16."""
    content.seek(0)
    whole = content.read()
    found = (kind for name, kind in _IN_OLE if _stream_name(name) in whole)
    return next(found, UNKNOWN)


def _stream_name(name: str) -> bytes:
    """A directory entry: 64 bytes of name, padded with zeros, then the length of the name."""
    raw = name.encode("utf-16-le")
    return raw.ljust(64, b"\x00") + (len(raw) + 2).to_bytes(2, "little")


def _as_text(head: bytes) -> str | None:
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for each in (encoding, "gb18030"):
        for cut in range(4):  # the head may end in the middle of a character
            try:
                text = head[: len(head) - cut].decode(each)
            except UnicodeDecodeError:
                continue
            return text if text and _is_readable(text) else None
    return None


def _is_readable(text: str) -> bool:
    return not any(char < " " and char not in "\t\r\n\f" for char in text)


def _kind_of_text(text: str) -> str:
    start = text.lstrip().lower().encode()
    if start.startswith(b"#!") and not start.startswith(b"#!amr"):
        return SCRIPT
    if start.startswith(b"%pdf-"):
        return "application/pdf"
    return next((kind for mark, kind in _MARKUP if mark in start[:4096]), "text/plain")
