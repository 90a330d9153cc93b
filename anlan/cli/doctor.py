"""What ails a site, one finding a line, each with its mend."""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from anlan.cli import site
from anlan.kernel import database
from anlan.kernel.errors import Refused

TIGHT = 2 * 1024**3  # bytes of free space below which a site should worry
SILENT = timedelta(minutes=1)  # a worker beats every few seconds


@dataclass
class Finding:
    """One line of the doctor's."""

    name: str
    ok: bool
    words: str
    mend: str = ""


def examine(data: Path) -> list[Finding]:
    """Everything that can be looked at; what cannot, because the rest is broken, is left out."""
    found = [_folder(data), _space(data), _keys(data)]
    with ExitStack() as opened:
        try:
            server = _reach(data, opened)
        except Refused as refusal:
            return [*found, Finding("数据库", False, refusal.words, refusal.mend), _fonts()]
        found.append(_database(server))
        found.append(_migrations())
        if found[-1].ok:
            found += [_guarded(name, look) for name, look in _WITH_TABLES.items()]
        found += [_guarded(name, look) for name, look in _WITHOUT_TABLES.items()]
        site.leave()
    return [*found, _fonts()]


def _guarded(name: str, look: Callable[[], tuple[str, str]]) -> Finding:
    """A finding from (words, mend); a mend, or a refusal, means that something is wrong."""
    try:
        words, mend = look()
    except Refused as refusal:
        return Finding(name, False, refusal.words, refusal.mend)
    return Finding(name, not mend, words, mend)


# --- the machine -------------------------------------------------------------------------------


def _folder(data: Path) -> Finding:
    if not site.exists(data):
        mend = "请运行 anlan up 或 anlan demo 建立，或用 --data 指明数据目录。"
        return Finding("数据目录", False, f"{data} 里还没有安澜的数据", mend)
    if not os.access(data, os.W_OK | os.X_OK):
        mend = "请以建立它的用户运行，或用 chown 交给当前用户。"
        return Finding("数据目录", False, f"{data} 不可写", mend)
    return Finding("数据目录", True, str(data))


def _space(data: Path) -> Finding:
    place = next(path for path in (data, *data.parents) if path.exists())
    free = shutil.disk_usage(place).free
    mend = "请清理磁盘或扩容；写满后数据库会停止服务。" if free < TIGHT else ""
    return Finding("磁盘空间", not mend, f"剩余 {free / 1e9:,.1f} GB", mend)


