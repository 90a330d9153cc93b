"""What clerks really bring: old tables with odd heads, slips of the pen, the same file twice."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from anlan.formats import spreadsheet
from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, Refused
from anlan.kernel.models import Announcement, TrailEntry
from anlan.registry import access, actions
from anlan.registry.models import GradeChange, Item, ItemBatch
from anlan.wiring import imports

HEADS = [
    "编号", "企业名称", "名称", "镇街", "地址", "经度", "纬度", "坐标系", "风险分级", "员工人数",
    "联系电话", "更新日期",
]  # fmt: skip


def row(number, **changed):
    """One enterprise as the clerk of 泽国镇 lists it; the keys of `changed` are heads."""
    plain = {
        "编号": f"ZG-{number:05d}",
        "企业名称": "泽海冷链",
        "名称": f"牧屿第{number}机械厂",
        "镇街": "泽国镇",
        "地址": f"工业路{number}号",
        "经度": 121.345,
        "纬度": "28.495",
        "坐标系": "高德",
        "风险分级": "一般",
        "员工人数": "35人",
        "联系电话": 13900000000.0 + number,
        "更新日期": "2024年6月1日",
    }
    return [*(plain | changed).values()]


@pytest.fixture
def table(tmp_path):
    """Writes rows to an .xlsx, with a title above the heads as such tables have."""

    def write(rows, heads=HEADS, name="企业台账.xlsx", title="泽国镇企业场所台账(2024年6月)"):
        out = BytesIO()
        columns = [spreadsheet.Column(head) for head in heads]
        spreadsheet.write(out, columns, rows, sheet="台账", title=title)
        path = tmp_path / name
        path.write_bytes(out.getvalue())
        return path

    return write


@pytest.fixture
def bring(district, clock):
    def bring(path, kind="enterprise-premises", by=None, **options):
        return imports.run(
            kind, path, by=by or district.huang_zeguo_station, at=clock.now(), **options
        )

    return bring


def test_an_old_table_with_heads_of_its_own_is_understood(table, bring, district):
    outcome = bring(table([row(1), row(2)]))
    assert outcome.ok, [fault.words for fault in outcome.faults]
    assert (outcome.rows, outcome.stored.added, outcome.ignored) == (2, 2, ())
    item = Item.objects.get(code="ZG-00001")
    assert item.area == district.zeguo
    assert item.enterprise == district.cold_chain
    assert item.grade == "GENERAL"
    assert item.position_source == "GCJ-02"
    assert item.lon != 121.345
    assert item.attributes["employees"] == 35
    assert item.attributes["safety_phone"] == "13900000001"
    assert str(item.confirmed_on) == "2024-06-01"
    assert str(item.stale_on) == "2024-11-28"
    assert item.parties_missing


def test_one_batch_is_one_entry_in_the_trail_and_vouches_for_its_rows(table, bring, district):
    before = TrailEntry.objects.count()
    bring(table([row(n) for n in range(50)]))
    assert TrailEntry.objects.count() == before + 1
    batch = ItemBatch.objects.get()
    assert trail.verbs_of(batch) == ["import_items"]
    assert trail.entries_of(batch).get().note["digest"] == batch.digest
    assert batch.items.count() == 50
    assert (
        GradeChange.objects.filter(item__batch=batch, by=district.huang_zeguo_station).count() == 50
    )
    assert Announcement.objects.filter(event__endswith="ItemsImported").count() == 1


SEVEN_SLIPS = {
    1250: ("名称", ""),
    2500: ("镇街", "泽国乡"),
    3750: ("经度", "东经121度多"),
    5000: ("风险分级", "特大"),
    6250: ("员工人数", "三十来人"),
    7500: ("联系电话", "1390000"),
    8750: ("更新日期", "2024-02-30"),
}


def test_seven_bad_cells_among_ten_thousand_rows_take_nothing_and_are_all_named(table, bring):
    rows = [row(n, **dict([SEVEN_SLIPS[n]] if n in SEVEN_SLIPS else [])) for n in range(1, 10_001)]
    outcome = bring(table(rows))
    assert not outcome.ok
    assert Item.objects.count() == 0
    assert TrailEntry.objects.count() == 0
    assert len(outcome.faults) == 7
    for fault, (number, (header, value)) in zip(outcome.faults, SEVEN_SLIPS.items(), strict=True):
        assert fault.sheet == "台账"
        assert fault.row == number + 2, "below the title and the heads, as Excel shows it"
        assert fault.column == "ABCDEFGHIJKL"[HEADS.index(header)]
        assert (fault.header, fault.value) == (header, value)
        assert fault.what
        assert fault.mend
        assert f"第{fault.row}行{fault.column}列“{header}”" in fault.words

    mended = bring(table([row(n) for n in range(1, 10_001)]))
    assert mended.stored.added == 10_000
    again = bring(table([row(n) for n in range(1, 10_001)]))
    assert (again.stored.added, again.stored.changed, again.stored.unchanged) == (0, 0, 10_000)
    assert Item.objects.count() == 10_000
    assert ItemBatch.objects.count() == 1, "what changes nothing leaves no trace of a change"


def test_the_mended_error_sheet_is_imported_as_it_is(table, bring, tmp_path):
    outcome = bring(table([row(1), row(2, 风险分级="特大"), row(3, 镇街="泽国乡", 联系电话="12")]))
    (errors,) = spreadsheet.read(imports.error_sheet(outcome))
    assert [line.values["编号"] for line in errors.rows] == ["ZG-00002", "ZG-00003"]
    assert "I列“风险分级”：“特大”不在可选范围" in errors.rows[0].values["错误说明"]
    assert errors.rows[1].values["错误说明"].count("列“") == 2

    heads = errors.headers
    mend = {"特大": "重大", "泽国乡": "泽国镇", "12": "13912345678"}
    cells = [[line.values[head] for head in heads] for line in errors.rows]
    mended = [[mend.get(str(cell), cell) for cell in row] for row in cells]
    assert bring(table(mended, heads=heads)).stored.added == 2


def test_a_change_of_one_row_changes_one_item(table, bring):
    bring(table([row(1), row(2)]))
    outcome = bring(table([row(1), row(2, 风险分级="重大", 地址="工业路2号院内")]))
    assert (outcome.stored.changed, outcome.stored.unchanged) == (1, 1)
    item = Item.objects.get(code="ZG-00002")
    steps = item.grade_changes.order_by("id").values_list("before", "after")
    assert list(steps) == [("", "GENERAL"), ("GENERAL", "MAJOR")]
    assert str(item.stale_on) == "2024-07-01", "a major risk is looked at every month"
    assert Item.objects.containing("院内").get() == item


def test_an_empty_cell_erases_nothing(table, bring):
    bring(table([row(1)]))
    bring(table([row(1, 联系电话=None, 地址="新地址")]))
    assert Item.objects.get().attributes["safety_phone"] == "13900000001"


def test_rows_without_any_number_are_told_by_name_area_and_address(table, bring):
    nameless = [row(1, 编号=None), row(2, 编号=None)]
    assert bring(table(nameless)).stored.added == 2
    assert bring(table(nameless)).stored.unchanged == 2
    assert sorted(Item.objects.values_list("code", flat=True)) == [
        "QY-331081-000001",
        "QY-331081-000002",
    ]


def test_the_same_row_twice_in_one_file_is_counted_once(table, bring):
    outcome = bring(table([row(1), row(2), row(1)]))
    assert (outcome.stored.added, outcome.repeated) == (2, 1)
    assert "第3行" in outcome.repeats[0].what


def test_one_number_with_two_contents_is_refused_naming_both_rows(table, bring):
    outcome = bring(table([row(1), row(1, 地址="别处")]))
    assert not outcome.ok
    assert (outcome.faults[0].row, "第3行" in outcome.faults[0].what) == (4, True)


def test_a_dry_run_tells_everything_and_leaves_nothing(table, bring):
    outcome = bring(table([row(1), row(2)]), dry_run=True)
    assert (outcome.ok, outcome.dry_run, outcome.stored.added) == (True, True, 2)
    assert Item.objects.count() == 0
    assert TrailEntry.objects.count() == 0


def test_rows_of_another_town_are_refused_by_name(table, bring, district):
    outcome = bring(table([row(1), row(2, 镇街="太平街道")]))
    assert [fault.row for fault in outcome.faults] == [4]
    assert "太平街道" in outcome.faults[0].words
    assert bring(table([row(1), row(2, 镇街="太平街道")]), by=district.ma_admin).ok


def test_who_may_not_import_imports_nothing(table, bring, district):
    outcome = bring(table([row(1)]), by=district.sun_grid7)
    assert not outcome.ok
    assert Item.objects.count() == 0
    with pytest.raises(Forbidden):
        actions.import_items(
            kind="camera",
            rows=[{"name": "桥", "area": district.zeguo}],
            by=district.sun_grid7,
            at=district.clock.now(),
        )


def test_a_retired_item_does_not_come_back_through_the_back_door(table, bring, district, clock):
    bring(table([row(1)]))
    actions.retire_item(
        Item.objects.get(), reason="关停", by=district.huang_zeguo_station, at=clock.now()
    )
    outcome = bring(table([row(1)]))
    assert not outcome.ok
    assert "已注销" in outcome.faults[0].what
    assert outcome.faults[0].row == 3


def test_a_missing_column_is_named_once_and_not_for_every_row(table, bring):
    heads = [head for head in HEADS if head != "名称"]
    rows = [[v for h, v in zip(HEADS, row(n), strict=True) if h != "名称"] for n in range(5)]
    outcome = bring(table(rows, heads=heads))
    assert [fault.what for fault in outcome.faults] == ["缺少“名称”列"]


def test_columns_that_belong_to_nothing_are_reported_not_swallowed(table, bring):
    outcome = bring(table([[*row(1), "老王"]], heads=[*HEADS, "备忘"]))
    assert outcome.ok
    assert outcome.ignored == ("备忘",)


def test_what_was_exported_unmasked_changes_nothing_when_it_comes_back(
    table, bring, district, clock
):
    bring(table([row(1), row(2)]))
    items = Item.objects.select_related("area", "enterprise").order_by("code")
    heads, rows = access.sheet("enterprise_premises", items, reveal=True)
    outcome = bring(table(rows, heads=heads, title=""))
    assert (outcome.stored.changed, outcome.stored.unchanged) == (0, 2), outcome.words


def test_a_masked_export_cannot_overwrite_telephones(table, bring):
    bring(table([row(1)]))
    heads, rows = access.sheet("enterprise_premises", Item.objects.select_related("area"))
    outcome = bring(table(rows, heads=heads, title=""))
    assert [fault.header for fault in outcome.faults] == ["安全负责人电话"]


def test_what_is_uploaded_is_the_same_as_the_file(table, district, clock):
    content = table([row(1), row(2, 风险分级="特大")]).read_bytes()
    outcome = imports.run_content(
        "enterprise-premises",
        content,
        name="上传.xlsx",
        by=district.huang_zeguo_station,
        at=clock.now(),
    )
    assert (outcome.source, [fault.row for fault in outcome.faults]) == ("上传.xlsx", [4])


def test_what_is_pasted_needs_no_heads(district, clock):
    text = "\t".join(["", "牧屿桥", "泽国镇", "桥头", "121.3", "28.4"])
    outcome = imports.run_rows("camera", text, by=district.huang_zeguo_station, at=clock.now())
    assert outcome.ok, outcome.words
    assert Item.objects.get().name == "牧屿桥"


def test_pasted_with_heads_and_a_bad_cell(district, clock):
    text = "名称\t所在区域\t类型\n牧屿桥\t泽国镇\t圆机"
    outcome = imports.run_rows("camera", text, by=district.huang_zeguo_station, at=clock.now())
    assert [(f.row, f.column, f.value) for f in outcome.faults] == [(2, "C", "圆机")]
    assert "球机" in outcome.faults[0].mend


def test_the_template_of_every_kind_is_read_back_without_a_fault(district, clock, tmp_path):
    for name in imports.importable():
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(imports.template(name))
        outcome = imports.run(name, path, by=district.ma_admin, at=clock.now())
        assert (outcome.rows, outcome.faults, outcome.ignored) == (0, (), ()), name


def test_a_template_says_at_each_head_what_to_fill_and_offers_the_words():
    with ZipFile(BytesIO(imports.template("slope"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        notes = book.read("xl/comments1.xml").decode()
    assert "必填。区划代码，或“镇+村”名称" in notes
    assert "&quot;低,一般,较大,重大&quot;" in sheet or '"低,一般,较大,重大"' in sheet


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\x00\x01\x02" * 50])
def test_what_is_no_table_is_refused_in_words(tmp_path, bring, content):
    path = tmp_path / "破损.xlsx"
    path.write_bytes(content)
    with pytest.raises(Invalid) as caught:
        bring(path)
    assert caught.value.mend


def test_a_kind_that_cannot_be_imported_names_the_nearest(bring, table):
    with pytest.raises(Refused, match="enterprise-premises"):
        bring(table([row(1)]), kind="enterprise-premise")


def test_the_command_line_acts_as_the_administrator_or_a_named_account(district):
    assert imports.account_person(None) == district.ma_admin
    assert imports.account_person("huangl") == district.huang_zeguo_station
    with pytest.raises(Invalid, match="nobody"):
        imports.account_person("nobody")


def test_an_import_knows_its_moment(table, bring, clock):
    bring(table([row(1)]))
    assert Item.objects.get().registered_at == clock.now() == datetime(2024, 6, 12, 8, tzinfo=UTC)
    assert Path(ItemBatch.objects.get().source).name == "企业台账.xlsx"
