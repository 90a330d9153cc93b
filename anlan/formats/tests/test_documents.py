"""A report arrives as whatever the clerk had at hand: Word, a saved page, an old text file."""

import io
import zipfile

import docx
import pytest

from anlan.formats.documents import DocumentError, read, read_file

TEXT = "今年以来,共发现隐患300条,已整改290条。\n隱患整改率96.67%。"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_a_text_in_any_encoding_an_editor_saves(encoding):
    assert read(TEXT.encode(encoding)) == TEXT


def test_line_ends_of_windows_are_line_ends():
    assert read(TEXT.replace("\n", "\r\n").encode()) == TEXT


def word(*blocks: str | list[list[str]]) -> bytes:
    made = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            made.add_paragraph(block)
        else:
            table = made.add_table(rows=len(block), cols=len(block[0]))
            for row, cells in zip(table.rows, block, strict=True):
                for cell, words in zip(row.cells, cells, strict=True):
                    cell.text = words
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def test_word_paragraphs_and_tables_come_in_their_order():
    content = word("一、事故情况", [["类别", "起数"], ["道路", "12起"]], "二、打算")
    assert read(content) == "一、事故情况\n类别\t起数\n道路\t12起\n二、打算"


def test_a_merged_cell_is_said_once():
    made = docx.Document()
    table = made.add_table(rows=1, cols=3)
    table.rows[0].cells[0].merge(table.rows[0].cells[1]).text = "合计"
    table.rows[0].cells[2].text = "5家"
    held = io.BytesIO()
    made.save(held)
    assert read(held.getvalue()) == "合计\t\t5家"


PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>总结</title>
<style>p {{ color: red }}</style></head><body><nav>首页</nav><script>var 假 = 9;</script>
<p>共发现隐患<b>300</b>条,<br>已整改290
条。</p><table><tr><td>县级</td><td>1家</td></tr></table></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_page_keeps_what_is_read_and_drops_scripts(charset):
    text = read(PAGE.format(charset=charset).encode(charset))
    assert "共发现隐患300条,\n已整改290 条。" in text
    assert "首页" in text
    assert "县级\t1家" in text
    assert "假" not in text
    assert "color" not in text


def test_a_page_that_names_the_wrong_encoding_is_read_all_the_same():
    assert "共发现隐患300条" in read(PAGE.format(charset="utf-8").encode("gb18030"))


def broken_word() -> bytes:
    return word("好好的")[:-600]


def other_zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b"  \n ", "空的"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "旧版 Word"),
        (broken_word(), "打不开"),
        (other_zip(), "不是 Word"),
        (b"\x81\x00\xff\xff\xfe\x80", "文字"),
        (b"<html><body><script>1</script></body></html>", "没有文字"),
    ],
)
def test_what_cannot_be_read_is_said_with_the_mend(content, words):
    with pytest.raises(DocumentError, match=words) as refused:
        read(content)
    assert refused.value.mend


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DocumentError, match="打不开文件"):
        read_file(tmp_path / "没有.txt")
    (tmp_path / "有.txt").write_text(TEXT, encoding="utf-8")
    assert read_file(tmp_path / "有.txt") == TEXT
