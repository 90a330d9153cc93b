# ruff: noqa: E501 (rows as they come)
"""Matters, people, areas and charges by table, and a neighbour's ticket system through a map."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest

import anlan
from anlan.formats import spreadsheet
from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid
from anlan.matters.models import Matter
from anlan.people.models import Area, Body, Charge, Person, Tenure
from anlan.registry import actions
from anlan.wiring import imports

ROOT = Path(anlan.__file__).parent.parent
MAP = ROOT / "tests/data/hoboken.map.yaml"
TICKETS = """\
ID,Title,Description,Status,Address,Location,Zip Code,Date Created,Num Of Comments,\
Num Of Followers,Num Of Supporters,Latitude,Longitude,Rank
411567,Pothole,"There are numerous potholes.

Carl, 1000 Hudson St",completed,Vezzetti Way,"Hoboken, New Jersey",7030,1404913624,2,1,1,40.735347,-74.033843,1
397571,Street Light or Lamp,,completed,153–199  13th St,"Hoboken, New Jersey",7030,1403488178,1,2,2,40.752552,-74.027539,1
397485,Abandoned Bike,Locked,received,730  Washington Street,,,July 2014,1,1,1,40.745717,-74.028844,1
,,no title at all,completed,Court St,,,1403488178,0,0,0,40.74,-74.02,1
411567,Pothole,"There are numerous potholes.

