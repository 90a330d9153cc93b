"""anlan cap check|show: judge CAP messages, and say in Chinese what one says."""

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from anlan.cli.site import Commands, command
from anlan.kernel.errors import Refused

if TYPE_CHECKING:
    from anlan.formats.cap import Alert, Area, Info, Message, Reading
    from anlan.formats.cap.trust import Trust

BEIJING = ZoneInfo("Asia/Shanghai")
KINDS = {"alert": "预警报文", "feed": "订阅源", "other": "其他文件"}


class AskedWrongly(Refused):
    """A path that is not there."""

    exit_code = 2


def add_to(commands: Commands) -> None:
    """The commands of this module."""
    group = commands.add_parser(
        "cap", help="核验 CAP 预警报文", description="核验、查看 CAP 预警报文。"
    )
    deeds = group.add_subparsers(title="命令", metavar="DEED", required=True)
    check = command(deeds, "check", _check, words="逐个判定报文能否使用；有不可用的则以 1 退出")
    check.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="文件或文件夹")
    show = command(deeds, "show", _show, words="用中文说明一份报文的内容")
    show.add_argument("file", metavar="FILE", type=Path, help="CAP 报文或订阅源")
    for each in (check, show):
        each.add_argument(
            "--trust",
            metavar="PEM",
            type=Path,
            action="append",
            default=[],
            help="信任的签名者证书（PEM 文件或文件夹，可多次给出；默认：数据目录下 cap/trust）",
        )


# --- check --------------------------------------------------------------------------------------


def _check(asked: argparse.Namespace) -> int:
    files = [file for path in asked.paths for file in _files(path)]
    trust = _trust(asked)
    rows = []
    for file in files:
        reading = _read(file, trust)
        rows.append(_row(file, reading))
        if not asked.json:
            print(_shown(file, reading))
        del reading  # or a large message would stand in memory beside the next one
    usable = sum(row["usable"] for row in rows)
    if asked.json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        print(f"共 {len(rows)} 个文件，可用 {usable} 个，不可用 {len(rows) - usable} 个。")
    return 0 if usable == len(rows) else 1


def _files(path: Path) -> Iterator[Path]:
    """The file, or every file below the folder but the hidden ones."""
    if not path.exists():
        raise AskedWrongly(f"没有 {path} 这个文件或文件夹。", mend="请检查路径。")
    if not path.is_dir():
        yield path
        return
    for each in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in each.relative_to(path).parts)
        if each.is_file() and not hidden:
            yield each


def _read(file: Path, trust: "Trust | None") -> "Reading":
    """What is in the file; one that cannot be opened has its verdict too, beside the others."""
    from anlan.formats import cap
    from anlan.formats.cap.sources import MOST_BYTES

    try:
        with file.open("rb") as content:
            return cap.read(content.read(MOST_BYTES + 1), trust=trust)
    except OSError as failure:
        fault = cap.Kind.READER_FAILED.at(detail=failure.strerror or type(failure).__name__)
        return cap.Reading("other", own_faults=(fault,))


def _trust(asked: argparse.Namespace) -> "Trust | None":
    own = asked.data / "cap" / "trust"
    paths = asked.trust or ([own] if own.is_dir() else [])
    if not paths:
        return None
    from anlan.formats.cap import CapError
    from anlan.formats.cap.trust import Trust

    try:
        return Trust.read(paths)
    except CapError as error:
        raise AskedWrongly(f"{error.words}。", mend=error.mend) from error


def _row(file: Path, reading: "Reading") -> dict[str, Any]:
    return {
        "file": _named(file),
        "type": reading.kind,
        "xsd": reading.xsd,
        "usable": reading.usable,
        "signature": reading.signature,
        "faults": [asdict(fault) for fault in reading.faults],
        "uses": [_use(message) for message in reading.messages],
        "signers": sorted({name for each in reading.messages for name in each.signers}),
        "entries": len(reading.entries),
    }


def _named(file: Path) -> str:
    """A path that can be printed, whatever bytes its name is of."""
    return os.fsencode(file).decode("utf-8", "replace")


def _use(message: "Message") -> str:
    """live, drill or refused: what the message may be used for."""
    from anlan.formats import cap

    return type(cap.for_use(message)).__name__.lower()


