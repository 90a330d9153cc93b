"""A report set as an official document, and read back: GB/T 9704-2012 by the ruler."""

import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from anlan.formats import documents, official
from anlan.formats.official import Cell, Chart, Document, Paragraph, Run, Series, Table, charts
from anlan.formats.official.values import Annex
from anlan.formats.official.wording import signature_indents

TEXT = """上半年，全市安全形势总体平稳。
一、总体情况
（一）隐患排查。上半年发现隐患225条，整改率99.11%。
1.重点领域
(1) 有限空间检查7家。
表：各镇街整改情况
|镇街|发现|整改率|
|泽国镇|120|98.33%|
二、下一步工作
(一)压实责任
守住底线。"""


def report(**given: object) -> Document:
    facts: dict[str, object] = {
        "title": "温岭市应急管理局2024年上半年工作总结",
        "blocks": official.parse(TEXT),
        "head": "温岭市应急管理局文件",
        "number": "温应急〔2024〕3号",
        "addressees": ("各镇人民政府", "各街道办事处"),
        "attachments": ("整改情况表", "企业名单"),
        "signature": "温岭市应急管理局",
        "signed_on": date(2024, 7, 10),
        "seal": True,
        "copies_to": ("市委办", "市政府办"),
        "printer": "温岭市应急管理局办公室",
        "printed_on": date(2024, 7, 10),
    }
    return Document(**(facts | given))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def word():
    return docx.Document(BytesIO(official.docx_of(report())))


def said(word, begin: str):
    return next(p for p in word.paragraphs if p.text.startswith(begin))


def face(run) -> tuple[str, str, float]:
    fonts = run._r.rPr.rFonts
    language = run._r.rPr.find(qn("w:lang"))
    return fonts.get(qn("w:eastAsia")), language.get(qn("w:eastAsia")), run.font.size.pt


def test_the_page_is_a4_with_a_type_area_of_156_by_225_millimetres(word):
    section = word.sections[0]
    sides = ("page_width", "page_height", "top_margin", "left_margin", "right_margin",
             "bottom_margin")  # fmt: skip
    ruled = [round(getattr(section, side) / Mm(1)) for side in sides]
    assert ruled == [210, 297, 37, 28, 26, 35]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "lines"
    assert int(grid.get(qn("w:linePitch"))) * 22 == pytest.approx(225 / 25.4 * 1440, rel=0.002)
    closer = word.styles["Normal"].element.rPr.find(qn("w:spacing"))
    line = 28 * (16 + int(closer.get(qn("w:val"))) / 20)
    assert 27.5 / 28 * line < line <= 156 / 25.4 * 72, "28 characters fill a line, 29 do not fit"
    assert 29 / 28 * line > 156 / 25.4 * 72


@pytest.mark.parametrize(
    ("begin", "style", "named"),
    [
        ("温岭市应急管理局2024年上半年", "Normal", ("方正小标宋简体", 22)),
        ("一、总体情况", "Heading 1", ("黑体", 16)),
        ("（一）隐患排查。", "Heading 2", ("楷体_GB2312", 16)),
        ("1.重点领域", "Heading 3", ("仿宋_GB2312", 16)),
        ("上半年，全市", "Normal", ("仿宋_GB2312", 16)),
    ],
)
def test_each_level_names_its_typeface_for_chinese(word, begin, style, named):
    found = said(word, begin)
    family, language, size = face(found.runs[0])
    assert (found.style.name, family, size, language) == (style, *named, "zh-CN")


def test_a_heading_that_runs_on_goes_over_into_the_body_type(word):
    lead, rest = said(word, "（一）隐患排查。").runs
    assert (lead.text, face(lead)[0]) == ("（一）隐患排查。", "楷体_GB2312")
    assert face(rest)[0] == "仿宋_GB2312"
    assert rest.text.startswith("上半年发现隐患")


