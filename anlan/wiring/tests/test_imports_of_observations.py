"""Tables of observations: a bulletin of a day, a logger's file, three years of the Yellow River."""

import os
import re
import zipfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from anlan.kernel import trail
from anlan.kernel.catalogues import CatalogueError
from anlan.kernel.errors import Forbidden, Invalid
from anlan.watch import actions
from anlan.watch.actions import StationForm, StreamForm
from anlan.watch.models import Batch, Latest, Remark, Stream, reading
from anlan.watch.rules.quality import Flag
from anlan.wiring import imports

pytestmark = pytest.mark.django_db
HOME = Path(__file__).resolve().parents[4]
SERIES = Path(os.environ.get("ANLAN_HYDROLOGY", HOME / "shared/data/hydrology"))
BULLETIN = """
label: 水库日报
source: hydro
time: {column: 时间}
station: [站名]
qualifiers: {估: doubted, "*": doubted}
values:
  - {column: 库水位, stream: "{station}-level", observed: water_level, unit: cm, qualifiers: 备注}
  - {column: 蓄水, stream: "{station}-storage", observed: storage, unit: 10*4.m3,
     pattern: '\\(([0-9.]+)\\)万'}
  - {column: 蓄水, stream: "{station}-flow", observed: flow, unit: m3/s}
"""
HEAD = "时间,站名,库水位,蓄水,备注\n"


@pytest.fixture
def hydro(district, clock):
    """太湖水库 and what the water bureau measures there; levels are kept in metres."""
    who = {"by": district.chen_section, "at": clock.now()}
    source, _ = actions.open_source(
        key="hydro", name="水利平台", body=district.bureau, area=district.zeguo, **who
    )
    form = StationForm("SK1", "太湖水库", area=district.zeguo, source=source)
    station = actions.add_station(form, **who)
    for name, observed in (("level", "water_level"), ("storage", "storage"), ("flow", "flow")):
        actions.add_stream(station, StreamForm(f"太湖水库-{name}", observed), **who)
    return source


@pytest.fixture
def bring(district, clock, tmp_path):
    """Write a table and a mapping, and import the one by the other."""

    def bring(rows, *, mapping=BULLETIN, by=None, name="日报.csv", **options):
        table, words = tmp_path / name, tmp_path / "对照.yaml"
        content = rows if isinstance(rows, bytes) else (HEAD + rows).encode("gb18030")
        table.write_bytes(content)
        words.write_text(mapping, encoding="utf-8")
        by = by or district.chen_section
        return imports.run_observations(table, str(words), by=by, at=clock.now(), **options)

    return bring


def stored(code):
    """Time in Beijing, value and flag of everything a stream holds."""
    stream = Stream.objects.get(code=code)
    points = reading.series([stream.pk], reading.moment(0), datetime(2100, 1, 1, tzinfo=UTC))
    rows = zip(points.columns.at.tolist(), points.columns.value.tolist(),
               points.columns.flag.tolist(), strict=True)  # fmt: skip
    return [
        (f"{reading.moment(at) + timedelta(hours=8):%m-%d %H:%M}", round(value, 9), flag)
        for at, value, flag in rows
    ]


ROWS = (
    "2024-06-11 08:00,太湖水库,1234,(5.2)万,\n"
    "2024年6月12日 8:00,太湖水库,-,3.5,\n"
    "2024-06-12T09:30:00+09:00,太湖水库,1250,*4.5,估\n"
)


def test_a_cell_becomes_the_stream_that_its_look_says(bring, hydro, district):
    outcome = bring(ROWS)
    assert outcome.ok, outcome.faults
    assert (outcome.rows, outcome.stored.added, outcome.more) == (3, 5, {"空缺": 1, "存疑": 2})
    doubted = int(Flag.DOUBTED)
    assert stored("太湖水库-level") == [("06-11 08:00", 12.34, 0), ("06-12 08:30", 12.5, doubted)]
    assert stored("太湖水库-storage") == [("06-11 08:00", 5.2, 0)]
    assert stored("太湖水库-flow") == [("06-12 08:00", 3.5, 0), ("06-12 08:30", 4.5, doubted)]
    assert Remark.objects.get(stream__code="太湖水库-level").body == {"resultQuality": "估"}
    assert trail.verbs_of(hydro)[-1] == "import_observations"


def test_the_same_table_again_brings_nothing_and_a_trial_leaves_nothing(bring, hydro):
    assert bring(ROWS, dry_run=True).stored.added == 5
    assert not Batch.objects.exists()
    bring(ROWS)
    again = bring(ROWS)
    assert (again.stored.added, again.stored.unchanged) == (0, 5)
    assert len(stored("太湖水库-flow")) == 2


def test_every_bad_cell_is_named_and_nothing_is_half_imported(bring, hydro):
    outcome = bring(
        "2024-06-11 08:00,太湖水库,1234,3.5,\n"
        "2024-06-11 09:00,太湖水库,十二,(5.2万,查\n"
        "昨天,太湖水库,1234,,\n"
        "2024-06-11 10:00,,1234,,\n"
        "2024-06-11 08:00,太湖水库,1235,,\n"
    )
    assert not outcome.ok
    assert not Batch.objects.exists()
    found = {(f.row, f.column, f.header): (f.value, f.what) for f in outcome.faults}
    assert set(found) == {
        (3, "C", "库水位"), (3, "D", "蓄水"), (4, "A", "时间"), (5, "B", "站名"),
        (6, "C", "库水位"),
    }  # fmt: skip
    assert found[3, "C", "库水位"] == ("十二", "“十二”不是数")
    assert "值不同" in found[6, "C", "库水位"][1]
    assert all(fault.mend and fault.words.startswith("工作表“CSV”第") for fault in outcome.faults)


