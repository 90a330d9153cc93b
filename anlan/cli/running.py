"""anlan up, dev, database and the processes they start."""

import argparse
import errno
import fcntl
import http.client
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

from anlan.cli.site import Commands, command, leave, opened, tell
from anlan.cli.supervisor import Part, Supervisor, say
from anlan.kernel import database
from anlan.kernel.errors import Refused

READY_WITHIN = 60.0  # seconds until the first page must answer
_PROCESSES = (sys.executable, "-m", "anlan.cli.processes")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def add_to(commands: Commands) -> None:
    """The commands of this module."""
    up = command(commands, "up", _up, words="启动本机的全部：数据库、网页、后台任务；Ctrl-C 停止")
    dev = command(commands, "dev", _dev, words="开发用：代码改动后自动重启", as_json=False)
    for made in (up, dev):
        made.add_argument("--host", default="127.0.0.1", help="监听地址（0.0.0.0 为所有网卡）")
        made.add_argument("--port", type=_port, default=8000, help="端口（默认 8000，0 为任选）")
    up.add_argument(
        "--role",
        choices=("all", "web", "worker", "gateways", "live", "ingest", "judge"),
        default="all",
        help="只运行网页、后台任务、对外线路、实时推送、观测接入或研判"
        "（多机部署，须给 ANLAN_DATABASE_URL）",
    )
    up.add_argument("--workers", type=int, default=2, help="网页进程数（默认 2）")
    where = command(commands, "database", _database, words="显示运行中的数据库的连接地址")
    where.add_argument("--superuser", action="store_true", help="以数据库超级用户的身份")


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError("端口应在 0–65535 之间")
    return port


def _up(asked: argparse.Namespace) -> int:
    data, serves = asked.data, asked.role in ("all", "web")
    database.make_folder(data)
    with _the_only_one(data) as place:
        port = _free_port(asked.host, asked.port) if serves else 0
        live = _live_port(asked, port)
        where = {"url": _url(asked.host, port), "live": _url(asked.host, live) if live else ""}
        place.write_text(json.dumps({"pid": os.getpid(), **where}))
        with opened(data, create=True) as server:
            _insist()
            parts = []
            if serves:
                parts.append(_web(asked.host, port, asked.workers, data, live))
            if asked.role in ("all", "worker"):
                parts.append(_worker(data))
            if asked.role in ("all", "gateways"):
                parts.append(_gateways(data))
            if asked.role in ("all", "judge"):
                parts.append(_judge(data))
            # Without a broker there is nothing to take in but what comes over HTTP.
            if asked.role == "ingest" or (asked.role == "all" and os.environ.get("ANLAN_MQTT_URL")):
                parts.append(_ingest(data))
            if live and asked.role in ("all", "live"):
                parts.append(_live(asked.host, live, data, web=port))
            _run(asked, server, parts, port)
    return 0


def _insist() -> None:
    from anlan.wiring import catalogues

    catalogues.insist()


def _dev(asked: argparse.Namespace) -> int:
    database.make_folder(asked.data)
    os.environ["ANLAN_DEBUG"] = "1"
    asked.json, asked.role = False, "all"
    with _the_only_one(asked.data), opened(asked.data, create=True) as server:
        _insist()
        port = _free_port(asked.host, asked.port)
        serve = [sys.executable, "-m", "django", "runserver", f"{asked.host}:{port}"]
        web = Part("网页", serve, _hosts(asked.host))
        _run(asked, server, [web, _worker(asked.data), _gateways(asked.data)], port)
    return 0


def _run(asked: argparse.Namespace, server: database.Server, parts: list[Part], port: int) -> None:
    leave()  # this process only watches from now on
    with Supervisor(server, parts) as supervisor:
        if port:
            _await_answer(asked.host, port, supervisor)
        supervisor.start_others()
        if not supervisor.stopping:
            _announce(asked, port)
            supervisor.watch()
        if not asked.json:
            say("正在停止……")


def _web(host: str, port: int, workers: int, data: Path, live: int) -> Part:
    command_line = [*_PROCESSES, "web", host, str(port), str(workers)]
    # Eight connections a process: with the worker still far below the hundred of the server.
    environment = {**_hosts(host), "ANLAN_POOL": "8"}
    if live:
        environment["ANLAN_LIVE_PORT"] = str(live)
    return Part("网页", command_line, environment, data / "logs" / "web.log")


def _worker(data: Path) -> Part:
    return Part("后台", [*_PROCESSES, "worker"], {}, data / "logs" / "worker.log")


def _live(host: str, port: int, data: Path, *, web: int) -> Part:
    command_line = [*_PROCESSES, "live", host, str(port)]
    environment = _hosts(host) | ({"ANLAN_WEB_PORT": str(web)} if web else {})
    return Part("实时", command_line, environment, data / "logs" / "live.log", vital=False)


