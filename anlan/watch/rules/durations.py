"""Lengths of time as a catalogue writes them: 90s, 10m, 12h, 32d (时长)."""

import re

SECOND = 1_000_000  # µs
HOUR = 3600 * SECOND
DAY = 24 * HOUR
_UNITS = {"s": SECOND, "m": 60 * SECOND, "h": HOUR, "d": DAY}
_WORDS = {"s": "秒", "m": "分钟", "h": "小时", "d": "天"}
_FORM = re.compile(r"(\d+)([smhd])")


def microseconds(text: str) -> int:
    """How many µs; ValueError for what is no length of time."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"「{text}」不是时长，应写作 90s、10m、12h 或 32d（秒、分、时、天）")
    return int(found[1]) * _UNITS[found[2]]


def words(length: int) -> str:
    """As an officer says it: 32天3小时, 40分钟."""
    days, rest = divmod(length // SECOND, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [(days, "天"), (hours, "小时"), (minutes, "分钟"), (seconds, "秒")]
    said = [f"{number}{name}" for number, name in parts if number][:2]
    return "".join(said) or "0秒"
