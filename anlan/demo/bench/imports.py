"""Ten thousand enterprises in one Excel file, from bytes to ledger."""

import tempfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from anlan.demo.district import Clock, District
from anlan.formats import spreadsheet
from anlan.wiring import imports

HEADS = (
    "编号", "名称", "所在区域", "详细地址", "经度", "纬度", "行业领域", "风险等级", "属地责任单位",
    "企业主体", "统一社会信用代码", "从业人数(人)", "规上企业", "安全负责人", "安全负责人电话",
    "核实日期",
)  # fmt: skip
BEGIN = datetime(2024, 6, 12, 8, tzinfo=UTC)
KIND = "enterprise-premises"
GRADES = ("低", "低", "低", "一般", "一般", "较大", "重大")
SECTORS = ("消防", "城镇燃气", "危险化学品", "有限空间", "粉尘涉爆", "其他")


def run(*, size: int = 10_000) -> dict[str, Any]:
    """Import `size` rows; `seconds` is from opening the file to the commit, the average of none.

    Then the same file again, which must change nothing, and once more with seven bad cells, which
    must take nothing.
    """
    district = District(Clock(BEGIN))
    rows = list(_rows(district, size, Random(7)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "企业场所.xlsx"
        path.write_bytes(_workbook(rows))
        first, seconds = _timed(path, district)
        again, again_seconds = _timed(path, district)
        path.write_bytes(_workbook(_spoiled(rows)))
        refused, refused_seconds = _timed(path, district)
    return {
        "rows": first.rows,
        "seconds": round(seconds, 3),
        "columns": len(HEADS),
        "new": first.stored.added if first.stored else 0,
        "again_changed": again.stored.added + again.stored.changed if again.stored else None,
        "again_seconds": round(again_seconds, 3),
        "bad_cells_named": len(refused.faults),
        "refused_seconds": round(refused_seconds, 3),
    }


def _timed(path: Path, district: District) -> tuple[imports.Outcome, float]:
    begun = perf_counter()
    outcome = imports.run(KIND, path, by=district.ma_admin, at=district.clock.now())
    return outcome, perf_counter() - begun


def _rows(district: District, size: int, dice: Random) -> Any:
    places = [
        (district.village_muyu, district.zeguo_town),
        (district.village_dongmen, district.taiping_street),
    ]
    firms = [district.cold_chain.name, district.foundry.name]
    for number in range(size):
        area, town = dice.choice(places)
        yield [
            f"QY{number:06d}",
            f"{area.name}第{number}机械厂",
            area.code if number % 2 else f"{town.short_name}{area.name}",
            f"{area.name}工业路{number % 300}号",
            round(121.3 + dice.random() / 10, 6),
            round(28.4 + dice.random() / 10, 6),
            dice.choice(SECTORS),
            dice.choice(GRADES),
            town.name,
            dice.choice(firms),
            None,
            dice.randint(1, 900),
            dice.choice("是否"),
            "徐文",
            f"139{number:08d}",
            f"2024-{dice.randint(1, 6):02d}-{dice.randint(1, 12):02d}",
        ]


def _spoiled(rows: list[list[Any]]) -> list[list[Any]]:
    """The same table with seven slips of the pen, far apart."""
    bad = [list(row) for row in rows]
    slips = ((1, ""), (2, "不存在镇"), (4, "东经121度"), (7, "特大"), (11, "很多"), (14, "1390"))
    for number, (column, words) in enumerate((*slips, (15, "2024-02-30"))):
        bad[len(bad) * (number + 1) // 8][column] = words
    return bad


def _workbook(rows: list[list[Any]]) -> bytes:
    out = BytesIO()
    spreadsheet.write(out, [spreadsheet.Column(head) for head in HEADS], rows, sheet="企业场所")
    return out.getvalue()
