"""The end of the chain, exported: what shows later that a tail was cut off."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Self

from django.db import connection

from ..errors import Invalid, NotAllowed

_ENDS = """
SELECT position, entry_id, chain FROM kernel_traillink
WHERE position = 0 OR position = (SELECT max(position) FROM kernel_traillink) ORDER BY position
"""


@dataclass(frozen=True)
class Head:
    """The end of the chain at some instant (链头); of use when it is kept on another machine."""

    site: str  # the site's mark, hex
    position: int
    entry_id: int
    chain: str  # hex
    at: datetime

    def to_json(self) -> str:
        """As the text of a file."""
        return json.dumps({**asdict(self), "at": self.at.isoformat()}, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read such a file; Invalid where it is none."""
        try:
            given = json.loads(text)
            found = cls(**{**given, "at": datetime.fromisoformat(given["at"])})
            if found.position < 0 or len(bytes.fromhex(found.chain)) != len(found.site) // 2:
                raise ValueError(found)
        except (ValueError, TypeError, KeyError) as fault:
            raise Invalid(
                "链头文件无法识别", mend="请使用本系统导出的链头文件，不要改动其内容。"
            ) from fault
        return found


def head(*, at: datetime) -> Head:
    """The end of the chain as it stands, to be kept outside of this machine (导出链头)."""
    with connection.cursor() as cursor:
        cursor.execute(_ENDS)
        found = cursor.fetchall()
    if not found:
        raise NotAllowed("留痕尚未开始封存，没有链头可以导出", mend="请先启动系统，稍后再试。")
    (_, _, mark), (position, entry_id, chain) = found[0], found[-1]
    return Head(bytes(mark).hex(), position, entry_id, bytes(chain).hex(), at)
