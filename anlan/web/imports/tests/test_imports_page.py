"""A clerk brings a sheet: marked cells are mended in place, and nothing is half stored."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.demo.district import Clock, District
from anlan.formats import spreadsheet
from anlan.kernel.clock import moved
from anlan.matters.models import Batch, Matter
from anlan.people.models import Person
from anlan.registry.models import Item, ItemBatch

HEAD = "名称\t所在区域\t风险等级\n"
GOOD = f"{HEAD}牧屿后山边坡\t牧屿街居委会\t较大\n文昌山边坡\t泽国镇\t一般\n"
BAD = f"{HEAD}牧屿后山边坡\t牧屿街居委会\t特大\n\t泽国镇\t一般\n好的一行\t泽国镇\t低\n"


@pytest.fixture(autouse=True)
def _at_that_time(clock: Clock) -> object:
    with moved(clock.now()):
        yield


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def station(district: District) -> Client:
    return signed_in(district.huang_zeguo_station)


def test_every_kind_offers_its_columns_and_a_template(station: Client) -> None:
    assert "名称" in station.get("/import/slope/").content.decode()
    answer = station.get("/import/slope/?as=template")
    (table,) = spreadsheet.read(answer.content, expects=["名称"]) or [None]
    assert "所在区域" in [spreadsheet.plain(head) for head in table.headers]


def test_first_it_is_only_checked(station: Client) -> None:
    page = station.post("/import/slope/", {"text": GOOD})
    assert "确认导入 2 行" in page.content.decode()
    assert not Item.objects.exists()


def test_confirmed_all_of_it_is_stored(station: Client) -> None:
    page = station.post("/import/slope/", {"text": GOOD})
    answer = station.post("/import/slope/", {"text": page.context["grid"].text, "step": "store"})
    assert answer["Location"] == "/items/slope/"
    assert set(Item.objects.values_list("name", flat=True)) == {"牧屿后山边坡", "文昌山边坡"}


def test_bad_cells_are_marked_where_they_stand_and_nothing_is_stored(station: Client) -> None:
    page = station.post("/import/slope/", {"text": BAD, "step": "store"})
    assert page.status_code == 422
    wrong = [cell.name for line in page.context["lines"] for cell in line.cells if cell.faults]
    assert wrong == ["c0-2", "c1-0"]
    assert not Item.objects.exists()


def test_mended_in_place_it_passes(station: Client) -> None:
    page = station.post("/import/slope/", {"text": BAD})
    mends = {"c0-2": "重大", "c1-0": "文昌山边坡"}
    text = page.context["grid"].text
    checked = station.post("/import/slope/", {"text": text, **mends})
    assert checked.status_code == 200
    station.post("/import/slope/", {"text": checked.context["grid"].text, "step": "store"})
    assert dict(Item.objects.values_list("name", "grade"))["牧屿后山边坡"] == "MAJOR"
    assert Item.objects.count() == 3


def test_a_row_can_be_left_out(station: Client) -> None:
    page = station.post("/import/slope/", {"text": BAD})
    text = page.context["grid"].text
    checked = station.post("/import/slope/", {"text": text, "drop": ["1"], "c0-2": "低"})
    assert checked.context["outcome"].rows == 2


def test_a_file_with_other_heads_is_understood_and_what_is_passed_over_is_told(
    station: Client,
) -> None:
    out = BytesIO()
    heads = [spreadsheet.Column(head) for head in ("点位名称", "镇街", "等级", "序号", "备注说明")]
    spreadsheet.write(out, heads, [["后山边坡", "泽国镇", "低", 1, "无"]])
    file = SimpleUploadedFile("边坡.xlsx", out.getvalue())
    page = station.post("/import/slope/", {"file": file})
    assert page.status_code == 200
    assert page.context["grid"].heads == ("名称", "所在区域", "风险等级")
    assert "没有用到的列：序号、备注说明" in page.content.decode()
    grid = page.context["grid"]
    station.post("/import/slope/", {"text": grid.text, "name": grid.name, "step": "store"})
    assert ItemBatch.objects.get().source == "边坡.xlsx"


def sheet_of(heads: tuple[str, ...], *rows: list[object]) -> SimpleUploadedFile:
    out = BytesIO()
    spreadsheet.write(out, [spreadsheet.Column(head) for head in heads], list(rows))
    return SimpleUploadedFile("隐患台账.xlsx", out.getvalue())


def test_a_column_that_is_missing_is_filled_in_on_the_page(station: Client) -> None:
    """Before, the page asked to mend cells that were not there: a dead end."""
    heads = ("标题", "所属镇街", "发现时间")
    file = sheet_of(
        heads, ["通道堆物", "泽国镇", "2024-06-01"], ["软管老化", "泽国镇", "2024-06-02"]
    )
    page = station.post("/import/hazard/", {"file": file})
    grid, said = page.context["grid"], page.content.decode()
    assert "必须填的列：来源" in said
    assert "工作表“粘贴”" not in said
    assert grid.heads == ("标题", "所在区域", "发现时间", "来源")
    mends = {"c0-3": "网格排查", "c1-3": "网格排查", "name": grid.name}
    checked = station.post("/import/hazard/", {"text": grid.whole, **mends})
    assert checked.status_code == 200, checked.content.decode()
    text = checked.context["grid"].whole
    station.post("/import/hazard/", {"text": text, "name": grid.name, "step": "store"})
    assert Matter.objects.count() == 2
    assert Batch.objects.get().name == "隐患台账.xlsx"


def test_a_column_with_a_name_of_its_own_is_said_to_be_a_field(station: Client) -> None:
    heads = ("啥问题", "谁家的事", "哪里查出来的", "备忘", "所属镇街", "发现时间")
    row = ["通道堆物", "无", "网格排查", "x", "泽国镇", "2024-06-01"]
    page = station.post("/import/hazard/", {"file": sheet_of(heads, row)})
    assert page.status_code == 422
    assert page.context["grid"].passed == heads[:4]
    meant = {"column": heads[:4], "meant": ("标题", "", "来源", "")}
    checked = station.post("/import/hazard/", {"text": page.context["grid"].whole, **meant})
    assert checked.status_code == 200, checked.content.decode()
    grid = checked.context["grid"]
    assert grid.passed == ("谁家的事", "备忘")
    again = {"column": grid.passed, "meant": ("", ""), "step": "store"}
    station.post("/import/hazard/", {"text": grid.whole, **again})
    assert Matter.objects.get().title == "通道堆物"


def test_the_error_list_can_be_taken_away_and_brought_back(station: Client) -> None:
    answer = station.post("/import/slope/", {"text": BAD, "step": "errors"})
    (table,) = spreadsheet.read(answer.content, expects=["名称"])
    assert len(table.rows) == 2
    assert "特大" in str(table.rows[0].values)


def test_nothing_handed_in_is_said(station: Client) -> None:
    page = station.post("/import/slope/", {"text": "  "})
    assert page.status_code == 422
    assert "还没有选择文件" in page.content.decode()


def test_cells_without_a_head_are_read_in_the_order_of_the_template(station: Client) -> None:
    page = station.post("/import/slope/", {"text": "\t牧屿后山边坡\t泽国镇\n"})
    assert page.context["grid"].heads[:3] == ("编号", "名称", "所在区域")
    assert page.status_code == 200


def test_a_file_that_is_none_is_refused(station: Client) -> None:
    file = SimpleUploadedFile("边坡.xlsx", b"PK\x03\x04 broken")
    page = station.post("/import/slope/", {"file": file})
    assert page.status_code == 422
    assert "文件打不开" in page.content.decode()


def test_another_towns_rows_are_marked(station: Client) -> None:
    page = station.post("/import/slope/", {"text": GOOD.replace("泽国镇", "太平街道")})
    assert page.status_code == 422
    assert "您不能导入" in page.content.decode()


def test_a_grid_worker_may_not_import(district: District) -> None:
    client = signed_in(district.li_grid3)
    for address in ("/import/", "/import/slope/"):
        assert client.get(address).status_code == 403


def test_strangers_are_asked_to_sign_in_and_unknown_kinds_are_no_page(
    district: District, station: Client
) -> None:
    assert Client().get("/import/slope/").status_code == 302
    assert station.get("/import/dragons/").status_code == 404
