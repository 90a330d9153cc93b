"""A file is what its bytes say, whatever it calls itself."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from anlan.formats import media


def zipped(*names: str, **content: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in content.items():
            archive.writestr(name, body)
        for name in names:
            archive.writestr(name, b"x")
    return out.getvalue()


def ole(*streams: str) -> bytes:
    """As much of the old office container as tells one kind from the other."""
    entries = [
        name.encode("utf-16-le").ljust(64, b"\x00") + (2 * len(name) + 2).to_bytes(2, "little")
        for name in streams
    ]
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + b"".join(entries)


def picture(kind: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, kind)
    return out.getvalue()


OFFICE = "application/vnd.openxmlformats-officedocument."


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (picture("GIF"), "image/gif"),
        (picture("BMP"), "image/bmp"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "image/heic"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "video/mp4"),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00", "video/quicktime"),
        (b"\x00\x00\x00\x14ftyp3gp5\x00\x00\x00\x00", "video/3gpp"),
        (b"\x00\x00\x00\x14ftypM4A \x00\x00\x00\x00", "audio/mp4"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"#!AMR\n\x3c\x00\x01\x02", "audio/amr"),
        (b"ID3\x03\x00\x00", "audio/mpeg"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00", "application/pdf"),
        (b"%PDF-1.4\n1 0 obj << >> endobj", "application/pdf"),
        (zipped("[Content_Types].xml", "word/document.xml"), OFFICE + "wordprocessingml.document"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), OFFICE + "spreadsheetml.sheet"),
        (
            zipped("[Content_Types].xml", "ppt/presentation.xml"),
            OFFICE + "presentationml.presentation",
        ),
        (zipped("OFD.xml"), "application/ofd"),
        (
            zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
            "application/vnd.oasis.opendocument.spreadsheet",
        ),
        (ole("Root Entry", "WordDocument"), "application/msword"),
        (ole("Root Entry", "Workbook"), "application/vnd.ms-excel"),
        (ole("Root Entry", "PowerPoint Document"), "application/vnd.ms-powerpoint"),
        ("隐患描述,整改期限\n护栏缺失,十五天\n".encode(), "text/plain"),
        ("隐患描述,整改期限\n护栏缺失,十五天\n".encode("gb18030"), "text/plain"),
        ("隐患描述\t整改期限\n".encode("utf-16"), "text/plain"),
        # what is not wanted
        (b"MZ\x90\x00\x03\x00\x00\x00", media.PROGRAM),
        (b"\x7fELF\x02\x01\x01\x00", media.PROGRAM),
        (zipped("AndroidManifest.xml", "classes.dex"), media.PROGRAM),
        (zipped("META-INF/MANIFEST.MF"), media.PROGRAM),
        (zipped("word/document.xml", "word/vbaProject.bin"), media.MACROS),
        (ole("Root Entry", "Workbook", "_VBA_PROJECT"), media.MACROS),
        (b"#!/bin/sh\nrm -rf /\n", media.SCRIPT),
        (b"<?php system($_GET['c']);", media.SCRIPT),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>", "text/html"),
        (b"x<script>alert(1)</script>", "text/html"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
        (zipped("a.txt"), "application/zip"),
        (b"PK\x03\x04 torn off in the middle", media.UNKNOWN),
        (ole("Root Entry"), media.UNKNOWN),
        (b"\x00\x01\x02\x03" * 10, media.UNKNOWN),
        (b"", media.UNKNOWN),
    ],
)
def test_what_it_really_is(content: bytes, media_type: str) -> None:
    assert media.sniff(BytesIO(content)) == media_type


def test_a_long_text_is_cut_in_the_middle_of_a_character_and_still_a_text() -> None:
    for shift in range(3):
        text = b"a" * shift + "隐患".encode() * media.HEAD
        assert media.sniff(BytesIO(text)) == "text/plain"


@given(st.binary(max_size=400))
def test_any_bytes_have_an_answer(content: bytes) -> None:
    assert "/" in media.sniff(BytesIO(content))


@given(st.binary(max_size=60), st.sampled_from([b"PK\x03\x04", b"RIFF", b"\xd0\xcf\x11\xe0"]))
def test_a_torn_container_has_an_answer_too(content: bytes, magic: bytes) -> None:
    assert "/" in media.sniff(BytesIO(magic + content))