def _shown(file: Path, reading: "Reading") -> str:
    from anlan.formats.cap.terms import SIGNATURES

    said = [KINDS[reading.kind]]
    if reading.xsd is not None:
        said.append("结构合规" if reading.xsd else "结构不合规")
    if reading.signature != "none":
        said.append(f"签名{SIGNATURES[reading.signature]}")
    uses = {_use(message) for message in reading.messages}
    if "drill" in uses:
        said.append("仅供演练")
    mark = "✓ 可用" if reading.usable else "✗ 不可用"
    lines = [f"{mark} {_named(file)}：{'，'.join(said)}"]
    lines += [f"    {fault.shown}" for fault in reading.faults]
    return "\n".join(lines)


# --- show ---------------------------------------------------------------------------------------


def _show(asked: argparse.Namespace) -> int:
    if not asked.file.is_file():
        raise AskedWrongly(f"没有 {asked.file} 这个文件。", mend="请检查路径。")
    reading = _read(asked.file, _trust(asked))
    if asked.json:
        facts = _row(asked.file, reading)
        facts["messages"] = [_facts(message) for message in reading.messages]
        facts["links"] = [link for entry in reading.entries for link in entry.links]
        print(json.dumps(facts, ensure_ascii=False, default=str))
    else:
        print(_shown(asked.file, reading))
        for message in reading.messages:
            print()
            print("\n".join(_lines(message)))
        for entry in reading.entries:
            if not entry.embedded:
                print(f"\n· {entry.title}\n  {'  '.join(entry.links)}")
    return 0 if reading.usable else 1


def _facts(message: "Message") -> dict[str, Any]:
    facts: dict[str, Any] = {"version": message.version, "usable": message.usable}
    facts["use"] = _use(message)
    facts["alert"] = asdict(message.alert) if message.alert else message.glimpse
    return facts


def _lines(message: "Message") -> Iterator[str]:
    from anlan.formats.cap.terms import WORDS

    if message.alert is None:
        yield "【无法完整读取，仅供参考】"
        yield from (f"{name}：{text}" for name, text in message.glimpse.items())
        return
    alert = message.alert
    status = "" if alert.status == "Actual" else f"【{WORDS[alert.status]}】"
    yield f"{status}{WORDS[alert.msg_type]}　{alert.identifier}（{WORDS[alert.scope]}）"
    yield from _origin(alert)
    for info in alert.infos:
        yield ""
        yield from _told(info)


def _origin(alert: "Alert") -> Iterator[str]:
    from anlan.formats.cap import WarningIdentifier

    yield f"发布者：{alert.sender}" + (f"（{alert.source}）" if alert.source else "")
    yield f"发布时间：{_time(alert.sent)}"
    coded = WarningIdentifier.read(alert.identifier)
    if coded:
        yield f"标识：区划 {coded.division}，机构行业 {coded.trade}，录入 {_time(coded.at)}"
    for name, said in (("发布限制", alert.restriction), ("说明", alert.note)):
        if said:
            yield f"{name}：{said}"
    for each in alert.references:
        yield f"针对：{each.identifier}（{each.sender}，{_time(each.sent)}）"


def _told(info: "Info") -> Iterator[str]:
    from anlan.formats.cap.terms import WORDS, colour

    yield f"[{info.language}] {info.headline or info.event}"
    kinds = "、".join(WORDS[each] for each in info.categories)
    yield f"事件：{info.event}（{kinds}）"
    shade = colour(info)
    yield "级别：" + "，".join(
        [
            *([f"{shade}色"] if shade else []),
            f"严重程度 {WORDS[info.severity]}",
            f"紧迫程度 {WORDS[info.urgency]}",
            f"把握程度 {WORDS[info.certainty]}",
        ]
    )
    if info.sender_name:
        yield f"发布单位：{info.sender_name}"
    for name, moment in (("生效", info.effective), ("开始", info.onset), ("失效", info.expires)):
        if moment:
            yield f"{name}时间：{_time(moment)}"
    if info.response_types:
        yield "应采取：" + "、".join(WORDS[each] for each in info.response_types)
    texts = (("内容", info.description), ("指引", info.instruction), ("联系", info.contact))
    for name, text in texts:
        if text:
            yield f"{name}：{text}"
    for area in info.areas:
        yield f"区域：{area.description}" + _place(area)


def _place(area: "Area") -> str:
    parts = []
    if area.polygons:
        parts.append(f"多边形 {len(area.polygons)} 个")
    if area.circles:
        parts.append("圆 " + "、".join(f"半径 {each.radius_km:g} 千米" for each in area.circles))
    if area.geocodes:
        parts.append("代码 " + "、".join(each.value for each in area.geocodes[:6]))
    return f"（{'；'.join(parts)}）" if parts else ""


def _time(moment: datetime) -> str:
    try:
        return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S 北京时间")
    except OverflowError:  # the last evening of 9999: some write it for never
        return moment.isoformat(" ")
