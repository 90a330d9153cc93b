"""What all imports of this room share: every row is judged before any is kept."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from anlan.kernel.errors import Forbidden, Invalid, Refused

from .. import access
from ..models import Person


@dataclass(frozen=True)
class Imported:
    """How many rows became new things, changed known ones, or said what was known."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class RowFault:
    """What is wrong with one row; `row` counts from 0."""

    row: int
    field: str
    words: str
    mend: str


class RowsRefused(Invalid):
    """Rows that cannot be taken, every one of them named; nothing was kept (批量数据有误)."""

    def __init__(self, faults: Sequence[RowFault]) -> None:
        first = faults[0]
        more = f"（另有 {len(faults) - 1} 处）" if len(faults) > 1 else ""
        words = f"第 {first.row + 1} 行：{first.words}{more}"
        super().__init__(words, mend=first.mend, field=first.field)
        self.faults = tuple(faults)


class _Judging:
    """Collects what is wrong with which row; rights are asked once per place and deed."""

    def __init__(self, by: Person | None, at: datetime) -> None:
        self.scope = access.scope_of(by, at=at) if by else None  # None: the installation itself
        self.faults: list[RowFault] = []
        self._may: dict[tuple[str, str], bool] = {}

    @contextmanager
    def row(self, position: int) -> Iterator[None]:
        """Whatever is refused within is the fault of this row."""
        try:
            yield
        except Refused as refused:
            fault = RowFault(position, refused.field, refused.words, refused.mend)
            self.faults.append(fault)

    def check(self, deed: str, path: str, *, field: str) -> None:
        """Raise Forbidden where whoever imports may not do this by hand either."""
        if self.scope is None:
            return
        if (deed, path) not in self._may:
            self._may[deed, path] = self.scope.may(f"people.{deed}", path=path)
        if not self._may[deed, path]:
            mend = "请删去本行，或请有权限的人员导入"
            raise Forbidden("此处不在您的办理权限之内", mend=mend, field=field)

    def done(self) -> None:
        """Raise RowsRefused when any row was at fault."""
        if self.faults:
            raise RowsRefused(self.faults)