def test_page_numbers_stand_right_on_odd_pages_and_left_on_even_ones(word):
    section = word.sections[0]
    assert word.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, 2), (section.even_page_footer, 0)):
        [line] = footer.paragraphs
        assert line.alignment == side
        assert [run.text for run in line.runs if run.text] == ["— ", " —"]
        assert "PAGE" in line._p.xml
        assert face(line.runs[0]) == ("宋体", "zh-CN", 14.0)


def test_the_head_is_red_and_a_rule_parts_it_from_the_title(word):
    head = said(word, "温岭市应急管理局文件")
    assert str(head.runs[0].font.color.rgb) == "C00000"
    number = said(word, "温应急〔2024〕3号")
    assert number._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom")).get(qn("w:color")) == "C00000"


def test_name_and_date_are_centred_on_each_other_and_the_seal_has_its_place(word):
    day = said(word, "2024年7月10日")
    name = [p for p in word.paragraphs if p.text == "温岭市应急管理局"][-1]
    assert "w:bookmarkStart" in name._p.xml
    assert 'w:name="seal"' in name._p.xml
    wide = {"name": 8 * 16, "day": (4 + 7 * 0.5 + 0) * 16}
    middle = {
        "name": name.paragraph_format.right_indent.pt + wide["name"] / 2,
        "day": day.paragraph_format.right_indent.pt + signature_width(day.text) * 16 / 2,
    }
    assert middle["name"] == pytest.approx(middle["day"], abs=1)
    before = [p.text for p in word.paragraphs]
    at = len(before) - 1 - before[::-1].index("温岭市应急管理局")
    assert before[at - 3 : at] == ["", "", ""]


def test_the_annexes_come_before_the_colophon_each_on_a_page_of_its_own():
    annexes = (Annex("整改情况表", official.parse(TEXT)), Annex("企业名单", official.parse(TEXT)))
    word = docx.Document(BytesIO(official.docx_of(report(annexes=annexes))))
    begins = [p for p in word.paragraphs if p.text in ("附件1", "附件2")]
    assert [p.paragraph_format.page_break_before for p in begins] == [True, True]
    body = list(word.element.body)
    assert body.index(word.tables[-1]._tbl) > body.index(begins[-1]._p)
    assert "抄送" in word.tables[-1].rows[0].cells[0].text
    where = word.tables[-1]._tbl.tblPr.find(qn("w:tblpPr"))
    assert int(where.get(qn("w:tblpY"))) < 262 / 25.4 * 1440


def test_a_long_attachment_goes_on_under_its_own_first_character(word):
    shown = said(word, "附件：1.")
    form = shown.paragraph_format
    assert form.left_indent.pt == pytest.approx((2 + 3 + 1) * 16, abs=0.5)
    assert form.first_line_indent.pt == pytest.approx(-(3 + 1) * 16, abs=0.5)


def test_a_heading_never_ends_a_page(word):
    for begin in ("一、总体情况", "1.重点领域"):
        assert said(word, begin).paragraph_format.keep_with_next
    assert not said(word, "（一）隐患排查。").paragraph_format.keep_with_next


def test_the_signature_never_stands_on_a_page_without_text(word):
    at = [p.text for p in word.paragraphs].index("守住底线。")
    signed = [n for n, p in enumerate(word.paragraphs) if p.text == "温岭市应急管理局"][-1]
    last = next(p for p in reversed(word.paragraphs[:signed]) if p.text)
    assert at < signed
    assert last.paragraph_format.keep_with_next
    assert all(p.paragraph_format.keep_with_next for p in word.paragraphs[signed - 3 : signed + 1])


def signature_width(words: str) -> float:
    return sum(0.5 if c.isascii() else 1 for c in words)


def test_the_colophon_names_copies_printer_and_day(word):
    lines = [cell.text for row in word.tables[-1].rows for cell in row.cells]
    assert lines[0].strip() == "抄送：市委办，市政府办。"
    assert lines[1].split("\t")[1].strip() == "2024年7月10日印发"