def _live_port(asked: argparse.Namespace, web: int) -> int:
    """The stream's port: the one after the web's, where it is free; alone, the one asked for."""
    if asked.role == "live":
        return _free_port(asked.host, asked.port)
    if asked.role != "all":
        return 0
    try:
        return _free_port(asked.host, web + 1 if web < 65535 else 0, patience=0)
    except Refused:
        return _free_port(asked.host, 0)


def _gateways(data: Path) -> Part:
    return Part("线路", [*_PROCESSES, "gateways"], {}, data / "logs" / "gateways.log", vital=False)


def _ingest(data: Path) -> Part:
    return Part("接入", [*_PROCESSES, "ingest"], {}, data / "logs" / "ingest.log", vital=False)


def _judge(data: Path) -> Part:
    return Part("研判", [*_PROCESSES, "judge"], {}, data / "logs" / "judge.log", vital=False)


def _hosts(host: str) -> dict[str, str]:
    """Names this site answers to: its own machine only, unless it listens on the network."""
    if host in LOOPBACK or "ANLAN_HOSTS" in os.environ:
        return {}
    return {"ANLAN_HOSTS": "*"}


def _announce(asked: argparse.Namespace, port: int) -> None:
    logins = _logins(asked.data)
    facts: dict[str, Any] = {"ok": True, "pid": os.getpid(), "data": str(asked.data)}
    if port:
        facts |= {"url": _url(asked.host, port), "logins": logins}
    lines = [f"安澜 {metadata.version('anlan')}", f"数据  {asked.data}（日志在其中的 logs）"]
    if port:
        lines.append(f"地址  {facts['url']}")
    lines += [
        f"账号  {login['username']}  密码 {login['password']}  {login['who']}" for login in logins
    ]
    tell(asked, facts, "\n".join([*lines, "按 Ctrl-C 停止。"]))
    sys.stdout.flush()


def _logins(data: Path) -> list[dict[str, str]]:
    """The sample district's accounts, which `anlan demo` noted down; a real site has none."""
    noted = data / "demo.json"
    if not noted.exists():
        return []
    logins: list[dict[str, str]] = json.loads(noted.read_text(encoding="utf-8"))["logins"]
    return logins


def _url(host: str, port: int) -> str:
    shown = _own_address() if host in ("0.0.0.0", "::") else host
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"


def _own_address() -> str:
    """The address other machines of the network reach us at."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a datagram socket: nothing is sent
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _free_port(host: str, port: int, *, patience: float = 5) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    until = time.monotonic() + patience  # processes of a killed run need a moment to let go
    while True:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return int(probe.getsockname()[1])
            except OSError as failure:
                if time.monotonic() > until or failure.errno != errno.EADDRINUSE:
                    raise Refused(
                        f"无法在 {host}:{port} 上监听：{failure.strerror}。",
                        mend="请停掉占用该端口的程序，或用 --port 换一个端口（--port 0 任选）。",
                    ) from failure
        time.sleep(0.2)


def _await_answer(host: str, port: int, supervisor: Supervisor) -> None:
    """Until the first page comes; the address is told only when somebody answers there."""
    until = time.monotonic() + READY_WITHIN
    while not supervisor.stopping:
        supervisor.look()
        status = _asked_for_a_page("127.0.0.1" if host in ("0.0.0.0", "::") else host, port)
        if status and status < 500:
            return
        if status or time.monotonic() > until:
            words = f"网页出错（{status}）。" if status else "网页迟迟没有应答。"
            said = supervisor.parts[0].said()
            raise Refused(words, mend=f"请看{said}，或运行 anlan doctor。")
        time.sleep(0.1)


def _asked_for_a_page(host: str, port: int) -> int | None:
    connection = http.client.HTTPConnection(host, port, timeout=READY_WITHIN)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    except OSError:
        return None  # not listening yet
    finally:
        connection.close()


@contextmanager
def _the_only_one(data: Path) -> Iterator[Path]:
    """One `up` per data folder; the kernel lets go of the lock however the other one ended."""
    place = data / "up.json"
    with (data / "up.lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            other = json.loads(place.read_text()) if place.exists() else {}
            raise Refused(
                f"这个数据目录已在运行（进程 {other.get('pid')}，地址 {other.get('url')}）。",
                mend="请直接打开该地址，或先停止它，或用 --data 换一个目录。",
            ) from busy
        try:
            yield place
        finally:
            place.unlink(missing_ok=True)


def _database(asked: argparse.Namespace) -> int:
    with opened(asked.data) as server:
        url = server.superuser_url if asked.superuser else server.url
        tell(asked, {"url": url}, url)
    return 0
