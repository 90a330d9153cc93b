"""anlan report: a finished report of a period and area, as Word, PDF or a page."""

import argparse
from pathlib import Path

from anlan.cli.site import Commands, command, opened, tell
from anlan.kernel.errors import Invalid

ENDINGS = (".docx", ".pdf", ".html")


def add_to(commands: Commands) -> None:
    """The command of this module."""
    made = command(commands, "report", _report, words="生成报告：工作总结、通报、周报、复盘……")
    made.add_argument(
        "kind", metavar="KIND", nargs="?", default="", help="报告种类（留空列出全部）"
    )
    made.add_argument("--period", default="", help="期间：2024H1、2024-06、2024-W26……")
    made.add_argument("--area", default="", help="行政区划代码")
    made.add_argument("--issuer", default="", help="落款单位（默认：本级应急管理部门或镇街）")
    made.add_argument("-o", "--output", metavar="FILE", type=_target, help="写到 .docx .pdf .html")


def _target(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in ENDINGS:
        raise argparse.ArgumentTypeError(f"{text}：只能写成 {' '.join(ENDINGS)}")
    if not path.absolute().parent.is_dir():
        raise argparse.ArgumentTypeError(f"目录 {path.parent} 不存在")
    return path


def _report(asked: argparse.Namespace) -> int:
    with opened(asked.data):
        from anlan.cli import reporting

        if not asked.kind:
            found = reporting.kinds()
            tell(asked, {"ok": True, "reports": found}, reporting.listed(found))
            return 0
        try:
            if not (asked.period and asked.area and asked.output):
                mend = "请写 --period、--area 和 -o FILE.docx"
                raise Invalid("缺少期间、区划或输出文件", mend=mend)
            answer = reporting.report(
                asked.kind, asked.period, asked.area, asked.issuer, asked.output
            )
        except Invalid as wrong:
            wrong.exit_code = 2  # type: ignore[attr-defined]
            raise
        tell(asked, answer, f"✓ {answer['title']} → {answer['file']}")
    return 0