def test_what_is_written_reads_as_it_was_meant():
    text = documents.read(official.docx_of(report()))
    for words in ("各镇人民政府、各街道办事处：", "附件：1.整改情况表", "泽国镇\t120\t98.33%"):
        assert words in text


def test_the_same_document_is_the_same_bytes_whenever_it_is_written():
    chart = Chart("各月隐患", ("1月", "2月"), (Series("本年", (3.0, None)),), unit="条")
    document = report(blocks=(*official.parse(TEXT), chart))
    for write in (official.docx_of, official.pdf_of, official.page_of):
        assert write(document) == write(document)
    with zipfile.ZipFile(BytesIO(official.docx_of(document))) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert any(name.startswith("word/media/") for name in archive.namelist())


def test_the_pdf_carries_its_letters_and_numbers_its_pages():
    document = report(blocks=official.parse(TEXT * 8))
    made = official.pdf_of(document)
    assert made.startswith(b"%PDF-")
    assert b"NotoSerifSC" in made or len(made) > 20_000
    assert made != official.pdf_of(replace(document, title="另一份"))


def test_a_document_survives_being_kept_as_json():
    runs = (Run("发现隐患"), Run("225条", ref="hazards_found|2024H1|331081000000"),
            Run("9", by_hand=True))  # fmt: skip
    table = Table("表", ("甲", "乙"), ((Cell((Run("子"),)), Cell((Run("1"),), is_number=True)),))
    chart = Chart("图", ("1月",), (Series("本年", (1.0,)),), "line", "条")
    document = report(blocks=(Paragraph(runs, 1, (Run("头"),)), table, chart))
    assert official.from_json(official.as_json(document)) == document


def test_a_number_on_the_page_opens_what_it_counts_and_hides_nothing_typed_by_hand():
    runs = (Run("隐患"), Run("225条", ref="a|b|c"), Run("<7>", by_hand=True))
    made = official.page_of(Document("题", (Paragraph(runs),)), address=lambda ref: f"/rows/{ref}/")
    assert '<a href="/rows/a|b|c/" data-figure="a|b|c">225条</a>' in made
    assert "&lt;7&gt;</mark>" in made


def test_headings_that_lost_their_text_go_and_the_numbers_close_up():
    given = (
        "一、甲\n二、乙\n（一）子\n三、丙\n正文\n（二）丑\n正文。\n1.首先做。\n3.其次做。\n四、丁"
    )
    kept = official.tidied(official.parse(given))
    words = [official.plain(b.lead) + official.plain(b.runs) for b in kept]
    assert words == ["一、丙", "正文", "（一）丑", "正文。", "1.首先做。", "2.其次做。"]


def test_a_table_whose_rows_differ_in_length_names_the_line():
    with pytest.raises(official.MarkupError, match="第3行") as wrong:
        official.parse("表：整改\n|镇|数|\n|泽国|\n")
    assert "竖线" in wrong.value.mend


@pytest.mark.parametrize(
    "name", ["局", "温岭市应急管理局", "温岭市安全生产委员会办公室及其他各有关单位"]
)
def test_a_long_name_never_leaves_the_page(name):
    left, right = signature_indents(report(signature=name))
    assert min(left, right) >= 2.0


@pytest.mark.parametrize("kind", ["bar", "line"])
def test_the_number_above_the_highest_value_leaves_the_legend_alone(kind):
    full = (Series("发现隐患", (10.0, 10.0)), Series("完成整改", (10.0, 10.0)))
    words = [m for m in charts.marks(Chart("图", ("1月", "2月"), full, kind)) if hasattr(m, "text")]
    lowest = max(mark.y for mark in words if mark.text in ("发现隐患", "完成整改"))
    numbers = [mark for mark in words if mark.text == "10" and mark.anchor == "middle"]
    assert numbers
    assert min(mark.y - mark.size for mark in numbers) > lowest
