"""The forms of a check: drawing it, writing one result down, saying that it was made good."""

from typing import Any

from django import forms

from anlan.callup import actions
from anlan.callup.actions import Said, Sampling, Sheet
from anlan.callup.models import Check, Checked
from anlan.callup.models.profiles import COLOURS, check_rule, hazards, questions

from ..deeds import Deed
from ..forms import Day, Form, Found, Lines
from ..ledgers.asker import Asker

# What may come out where nobody is scored; where questions are asked, passing is for the score.
BESIDES = ("SILENT", "FAULTY", "EXCUSED")


def _new_form(_: None, asker: Asker) -> type[Form]:
    known = [(hazard.key, hazard.label) for hazard in hazards().values()]
    made: dict[str, forms.Field] = {
        "kind": forms.ChoiceField(label="抽查什么", choices=Check.Kind.choices),
        "area": Found("area", asker, label="区域"),
        "size": forms.IntegerField(label="抽取数量", min_value=1, max_value=500, initial=10),
        "hazard": forms.ChoiceField(
            label="按哪种灾害的责任人",
            choices=known,
            initial="other",
            help_text="抽设备时不看这一项",
        ),
        "colour": forms.ChoiceField(
            label="预警颜色", required=False, choices=[("", "全部"), *COLOURS.items()]
        ),
    }
    return type("DrawForm", (Form,), made)


def _draw(_: None, values: dict[str, Any], asker: Asker) -> Check:
    return actions.draw_check(Sampling(**values), by=asker.person, at=asker.at)


def _record_form(checked: Checked, asker: Asker) -> type[Form]:
    rule = check_rule(checked.check_of.kind)
    made: dict[str, forms.Field] = {}
    if rule.questions:
        for number, each in enumerate(questions(), 1):
            hint = f"满分 {each.most}。{each.hint}"
            said = forms.CharField(
                label=f"{number}. {each.text}", required=False, max_length=300, help_text=hint
            )
            scores = [("", "未问"), *((str(n), f"{n} 分") for n in range(each.most, -1, -1))]
            score = forms.ChoiceField(label="得分", required=False, choices=scores)
            made |= {f"said_{each.key}": said, each.key: score}
        choices = [("", "已提问，按得分判定")]
    else:
        choices = [("PASSED", str(Checked.Outcome.PASSED.label))]
    left = BESIDES if rule.of == "devices" else ("SILENT", "EXCUSED")
    choices += [(key, str(Checked.Outcome(key).label)) for key in left]
    made["outcome"] = forms.ChoiceField(label="结果", required=False, choices=choices)
    made["note"] = Lines(label="说明", rows=2, required=False)
    return type("RecordForm", (Form,), made)


def _record(checked: Checked, values: dict[str, Any], asker: Asker) -> None:
    said = tuple(
        Said(each.key, values[f"said_{each.key}"], int(values[each.key]))
        for each in questions()
        if values.get(each.key, "") != ""
    )
    sheet = Sheet(said, values["outcome"], values["note"])
    actions.record_check(checked, sheet, by=asker.person, at=asker.at)


def _settle_form(checked: Checked, asker: Asker) -> type[Form]:
    made = {
        "on": Day(label="完成日期", initial=asker.day),
        "note": Lines(label="补训或修复情况", rows=2),
    }
    return type("SettleForm", (Form,), made)


def _settle(checked: Checked, values: dict[str, Any], asker: Asker) -> None:
    actions.settle_check(checked, **values, by=asker.person, at=asker.at)


def _call(check: Check, values: dict[str, Any], asker: Asker) -> None:
    actions.call_sample(check, by=asker.person, at=asker.at)


def _conclude(check: Check, values: dict[str, Any], asker: Asker) -> None:
    actions.conclude_sample(check, by=asker.person, at=asker.at)


DRAW = Deed("draw_check", "随机抽取", _draw, _new_form)
RECORD = Deed("record_check", "登记结果", _record, _record_form)
SETTLE = Deed("settle_check", "补训或修复完成", _settle, _settle_form)
CALL = Deed(
    "call_sample", "呼叫抽中的人", _call, warning="会真的发出短信、打出电话，请对方回复收到。"
)
CONCLUDE = Deed("conclude_sample", "汇总结果", _conclude)
