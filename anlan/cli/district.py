"""anlan demo, import, figures: a district's records in, and what they add up to."""

import argparse
import json
from pathlib import Path
from secrets import token_urlsafe

from anlan.cli.site import Commands, command, migrate, opened, tell
from anlan.kernel.errors import Invalid, Refused


def add_to(commands: Commands) -> None:
    """The commands of this module."""
    demo = command(commands, "demo", _demo, words="在空的数据目录里建立示范县区")
    demo.add_argument("--area", default="331081", help="行政区划代码（默认 331081 温岭）")
    demo.add_argument("--scale", type=float, help="规模，1 为隐患 225,400 条（默认小规模）")
    demo.add_argument("--seed", type=int, default=1, help="随机种子，相同则结果相同")

    first = command(commands, "found", _found, words="在空的数据目录里载入区划并建立首个管理员")
    first.add_argument("--area", required=True, help="区划代码前六位，如 331081")
    first.add_argument("--name", required=True, help="管理员姓名")
    first.add_argument("--username", required=True, help="登录用户名")
    first.add_argument("--bureau", default="", help="应急管理部门名称（默认：地名加“应急管理局”）")

    bring = command(commands, "import", _import, words="导入 Excel 或 CSV：全部成功或全部不导入")
    bring.add_argument("kind", metavar="KIND", help="种类，如 hazard、public-report、observations")
    bring.add_argument("file", metavar="FILE", type=_file, help="Excel 或 CSV 文件")
    words = "列名对照文件；observations 也可写 observation_maps 目录里的名字"
    bring.add_argument("--map", "--mapping", metavar="MAP.yaml", help=words)
    bring.add_argument("--dry-run", action="store_true", help="只检查，不写入")
    bring.add_argument("--by", metavar="ACCOUNT", help="以谁的名义导入（默认：系统管理员）")

    count = command(commands, "figures", _figures, words="统计：数值、构成与口径")
    count.add_argument("names", metavar="NAME", nargs="*", help="指标（默认全部）")
    count.add_argument("--period", required=True, help="期间：2024、2024H1、2024Q2、2024-06……")
    count.add_argument("--area", required=True, help="行政区划代码")
    count.add_argument("--rows", metavar="NAME", help="列出该指标背后的每一条记录")


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"没有这个文件：{text}")
    return path


def _demo(asked: argparse.Namespace) -> int:
    unfinished = asked.data / "demo.unfinished"
    with opened(asked.data, create=True):
        from anlan.demo import build
        from anlan.wiring.now import now

        if unfinished.exists():
            _start_over()
        _refuse_if_inhabited(asked.data)
        unfinished.touch()
        made = build.build(area=asked.area, scale=asked.scale, seed=asked.seed, at=now())
        _seal()
        noted = asked.data / "demo.json"
        noted.touch(mode=0o600)
        noted.write_text(json.dumps(made, ensure_ascii=False, default=str), encoding="utf-8")
        unfinished.unlink()
        lines = [f"{x['username']}  {x['password']}  {x['who']}" for x in made["logins"]]
        tell(asked, {"ok": True, **made}, "\n".join(["示范县区已建立。", *lines]))
    return 0


def _start_over() -> None:
    """An earlier `anlan demo` was interrupted: what it left is ours, for the folder was empty."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    migrate()


def _seal() -> None:
    """A command ends with its own entries sealed, whether or not `anlan up` is running."""
    from anlan.kernel import sealing
    from anlan.wiring.now import now

    while sealing.seal(at=now()):
        pass


def _found(asked: argparse.Namespace) -> int:
    with opened(asked.data, create=True):
        from anlan.people import actions
        from anlan.wiring.now import now

        password = token_urlsafe(12)
        founder = actions.Founder(
            asked.area[:6], asked.name, asked.username, password, bureau=asked.bureau
        )
        account = actions.found_site(founder, at=now())
        made = {"ok": True, "username": account.username, "password": password}
        words = f"已建立管理员 {asked.name}。账号 {account.username}，初始密码 {password}"
        tell(asked, made, f"{words}（首次登录须修改）。接着运行 anlan up。")
    return 0


def _refuse_if_inhabited(data: Path) -> None:
    from django.contrib.auth import get_user_model

    if get_user_model()._default_manager.exists():
        raise Refused(f"{data} 里已有数据。", mend="请用 --data 指定一个空目录。")


def _import(asked: argparse.Namespace) -> int:
    with opened(asked.data):
        from anlan.wiring import imports
        from anlan.wiring.now import now

        try:
            person = imports.account_person(asked.by)
            if asked.kind == "observations":
                outcome = imports.run_observations(
                    asked.file, asked.map or "", dry_run=asked.dry_run, by=person, at=now()
                )
            else:
                given = _map_file(asked.map) if asked.map else None
                outcome = imports.run(
                    asked.kind, asked.file, given, asked.dry_run, by=person, at=now()
                )
        except Invalid as wrong:
            _asked_wrongly(wrong, "kind", "map", "by")
            raise
        _seal()
        lines = [outcome.words, *(fault.words for fault in outcome.faults)]
        tell(asked, outcome.as_dict(), "\n".join(lines))
        return 0 if outcome.ok else 1


def _map_file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise Invalid(f"没有这个文件：{text}", mend="请核对 --map 后的路径", field="map")
    return path


def _asked_wrongly(wrong: Invalid, *fields: str) -> None:
    """Exit with 2 where the question was wrong, and not with 1: the answer is not "no"."""
    if wrong.field in fields or not fields:
        wrong.exit_code = 2  # type: ignore[attr-defined]


def _figures(asked: argparse.Namespace) -> int:
    with opened(asked.data):
        from anlan.cli import counting

        try:
            values = counting.figures(asked.names, asked.period, asked.area, asked.rows)
        except Invalid as wrong:
            _asked_wrongly(wrong)  # an unknown figure, period or area
            raise
        tell(asked, values, counting.words(values))
    return 0