Carl, 1000 Hudson St",completed,Vezzetti Way,"Hoboken, New Jersey",7030,1404913624,2,1,1,40.735347,-74.033843,1
"""


@pytest.fixture
def bring(district, clock, tmp_path):
    """Imports rows (heads first) or a text as a file, as the administrator."""

    def bring(kind, content, **options):
        path = tmp_path / f"{kind}.{'csv' if isinstance(content, str) else 'xlsx'}"
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            out = BytesIO()
            heads, *rows = content
            spreadsheet.write(out, [spreadsheet.Column(head) for head in heads], rows)
            path.write_bytes(out.getvalue())
        return imports.run(kind, path, by=district.ma_admin, at=clock.now(), **options)

    return bring


# --- a neighbour's tickets --------------------------------------------------------------------


def test_tickets_of_a_foreign_city_become_public_reports(bring, district):
    outcome = bring("public-report", TICKETS, map_path=MAP)
    assert outcome.ok
    assert (outcome.rows, outcome.stored.added, outcome.repeated, outcome.refused) == (5, 2, 1, 2)
    report = Matter.objects.get(origin="hoboken-311:411567")
    assert (report.kind, report.stage, report.source) == ("public_report", "REPORTED", "PUBLIC")
    assert report.area == district.taiping, "no area of ours: the map's"
    assert report.place == "Vezzetti Way, Hoboken, New Jersey", "the address is kept as written"
    assert (report.lon, report.lat) == (-74.033843, 40.735347)
    assert report.found_at == datetime(2014, 7, 9, 13, 47, 4, tzinfo=UTC)
    assert report.sector == "road_traffic"
    assert "Carl, 1000 Hudson St\n原系统状态：completed\n邮编：7030" in report.description
    assert report.owner == district.taiping_station_post


def test_what_cannot_be_read_is_refused_with_row_and_reason(bring):
    outcome = bring("public-report", TICKETS, map_path=MAP)
    told = [(fault.row, fault.header) for fault in outcome.faults]
    assert told == [(4, "Date Created"), (5, "Title")]
    assert "July 2014" in outcome.faults[0].words
    assert "必填" in outcome.faults[1].words


def test_the_same_tickets_again_are_known(bring):
    bring("public-report", TICKETS, map_path=MAP)
    outcome = bring("public-report", TICKETS, map_path=MAP)
    assert (outcome.stored.added, outcome.stored.unchanged) == (0, 2)
    assert Matter.objects.count() == 2


def test_two_tables_that_both_count_from_one_are_told_apart(bring):
    """Before, the rows of the second counted as known, and were lost without a word."""
    heads = ("编号", "标题", "镇街", "来源", "发现时间")
    zeguo = ("1", "消防通道堆物", "泽国镇", "网格排查", "2024-03-01 09:00")
    taiping = ("1", "燃气软管老化", "太平街道", "网格排查", "2024-03-02 09:00")
    assert bring("hazard", (heads, zeguo)).stored.added == 1
    second = bring("hazard", (heads, taiping, ("2", "灯箱松动", *taiping[2:])))
    assert not second.ok
    assert Matter.objects.count() == 1
    [fault] = second.faults
    assert (fault.header, "已经是另一件事项" in fault.what) == ("编号", True)
    mended = (zeguo[0], "消防通道堆放杂物", *zeguo[2:])  # a title made better is the same matter
    assert bring("hazard", (heads, mended)).stored.unchanged == 1


def test_without_leave_to_skip_one_bad_row_stops_all(bring, tmp_path):
    strict = tmp_path / "strict.yaml"
    strict.write_text(MAP.read_text(encoding="utf-8").replace("skip_row", "refuse_all"))
    outcome = bring("public-report", TICKETS, map_path=strict)
    assert (outcome.ok, Matter.objects.count()) == (False, 0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("ID: origin", "ID: orign"),
        ("on_error: skip_row", "on_error: ignore"),
        ("constants:", "constant:"),
        ("columns:", "columns: ["),
    ],
)
def test_a_wrong_map_is_refused_with_its_name_and_line(bring, tmp_path, wrong, said):
    text = MAP.read_text(encoding="utf-8")
    assert wrong in text
    path = tmp_path / "wrong.map.yaml"
    path.write_text(text.replace(wrong, said), encoding="utf-8")
    with pytest.raises(catalogues.CatalogueError, match=r"wrong.map.yaml 第 \d+ 行"):
        bring("public-report", TICKETS, map_path=path)


def test_a_map_for_another_file_names_the_column_it_misses(bring):
    outcome = bring("public-report", "ID,Title\n1,Pothole\n", map_path=MAP)
    assert not outcome.ok
    assert "找不到对照文件所写的“Description”列" in outcome.faults[0].what


# --- hazards ------------------------------------------------------------------------------------

HAZARDS = [
    "隐患编号",
    "隐患内容",
    "镇街",
    "地点",
    "企业",
    "隐患来源",
    "隐患等级",
    "发现日期",
    "销号日期",
]
BLOCKED = ["YH-1", "安全出口被堵", "泽国镇", "一车间", "泽海冷链", "网格排查", "一般", "2023-05-01"]


def test_hazards_of_last_year_come_in_closed_and_open(bring, district):
    outcome = bring("hazard", [HAZARDS, [*BLOCKED, "2023-05-09"], ["YH-2", *BLOCKED[1:], None]])
    assert outcome.stored.added == 2, [fault.words for fault in outcome.faults]
    closed, live = Matter.objects.order_by("origin")
    assert (closed.stage, closed.closed_at.date()) == ("CLOSED", date(2023, 5, 8))
    assert closed.body == district.cold_chain
    assert (live.stage, live.owner) == ("REPORTED", district.zeguo_station_post)


def test_closed_before_it_was_found_is_a_slip(bring):
    outcome = bring("hazard", [HAZARDS, [*BLOCKED, "2023-04-01"]])
    assert [(fault.row, fault.header) for fault in outcome.faults] == [(2, "销号日期")]


@pytest.mark.parametrize(("found", "closed", "at_fault"), [
    ("2030-03-01", None, "D"), ("2023-03-01", "2030-04-01", "E"),
])  # fmt: skip
def test_a_moment_still_to_come_is_a_slip_of_its_cell(bring, found, closed, at_fault):
    heads = ("标题", "镇街", "来源", "发现时间", "销号时间")
    outcome = bring("hazard", [heads, ("消防通道堆物", "泽国镇", "网格排查", found, closed)])
    assert [(f.row, f.column) for f in outcome.faults] == [(2, at_fault)]
    assert "晚于现在" in outcome.faults[0].what
    assert not Matter.objects.exists()


def test_a_hazard_without_a_number_is_not_doubled_either(bring):
    heads, row = HAZARDS[1:], [*BLOCKED[1:], None]
    bring("hazard", [heads, row])
    outcome = bring("hazard", [heads, row])
    assert (outcome.stored.added, outcome.stored.unchanged) == (0, 1)


# --- people ---------------------------------------------------------------------------------------


def test_persons_come_with_their_posts_and_change_their_numbers(bring, district):
    heads = ["姓名", "手机号", "单位", "岗位"]
    post = "泽国镇/牧屿7号网格员"
    rows = [heads, ["梁冬梅", 13711110000, "泽国镇", post], ["毛小军", None, "泽国镇", None]]
    assert bring("person", rows).stored.added == 2
    liang = Person.objects.get(name="梁冬梅")
    assert Tenure.objects.filter(person=liang, post=district.grid7_post).exists()
    again = bring("person", rows)
    assert (again.stored.added, again.stored.unchanged) == (0, 2)
    rows[1][1] = "13722220000"
    assert bring("person", rows).stored.changed == 1
    assert Person.objects.get(pk=liang.pk).phone == "13722220000"


def test_every_refused_person_is_named_and_none_is_taken(bring):
    before = Person.objects.count()
    outcome = bring(
        "person",
        [["姓名", "手机号", "单位"], ["梁冬梅", "1371", "泽国镇"], ["毛军2", "", "泽国镇"]],
    )
    assert [(f.row, f.column) for f in outcome.faults] == [(2, "B")]
    outcome = bring("person", [["姓名", "单位"], ["毛军2", "泽国镇"], ["王3", "泽国镇"]])
    assert [(f.row, f.column) for f in outcome.faults] == [(2, "A"), (3, "A")]
    assert Person.objects.count() == before


def test_bodies_by_name_and_again_by_their_code(bring):
    heads = ["单位名称", "单位类型", "镇街", "统一社会信用代码", "行业领域"]
    firm = ["温岭市大溪泵业有限公司", "企业", "泽国镇", "91110000600037341L", "有限空间、消防"]
    assert bring("body", [heads, firm]).stored.added == 1
    made = Body.objects.get(credit_code="91110000600037341L")
    assert made.sectors == ["confined_space", "fire"]
    assert bring("body", [heads, firm]).stored.unchanged == 1
    firm[0] = "温岭市大溪泵业股份有限公司"
    assert bring("body", [heads, firm]).stored.changed == 1
    assert Body.objects.get(pk=made.pk).name == "温岭市大溪泵业股份有限公司"
    outcome = bring("body", [heads, [*firm[:4], "泵业"]])
    assert "没有“泵业”这一领域" in outcome.faults[0].words


def test_villages_and_their_grids_in_one_go(bring, district):
    heads = ["区划代码", "名称"]
    rows = [heads, ["331081100201", "长屿村"], ["331081100202", "联树村"]]
    assert bring("area", rows).stored.added == 2
    assert bring("area", rows).stored.unchanged == 2
    grids = [
        ["网格代码", "网格名称", "网格类型"],
        ["331081100201001", "长屿1号网格", "防汛责任网格"],
    ]
    assert bring("grid", grids).stored.added == 1
    assert Area.objects.get(code="331081100201001").path.startswith(district.zeguo.path)
    outcome = bring("area", [heads, ["331081555001", "无镇之村"]])
    assert "上级区域 331081555000 不存在" in outcome.faults[0].words


def test_charges_name_their_holders_apart(bring, district, clock):
    heads = ["责任类型", "区域", "责任人"]
    rows = [heads, ["镇领导包村", "牧屿街居委会", "泽国镇/林海"]]
    assert bring("charge", rows).stored.added == 1, "by unit and name"
    assert Charge.objects.get().person == district.lin_zeguo_leader
    assert bring("charge", rows).stored.unchanged == 1
    Person.objects.create(name="林海", body=district.bureau)
    outcome = bring("charge", [heads, ["镇领导包村", "迎辉社区", "林海"]])
    assert "对应2个" in outcome.faults[0].what
    assert "应急局/林海" in outcome.faults[0].what
    outcome = bring("charge", [heads, ["镇领导包村", "迎辉社区", None]])
    assert "都没有填" in outcome.faults[0].what


def test_the_three_persons_of_a_hazard_source_by_its_code(bring, district, clock):
    tank = actions.register_item(
        kind="major_hazard_source",
        given={"name": "液氨储罐区", "area": "泽国镇", "level": "四级", "chemicals": "液氨"},
        by=district.chen_section,
        at=clock.now(),
    )
    heads = ["责任类型", "区域", "责任人", "责任对象"]
    roles = [k.label for k in catalogues_of_charges() if "major_hazard_source" in k.items]
    assert len(roles) == 3, "主要负责人、技术负责人、操作负责人"
    rows = [[role, "泽国镇", "叶青", tank.code] for role in roles]
    outcome = bring("charge", [heads, *rows])
    assert outcome.stored.added == 3, [fault.words for fault in outcome.faults]
    assert Charge.objects.filter(target_kind="registry.item", target_id=tank.pk).count() == 3


def catalogues_of_charges():
    from anlan.people.models import charge_kinds

    return charge_kinds().values()


def test_hazards_are_brought_by_somebody(district, clock, tmp_path):
    path = tmp_path / "隐患.csv"
    rows = [HAZARDS, [*BLOCKED, ""]]
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    with pytest.raises(Invalid, match="由谁导入"):
        imports.run("hazard", path, by=None, at=clock.now())


def test_grids_come_with_their_outlines_or_with_a_word_about_them(bring):
    heads = ["网格代码", "网格名称", "网格类型", "边界"]
    square = '{"type": "Polygon", "coordinates": [[[121.1, 28.1], [121.2, 28.1], [121.2, 28.2], [121.1, 28.1]]]}'
    grid = ["331081100024008", "牧屿8号网格", "综合网格", square]
    outcome = bring("grid", [heads, grid])
    assert outcome.ok, [fault.words for fault in outcome.faults]
    assert Area.objects.get(code=grid[0]).outline["type"] == "Polygon"
    outcome = bring("grid", [heads, ["331081100024009", "牧屿9号网格", "综合网格", "见附图"]])
    assert [(fault.row, fault.header) for fault in outcome.faults] == [(2, "边界")]
