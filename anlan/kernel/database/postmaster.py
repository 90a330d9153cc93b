"""What the operating system knows of a PostgreSQL server: its pid file and its processes."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from anlan.kernel.errors import Refused


@dataclass(frozen=True)
class Running:
    """What postmaster.pid says: the server writes it, and a crash leaves it behind."""

    pid: int
    host: str
    port: int

    @classmethod
    def read(cls, data: Path) -> "Running | None":
        """The last server on this data directory, dead or alive."""
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None
        except PermissionError as denied:
            raise Refused(
                f"当前用户无权使用数据目录 {data}。", mend="请以建立它的用户运行。"
            ) from denied
        if len(lines) < 6:
            return None  # being written: the next look sees it whole
        host = lines[4].strip() or lines[5].strip()
        return cls(pid=int(lines[0]), host=host, port=int(lines[3]))

    def alive(self, data: Path) -> bool:
        """A process of this number, which is the server of this very folder."""
        try:
            command = Path(f"/proc/{self.pid}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            return False
        return bytes(data) in command


def exists(pid: int) -> bool:
    """Whether a process lives; one that only waits for its parent's word does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def working_in(folder: Path) -> list[int]:
    """Processes whose working directory is this folder: every PostgreSQL process sits in it."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):  # ended meanwhile, or not ours to look at
            if link.readlink() == folder:
                found.append(int(link.parts[2]))
    return found
