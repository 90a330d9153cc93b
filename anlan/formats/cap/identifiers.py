"""Identifiers of Chinese warnings, GB/T 35965.1 (预警信息标识).

`ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N`: division (GB/T 2260), trade of the issuer (GB/T 4657), unit
within it and extension, Beijing time of entry, serial within that second. Messages of the
meteorological service are seen without `_N`: we write 31 characters and read 29 or 31.

Known from excerpts only, not from the standard's own text: that UUU and XX may hold letters
(accepted), and what XX is for (written as 00).
"""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from .values import CapError

BEIJING = ZoneInfo("Asia/Shanghai")
METEOROLOGY = "416"
_FORM = re.compile(
    r"(?P<division>\d{6})(?P<trade>\d{3})(?P<unit>[0-9A-Za-z]{3})(?P<extension>[0-9A-Za-z]{2})"
    r"_(?P<time>\d{14})(?:_(?P<serial>\d))?"
)


@dataclass(frozen=True)
class WarningIdentifier:
    """Who entered a warning, and when; `serial` is None in the short form that others send."""

    division: str
    trade: str
    at: datetime
    serial: int | None = 0
    unit: str = "000"
    extension: str = "00"

    @classmethod
    def read(cls, text: str) -> "WarningIdentifier | None":
        """From 29 or 31 characters; None when this is an identifier of another kind."""
        found = _FORM.fullmatch(text)
        if found is None:
            return None
        try:
            at = datetime.strptime(found["time"], "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
        except ValueError:
            return None
        serial = int(found["serial"]) if found["serial"] else None
        return cls(found["division"], found["trade"], at, serial, found["unit"], found["extension"])

    def written(self) -> str:
        """All 31 characters; a serial of 0 to 9 is all that a second of one unit has room for."""
        serial = self.serial or 0
        time = self.at.astimezone(BEIJING).strftime("%Y%m%d%H%M%S")
        text = f"{self.division}{self.trade}{self.unit}{self.extension}_{time}_{serial}"
        if self.at.utcoffset() is None or WarningIdentifier.read(text) is None:
            raise CapError(
                f"「{text}」不是 31 位预警信息标识",
                mend="区划 6 位数字、机构行业 3 位、单位 3 位、扩展 2 位，同一秒至多 10 条",
            )
        return text
