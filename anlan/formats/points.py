"""Observations on the wire (docs/howto/ingest.md): JSON, CSV, Arrow, the compact form → columns.

All of them come to the same: for each point the name or number of its stream, its time in µs since
1970, its value, perhaps a unit, perhaps a doubt of the source's own. Nothing is stored of a message
in which one cell is wrong: it says which.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

MAGIC = b"ANP1"
HEAD = 8  # magic, count of points
SECOND = 1_000_000
MOST = 1_000_000  # points in one message
COMPACT = "application/x-anlan-points"
ARROW = "application/vnd.apache.arrow.stream"


class BadPoints(ValueError):
    """Where the message is wrong, and how it should be (格式有误)."""


@dataclass(frozen=True)
class Message:
    """The points of one message; `names` are of streams as the sender calls them, or their numbers.

    `which` says for each point the place of its stream in `names`. `units` are of `names`, "" where
    nothing was said; `doubted` marks points that the source itself doubts.
    """

    names: Sequence[str | int]
    which: NDArray[np.int64]
    at: NDArray[np.int64]
    value: NDArray[np.float64]
    units: Sequence[str] = ()
    doubted: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.which)


# --- the compact form -----------------------------------------------------------------------------


def pack(stream: NDArray[Any], at: NDArray[Any], value: NDArray[Any]) -> bytes:
    """The compact form: magic, count, then the numbers of streams, times and values as columns."""
    return b"".join(
        (
            MAGIC,
            len(stream).to_bytes(4, "little"),
            np.ascontiguousarray(stream, "<i4").tobytes(),
            np.ascontiguousarray(at, "<i8").tobytes(),
            np.ascontiguousarray(value, "<f8").tobytes(),
        )
    )


def unpack(body: bytes | memoryview) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Numbers of streams, times and values; views of the bytes, nothing is copied."""
    many = int.from_bytes(body[4:HEAD], "little") if len(body) >= HEAD else -1
    if bytes(body[:4]) != MAGIC or len(body) != HEAD + many * 20:
        raise BadPoints("不是紧凑格式：应以 ANP1 开头，点数与长度相符（每点 20 字节）")
    stream = np.frombuffer(body, "<i4", many, HEAD)
    at = np.frombuffer(body, "<i8", many, HEAD + 4 * many)
    return stream, at, np.frombuffer(body, "<f8", many, HEAD + 12 * many)


# --- every form -----------------------------------------------------------------------------------


def read(body: bytes, kind: str) -> Message:
    """The points of a message of this media type; BadPoints where it is wrong, never another."""
    try:
        return _read(body, kind.partition(";")[0].strip().lower())
    except BadPoints:
        raise
    except (ArithmeticError, LookupError, TypeError, ValueError, csv.Error) as wrong:
        # What a stranger's device sends: nothing in it may end the process that reads it.
        raise BadPoints(f"看不懂：{str(wrong)[:80]}") from None


def _read(body: bytes, kind: str) -> Message:
    if kind == COMPACT:
        numbers, at, value = unpack(body)
        names, which = np.unique(numbers, return_inverse=True)
        return Message(names.tolist(), which, at, value)
    if kind in ("application/json", ""):
        return _json(body)
    if kind == "text/csv":
        return _csv(body)
    if kind == ARROW:
        return _arrow(body)
    raise BadPoints(f"不接收「{kind}」，可用 application/json、text/csv、{ARROW}、{COMPACT}")


def _json(body: bytes) -> Message:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as wrong:
        raise BadPoints(f"不是 JSON：{wrong}") from None
    if isinstance(content, dict) and "points" in content:
        content = content["points"]
    if isinstance(content, list):
        return _rows(content)
    if isinstance(content, dict) and "stream" in content:
        return _columns(content)
    raise BadPoints('应当是 {"points": [{stream, at, value}, …]}，或各列成组 {stream, at, value}')


def _rows(rows: list[Any]) -> Message:
    for place, row in enumerate(rows):
        if not isinstance(row, dict) or not {"stream", "at", "value"} <= row.keys():
            raise BadPoints(f"第 {place + 1} 个点缺少 stream、at 或 value")
    columns = {name: [row.get(name) for row in rows] for name in ("stream", "at", "value")}
    for name in ("unit", "doubted"):
        if any(name in row for row in rows):
            columns[name] = [row.get(name) for row in rows]
    return _columns(columns)