def _keys(data: Path) -> Finding:
    open_to_others = [
        path.name
        for path in sorted((data / "keys").glob("*"))
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if open_to_others:
        mend = f"请运行 chmod 600 {data / 'keys'}/*。"
        return Finding("密钥", False, f"{'、'.join(open_to_others)} 可被其他用户读取", mend)
    return Finding("密钥", True, "只有本用户可读")


def _fonts() -> Finding:
    """Only printing on this machine and the browser tests need them; a visitor brings their own."""
    try:
        listed = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        listed = ""
    if listed.strip():
        return Finding("中文字体", True, listed.splitlines()[0].split(",")[0])
    # Not a fault: every deed of the system works without.
    return Finding("中文字体", True, "本机没有中文字体；若在本机浏览器查看，可安装 fonts-noto-cjk")


def _printing() -> tuple[str, str]:
    """With which typefaces a PDF is set; a folder that is named and not there is a fault."""
    from django.conf import settings

    from anlan.formats.official import fonts

    missing = [str(folder) for folder in settings.ANLAN_FONTS if not folder.is_dir()]
    if missing:
        return f"没有字体目录 {'、'.join(missing)}", "请核对环境变量 ANLAN_FONTS。"
    found = [name for name, there in fonts.recognised(settings.ANLAN_FONTS).items() if there]
    if not found:
        return "PDF 用随附的思源宋体、思源黑体", ""
    return f"PDF 用本单位的{'、'.join(found)}", ""


# --- the database ------------------------------------------------------------------------------


def _reach(data: Path, opened: ExitStack) -> database.Server:
    if not site.exists(data):
        raise Refused("还没有建立。", mend="请先运行 anlan up 或 anlan demo。")
    server = opened.enter_context(database.start(data))
    site.settle(server, data)
    site.migrations_waiting()  # refuses when nothing answers
    return server


def _database(server: database.Server) -> Finding:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
        cursor.execute("SHOW fsync")
        (fsync,) = cursor.fetchone()
    if fsync != "on":
        mend = "请在数据库配置中打开 fsync，否则断电会丢失数据。"
        return Finding("数据库", False, f"PostgreSQL {version}，fsync 已关闭", mend)
    return Finding("数据库", True, f"PostgreSQL {version}")


def _migrations() -> Finding:
    waiting = site.migrations_waiting()
    mend = "请运行一次 anlan up，它会更新表结构。" if waiting else ""
    return Finding(
        "表结构", not waiting, f"还差 {len(waiting)} 项更新" if waiting else "最新", mend
    )


def _worker() -> tuple[str, str]:
    from anlan.kernel.models import Heartbeat
    from anlan.wiring.now import now

    at = now()
    beats = list(Heartbeat.objects.order_by("part"))
    # A dot is in the name of a sweep, which may be due only once a day.
    loops = [beat for beat in beats if "." not in beat.part]
    silent = [beat for beat in loops if at - beat.seen_at > SILENT]
    if not loops or silent:
        names = "、".join(f"{beat.part}（{_ago(at, beat.seen_at)}）" for beat in silent)
        words = f"没有在工作：{names}" if silent else "从未运行过"
        return words, "请运行 anlan up；没有后台任务，超期不会升级，提醒不会发出。"
    troubled = [f"{beat.part}：{beat.note}" for beat in beats if beat.note]
    mend = "请查看 anlan up 的输出，改正后会自动重试。" if troubled else ""
    return "；".join(troubled) or "在工作", mend


def _ago(at: datetime, then: datetime) -> str:
    return f"{int((at - then).total_seconds() // 60)} 分钟前"


def _unsealed() -> tuple[str, str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), now() - min(queued_at) FROM kernel_trailunsealed")
        count, waited = cursor.fetchone()
    if waited and waited > SILENT:
        words = f"{count} 条留痕尚未封存，最久已等 {int(waited.total_seconds())} 秒"
        return words, "请运行 anlan up，封存由后台任务完成。"
    return "留痕均已及时封存", ""


def _announcements() -> tuple[str, str]:
    from anlan.kernel import delivery

    parked = delivery.parked().count()
    if parked:
        return (
            f"{parked} 条通知多次投递失败，已搁置",
            "请查看 anlan up 的日志，改正原因后重新投递。",
        )
    return "没有搁置的通知", ""


def _lines() -> tuple[str, str]:
    """Whether the lines to the outside work, and whether they lead outside at all."""
    from anlan.callup.models import Line
    from anlan.wiring.now import now

    active = list(Line.objects.filter(active=True).order_by("key"))
    failing = [each for each in active if each.failures]
    if failing:
        at = now()
        words = "；".join(
            f"{each.label}：{each.last_fault}"
            f"（连续 {each.failures} 次，{_ago(at, each.last_fault_at or at)}）"
            for each in failing
        )
        return words, "请按提示检查该线路的服务商、网络和密钥；期间由次序在后的线路代替。"
    live = [each for each in active if each.world == "LIVE"]
    if not live:
        return "还没有载入线路", "请运行 anlan up；没有线路，叫应发不出去。"
    real = [each for each in live if each.kind != "simulated"]
    if not real:
        # No fault in a demonstration, and for a real site the first thing to know.
        return f"{len(live)} 条，都是模拟线路：不会真正打出电话、发出短信", ""
    return f"{len(live)} 条，其中 {len(real)} 条通向外部", ""


# --- the catalogues ----------------------------------------------------------------------------


def _catalogues() -> tuple[str, str]:
    """Every file can be read, every entry is what its room expects, and all go together."""
    from anlan.kernel import catalogues
    from anlan.wiring.catalogues import CATALOGUES, faults

    with catalogues.trial({}):  # as they lie on the disk now
        found = faults()
    if found:
        return "；".join(each.words for each in found), "；".join(each.mend for each in found)
    return f"{len(CATALOGUES)} 个目录可用", ""


def _holidays() -> tuple[str, str]:
    from anlan.kernel import calendar
    from anlan.wiring.now import now

    return calendar.outlook(now())


_WITH_TABLES = {
    "后台任务": _worker,
    "线路": _lines,
    "留痕": _unsealed,
    "通知": _announcements,
}
_WITHOUT_TABLES = {"配置": _catalogues, "放假安排": _holidays, "公文字体": _printing}
