"""Which typefaces an official document names, and which files draw it here (字体).

仿宋_GB2312, 楷体_GB2312 and 方正小标宋简体 are not free and never shipped: a Word file names them
and finds them on the office's machines. A PDF carries its letters along: it uses the site's files
where a folder of them is given, else Noto Serif SC and Noto Sans SC.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import pylopdf_fonts_zh_cn
import typst

TITLE = "方正小标宋简体"
BODY = "仿宋_GB2312"
KAI = "楷体_GB2312"
HEI = "黑体"
SONG = "宋体"
LATIN = "Times New Roman"

SANS, SERIF = "Noto Sans SC", "Noto Serif SC"
# What the site's files may call the same face.
ALIASES = {
    TITLE: ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05"),
    BODY: ("FangSong_GB2312", "FangSong", "仿宋"),
    KAI: ("KaiTi_GB2312", "KaiTi", "楷体"),
    HEI: ("SimHei",),
    SONG: ("SimSun", "NSimSun"),
}
FALLBACK = {TITLE: SERIF, BODY: SERIF, KAI: SERIF, HEI: SANS, SONG: SERIF}


def shipped() -> Path:
    """The folder of the free fonts that come with the product."""
    return Path(pylopdf_fonts_zh_cn.__file__).parent


def families(name: str) -> list[str]:
    """A face by all its names, the free one last."""
    return [name, *ALIASES[name], FALLBACK[name]]


def recognised(folders: Sequence[Path]) -> dict[str, bool]:
    """The official faces, and whether the site's files draw them."""
    known = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders)
    )
    there = {found.family for found in known.fonts()}
    return {name: bool(there & {name, *others}) for name, others in ALIASES.items()}


@cache
def font_file(face: Literal["sans", "serif"]) -> Path:
    """The file of a free face, for pictures."""
    [found] = shipped().glob(f"Noto{face.capitalize()}SC-Regular.otf")
    return found
