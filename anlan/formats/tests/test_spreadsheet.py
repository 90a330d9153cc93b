"""Tables as offices make them come in whole, and go out so that they can come in again."""

import csv
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from anlan.formats import spreadsheet as s

SAMPLES = Path(__file__).parent / "samples"
MARCH_9 = date(2026, 3, 9)


def workbook(*rows: list[Any], merges: tuple[str, ...] = (), sheet: str = "台账") -> bytes:
    """A workbook made by hand: rows of cells, then ranges that are merged."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet(sheet)
        for area in merges:
            page.merge_range(area, "")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    page.write(number, column, value)
    return out.getvalue()


# --- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ledger.xls", "ledger.ods"])
def test_the_old_excel_and_the_open_format(name: str) -> None:
    (table,) = s.read((SAMPLES / name).read_bytes())
    assert (table.sheet, table.header_row) == ("台账", 2)
    assert [row.values for row in table.rows] == [
        {"序号": 1, "隐患描述": "护栏缺失", "发现日期": MARCH_9, "责任人": "林海燕"},
        {"序号": 2, "隐患描述": "线路老化", "发现日期": "2026.3.10", "责任人": "林海燕"},
    ]


def test_title_and_form_head_are_skipped_and_rows_keep_their_numbers() -> None:
    (table,) = s.read(
        workbook(
            ["泽国镇2026年一季度隐患排查治理台账"],
            ["填报单位：泽国镇应急管理站", None, None, "填报日期：2026年3月9日"],
            [],
            ["序号", "隐患描述*", "整改期限\n（天）", "发现日期", "备注：", "备注"],
            [1, "护栏缺失 ", "１５", MARCH_9, None, "急"],
            [],
            [2, "线路老化", 15, "2026.3.10"],
            merges=("A1:F1",),
        )
    )
    assert table.header_row == 4
    assert table.headers == ["序号", "隐患描述", "整改期限（天）", "发现日期", "备注", "备注(2)"]
    assert [row.number for row in table.rows] == [5, 7]
    assert table.rows[0].values["整改期限（天）"] == "15"
    assert table.rows[0].values["备注(2)"] == "急"
    assert table.rows[1].values["备注"] is None
    assert table.spot(table.rows[1], "发现日期") == "工作表“台账”第 7 行 D 列"


def test_a_header_of_two_rows_and_cells_merged_downwards() -> None:
    (table,) = s.read(
        workbook(
            ["隐患台账"],
            ["序号", "位置", None, "隐患", None],
            [None, "村社", "地址", "描述", "等级"],
            [1, "牧屿村", "文昌路3号", "护栏缺失", "一般"],
            [2, None, "文昌路5号", "线路老化", "重大"],
            merges=("A1:E1", "A2:A3", "B2:C2", "D2:E2", "B4:B5"),
        )
    )
    assert table.headers == ["序号", "村社", "地址", "描述", "等级"]
    assert [row.values["村社"] for row in table.rows] == ["牧屿村", "牧屿村"]
    assert [row.number for row in table.rows] == [4, 5]


def test_expected_names_find_a_header_that_looks_like_none() -> None:
    content = workbook(
        ["说明", "请勿", "改动", "表头", "和", "格式"],
        ["甲", "乙", "丙", "丁", "戊", "己"],
        ["隐患 描述（必填）", "发现日期"],
        ["护栏缺失", MARCH_9],
    )
    (table,) = s.read(content, expects=["隐患描述", "发现日期", "地址"])
    assert table.headers == ["隐患描述", "发现日期"]
    assert table.rows[0].values == {"隐患描述": "护栏缺失", "发现日期": MARCH_9}


def test_blanks_in_a_header_are_kept_where_they_part_words() -> None:
    (table,) = s.read("Zip  Code,隐患 描述,整改期限 (天)\n7030,护栏缺失,15\n".encode())
    assert table.headers == ["Zip Code", "隐患描述", "整改期限(天)"]


def test_a_column_without_a_name_is_called_by_its_letter_when_it_holds_something() -> None:
    (table,) = s.read(workbook(["甲", None, "丙", None], [1, 2, 3, None], [4, None, 6, None]))
    assert table.headers == ["甲", "B列", "丙"]
    assert table.letters["丙"] == "C"


def test_hidden_sheets_are_lists_for_choosing_and_not_data() -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("台账").write_row(0, 0, ["甲", "乙"])
        hidden = book.add_worksheet("选项")
        hidden.write_row(0, 0, ["丙", "丁"])
        hidden.hide()
        book.add_worksheet("空")
    assert [table.sheet for table in s.read(out.getvalue())] == ["台账"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_a_text_in_any_encoding_with_any_delimiter(encoding: str, delimiter: str) -> None:
    text = StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["编号", "隐患描述", "地址"])
    writer.writerow(['="00123"', "护栏缺失，\n急需整改；见图|照片", "文昌路3号,东侧"])
    (table,) = s.read(text.getvalue().encode(encoding))
    assert table.rows[0].number == 2
    assert table.rows[0].values == {
        "编号": "00123",
        "隐患描述": "护栏缺失，\n急需整改；见图|照片",
        "地址": "文昌路3号,东侧",
    }


def test_a_text_of_one_column() -> None:
    (table,) = s.read("隐患描述\n护栏缺失\n线路老化\n".encode())
    assert [row.values for row in table.rows] == [
        {"隐患描述": "护栏缺失"},
        {"隐患描述": "线路老化"},
    ]


def locked() -> bytes:
    """An encrypted workbook is an old container with these two streams."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b"  \n", "空的"),
        (workbook([]), "没有内容"),
        (workbook(["甲"], [1])[:600], "打不开"),
        (locked(), "打不开"),
        (b"\x00\x01\x02\x03" * 100, "不是表格文件"),
        (workbook(*([] for _ in range(1_048_500)), [None] * 30 + ["x"]), "第 1048501 行"),
    ],
)
def test_what_is_no_table_is_said(content: bytes, words: str) -> None:
    with pytest.raises(s.SpreadsheetError) as caught:
        s.read(content)
    assert words in caught.value.words
    assert caught.value.mend


