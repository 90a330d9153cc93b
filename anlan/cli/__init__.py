"""The command line: `anlan COMMAND`, the one entry point of a site.

Each module here adds its group of commands to the parser; what a command needs is imported when it
runs, so that `anlan --help` answers at once. Exit 0: done what it says; 1: the answer is no;
2: asked wrongly.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from importlib import metadata

from anlan.kernel.errors import Refused


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its answer."""
    sys.exit(answer(arguments))


def answer(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    os.umask(0o077)  # whatever a command writes is for the user of this site alone
    asked = parser().parse_args(arguments)
    try:
        return int(asked.run(asked) or 0)
    except Refused as refusal:
        return _refuse(refusal, as_json=getattr(asked, "json", False))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `anlan figures | head`
        sys.stderr.close()
        return 0


def parser() -> argparse.ArgumentParser:
    """Every command with its help."""
    # Here, for the processes of a site live in this package and need none of it.
    from anlan.cli import (
        auditing,
        benches,
        cap,
        district,
        keeping,
        reports,
        running,
        trail,
        watching,
    )
    from anlan.cli.asking import Parser

    words = "安澜：县区应急管理一体化平台。每条命令都可加 --help。"
    top = Parser(prog="anlan", description=words)
    told = f"安澜 {metadata.version('anlan')}"
    top.add_argument("--version", action="version", version=told, help="显示版本")
    commands = top.add_subparsers(title="命令", metavar="COMMAND", required=True)
    groups = (running, district, watching, reports, auditing, trail, cap, keeping, benches)
    for group in groups:
        group.add_to(commands)
    return top


def _refuse(refusal: Refused, *, as_json: bool) -> int:
    if as_json:
        said = {"ok": False, "words": refusal.words, "mend": refusal.mend}
        print(json.dumps(said, ensure_ascii=False))
    else:
        print(f"✗ {refusal.words}", file=sys.stderr)
        if refusal.mend:
            print(f"  → {refusal.mend}", file=sys.stderr)
    return getattr(refusal, "exit_code", 1)
