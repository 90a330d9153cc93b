"""Putting an area under another one, and dividing it (划转、析置)."""

from typing import Any, ClassVar

from django import forms

from anlan.people import actions
from anlan.people.models import Area
from anlan.people.rules.facts import AreaFacts

from ..deeds import Deed
from ..forms import Day, Form, Found
from ..ledgers.asker import Asker

PARTS = {"1": "第一个新区域", "2": "第二个新区域", "3": "第三个新区域", "4": "第四个新区域"}
GOES, STAYS = "goes", "stays"


def _transfer_form(area: Area, asker: Asker) -> type[Form]:
    made = {
        "to": Found("area", asker, label="划入", help_text="上一级的区域，如村划入镇(街道)"),
        "since": Day(label="从哪天起", initial=asker.day, help_text="代码有变的，划转后再办“更名”"),
    }
    return type("TransferForm", (Form,), made)


def _transfer(area: Area, values: dict[str, Any], asker: Asker) -> None:
    actions.transfer_area(area, **values, by=asker.person, at=asker.at)


class _Parts(Form):
    """The new areas, and to which of them each area below goes."""

    below: ClassVar[dict[str, Area]] = {}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        named = {n for n in PARTS if given.get(f"name{n}") or given.get(f"code{n}")}
        for n in sorted(named):
            for key, word in (("name", "名称"), ("code", "代码")):
                if not given.get(f"{key}{n}"):
                    self.say(f"没有填写{PARTS[n]}的{word}", "名称和代码都要填", f"{key}{n}")
        for key in self.below:
            goes = given.get(key)
            if goes and goes not in named:
                self.say(f"{PARTS[goes]}还没有填写", "请填写它的名称和代码，或改选", key)
        return given


def _split_form(area: Area, asker: Asker) -> type[Form]:
    ends = [(GOES, "撤销，由第一个新区域接替"), (STAYS, "保留，只分出一部分")]
    made: dict[str, Any] = {
        "former": forms.ChoiceField(label=f"原区域{area}", choices=ends),
        "since": Day(label="从哪天起", initial=asker.day),
    }
    for n, word in PARTS.items():
        made[f"name{n}"] = forms.CharField(label=f"{word}名称", max_length=60, required=False)
        made[f"code{n}"] = forms.CharField(label="区划代码", max_length=12, required=False)
    made["name1"].help_text = "原区域撤销的，单位、岗位由它接替"
    made["code1"].help_text = "12位统计用区划代码；可以沿用原代码"
    below = area.children.filter(valid_to=None).order_by("code", "pk")
    children = {f"child{child.pk}": child for child in below}
    for key, child in children.items():
        goes = [("", "未安排；原区域保留的，留在原区域"), *PARTS.items()]
        made[key] = forms.ChoiceField(label=f"{child}归", choices=goes, required=False)
    return type("SplitForm", (_Parts,), {**made, "below": children})


def _split(area: Area, values: dict[str, Any], asker: Asker) -> list[Area]:
    below = area.children.filter(valid_to=None).order_by("code", "pk")
    parts = []
    for n in PARTS:
        if values[f"name{n}"]:
            facts = AreaFacts(values[f"code{n}"], values[f"name{n}"], since=values["since"])
            parts.append((facts, [one for one in below if values.get(f"child{one.pk}") == n]))
    remains = values["former"] == STAYS
    return actions.split_area(area, parts=parts, remains=remains, by=asker.person, at=asker.at)


TRANSFER = Deed(
    "transfer_area", "划转", _transfer, _transfer_form, grave=True,
    warning="划转后，该区域及其下级的一切都计入划入的区域，由那里的岗位看到和办理。",
)  # fmt: skip
SPLIT = Deed(
    "split_area", "析置", _split, _split_form, grave=True,
    warning="在办事项、底数和测站按位置归入各新区域，没有坐标的归第一个新区域（原区域保留的，仍归原区域）；"
    "已办结的仍计入原区域和上级。"
    "原区域撤销的，对它整体的责任到此为止，须重新落实责任人。",
    onward=lambda made: f"/areas/{made[0].code}/",
)  # fmt: skip