def test_a_small_file_that_unpacks_to_a_large_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anlan.formats.spreadsheet.reading._MOST_UNPACKED", 1 << 20)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        archive.writestr("xl/media/big.bin", b"\x00" * (2 << 20))
    assert len(out.getvalue()) < 10_000
    with pytest.raises(s.SpreadsheetError, match="过大"):
        s.read(out.getvalue())


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"]))
def test_no_bytes_bring_anything_but_tables_or_a_refusal(content: bytes, magic: bytes) -> None:
    try:
        tables = s.read(magic + content)
    except s.SpreadsheetError:
        tables = []
    assert all(table.header_row >= 1 for table in tables)


WHOLE = workbook(["甲", "乙"], [1, "文"])


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
@run(max_examples=200)
def test_a_workbook_with_a_broken_byte(where: int, byte: int) -> None:
    broken = WHOLE[:where] + bytes([byte]) + WHOLE[where + 1 :]
    try:
        tables = s.read(broken)
    except s.SpreadsheetError:
        tables = []
    assert all(table.letters for table in tables)


# --- pasting ------------------------------------------------------------------------------------

EXPECTED = ["隐患描述", "地址", "发现日期"]


def test_cells_pasted_with_their_header() -> None:
    table = s.read_pasted(
        '地址\t隐患描述\r\n文昌路3号\t"护栏缺失\r\n第二行"\r\n\t线路""老化""\r\n', expects=EXPECTED
    )
    assert table.rows[0].values == {"地址": "文昌路3号", "隐患描述": "护栏缺失\n第二行"}
    assert table.rows[1].values["地址"] is None
    assert table.header_row == 1


def test_cells_pasted_without_header_stand_in_the_order_of_the_form() -> None:
    table = s.read_pasted("护栏缺失\t文昌路３号\t2026.3.9\t多出来的\n", expects=EXPECTED)
    assert table.header_row == 0
    assert table.rows[0].number == 1
    assert table.rows[0].values == {
        "隐患描述": "护栏缺失",
        "地址": "文昌路3号",
        "发现日期": "2026.3.9",
        "D列": "多出来的",
    }


def test_a_single_quote_mark_does_not_swallow_the_rest() -> None:
    table = s.read_pasted('管径 6" 破裂\t文昌路\n护栏缺失\t东路\n', expects=EXPECTED)
    assert [row.values["隐患描述"] for row in table.rows] == ['管径 6" 破裂', "护栏缺失"]


