"""A changed catalogue is put in the site's folder: whole or not at all, the old one beside it."""

import os
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from anlan.kernel.errors import Refused

from .shelf import Shelf, shown, site_folder, text_of

_LOCAL = ZoneInfo("Asia/Shanghai")


def lying(name: str) -> str:
    """The text of the file that counts, as it lies on the disk at this moment (现存配置)."""
    return text_of(Shelf(site_folder()).path(name))


def put(name: str, text: str, *, at: datetime) -> Path:
    """Put a catalogue in the site's folder in place of what counted so far (更换配置).

    What readers find is the old file or the new one, never a part. A site's own former file is kept
    beside it under the moment of the change, where no reader of catalogues takes it for one.
    """
    folder = site_folder()
    if folder is None:
        mend = "请设置 ANLAN_CATALOGUES 指明本地配置的文件夹"
        raise Refused("没有本地配置的文件夹，不能保存", mend=mend)
    target = folder / f"{name}.yaml"
    draft = folder / f".{name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8", newline="") as paper:
            paper.write(text)
            paper.flush()
            os.fsync(paper.fileno())
        if target.is_file():
            shutil.copymode(target, draft)
            shutil.copy2(target, _beside(target, at))
        draft.replace(target)
    except OSError as fault:
        with suppress(OSError):
            draft.unlink()
        mend = f"请检查 {folder} 是否可写、磁盘是否已满（{fault.strerror}）"
        raise Refused(f"{shown(target)} 写不进去，规则没有改动", mend=mend) from fault
    return target


def _beside(target: Path, at: datetime) -> Path:
    """A name that is still free: two changes may fall into one second."""
    named = f"{target.name}.{at.astimezone(_LOCAL):%Y%m%d-%H%M%S}"
    number, place = 1, target.with_name(named)
    while place.exists():
        number += 1
        place = target.with_name(f"{named}-{number}")
    return place