def test_what_the_site_knows_better_is_named_at_its_cell_too(bring, hydro):
    bring(ROWS)
    outcome = bring(
        "2024-06-11 08:00,太湖水库,1300,,\n"  # 12.34 stands already
        "2024-06-12 07:00,无名水库,1234,,\n"
    )
    assert [(f.row, f.column) for f in outcome.faults] == [(3, "C")]
    assert "没有测点“无名水库-level”" in outcome.faults[0].what
    (fault,) = bring("2024-06-11 08:00,太湖水库,1300,,\n").faults
    assert (fault.row, fault.column, fault.what) == (
        2, "C", "测点“太湖水库-level”这一时刻已存有 12.34，表里是 13",
    )  # fmt: skip
    (fault,) = bring("2024-06-18 08:00,太湖水库,1300,,\n").faults
    assert "时间还没有到" in fault.what
    (fault,) = bring("2019-06-18 08:00,太湖水库,1300,,\n").faults
    assert "只保存 1095 天" in fault.what
    (fault,) = bring(ROWS, mapping=BULLETIN.replace("unit: cm", "unit: mm/h")).faults
    assert "不能换算成" in fault.what
    (fault,) = bring(ROWS, mapping=BULLETIN.replace("库水位", "坝上水位")).faults
    assert "找不到对照所写的“坝上水位”列" in fault.what


def test_a_wrong_mapping_says_its_line_and_a_stranger_is_refused(bring, hydro, district):
    with pytest.raises(CatalogueError, match="第 8 行.*不认识"):
        bring(ROWS, mapping=BULLETIN.replace("unit: cm", "unit: 厘米"))
    with pytest.raises(CatalogueError, match="没有“waterlevel”"):
        bring(ROWS, mapping=BULLETIN.replace("water_level", "waterlevel"))
    with pytest.raises(Invalid, match="来源") as refused:
        bring(ROWS, mapping=BULLETIN.replace("source: hydro", "source: hydra"))
    assert refused.value.field == "map"
    with pytest.raises(Forbidden):
        bring(ROWS, by=district.lin_zeguo_leader)
    assert not Batch.objects.exists()


def test_an_archive_that_hides_a_bomb_or_a_broken_table_brings_nothing(bring, hydro):
    def packed(**files):
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                with archive.open(f"{name}.csv", "w", force_zip64=True) as file:
                    for piece in content:
                        file.write(piece)
        return out.getvalue()

    good = (HEAD + ROWS).encode()
    outcome = bring(packed(a=[good], b=[b"\x00\x01\x02"]), name="一包.zip")
    assert [fault.sheet for fault in outcome.faults] == ["b.csv"]
    with pytest.raises(Invalid, match="过大"):
        bring(packed(a=[b"0" * (1 << 20)] * 600), name="炸弹.zip")
    assert not Batch.objects.exists()
    assert bring(packed(a=[good]), name="一包.zip").ok


# --- three years of the Yellow River --------------------------------------------------------------

ZIPS = [SERIES / f"yellow_river/{year}.zip" for year in (2018, 2019, 2020)]
STORAGE = re.compile(r"\((.+)\)亿")


def independent(path):
    """Stream, day and number of every cell, read by hand from the raw sheets; and the dashes."""
    found, dashes = {}, 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            book = CalamineWorkbook.from_filelike(BytesIO(archive.read(name)))
            for _, _, place, *cells in book.get_sheet_by_index(0).to_python()[1:]:
                for cell, what in zip(cells, ("level", "flow", "sediment"), strict=True):
                    if cell.strip() == "-":
                        dashes += 1
                        continue
                    held = STORAGE.fullmatch(cell)
                    what = "storage" if held else what
                    number = float(held[1] if held else cell.lstrip("*"))
                    found[f"{place.strip()}-{what}", name[:10]] = number
    return found, dashes


@pytest.mark.skipif(
    not all(path.is_file() for path in ZIPS),
    reason=f"the bulletins of the Yellow River are not at {SERIES}",
)
def test_three_years_of_the_yellow_river_to_the_last_cell(district, clock):
    who = {"by": district.chen_section, "at": clock.now()}
    actions.open_source(
        key="yellow-river", name="黄河水情", body=district.bureau, area=district.wenling, **who
    )
    wanted, dashes, gaps, starred = {}, 0, 0, 0
    for path in ZIPS:
        outcome = imports.run_observations(path, "yellow_river_daily", **who)
        assert outcome.ok, outcome.faults[:3]
        assert outcome.rows == 53 * 365
        gaps += outcome.more["空缺"]
        starred += outcome.more["存疑"]
        cells, empty = independent(path)
        wanted |= cells
        dashes += empty
    streams = Stream.objects.in_bulk()
    ids = list(streams)
    points = reading.series(ids, reading.moment(0), clock.now()).columns
    ours = {
        (streams[stream].code, f"{reading.moment(at) + timedelta(hours=8):%Y-%m-%d}"): value
        for stream, at, value in zip(
            points.stream.tolist(), points.at.tolist(), points.value.tolist(), strict=True
        )
    }
    assert ours == wanted
    assert ours["龙羊峡蓄水量-storage", "2018-07-10"] == 202
    assert gaps == dashes
    assert starred == Remark.objects.count() == 4534
    assert Counter(row.unit for row in streams.values())["10*8.m3"] == Counter(
        name.endswith("-storage") for name in {code for code, _ in wanted}
    )[True]  # fmt: skip
    assert Latest.objects.get(stream__code="利津-flow").at.astimezone(UTC).hour == 0
