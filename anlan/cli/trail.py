"""anlan trail verify|head: prove that the trail has not been altered."""

import argparse
from dataclasses import asdict
from pathlib import Path

from anlan.cli.site import Commands, command, opened, tell
from anlan.kernel.errors import Refused


def add_to(commands: Commands) -> None:
    """The commands of this module."""
    group = commands.add_parser("trail", help="核验留痕", description="核验留痕未被改动。")
    deeds = group.add_subparsers(title="命令", metavar="DEED", required=True)
    words = "逐条核验留痕；有改动则指出第一条并以 1 退出"
    verify = command(deeds, "verify", _verify, words=words)
    verify.add_argument(
        "--head",
        metavar="FILE",
        type=Path,
        help="此前用 anlan trail head 导出的链头，可发现尾部被截",
    )
    head = command(deeds, "head", _head, words="导出链头，交他处保存")
    head.add_argument("-o", "--output", metavar="FILE", type=Path, help="写入文件（默认：屏幕）")


def _verify(asked: argparse.Namespace) -> int:
    with opened(asked.data):
        from anlan.kernel import sealing

        kept = sealing.Head.from_json(_read(asked.head)) if asked.head else None
        verdict = sealing.verify(kept)
        facts = {
            "ok": verdict.ok,
            "links": verdict.links,
            "unsealed": verdict.unsealed,
            "waited_s": verdict.waited.total_seconds(),
            "broken": asdict(verdict.broken) if verdict.broken else None,
            "words": verdict.words,
        }
        tell(asked, facts, verdict.words)
        return 0 if verdict.ok else 1


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as failure:
        raise Refused(f"无法读取链头文件 {path}。", mend="请检查文件名。") from failure


def _head(asked: argparse.Namespace) -> int:
    with opened(asked.data):
        from anlan.kernel import sealing
        from anlan.wiring.now import now

        end = sealing.head(at=now())
        if asked.output:
            asked.output.write_text(end.to_json(), encoding="utf-8")
            tell(asked, asdict(end), f"链头已写入 {asked.output}（第 {end.position} 环）。")
        else:
            tell(asked, asdict(end), end.to_json().rstrip())
    return 0
