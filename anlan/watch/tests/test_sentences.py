"""What was measured is said so that an officer can read it out."""

from datetime import datetime

import pytest

from anlan.kernel.trail import LOCAL
from anlan.watch.rules import Measured, sentences

AT = datetime(2026, 11, 22, 17, 20, 30, tzinfo=LOCAL)


def one(**given):
    facts = {"at": AT, "place": "牧屿桥水位站", "of": "水位", "kind": "level", "unit": "m",
             "value": 5.9, "limit": 5.6}  # fmt: skip
    return Measured(**(facts | given))


def test_level_and_rise_of_one_minute_are_one_sentence():
    rise = {"kind": "rate", "unit": "m/h", "value": 0.8, "limit": 0.5, "window_s": 3600}
    assert sentences([one(limit_is="保证水位"), one(**rise)]) == (
        "11月22日17时20分，牧屿桥水位站水位5.9米，超过保证水位5.6米；"
        "一小时水位上涨0.8米，超过限值0.5米。"
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"limit": 5.9, "limit_is": "警戒水位"}, "水位5.9米，达到警戒水位5.9米"),
        ({"once": True, "value": 6.1}, "水位最高6.1米，曾超过限值5.6米"),
        ({"below": True, "value": 0.12, "limit": 0.14, "of": "消火栓水压", "unit": "MPa",
          "kind": "threshold"}, "消火栓水压0.12兆帕，低于限值0.14兆帕"),
        ({"kind": "accumulation", "of": "雨量", "unit": "mm", "value": 62.5, "limit": 50,
          "window_s": 10800}, "3小时累计雨量62.5毫米，超过限值50毫米"),
        ({"kind": "rate", "unit": "m/h", "value": 1.2, "limit": 1.0, "window_s": 1800},
         "30分钟水位上涨0.6米，超过限值0.5米"),
        ({"kind": "silent", "unit": "h", "value": 3, "limit": 2},
         "已3小时没有数据，超过2小时即为失联"),
        ({"kind": "several", "says": "雨强且水位超警戒（一小时雨强、江河特征水位同时成立）"},
         "雨强且水位超警戒（一小时雨强、江河特征水位同时成立）"),
    ],
)  # fmt: skip
def test_every_kind_says_value_unit_and_limit(given, words):
    assert sentences([one(**given)]) == f"11月22日17时20分，牧屿桥水位站{words}。"
