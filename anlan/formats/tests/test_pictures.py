"""A photo decodes or is refused; its small copy stands upright and tells nothing else."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from anlan.formats import pictures

ORIENTATION, GPS = 0x0112, 0x8825
MILLION = 1_000_000


def photo(kind: str = "JPEG", size: tuple[int, int] = (1200, 900), **extra: object) -> bytes:
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 4, size[1]))  # a red stripe at the left
    out = BytesIO()
    image.save(out, kind, **extra)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_a_small_copy_of_every_kind(kind: str) -> None:
    small = opened(pictures.thumbnail(BytesIO(photo(kind)), pixels=2 * MILLION))
    assert small.format == "WEBP"
    assert small.size == (480, 360)


def test_a_phone_held_upright_is_shown_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # turn a quarter to the right to see it as it was
    small = opened(pictures.thumbnail(BytesIO(photo(exif=exif)), pixels=2 * MILLION))
    assert small.size == (360, 480)
    red = small.convert("RGB").getpixel((180, 20))
    assert isinstance(red, tuple)
    assert red[0] > 200 > red[1]  # the stripe was at the left and is now at the top


def test_the_small_copy_does_not_tell_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (28.0, 22.0, 12.0)}
    small = opened(pictures.thumbnail(BytesIO(photo(exif=exif)), pixels=2 * MILLION))
    assert not small.getexif()


def test_a_small_picture_is_not_blown_up() -> None:
    small = opened(pictures.thumbnail(BytesIO(photo("PNG", (64, 48))), pixels=MILLION))
    assert small.size == (64, 48)


def test_what_is_transparent_stays_so() -> None:
    out = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(pictures.thumbnail(out, pixels=MILLION)).mode == "RGBA"


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "I;16"])
def test_odd_colours(mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (40, 40)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert opened(pictures.thumbnail(out, pixels=MILLION)).size == (40, 40)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that claims to be enormous."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\x00" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [8_000, 14_000, 60_000])
def test_a_picture_that_would_burst_the_memory_is_refused_unread(side: int) -> None:
    with pytest.raises(pictures.TooLarge):
        pictures.thumbnail(BytesIO(bomb(side, side)), pixels=50 * MILLION)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_photo_that_did_not_arrive_whole_is_refused(kind: str) -> None:
    whole = photo(kind)
    with pytest.raises(pictures.PictureError):
        pictures.thumbnail(BytesIO(whole[: len(whole) * 2 // 3]), pixels=2 * MILLION)


@given(st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"GIF89a", b"BM"]))
def test_no_bytes_bring_anything_but_a_copy_or_a_refusal(content: bytes, magic: bytes) -> None:
    try:
        small = pictures.thumbnail(BytesIO(magic + content), pixels=MILLION)
    except pictures.PictureError:
        small = photo("WEBP")
    assert opened(small).format == "WEBP"