def _columns(content: Mapping[str, Any]) -> Message:
    streams, times, values = (content.get(name) for name in ("stream", "at", "value"))
    if not isinstance(times, list) or not isinstance(values, list):
        raise BadPoints("at 和 value 应当是列表")
    if not isinstance(streams, list):  # one stream for all
        streams = [streams] * len(times)
    units, doubted = content.get("unit"), content.get("doubted")
    units = [units] * len(times) if not isinstance(units, list) else units
    columns = (streams, times, values, units, doubted)
    long = [len(each) for each in columns if isinstance(each, list)]
    if len(set(long)) > 1:
        raise BadPoints(f"各列长短不一：{'、'.join(map(str, long))}")
    if len(times) > MOST:
        raise BadPoints(f"一次最多 {MOST} 个点")
    places: dict[tuple[Any, Any], int] = {}
    which = [places.setdefault(pair, len(places)) for pair in zip(streams, units, strict=True)]
    for name, _ in places:
        if not isinstance(name, str | int) or isinstance(name, bool):
            raise BadPoints(f"测点应写代号或编号，写的是「{name}」")
    return Message(
        [name for name, _ in places],
        np.array(which, np.int64),
        times_of(times),
        _values(values),
        [str(unit or "") for _, unit in places],
        np.array([bool(each) for each in doubted]) if isinstance(doubted, list) else None,
    )


def _values(values: Sequence[Any]) -> NDArray[np.float64]:
    try:
        return np.array([float("nan") if each is None else each for each in values], np.float64)
    except (TypeError, ValueError):
        pass
    for place, each in enumerate(values):
        if each is not None and (isinstance(each, str) or not isinstance(each, int | float)):
            raise BadPoints(f"第 {place + 1} 个值不是数：{str(each)[:40]}")
    raise BadPoints("有值不是数")


def times_of(times: Sequence[Any]) -> NDArray[np.int64]:
    """µs since 1970 of ISO 8601 with a zone, of whole µs, or of seconds with a fraction."""
    if all(type(each) is int for each in times):
        return _whole(np.array(times, np.int64))
    return np.array([time_of(each, place) for place, each in enumerate(times)], np.int64)


def _whole(times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Whole numbers are seconds, ms or µs by their size; 1973 and later can't be mistaken."""
    if not len(times):
        return times
    size = np.abs(times)
    scale = np.where(size < 10**11, SECOND, np.where(size < 10**14, 1000, 1))
    return times * scale


def time_of(given: Any, place: int = 0) -> int:
    """µs since 1970 of one written time."""
    if isinstance(given, int | float) and not isinstance(given, bool):
        if isinstance(given, int) or given.is_integer():
            return int(_whole(np.array([int(given)], np.int64))[0])
        return round(given * SECOND)
    try:
        moment = datetime.fromisoformat(str(given).strip())
    except ValueError:
        raise BadPoints(f"第 {place + 1} 个时间看不懂：{str(given)[:40]}") from None
    if moment.tzinfo is None:
        raise BadPoints(f"第 {place + 1} 个时间没有时区：{given}（例如 2024-06-12T16:00:00+08:00）")
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * SECOND)


def _csv(body: bytes) -> Message:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadPoints("CSV 应当是 UTF-8") from None
    rows = list(csv.DictReader(io.StringIO(text)))
    if not rows:
        raise BadPoints("CSV 里没有数据行；首行应是 stream,at,value")
    columns: dict[str, list[Any]] = {name: [] for name in rows[0] if name}
    if not {"stream", "at", "value"} <= columns.keys():
        raise BadPoints("CSV 首行应有 stream、at、value 三列")
    for row in rows:
        for name, column in columns.items():
            column.append(row[name])
    columns["value"] = [_cell(each, place) for place, each in enumerate(columns["value"])]
    columns["at"] = [int(t) if t.lstrip("-").isdigit() else t for t in map(str, columns["at"])]
    if "doubted" in columns:
        columns["doubted"] = [each in ("1", "true", "是") for each in columns["doubted"]]
    return _columns(columns)


def _cell(text: str | None, place: int) -> float | None:
    if text is None or text.strip() in ("", "-", "NaN", "nan"):
        return None
    try:
        return float(text)
    except ValueError:
        raise BadPoints(f"第 {place + 1} 行的值不是数：{text[:40]}") from None


def _arrow(body: bytes) -> Message:
    import pyarrow as pa
    from pyarrow import ipc

    try:
        table = ipc.open_stream(body).read_all()
    except (pa.ArrowException, OSError) as wrong:
        raise BadPoints(f"不是 Arrow 流：{str(wrong)[:80]}") from None
    if not {"stream", "at", "value"} <= set(table.column_names):
        raise BadPoints("Arrow 表应有 stream、at、value 三列")
    try:
        at = table["at"]
        if pa.types.is_timestamp(at.type):
            at = at.cast(pa.timestamp("us", tz="UTC"))
        times = at.cast(pa.int64()).to_numpy()
        value = table["value"].cast(pa.float64()).to_numpy()
        coded = table["stream"].combine_chunks().dictionary_encode()
    except (pa.ArrowException, ValueError) as wrong:
        raise BadPoints(f"Arrow 列的类型不对：{str(wrong)[:80]}") from None
    if table["at"].null_count or table["stream"].null_count:
        raise BadPoints("stream 和 at 不能为空")
    which = np.asarray(coded.indices.to_numpy(zero_copy_only=False), np.int64)
    return Message(coded.dictionary.to_pylist(), which, _whole(np.asarray(times)), value)
