"""Many tables in one .zip (压缩包): a year of daily bulletins is one import."""

import zipfile
import zlib
from io import BytesIO
from pathlib import PurePosixPath

from .reading import SpreadsheetError

_MOST_FILES = 5000
_MOST_UNPACKED = 1 << 29
_OFFICE = ("[Content_Types].xml", "mimetype", "META-INF/manifest.xml")  # .xlsx and .ods are zips
_UTF8 = 0x800


def files_in(content: bytes, name: str) -> list[tuple[str, bytes]]:
    """Names and contents of the files in an archive, by name; of any other file itself (解包)."""
    if not content.startswith(b"PK\x03\x04"):
        return [(name, content)]
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if any(each in archive.namelist() for each in _OFFICE):
                return [(name, content)]
            inside = [each for each in archive.infolist() if _is_table(each)]
            _refuse_bombs(inside)
            return sorted((_name_of(each), archive.read(each)) for each in inside)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        words = "压缩包打不开，可能没有传完、已损坏或有密码"
        raise SpreadsheetError(words, mend="请重新打包，不要加密") from error


def _is_table(each: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(each.filename)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not (each.is_dir() or hidden)


def _refuse_bombs(inside: list[zipfile.ZipInfo]) -> None:
    if not inside:
        raise SpreadsheetError("压缩包里没有表格", mend="请重新打包")
    if len(inside) > _MOST_FILES or sum(each.file_size for each in inside) > _MOST_UNPACKED:
        words = f"压缩包过大：{len(inside)} 个文件"
        raise SpreadsheetError(words, mend=f"请分成几包，每包至多 {_MOST_FILES} 个文件、512 MB")


def _name_of(each: zipfile.ZipInfo) -> str:
    """Archives made by a Chinese Windows write names in GBK and do not say so."""
    if each.flag_bits & _UTF8:
        return each.filename
    try:
        return each.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return each.filename
