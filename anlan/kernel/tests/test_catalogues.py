"""Whoever edits a catalogue is told file, line, value and mend, in words they can use."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Literal

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from anlan.kernel import catalogues
from anlan.kernel.errors import Refused


class Grade(Enum):
    LOW = "低"
    GREAT = "重大"


@dataclass(frozen=True)
class Column:
    name: str
    unit: str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    key: str
    name: str
    grade: Grade = Grade.LOW
    days: int = 15
    clock: Literal["natural", "working"] = "natural"
    columns: tuple[Column, ...] = ()
    weights: dict[str, Decimal] = field(default_factory=dict)
    from_: date | None = None
    rings_at: time | None = None
    centre: tuple[float, float] | None = None
    open: bool = False
    extra: Any = None

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError("天数至少是 1")


WHOLE = """
# 隐患点
slope:
  name: 地质灾害隐患点
  grade: 重大
  days: 30
  clock: working
  columns:
    - name: 坡高
      unit: m
    - {name: 岩性, choices: [土质, 岩质, no]}
  weights: {street: 0.5, town: 2}
  from: 2026-02-14
  rings_at: 08:30
  centre: [121.38, 28.37]
  open: 是
  extra: {any: [1, two]}
shelter: {name: 331081001000}
"""


def parse(text: str) -> dict[str, Kind]:
    return catalogues.parse(text, Kind, file="kinds.yaml")


def refused(text: str) -> catalogues.CatalogueError:
    with pytest.raises(catalogues.CatalogueError) as caught:
        parse(text)
    return caught.value


def test_the_dataclass_is_the_schema() -> None:
    kinds = parse(WHOLE)
    assert list(kinds) == ["slope", "shelter"]
    assert kinds["slope"] == Kind(
        key="slope",
        name="地质灾害隐患点",
        grade=Grade.GREAT,
        days=30,
        clock="working",
        columns=(Column("坡高", "m"), Column("岩性", None, ("土质", "岩质", "no"))),
        weights={"street": Decimal("0.5"), "town": Decimal(2)},
        from_=date(2026, 2, 14),
        rings_at=time(8, 30),
        centre=(121.38, 28.37),
        open=True,
        extra={"any": [1, "two"]},
    )
    # no quotes needed: the field says that a code is a text
    assert kinds["shelter"].name == "331081001000"


@pytest.mark.parametrize("text", ["", "# 只有说明\n", "{}", "---\n"])
def test_a_catalogue_may_be_empty(text: str) -> None:
    assert parse(text) == {}


@pytest.mark.parametrize(
    ("text", "line", "value", "words", "mend"),
    [
        # a mistyped name: the nearest is offered
        (
            "a:\n  name: 甲\n  gradee: 低\n",
            3,
            "gradee",
            "不认识的名称「gradee」",
            "是不是「grade」",
        ),
        ("a:\n  name: 甲\n  key: b\n", 3, "key", "不认识的名称「key」", "grade"),
        ("a:\n  name: 甲\n  columns: [{nam: 坡高}]\n", 3, "nam", "「nam」", "是不是「name」"),
        # a choice that is none
        ("a:\n  name: 甲\n  grade: 重大的\n", 3, "重大的", "「grade」不能是「重大的」", "「重大」"),
        ("a:\n  name: 甲\n  clock: workday\n", 3, "workday", "「clock」", "natural、working"),
        # a wrong type
        ("a:\n  name: 甲\n  days: 十五\n", 3, "十五", "应当是整数", "15"),
        ("a:\n  name: 甲\n  days: 1.5\n", 3, "1.5", "应当是整数", "15"),
        ("a:\n  name: 甲\n  days: [15]\n", 3, "一个列表", "应当是整数", "15"),
        ("a:\n  name: 甲\n  from: 2026-02-30\n", 3, "2026-02-30", "应当是日期", "2026-02-14"),
        ("a:\n  name: 甲\n  rings_at: 25:00\n", 3, "25:00", "应当是时刻", "08:30"),
        ("a:\n  name: 甲\n  open: maybe\n", 3, "maybe", "应当是是或否", "true"),
        ("a:\n  name: 甲\n  weights:\n    b: 多\n", 4, "多", "「b」应当是数字", "0.5"),
        ("a:\n  name: 甲\n  columns: 坡高\n", 3, "坡高", "应当是列表", "- "),
        ("a:\n  name: 甲\n  centre: [1, 2, 3]\n", 3, "一个列表", "2 个值", "2 个"),
        ("a:\n  name:\n", 2, "", "「name」应当是文字，但是没有写", "文字"),
        ("a: 甲\n", 1, "甲", "一组", "名称: 内容"),
        ("- a\n- b\n", 1, "一个列表", "一组", "名称: 内容"),
        # something missing
        ("b:\n  name: 乙\na:\n  days: 3\n", 4, "一组内容", "「a」缺少必填的「name」", "name"),
        ("a:\n", 1, "", "缺少必填的「name」", "name"),
        # said twice
        ("a: {name: 甲}\nb: {name: 乙}\na: {name: 丙}\n", 3, "a", "「a」重复出现", "删去"),
        ("a:\n  name: 甲\n  days: 1\n  days: 2\n", 4, "days", "「days」重复出现", "删去"),
        # what only the dataclass knows
        ("a:\n  name: 甲\n  days: 0\n", 2, "一组内容", "天数至少是 1", ""),
        # YAML itself
        ("a:\n  name: 甲\n  days: [1, 2\nb: {}\n", 4, "b: {}", "YAML 写法不对", "括号"),
        ("a:\n\tname: 甲\n", 2, "name: 甲", "YAML 写法不对", "缩进"),
        ("a:\n  name: &x [*x]\n", 2, "一个列表", "应当是文字", ""),
        ("a:\n  name: *nowhere\n", 2, "name: *nowhere", "YAML 写法不对", ""),
    ],
)
def test_a_mistake_is_named_with_line_value_and_mend(
    text: str, line: int, value: str, words: str, mend: str
) -> None:
    error = refused(text)
    assert (error.file, error.line, error.value) == ("kinds.yaml", line, value)
    assert f"kinds.yaml 第 {line} 行" in error.words
    assert words in error.words
    assert mend in error.mend


def test_a_catalogue_error_is_shown_like_any_refusal() -> None:
    error = refused("a:\n  name: 甲\n  gradee: 低\n")
    assert isinstance(error, Refused)
    assert str(error) == f"{error.words}（{error.mend}）"


def test_an_anchor_that_holds_itself_ends() -> None:
    @dataclass(frozen=True)
    class Tree:
        kids: "tuple[Any, ...]" = ()

    Tree.__annotations__["kids"] = tuple[Tree, ...]  # a tree of trees
    with pytest.raises(catalogues.CatalogueError, match="层次太深"):
        catalogues.parse("a: &t {kids: [*t]}\n", Tree, file="t.yaml")


@given(st.text(max_size=60))
def test_no_text_brings_anything_but_entries_or_a_refusal(text: str) -> None:
    try:
        entries, line = parse(text), 1
    except catalogues.CatalogueError as error:
        entries, line = {}, error.line
    assert all(entry.name for entry in entries.values())
    assert 1 <= line <= len(text) + 2


# --- a site's own folder ----------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    with override_settings(ANLAN_CATALOGUES=str(tmp_path)):
        yield tmp_path
    catalogues.reload()


@dataclass(frozen=True)
class Anything:
    key: str
    notice: str = ""
    holidays: tuple[Any, ...] = ()


def test_a_site_replaces_a_whole_file_and_keeps_the_others(site: Path) -> None:
    assert catalogues.load("holidays", Anything) == {}  # the shipped one
    (site / "holidays.yaml").write_text('"2027": {notice: 本地}\n', encoding="utf-8")
    catalogues.reload()
    assert catalogues.load("holidays", Anything)["2027"].notice == "本地"
    (site / "holidays.yaml").unlink()
    catalogues.reload()
    assert catalogues.load("holidays", Anything) == {}
    assert catalogues.path_of("holidays").parent.name == "catalogues"


def test_an_edited_file_counts_after_reload(site: Path) -> None:
    own = site / "kinds.yaml"
    own.write_text("a: {name: 甲}\n", encoding="utf-8")
    assert catalogues.load("kinds", Kind)["a"].name == "甲"
    own.write_text("a: {name: 乙}\n", encoding="utf-8")
    assert catalogues.load("kinds", Kind)["a"].name == "甲"
    catalogues.reload()
    assert catalogues.load("kinds", Kind)["a"].name == "乙"


def test_nobody_can_spoil_what_is_kept(site: Path) -> None:
    (site / "kinds.yaml").write_text("a: {name: 甲}\n", encoding="utf-8")
    catalogues.load("kinds", Kind).clear()
    assert "a" in catalogues.load("kinds", Kind)


def test_a_file_saved_by_notepad_in_the_local_encoding(site: Path) -> None:
    (site / "kinds.yaml").write_bytes("a:\n  name: 甲\n".encode("gb18030"))
    with pytest.raises(catalogues.CatalogueError, match="第 2 行：不是 UTF-8") as caught:
        catalogues.load("kinds", Kind)
    assert str(site) in caught.value.words  # the site's own file is named by its whole path
    (site / "kinds.yaml").write_bytes("a:\n  name: 甲\n".encode("utf-8-sig"))
    assert catalogues.load("kinds", Kind)["a"].name == "甲"


def test_a_catalogue_that_is_not_there(site: Path) -> None:
    with pytest.raises(catalogues.CatalogueError, match=r"catalogues/nothing\.yaml .*读不到"):
        catalogues.load("nothing", Kind)
