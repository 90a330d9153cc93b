"""anlan backup, restore, doctor: keep a site, bring it back, find out what ails it."""

import argparse
from importlib import metadata
from pathlib import Path

import anlan
from anlan.cli.site import Commands, command, migrate, opened, settle, tell
from anlan.kernel import database


def add_to(commands: Commands) -> None:
    """The commands of this module."""
    backup = command(
        commands, "backup", _backup, words="把整个系统备份成一个文件（可在运行中进行）"
    )
    backup.add_argument("file", metavar="FILE", type=Path, help="备份文件，如 anlan.tar.gz")
    words = "从备份恢复到空的数据目录"
    restore = command(commands, "restore", _restore, words=words)
    restore.add_argument("file", metavar="FILE", type=_file, help="由 anlan backup 生成的文件")
    command(commands, "doctor", _doctor, words="检查本机，指出问题和解决办法")


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"没有这个文件：{text}")
    return path


def _backup(asked: argparse.Namespace) -> int:
    with opened(asked.data) as server:
        from django.conf import settings

        from anlan.kernel import backup
        from anlan.wiring.now import now

        site = backup.Site(
            files=settings.FILES_DIR,
            keys=settings.KEYS_DIR,
            catalogues=settings.ANLAN_CATALOGUES,
            notes=(asked.data / "demo.json",),
        )
        made = backup.make(
            asked.file.absolute(),
            server=server,
            site=site,
            program=metadata.version("anlan"),
            at=now(),
        )
    lost = [*made.missing, *made.damaged]
    rows = sum(made.rows.values())
    words = f"已备份到 {made.file}：{rows:,} 行、{made.files:,} 个文件、{made.size / 1e6:,.1f} MB。"
    if lost:
        words += f"\n✗ {len(lost)} 个附件缺失或已损坏，备份里也没有：{'、'.join(lost[:5])}"
        words += "\n  → 请从更早的备份中找回。"
    facts = {"ok": not lost, "file": str(made.file), "bytes": made.size, "rows": made.rows}
    facts |= {"files": made.files, "missing": made.missing, "damaged": made.damaged}
    tell(asked, facts, words)
    return 1 if lost else 0


def _restore(asked: argparse.Namespace) -> int:
    from anlan.kernel import backup

    back = backup.restore(asked.file, asked.data, known_migrations=_known_migrations())
    with database.start(asked.data) as server:
        # A backup of an older program: bring its tables up to date.
        settle(server, asked.data)
        migrate()
    rows = sum(back.rows.values())
    words = f"已恢复 {back.made_at} 的备份到 {asked.data}：{rows:,} 行、{back.files:,} 个文件。"
    facts = {"ok": True, "made_at": back.made_at, "rows": back.rows, "files": back.files}
    tell(asked, facts, words)
    return 0


def _known_migrations() -> set[str]:
    """What this program can read: from its own folders, since Django is not set up yet."""
    rooms = Path(anlan.__file__).parent
    return {f"{path.parts[-3]}.{path.stem}" for path in rooms.glob("*/migrations/[0-9]*.py")}


def _doctor(asked: argparse.Namespace) -> int:
    from anlan.cli import doctor

    found = doctor.examine(asked.data)
    lines = []
    for finding in found:
        lines.append(f"{'✓' if finding.ok else '✗'} {finding.name}：{finding.words}")
        if finding.mend:
            lines.append(f"  → {finding.mend}")
    healthy = all(finding.ok for finding in found)
    facts = {"ok": healthy, "findings": [vars(finding) for finding in found]}
    tell(asked, facts, "\n".join(lines))
    return 0 if healthy else 1
