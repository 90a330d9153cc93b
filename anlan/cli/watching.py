"""anlan watch source|replay: who sends observations, and a recorded series sent again."""

import argparse
import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anlan.cli.site import Commands, command, opened, tell
from anlan.kernel.errors import Invalid, Refused

if TYPE_CHECKING:
    from anlan.gateways.replaying import Told

SECRET = "ANLAN_SOURCE_SECRET"  # the name of a variable, no password
SAID_EVERY = 5.0  # seconds


def add_to(commands: Commands) -> None:
    """The commands of this module."""
    words = "监测：开通数据来源、回放过往数据"
    group = commands.add_parser("watch", help=words, description=f"{words}。")
    deeds = group.add_subparsers(title="命令", metavar="DEED", required=True)
    source = command(deeds, "source", _source, words="开通一个数据来源；密钥只显示这一次")
    source.add_argument("key", metavar="KEY", help="来源代号：字母、数字、连字符")
    source.add_argument("--name", required=True, help="来源名称")
    source.add_argument("--by", metavar="ACCOUNT", help="以谁的名义开通（默认：系统管理员）")
    replay = command(deeds, "replay", _replay, words="把过往数据按原来的节奏或 N 倍速重新送入站点")
    replay.add_argument("file", metavar="FILE", type=Path, help="CSV、Excel 或压缩包")
    replay.add_argument("--map", "--mapping", metavar="MAP", required=True,
                        help="观测对照：文件，或 observation_maps 目录里的名字")  # fmt: skip
    replay.add_argument("--speed", type=_speed, default=1.0, help="倍速（默认 1，0 为不等待）")
    replay.add_argument("--url", help="站点地址（默认：本机正在运行的站点）")
    replay.add_argument("--source", metavar="KEY", help="来源代号（默认：对照里写的）")
    replay.add_argument("--secret", help=f"来源的密钥（默认：环境变量 {SECRET}）")
    replay.add_argument("--until-now", action="store_true",
                        help="平移时间：最后一点落在回放结束的那一刻")  # fmt: skip


def _speed(text: str) -> float:
    speed = float(text)
    if not 0 <= speed < float("inf"):
        raise argparse.ArgumentTypeError("倍速应为正数，0 为不等待")
    return speed


def _source(asked: argparse.Namespace) -> int:
    with opened(asked.data):
        from anlan.watch import actions
        from anlan.wiring import imports
        from anlan.wiring.now import now

        person = imports.account_person(asked.by)
        post = person.posts.order_by("pk").first()
        if post is None:
            raise Invalid(f"{person}没有岗位", mend="请用 --by 指定有岗位的账号", field="by")
        source, secret = actions.open_source(
            key=asked.key, name=asked.name, body=post.body, area=post.area, by=person, at=now()
        )
        facts = {"ok": True, "source": source.key, "secret": secret}
        tell(asked, facts, f"已开通来源“{source.key}”。密钥只显示这一次：{secret}")
    return 0


def _replay(asked: argparse.Namespace) -> int:
    with opened(asked.data):
        from anlan.gateways.replaying import HttpDoor, Recording, Replay
        from anlan.wiring import imports
        from anlan.wiring.now import now

        mapping = imports.map_named(asked.map)
        found = imports.read_observations(asked.file, mapping)
        if found.faults:
            words = "\n".join(fault.words for fault in found.faults[:20])
            raise Refused(f"文件有 {len(found.faults)} 处错误，没有回放：\n{words}")
        recording = Recording.of(found.seen)
        secret = asked.secret or os.environ.get(SECRET, "")
        door = HttpDoor(_address(asked), asked.source or mapping.source, secret)
        later = _later(asked, recording.at, recording.span, now())
        progress = _Progress(quiet=asked.json, of=len(recording))
        replay = Replay(recording, door, asked.speed, later, progress=progress)
        told = replay.run()
        facts = _facts(told, recording.span)
        tell(asked, facts, _words(facts))
    return 0 if not told.unknown and not told.refused else 1


def _address(asked: argparse.Namespace) -> str:
    """Where the site is: as it was said, or what runs on this machine."""
    if asked.url:
        return str(asked.url)
    place = asked.data / "up.json"
    running = json.loads(place.read_text(encoding="utf-8")) if place.exists() else {}
    if not running.get("url"):
        mend = "请先运行 anlan up，或用 --url 指明站点"
        raise Refused(f"{asked.data} 没有正在运行的站点。", mend=mend)
    return str(running["url"])


def _later(asked: argparse.Namespace, at: Any, span: float, now: datetime) -> int:
    """How many µs every time is moved by."""
    if not asked.until_now or not len(at):
        return 0
    if 0 < asked.speed < 1:
        words = "慢放时不能平移到现在：数据会跑到时钟前面"
        wrong = Invalid(words, mend="请用 --speed 1 以上，或去掉 --until-now", field="speed")
        wrong.exit_code = 2  # type: ignore[attr-defined]
        raise wrong
    lasts = span / asked.speed if asked.speed else 0.0
    return round((now.timestamp() + lasts) * 1_000_000) - int(at[-1])


class _Progress:
    """A line now and then, on the channel that is not the answer."""

    def __init__(self, *, quiet: bool, of: int) -> None:
        self.quiet, self.of, self.said = quiet, of, 0.0

    def __call__(self, told: "Told") -> None:
        if self.quiet or told.seconds - self.said < SAID_EVERY:
            return
        self.said = told.seconds
        print(f"  {told.points:,} / {self.of:,} 点，{told.seconds:.0f} 秒", file=sys.stderr)


def _facts(told: "Told", span: float) -> dict[str, Any]:
    return {
        "ok": not told.unknown and not told.refused,
        "points": told.points,
        "messages": told.messages,
        "retries": told.retries,
        "taken": told.taken,
        "repeated": told.repeated,
        "late": told.late,
        "flagged": told.flagged,
        "refused": told.refused,
        "unknown": sorted(told.unknown),
        "seconds": round(told.seconds, 1),
        "span_s": round(span),
        "speed": round(span / told.seconds, 1) if told.seconds else None,
    }


def _words(facts: dict[str, Any]) -> str:
    days = facts["span_s"] / 86_400
    told = (
        f"回放 {facts['points']:,} 点（{days:.1f} 天的数据），用时 {facts['seconds']} 秒："
        f"新存 {facts['taken']:,}，重复 {facts['repeated']:,}，迟到 {facts['late']:,}，"
        f"存疑 {facts['flagged']:,}，拒收 {facts['refused']:,}，重送 {facts['retries']} 次"
    )
    if facts["unknown"]:
        told += f"\n✗ 来源没有这些测点：{'、'.join(facts['unknown'][:20])}"
        told += "\n  → 请先登记测点，或先用 anlan import observations 导入一段"
    return told
