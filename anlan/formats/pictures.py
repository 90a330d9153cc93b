"""Pictures: whether they decode, and a small copy to show in lists (图片).

The original is never touched: what is evidence stays as it was taken. The small copy is turned
upright and carries none of the original's data about camera, time or place.
"""

from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps

SIDE = 480  # pixels of the longer side of the small copy
_DECODERS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
# Pillow's own guard, as the last line behind ours: it warns above this and refuses above twice
Image.MAX_IMAGE_PIXELS = 250_000_000


class PictureError(ValueError):
    """The bytes are no picture that can be shown (图片无法打开)."""


class TooLarge(PictureError):
    """So many pixels that decoding it would exhaust the machine (图片像素过大)."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(f"{width}×{height}")
        self.width = width
        self.height = height


def thumbnail(content: BinaryIO, *, pixels: int) -> bytes:
    """Decode the whole picture, of at most so many pixels, and give a small WebP copy (缩略图)."""
    try:
        content.seek(0)
        with Image.open(content, formats=_DECODERS) as picture:
            width, height = picture.size
            if width * height > pixels:
                raise TooLarge(width, height)
            # a JPEG may be decoded at a fraction of its size, yet all of its data is read
            picture.draft("RGB", (2 * SIDE, 2 * SIDE))
            picture.load()
            return _small(picture)
    except Image.DecompressionBombError as error:
        raise TooLarge(0, 0) from error
    except PictureError:
        raise
    except Exception as error:  # a broken picture makes Pillow raise anything
        raise PictureError(str(error)) from error


def _small(picture: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    see_through = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    copy = upright.convert("RGBA" if see_through else "RGB")
    copy.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    out = BytesIO()
    copy.save(out, "WEBP", quality=78, method=4)
    return out.getvalue()
