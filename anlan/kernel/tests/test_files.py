"""Evidence is kept whole, once, and as what it is."""

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from hypothesis import strategies as st
from PIL import Image

from anlan.kernel import files
from anlan.kernel.errors import Invalid
from anlan.kernel.models import StoredFile

AT = datetime(2026, 3, 9, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(FILES_DIR=tmp_path / "files"):
        yield tmp_path / "files"


def photo(colour: str = "red", size: tuple[int, int] = (800, 600)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def everything_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


# --- without a database -------------------------------------------------------------------------


def test_a_photo_lies_under_its_hash_with_its_small_copy_beside(folder: Path) -> None:
    content = photo()
    checked = files.store(content, name="整改后.jpg")
    digest = hashlib.sha256(content).hexdigest()
    assert (checked.sha256, checked.size) == (digest, len(content))
    assert (checked.media_type, checked.name) == ("image/jpeg", "整改后.jpg")
    place = f"{digest[:2]}/{digest[2:4]}/{digest}"
    assert everything_in(folder) == {place, f"{place}.webp"}
    assert (folder / place).read_bytes() == content
    with Image.open(folder / f"{place}.webp") as small:
        assert small.size == (480, 360)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("整改后.jpg", "整改后.jpg"),
        ("整改后.JPG", "整改后.JPG"),
        ("整改后.png", "整改后.png.jpg"),  # it is a JPEG, and a download must open
        ("整改后", "整改后.jpg"),
        ("C:\\fakepath\\..\\整改后.jpg", "整改后.jpg"),
        ("../../etc/cron.d/x.jpg", "x.jpg"),
        ("整\r\n改\x00后\u202egpj.jpg", "整改后gpj.jpg"),
        ("", "未命名.jpg"),
        ("长" * 300 + ".jpg", "长" * 146 + ".jpg"),
    ],
)
def test_a_name_is_made_harmless_and_honest(name: str, kept: str) -> None:
    assert files.store(photo(), name=name).name == kept


def refused(content: bytes, name: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        files.store(content, name=name)
    return caught.value


@pytest.mark.parametrize(
    ("content", "name", "words", "mend"),
    [
        (b"", "空.jpg", "是空文件", "重新选择"),
        (b"MZ\x90\x00\x03\x00", "照片.jpg", "可执行程序", "可以上传：JPEG 图片"),
        (b"#!/bin/sh\nid\n", "说明.txt", "是脚本", "可以上传"),
        (b"<html><script>1</script>", "说明.txt", "是网页", "可以上传"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "图.png", "SVG", "可以上传"),
        (b"echo hello", "清理.bat", ".bat", "一律不收"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "IMG_0001.HEIC", "HEIC", "兼容性最佳"),
        (b"\x00\x01\x02\x03", "数据.bin", "不在可收之列", "可以上传"),
        (photo()[:900], "断了.jpg", "打不开", "重新拍摄"),
    ],
)
def test_what_is_refused_and_why(
    folder: Path, content: bytes, name: str, words: str, mend: str
) -> None:
    error = refused(content, name)
    assert name in error.words
    assert words in error.words
    assert mend in error.mend
    assert error.field == "file"
    assert everything_in(folder) == set()  # and nothing is left of it


def test_too_large_for_its_type_and_too_large_for_any(tmp_path: Path, folder: Path) -> None:
    own = tmp_path / "site"
    own.mkdir()
    (own / "files.yaml").write_text(
        "text/plain: {name: 文本, extensions: [txt], megabytes: 1}\n"
        "image/jpeg: {name: 图片, extensions: [jpg], megabytes: 2, megapixels: 1}\n",
        encoding="utf-8",
    )
    with override_settings(ANLAN_CATALOGUES=own):
        text = "字".encode() * 400_000
        assert "有 1.1 MB，文本最大 1 MB" in refused(text, "长.txt").words
        assert "超过 2 MB" in refused(text * 2, "更长.txt").words
        assert "像素过大（1200×900）" in refused(photo(size=(1200, 900)), "大.jpg").words
        assert files.store(photo(size=(900, 900)), name="中.jpg").size
    assert len(everything_in(folder)) == 2


def test_a_stream_is_kept_as_well_as_bytes() -> None:
    text = "台账\n".encode() * 500_000  # more than one chunk
    assert files.store(BytesIO(text), name="台账.csv").size == len(text)


@given(content=st.text(min_size=1, max_size=300))
@run(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_kept_comes_back_byte_for_byte(folder: Path, content: str) -> None:
    raw = content.encode()
    try:
        digest = files.store(raw, name="记录.txt").sha256
    except Invalid:
        return  # control characters make it no text
    assert (folder / digest[:2] / digest[2:4] / digest).read_bytes() == raw


def test_what_a_crash_left_behind_is_cleared(folder: Path) -> None:
    (folder / "incoming").mkdir(parents=True)
    old, fresh = folder / "incoming" / "old", folder / "incoming" / "fresh"
    for path, moment in ((old, AT.timestamp() - 10), (fresh, AT.timestamp() + 10)):
        path.write_bytes(b"half a photo")
        os.utime(path, (moment, moment))
    assert files.forget_unfinished(AT) == 1
    assert not old.exists()
    assert fresh.exists()


def test_the_same_photo_from_ten_phones_at_once(folder: Path) -> None:
    content = photo()
    phones = [
        Thread(target=files.store, args=(content,), kwargs={"name": "a.jpg"}) for _ in "0" * 10
    ]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()
    assert len(everything_in(folder)) == 2


# --- with its row -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_kept_once_though_handed_in_twice() -> None:
    first = files.keep(photo(), name="整改前.jpg", by=None, at=AT)
    second = files.keep(BytesIO(photo()), name="又一次.jpg", by=None, at=AT)
    assert first == second
    assert StoredFile.objects.count() == 1
    assert (first.name, first.thumbnail, first.kept_at) == ("整改前.jpg", True, AT)
    assert files.is_inline(first)
    with files.open_stored(first) as original, files.open_thumbnail(first) as small:
        assert original.read() == photo()
        assert small.read(4) == b"RIFF"


@pytest.mark.django_db
def test_a_table_is_downloaded_and_has_no_small_copy() -> None:
    stored = files.keep("一,二\n".encode(), name="台账.csv", by=None, at=AT)
    assert not stored.thumbnail
    assert not files.is_inline(stored)
    assert stored.media_type == "text/plain"


@pytest.mark.django_db
def test_a_kept_file_that_rots_is_noticed_and_mended_by_the_same_content() -> None:
    stored = files.keep(photo(), name="整改前.jpg", by=None, at=AT)
    assert files.is_whole(stored)
    path = files.path_of(stored)
    path.write_bytes(b"x" + path.read_bytes()[1:])
    assert not files.is_whole(stored)
    path.unlink()
    assert not files.is_whole(stored)
    files.keep(photo(), name="整改前.jpg", by=None, at=AT)
    assert files.is_whole(stored)
