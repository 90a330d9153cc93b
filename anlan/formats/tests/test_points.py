"""Points on the wire: four forms, one meaning; what is wrong is said with its place."""

import io
import json

import numpy as np
import pyarrow as pa
import pytest

from anlan.formats import points
from anlan.formats.pgcopy import BadCopy, Layout
from anlan.formats.points import BadPoints, read

AT = 1_718_179_200_000_000  # 2024-06-12 16:00 in Beijing


def arrow(**columns):
    table, sink = pa.table(columns), io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def meaning(message):
    names = [message.names[place] for place in message.which]
    return list(zip(names, message.at.tolist(), message.value.tolist(), strict=True))


def test_four_forms_mean_the_same():
    wanted = [("z1", AT, 3.5), ("z2", AT + 1_000_000, 4.0)]
    rows = [
        {"stream": "z1", "at": "2024-06-12T16:00:00+08:00", "value": 3.5},
        {"stream": "z2", "at": "2024-06-12T08:00:01Z", "value": 4},
    ]
    grouped = {"stream": ["z1", "z2"], "at": [AT, AT + 1_000_000], "value": [3.5, 4]}
    sheet = "stream,at,value\nz1,2024-06-12T16:00:00+08:00,3.5\nz2,1718179201,4\n"
    table = arrow(
        stream=["z1", "z2"], at=pa.array([AT, AT + 1_000_000], pa.timestamp("us", "UTC")),
        value=[3.5, 4.0],
    )  # fmt: skip
    assert meaning(read(json.dumps({"points": rows}).encode(), "application/json")) == wanted
    assert meaning(read(json.dumps(grouped).encode(), "application/json")) == wanted
    assert meaning(read(sheet.encode(), "text/csv; charset=utf-8")) == wanted
    assert meaning(read(table, points.ARROW)) == wanted
    packed = points.pack(np.array([7, 9]), np.array([AT, AT + 1_000_000]), np.array([3.5, 4.0]))
    assert meaning(read(packed, points.COMPACT)) == [(7, AT, 3.5), (9, AT + 1_000_000, 4.0)]


def test_units_and_doubts_come_along():
    body = b'[{"stream":"z1","at":1718179200,"value":350,"unit":"cm","doubted":true}]'
    message = read(body, "application/json")
    assert message.units == ["cm"]
    assert message.doubted.tolist() == [True]


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"{", "application/json", "JSON"),
        (b'[{"stream":"z1","at":1718179200}]', "application/json", "第 1 个点"),
        (b'[{"stream":"z1","at":"2024-06-12T16:00","value":1}]', "application/json", "时区"),
        (b'[{"stream":"z1","at":1718179200,"value":"high"}]', "application/json", "不是数"),
        (b'{"stream":["a"],"at":[1,2],"value":[1,2]}', "application/json", "长短不一"),
        (b"a,b\n1,2\n", "text/csv", "stream"),
        (b"stream,at,value\nz1,1718179200,3.5m\n", "text/csv", "第 1 行"),
        (b"nonsense", points.ARROW, "Arrow"),
        (b"ANP1\x02\0\0\0", points.COMPACT, "紧凑格式"),
        (b"x", "image/png", "不接收"),
        (b'[{"stream":["z1"],"at":1,"value":1}]', "application/json", "看不懂"),
        (b'[{"stream":"z1","at":1e308,"value":1}]', "application/json", "看不懂"),
        (b'{"stream":"z1","at":[1],"value":[1],"doubted":[]}', "application/json", "长短不一"),
        (b'{"stream":"z1","at":[1],"value":[1],"unit":["m","m"]}', "application/json", "长短不一"),
        (b"stream,at,value\nz1," + b"9" * 5000 + b",1\n", "text/csv", "看不懂"),
        (b'stream,at,value\n"z1' + b"x" * 200_000 + b'",1,1\n', "text/csv", "看不懂"),
        (arrow(stream=[{"a": 1}], at=[1], value=[1.0]), points.ARROW, "."),
    ],
)
def test_what_is_wrong_is_said(body, kind, said):
    with pytest.raises(BadPoints, match=said):
        read(body, kind)


def test_copy_comes_back_as_it_went():
    layout = Layout({"at": "timestamptz", "value": "float8", "stream_id": "int4", "flag": "int2"})
    columns = {
        "at": np.array([AT, -5]), "value": np.array([1.5, np.nan]),
        "stream_id": np.array([1, 2**31 - 1]), "flag": np.array([0, 128]),
    }  # fmt: skip
    back = layout.decode([layout.encode(columns)])
    for name, column in columns.items():
        np.testing.assert_array_equal(back[name], column)
    with pytest.raises(BadCopy):
        layout.decode([layout.encode(columns)[:-5]])
