# ruff: noqa: E501 (the table is wide so that it can be read)
"""The buttons of a report's page, each with its form and the action behind it."""

from collections.abc import Callable
from typing import Any

from anlan.figures import actions
from anlan.figures.models import Report

from ..deeds import Deed
from ..forms import Form, Lines
from ..ledgers.asker import Asker

LABELS = {
    "reason": "原因",
    "by_hand": "手工改写的数字",
    "digest": "校验码",
    "period": "统计期",
    "title": "标题",
}


class Reason(Form):
    reason = Lines(label="原因")


def _plainly(action: Callable[..., Any]) -> Callable[[Report, dict[str, Any], Asker], None]:
    def do(report: Report, values: dict[str, Any], asker: Asker) -> None:
        action(report, **values, by=asker.person, at=asker.at)

    return do


def _with_reason(report: Report, asker: Asker) -> type[Form]:
    return Reason


# fmt: off
DEEDS = {deed.verb: deed for deed in (
    Deed("check_report",   "校核定稿",   _plainly(actions.check_report), warning="定稿后数值、口径和每个数字的明细一并封存，以后打印内容不变。"),
    Deed("submit_report",  "送校核",     _plainly(actions.submit_report), warning="送校核后由另一位同志校核，期间不能修改。"),
    Deed("file_report",    "成文送签",   _plainly(actions.file_report), warning="生成一份文书送签；签发时取得文号。"),
    Deed("return_report",  "退回修改",   _plainly(actions.return_report), _with_reason),
    Deed("refresh_report", "重新取数",   _plainly(actions.refresh_report), warning="按现在的台账重新计算并重写，已做的修改会丢失。"),
    Deed("reopen_report",  "退回重编",   _plainly(actions.reopen_report), _with_reason, grave=True),
    Deed("discard_report", "丢弃报告",   _plainly(actions.discard_report), grave=True),
)}
# fmt: on
