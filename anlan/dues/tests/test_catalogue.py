# ruff: noqa: E501 (the table is wide so that it can be read)
"""catalogues/dues.yaml as it is shipped, and what a district may not write into it."""

import pytest

from anlan.dues.models import dues, ladders
from anlan.kernel import catalogues
from anlan.papers.models import kinds as paper_kinds


def test_there_are_more_than_twenty_and_each_says_in_whose_words():
    known = dues()
    assert len(known) >= 20
    assert all(due.clause and due.source and due.label for due in known.values())
    assert {due.every for due in known.values()} >= {"", "day", "week", "month", "quarter", "year"}


def test_every_rung_has_a_paper_that_exists():
    papers = paper_kinds()
    for ladder in ladders().values():
        assert {rung.paper for rung in ladder.rungs if rung.paper} <= set(papers)
    labels = [rung.label for rung in ladders()["towns"].rungs]
    assert labels == ["提醒", "工作提醒函", "督办单", "通报", "约谈", "挂牌督办", "问责建议"]


@pytest.mark.parametrize(
    ("change", "words", "mend"),
    [
        (("kinds: [night_check]", "kinds: [night_chek]"), "没有的种类「night_chek」", "night_check"),
        (("take: counts.passed\n  least: 900\n  unit: 人", "take: counts.passed\n  least: 900\n  unit: 人次"),
         "计数单位「人」不符", "unit: 人"),
        (("attribute: trained_on", "attribute: traned_on"), "没有的项目「traned_on」", "trained_on"),
        (("ladder: towns", "ladder: twns"), "没有的督促阶梯「twns」", "towns"),
        (("least: 46", "least: vilages * 2"), "没有「vilages」这个名称", "villages"),
    ],
)  # fmt: skip
def test_what_does_not_exist_below_is_refused_with_line_and_mend(
    settings, tmp_path, change, words, mend
):
    text = catalogues.path_of("dues").read_text(encoding="utf-8")
    assert change[0] in text
    changed = text.replace(*change, 1)
    (tmp_path / "dues.yaml").write_text(changed, encoding="utf-8")
    settings.ANLAN_CATALOGUES = tmp_path
    catalogues.reload()
    try:
        with pytest.raises(catalogues.CatalogueError, match=words) as said:
            dues()
        assert "dues.yaml 第" in said.value.words
        line = changed.splitlines()[said.value.line - 1]
        assert said.value.value in line
        assert mend in said.value.mend
    finally:
        settings.ANLAN_CATALOGUES = None
        catalogues.reload()
    assert dues()["town_night_check"].label == "镇街集中夜查"
