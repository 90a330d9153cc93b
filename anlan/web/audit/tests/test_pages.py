"""The clerk has a report checked before it goes out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.web.tests.chairs import text_of

WRONG = "今年以来,共排查隐患320处,已整改300处,整改率95.6%。"
RIGHT = "今年以来,共排查隐患320处,已整改300处,整改率93.75%。"


def test_a_wrong_rate_stands_first_and_is_marked_in_the_text(chair, district):
    page = text_of(chair(district.chen_section).post("/audit/", {"text": WRONG + RIGHT}))
    assert page.index("93.75%，两者不符") < page.index("与所写93.75%相符")
    assert 'class="audit-figure audit-mismatch" id="figure-' in page
    assert "✗矛盾" in page


def test_every_line_of_the_list_leads_to_a_figure_that_is_there(chair, district):
    page = text_of(chair(district.chen_section).post("/audit/", {"text": WRONG}))
    leads = {part.split('"')[0] for part in page.split('href="#figure-')[1:]}
    assert leads
    for number in leads:
        assert f'id="figure-{number}"' in page
        assert f'id="check-{number}"' in page


def test_a_file_saved_by_an_old_editor_is_read(chair, district):
    file = SimpleUploadedFile("总结.txt", WRONG.encode("gb18030"))
    page = text_of(chair(district.chen_section).post("/audit/", {"file": file}))
    assert "总结.txt" in page
    assert "95.6%" in page


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"text": "   "}, "没有粘贴文字"),
        ({"file": SimpleUploadedFile("扫描.pdf", b"%PDF-1.7 ...")}, "另存为"),
        ({"text": "字" * 200_001}, "文字太长"),
    ],
)
def test_what_cannot_be_audited_is_said_with_the_mend(chair, district, sent, words):
    answer = chair(district.chen_section).post("/audit/", sent)
    assert answer.status_code == 422
    assert words in text_of(answer)


def test_what_was_pasted_is_kept_when_it_is_refused(chair, district):
    answer = chair(district.chen_section).post("/audit/", {"text": "防汛" + "字" * 200_000})
    assert "防汛字字" in text_of(answer)


def test_markup_in_a_report_stays_text(chair, district):
    page = text_of(chair(district.chen_section).post("/audit/", {"text": f"<b>{WRONG}</b>"}))
    assert "&lt;b&gt;" in page


def test_nothing_of_the_report_is_stored(chair, district):
    clerk = chair(district.chen_section)
    before = clerk.get("/audit/").status_code
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        clerk.post("/audit/", {"text": WRONG})
    assert before == 200
    assert not [q["sql"] for q in seen if "隐患320处" in q["sql"]]


def test_the_clerk_finds_it_beside_the_figures(chair, district):
    assert 'href="/audit/"' in chair(district.chen_section).reads("/figures/")
