"""A bad entry is refused with file, line and mend."""

import re
from datetime import date

import pytest

from anlan.figures import compute
from anlan.figures.compute.deriving import Round
from anlan.figures.rules import parse_period
from anlan.kernel import catalogues
from anlan.kernel.catalogues import CatalogueError

FOUND = """
found:
  label: 发现
  unit: 条
  kind: count
  source: hazards
  moment: found_at
  scope: x
  clause: x
rate:
  label: 率
  unit: "%"
  kind: rate
  part: found
  whole: found
  scope: x
  clause: x
trained:
  label: 培训
  unit: 人次
  kind: sum
  of: counts.trained
  source: records
  moment: started_at
  scope: x
  clause: x
major:
  label: 重大
  unit: 条
  kind: count
  source: major_hazards
  moment: found_at
  scope: x
  clause: x
"""


def checked(text):
    with catalogues.trial({"figures": text}):
        return compute.definitions()


def entry(**said: str) -> str:
    lines = "\n".join(f"  {name}: {value}" for name, value in said.items())
    return f"odd:\n  label: 怪\n  scope: x\n  clause: x\n{lines}\n"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        # unknown names, each with the nearest
        ({"unit": "条", "kind": "rate", "part": "fuond", "whole": "found"}, "%"),
        ({"unit": '"%"', "kind": "rate", "part": "fuond", "whole": "found"}, "fuond"),
        ({"unit": "条", "kind": "count", "source": "hazard", "moment": "found_at"}, "hazards"),
        ({"unit": "条", "kind": "count", "source": "hazards", "moment": "seen_at"}, "seen_at"),
        ({"unit": "条", "kind": "count", "source": "hazards", "moment": "standing"}, "state"),
        ({"unit": "条", "kind": "formula", "formula": '"found + lost"'}, "lost"),
        (
            {"unit": "人", "kind": "sum", "source": "items", "moment": "standing",
             "kinds": "[shelter]", "of": "attributes.capasity"},
            "capasity",
        ),
        (
            {"unit": "次", "kind": "count", "source": "records", "moment": "started_at",
             "kinds": "[drills]"},
            "drills",
        ),
        # units and sources that do not go together
        ({"unit": "条", "kind": "formula", "formula": '"found + rate"'}, "单位不一致"),
        ({"unit": "天", "kind": "formula", "formula": '"found * 2.0"'}, "单位不一致"),
        ({"unit": "条", "kind": "formula", "formula": '"found + major"'}, "不同的数据来源"),
        ({"unit": '"%"', "kind": "points", "figure": "rate"}, "百分点"),
        ({"unit": "百分点", "kind": "points", "figure": "found"}, "百分点"),
        ({"unit": '"%"', "kind": "share", "part": "trained", "whole": "found"}, "单位不一致"),
        # circles, and what never ends
        ({"unit": "条", "kind": "formula", "formula": '"odd + found"'}, "odd → odd"),
        (
            {"unit": "个月", "kind": "streak", "figure": "found", "step": "month",
             "holds": '"value == 0"'},
            "at_most",
        ),
        (
            {"unit": '"%"', "kind": "progress", "figure": "found", "goal": "9",
             "period": '"2024.."'},
            "没有尽头",
        ),
        ({"unit": '"%"', "kind": "progress", "figure": "found", "goal": "0"}, "大于0"),
        # formulas that are no sums
        ({"unit": "条", "kind": "formula", "formula": '"found.size()"'}, "不能用"),
        ({"unit": "条", "kind": "formula", "formula": '"found +"'}, "写法不对"),
    ],
)  # fmt: skip
def test_a_bad_entry_is_refused_with_its_line(said, words):
    with pytest.raises(CatalogueError, match=words) as refused:
        checked(FOUND + entry(**said))
    assert refused.value.name == "figures"
    assert refused.value.line >= FOUND.count("\n") + 1


def test_a_long_circle_is_named_in_full():
    two = entry(unit="条", kind="formula", formula='"even + found"')
    three = two.replace("odd:", "even:").replace("even + found", "odd - found")
    with pytest.raises(CatalogueError, match="odd → even → odd"):
        checked(FOUND + two + three)


def test_a_quotient_of_two_sources_is_no_sum():
    kept = checked(FOUND + entry(unit="条/人次", kind="formula", formula='"found / trained"'))
    assert kept["odd"].operands == ("found", "trained")


def test_what_ships_is_good():
    assert len(compute.definitions()) > 100


def test_what_people_read_of_a_figure_is_in_words_of_the_field():
    """报告003 told nobody anything; a year that is over was said of every year."""
    for figure in compute.definitions().values():
        said = f"{figure.label} {figure.scope} {figure.clause}"
        assert not re.search(r"报告00\d|[一-龥][,;:()]", said), (figure.key, said)
        assert not re.search(r"20\d\d年内", figure.scope), figure.key


@pytest.mark.django_db
def test_a_target_of_each_year_is_of_the_year_that_is_asked_for(district, clock):
    figure = compute.definition("radar_target")
    found = Round(compute.Asked(district.wenling, None, clock.now()))
    over = found._towards(figure, parse_period("2024-05"))
    assert (over.start, over.last) == (date(2024, 1, 1), date(2024, 5, 31))
