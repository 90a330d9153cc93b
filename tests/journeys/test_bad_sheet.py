"""Ten thousand hazards of last year in one sheet, seven cells of it wrong."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from anlan.kernel.models import Announcement, TrailEntry
from anlan.matters.flow import Stage
from anlan.matters.models import Batch, Matter
from anlan.wiring import imports

ROWS = 10_000
HEADS = ("编号", "隐患名称", "镇街", "地址", "来源", "等级", "发现日期", "销号日期")
SLIPS = {
    17: ("隐患名称", None),
    1500: ("镇街", "泽国公社"),
    3021: ("来源", "听说"),
    4444: ("等级", "很大"),
    6001: ("发现日期", "去年夏天"),
    8080: ("销号日期", "2023-02-30"),
    9999: ("镇街", "不详"),
}


def row(number: int) -> dict[str, Any]:
    found = date(2023, 1, 1) + timedelta(days=number % 300)
    closed = found + timedelta(days=10) if number % 5 else None
    return dict(
        zip(
            HEADS,
            (
                f"2023-{number:05d}",
                f"消防通道堆物第{number}处",
                "泽国镇" if number % 2 else "太平街道",
                f"牧屿街{number}号",
                "网格排查",
                "一般",
                found.isoformat(),
                closed.isoformat() if closed else None,
            ),
            strict=True,
        )
    )


def sheet(folder: Path, slips: dict[int, tuple[str, Any]]) -> Path:
    """As a bureau sends it: a title over the heads, rows below."""
    path = folder / f"2023年隐患台账{len(slips)}.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("隐患")
    page.write(0, 0, "温岭市2023年隐患台账")
    page.write_row(1, 0, HEADS)
    for number in range(1, ROWS + 1):
        given = row(number) | dict([slips[number]] if number in slips else [])
        page.write_row(number + 1, 0, [given[head] for head in HEADS])
    book.close()
    return path


@pytest.fixture
def bring(district, clock):
    def run(path: Path) -> imports.Outcome:
        return imports.run("hazard", path, by=district.chen_section, at=clock.now())

    return run


def test_nothing_comes_in_until_all_seven_are_mended_and_then_once(bring, tmp_path, district):
    bad = bring(sheet(tmp_path, SLIPS))
    assert not bad.ok
    assert (Matter.objects.count(), Batch.objects.count()) == (0, 0)
    assert (TrailEntry.objects.count(), Announcement.objects.count()) == (0, 0)
    named = {(f.sheet, f.row, f.column, f.header, f.value) for f in bad.faults}
    assert named == {
        ("隐患", number + 2, "ABCDEFGH"[HEADS.index(head)], head, value or "")
        for number, (head, value) in SLIPS.items()
    }
    assert all(fault.what and fault.mend for fault in bad.faults)

    mended = bring(sheet(tmp_path, {}))
    assert mended.ok
    assert Matter.objects.count() == ROWS
    assert Matter.objects.filter(stage=Stage.CLOSED).count() == ROWS - ROWS // 5
    # What is not closed yet is owed by somebody, from now on, under a clock.
    fresh = Matter.objects.filter(area=district.zeguo, stage=Stage.REPORTED)
    assert set(fresh.values_list("owner", flat=True)) == {district.zeguo_station_post.pk}
    assert not fresh.filter(due_at__isnull=True).exists()
    # One entry for the batch, none for each of ten thousand.
    assert TrailEntry.objects.count() == 1

    again = bring(sheet(tmp_path, {}))
    assert again.ok
    assert (again.stored.added, again.stored.unchanged) == (0, ROWS)
    assert Matter.objects.count() == ROWS
