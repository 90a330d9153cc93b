"""Writing a warning (拟写预警): the form, what is drawn on it, and how it will read."""

from datetime import timedelta
from typing import Any

from django import forms

from anlan.formats import cap
from anlan.people.models import Area, Body
from anlan.watch.actions import Brief
from anlan.watch.models import (
    COLOURS,
    Alarm,
    Warning,
    hazard_warned,
    issuers,
    sentences_of,
    steps,
    warned_of,
)
from anlan.watch.rules import capping

from ..forms import Form, Lines
from ..ledgers.asker import Asker
from .drawn import Circle, Ring, as_typed, read_circle, read_ring

HOURS = tuple((hours, f"{hours} 小时") for hours in (1, 3, 6, 12, 24, 48))
URGENCY = (("Immediate", "立即"), ("Expected", "一小时内"), ("Future", "稍后"))
HAPPENING = "observed"  # the step of what sensors say
FITS = "要大家做什么；没有改过的初稿，存草稿时按阶段和颜色换成“立即转移”或“做好准备”"
CERTAINTY = (("Observed", "已发生"), ("Likely", "很可能"), ("Possible", "可能"))


class WarningForm(Form):
    """What it says; the areas stand beside it, as boxes to tick."""

    hazard = forms.ChoiceField(label="灾种")
    colour = forms.ChoiceField(label="颜色", choices=[("", "请选择"), *list(COLOURS.items())[:4]])
    step = forms.ChoiceField(label="递进式阶段", required=False)
    headline = forms.CharField(label="标题", max_length=160, help_text="如“泽国镇洪水橙色预警”")
    description = Lines(label="预警内容", rows=3, help_text="发生了什么、将会怎样")
    instruction = Lines(label="防御指南", rows=3, required=False, help_text=FITS)
    hours = forms.TypedChoiceField(label="有效时间", choices=HOURS, coerce=int, initial=12)
    urgency = forms.ChoiceField(label="紧迫程度", choices=URGENCY, initial="Expected")
    certainty = forms.ChoiceField(label="可能性", choices=CERTAINTY, initial="Likely")
    contact = forms.CharField(label="咨询电话", max_length=60, required=False)
    ring = Lines(
        label="另画范围（多边形）",
        rows=2,
        required=False,
        help_text="在图上画，或写每个顶点的“经度,纬度”，用空格或换行隔开；首尾自动闭合",
    )
    circle = forms.CharField(
        label="另画范围（圆）",
        max_length=60,
        required=False,
        help_text="在图上画，或写“经度,纬度,半径公里”，如 121.34,28.49,2.5",
    )
    exercise = forms.BooleanField(label="这是演练，不是真实预警", required=False)

    def __init__(self, *args: Any, body: Body | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [w for w in warned_of().values() if body and _lawful(w.issuers, body)]
        others = [w for w in warned_of().values() if w not in mine]
        self._choose("hazard", [(w.key, w.label) for w in mine]
                     + [(w.key, f"{w.label}（由气象台站发布）") for w in others])  # fmt: skip
        self.fields["colour"].error_messages["required"] = "请选择颜色"
        self._choose("step", [("", "不属于递进式"), *((s.key, s.label) for s in steps().values())])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Where nobody wrote what to do, it fits the step and the colour that were chosen."""
        given = self.cleaned_data
        warned = warned_of().get(given.get("hazard", ""))
        typed = "".join((given.get("instruction") or "").split())
        if warned and typed in ("", warned.measures, warned.beforehand):
            step = steps().get(given.get("step", ""))
            given["instruction"] = warned.measures_for(step, given.get("colour", ""))
        return given

    def clean_ring(self) -> Ring:
        typed = str(self.cleaned_data["ring"] or "").strip()
        try:
            return read_ring(typed) if typed else ()
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong

    def clean_circle(self) -> Circle | None:
        typed = str(self.cleaned_data["circle"] or "").strip()
        try:
            return read_circle(typed) if typed else None
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


def _lawful(keys: tuple[str, ...], body: Body) -> bool:
    known = issuers()
    return any(known[key].is_of(body) for key in keys if key in known)


def brief_of(form: WarningForm, areas: list[Area], alarm: Alarm | None, asker: Asker) -> Brief:
    """The form as the action takes it."""
    given = form.cleaned_data
    return Brief(
        hazard=given["hazard"],
        colour=given["colour"],
        headline=given["headline"],
        description=given["description"],
        instruction=given["instruction"],
        areas=tuple(areas),
        expires=asker.at + timedelta(hours=given["hours"]),
        step=given["step"],
        contact=given["contact"],
        urgency=given["urgency"],
        certainty=given["certainty"],
        rings=(given["ring"],) if given["ring"] else (),
        circles=(given["circle"],) if given["circle"] else (),
        alarm=alarm,
        exercise=given["exercise"],
    )


def like_alarm(alarm: Alarm | None) -> dict[str, Any]:
    """What an alarm already says; the colour stays for people to judge."""
    if alarm is None or not alarm.about.hazard:
        return {}
    warned = hazard_warned(alarm.about.hazard)
    return {
        "hazard": warned.key,
        "headline": f"{alarm.area.name}{warned.label}预警",
        "description": sentences_of(alarm),
        "instruction": warned.measures_for(steps().get(HAPPENING), ""),
        "step": HAPPENING,
        "certainty": "Observed",
        "urgency": "Immediate",
    }


def like(warning: Warning) -> dict[str, Any]:
    """A draft's own words, to be written anew."""
    given = warning.content
    names = ("description", "instruction", "step", "contact", "urgency", "certainty")
    return {
        "hazard": warning.hazard,
        "colour": warning.colour,
        "headline": warning.headline,
        "exercise": warning.world == "DRILL",
        **as_typed(warning.places),
        **{name: given.get(name, "") for name in names},
    }


def as_text(bulletin: capping.Bulletin) -> str:
    """The message as CAP, or why it cannot be said."""
    try:
        return cap.write(capping.to_cap(bulletin)).decode()
    except cap.CapError as error:
        return f"<!-- {error} -->"