def test_nothing_was_pasted() -> None:
    with pytest.raises(s.SpreadsheetError, match="没有粘贴到内容"):
        s.read_pasted(" \t \n", expects=EXPECTED)


# --- writing ------------------------------------------------------------------------------------

COLUMNS = [
    s.Column("编号", "text"),
    s.Column("隐患描述"),
    s.Column("整改率", "percent"),
    s.Column("发现日期", "date"),
    s.Column("上报时间", "moment"),
    s.Column("件数", "integer"),
    s.Column("重大"),
]
ROW: list[s.Value] = [
    "331081001000",
    "护栏缺失",
    0.85,
    MARCH_9,
    datetime(2026, 3, 9, 6, 30, tzinfo=UTC),
    1234,
    True,
]


def exported(rows: list[list[s.Value]], title: str = "") -> bytes:
    out = BytesIO()
    assert s.write(out, COLUMNS, rows, sheet="台账", title=title) == len(rows)
    return out.getvalue()


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(name).decode()


@pytest.mark.parametrize("title", ["", "温岭市隐患台账（截至2026年3月9日）"])
def test_what_went_out_comes_in_again(title: str) -> None:
    (table,) = s.read(exported([ROW, ROW], title))
    assert table.headers == [column.title for column in COLUMNS]
    assert table.header_row == (2 if title else 1)
    assert list(table.rows[1].values.values()) == [
        "331081001000",
        "护栏缺失",
        0.85,
        MARCH_9,
        datetime(2026, 3, 9, 14, 30),  # noqa: DTZ001 Beijing time, as a sheet has no zones
        1234,
        "是",
    ]


def test_a_header_that_stays_dates_in_chinese_and_numbers_at_the_right() -> None:
    content = exported([ROW])
    sheet, styles = part(content, "xl/worksheets/sheet1.xml"), part(content, "xl/styles.xml")
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in sheet
    assert "<autoFilter" in sheet
    assert "yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;" in styles
    assert 'horizontal="right"' in styles
    assert "#DCE6F1"[1:] in styles


def test_wide_texts_have_wide_columns() -> None:
    narrow, wide = list(ROW), list(ROW)
    wide[1] = "护栏缺失，需要尽快整改并上报"
    widths = [part(exported([row]), "xl/worksheets/sheet1.xml") for row in (narrow, wide)]
    assert widths[0] != widths[1]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\t=1", "＝1"])
def test_a_formula_somebody_reported_stays_a_text(text: str) -> None:
    row = list(ROW)
    row[1] = text
    content = exported([row])
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert 'quotePrefix="1"' in part(content, "xl/styles.xml")
    (table,) = s.read(content)
    assert table.rows[0].values["隐患描述"] == text.strip()


def test_an_export_too_long_for_memory_is_streamed_and_whole() -> None:
    out = BytesIO()
    rows = ([number, f"隐患{number}"] for number in range(25_000))
    assert s.write(out, [s.Column("序号"), s.Column("描述")], rows) == 25_000
    (table,) = s.read(out.getvalue())
    assert [row.values["序号"] for row in table.rows] == list(range(25_000))


def test_an_empty_export_is_a_header() -> None:
    content = exported([])
    (table,) = s.read(content)
    assert table.rows == []
    assert "隐患描述" in table.headers


def test_a_row_of_the_wrong_length_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="zip"):
        exported([ROW[:3]])


cells = st.one_of(
    st.none(),
    st.integers(-(10**14), 10**14),
    st.dates(date(1955, 1, 1), date(2100, 1, 1)),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp", "Cf"]), max_size=20),
)


@given(st.lists(st.tuples(cells, cells, cells), max_size=8))
def test_any_rows_come_back_as_they_went(rows: list[tuple[s.Value, ...]]) -> None:
    out = BytesIO()
    s.write(out, [s.Column("甲"), s.Column("乙"), s.Column("丙")], rows)
    (table,) = s.read(out.getvalue(), expects=["甲", "乙", "丙"])
    came = [tuple(row.values.values()) for row in table.rows]
    went = [tuple(s.clean(value) for value in row) for row in rows]
    assert came == [row for row in went if any(value is not None for value in row)]
