"""What the catalogues of this room may say, and what is refused with its mend."""

import pytest

from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid
from anlan.records.models import checklist_named, kind_named, kinds
from anlan.records.rules import Checklist, RecordKind, form_of, names_in, title_of

BARE = "round:\n  label: 巡逻\n  group: 测试\n  symbol: walk\n  prefix: XL\n"


def parsed(text):
    return catalogues.parse(text, RecordKind, file="record_kinds.yaml")["round"]


def test_there_are_thirty_kinds_and_each_has_a_whole_form():
    assert len(kinds()) >= 25
    for kind in kinds().values():
        fields = form_of(kind, {"消防": "fire"})
        assert {"started_at", "area"} <= {each.key for each in fields}
        assert all(each.label for each in fields)


def test_a_new_kind_is_one_block_and_has_its_form():
    kind = parsed(BARE + "  needs: [bodies]\n  counts: [{key: seen, label: 看到, unit: 处}]\n")
    assert {"bodies", "seen"} <= {each.key for each in form_of(kind, {})}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("  same: visit\n", "same: event"),
        ("  same: event\n  counts: [{key: firms, label: 检查企业, unit: 家次}]\n", "家和家次"),
        ("  same: event\n  opens: hazard\n", "opens"),
        ("  same: event\n  checklists: [dust]\n", "opens"),
        ("  same: event\n  tally: problems\n", "tally"),
        ("  same: event\n  counts: [{key: area, label: 面积, unit: 亩}]\n", "重复"),
        ("  same: event\n  late_days: -1\n", "late_days"),
    ],
)
def test_a_block_that_contradicts_itself_is_refused_with_file_and_line(lines, words):
    with pytest.raises(catalogues.CatalogueError, match=words) as said:
        parsed(BARE + lines)
    assert "record_kinds.yaml 第" in str(said.value)


LIST = """tanks:
  label: 储罐检查表
  editions:
    - since: 2024-01-01
      items:
        - {key: leak, ask: 有无渗漏, fault: 储罐渗漏, judge: 目测, measure: 停用, ITEM}
"""


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("clause: fire_law.28.exit, basis: 又一处", "只写一项"),
        ("grade: GENERAL", "只写一项"),
        ("basis: 某规程, grade: MAJOR", "条款"),
    ],
)
def test_a_check_item_without_its_ground_is_refused(item, words):
    with pytest.raises(catalogues.CatalogueError, match=words):
        catalogues.parse(LIST.replace("ITEM", item), Checklist, file="checklists.yaml")


def test_a_clause_that_does_not_exist_is_refused_with_the_nearest(settings, tmp_path):
    settings.ANLAN_CATALOGUES = tmp_path
    wrong = LIST.replace("ITEM", "clause: fire_law.28.exits")
    (tmp_path / "checklists.yaml").write_text(wrong, encoding="utf-8")
    catalogues.reload()
    try:
        with pytest.raises(catalogues.CatalogueError, match=r"没有的条款") as said:
            checklist_named("tanks")
        assert "fire_law.28.exit" in said.value.mend
    finally:
        settings.ANLAN_CATALOGUES = None
        catalogues.reload()
    assert kind_named("inspection").label == "执法检查"


def test_an_unknown_kind_is_answered_with_the_nearest():
    with pytest.raises(Invalid) as said:
        kind_named("night_chek")
    assert "night_check" in said.value.mend


def test_names_in_a_cell_however_they_are_separated():
    assert names_in("泽海冷链、开元铸造；泽海冷链\n 长屿 石业 ") == [
        "泽海冷链",
        "开元铸造",
        "长屿 石业",
    ]
    assert names_in("") == []
    assert title_of("", "夜查", ["甲厂", "乙厂"], "泽国镇") == "夜查 甲厂等2家"
    assert title_of("", "夜查", [], "泽国镇") == "夜查 泽国镇"
