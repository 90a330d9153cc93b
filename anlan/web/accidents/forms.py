"""The forms of accidents: the quick report, and what its deeds ask."""

from typing import Any
from uuid import uuid4

from django import forms

from anlan.accidents.actions import Telling
from anlan.accidents.models import categories_on, scopes
from anlan.accidents.rules import Toll
from anlan.people.models import Body
from anlan.registry.access import finders
from anlan.registry.rules import Problem

from ..forms import Form, Found, Lines, Suggested
from ..ledgers.asker import Asker
from ..matters.fields import FilesField, MomentField

UNKNOWN = "不清楚"


class UnitField(forms.CharField):
    """A unit by its name: cleaned it is the registered body, or the words as they were typed."""

    def __init__(self, asker: Asker, **given: Any) -> None:
        super().__init__(widget=Suggested("body"), max_length=100, **given)
        self.asker = asker

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return ""
        reaches = self.asker.scope.reaches
        under = reaches[0].path if reaches else "/"
        found = finders(day=self.asker.day, under=under)["body"](frozenset({text}))[text]
        return text if isinstance(found, Problem) else found


def number(label: str, **given: Any) -> forms.IntegerField:
    """People: empty is unknown, nought is none."""
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "placeholder": UNKNOWN, "min": 0})
    return forms.IntegerField(label=label, required=False, min_value=0, widget=widget, **given)


def loss(**given: Any) -> forms.DecimalField:
    """Direct economic loss in 万元."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "placeholder": UNKNOWN})
    return forms.DecimalField(
        label="直接经济损失（万元）", required=False, min_value=0, max_digits=14, decimal_places=2,
        widget=widget, **given,
    )  # fmt: skip


def toll_fields() -> dict[str, forms.Field]:
    """死亡、失踪、重伤、轻伤."""
    return {
        "deaths": number("死亡"),
        "missing": number("失踪"),
        "serious": number("重伤"),
        "minor": number("轻伤"),
    }


def toll_of(values: dict[str, Any]) -> Toll:
    """What a form says that it cost; empty is unknown."""
    return Toll(*(values.get(key) for key in ("deaths", "missing", "serious", "minor", "loss")))


def scope_choices() -> list[tuple[str, str]]:
    """生产安全 first: the others are told apart by the office that verifies."""
    return [(key, one.label) for key, one in scopes().items()]


def category_choices(asker: Asker, day: Any = None) -> list[tuple[str, str]]:
    """The categories of the edition of a day."""
    known = categories_on(day or asker.day)
    return [("", UNKNOWN), *((key, f"{one.code} {one.label}") for key, one in known.items())]


def quick_form(asker: Asker) -> type[Form]:
    """The quick report (快报): what happened, when, where, who; everything else may wait."""
    unit = _own_unit(asker)
    place = unit or asker.person.body
    made: dict[str, Any] = {
        "title": forms.CharField(
            label="发生了什么", max_length=120, required=False,
            widget=forms.TextInput(attrs={"placeholder": "一句话，如：配电房检修触电"}),
        ),
        "happened_at": MomentField(label="发生时间", initial=asker.at),
        "area": Found("area", asker, label="在哪里（镇村网格）", initial=_area_name(place)),
        "place": forms.CharField(label="具体地点", required=False, max_length=160),
        **toll_fields(),
    }  # fmt: skip
    if unit is None:
        made["unit"] = UnitField(asker, label="哪家单位", required=False)
    made |= _besides(asker, of_a_firm=unit is not None)
    return type("QuickForm", (Form,), made)


def telling_of(values: dict[str, Any], asker: Asker) -> Telling:
    """What the quick report says."""
    unit = values.get("unit", "") or _own_unit(asker)
    body = unit if isinstance(unit, Body) else None
    return Telling(
        title=values["title"],
        happened_at=values["happened_at"],
        known_at=values["known_at"],
        reported_at=values.get("reported_at"),
        area=values["area"],
        place=values["place"],
        body=body,
        unit="" if body else str(unit or ""),
        scope=values["scope"],
        category=values["category"],
        toll=toll_of(values),
        poisoned=values["poisoned"],
        course=values["course"],
        taken=values["taken"],
        origin=values["origin"],
    )


def _besides(asker: Asker, *, of_a_firm: bool) -> dict[str, forms.Field]:
    """What a quick report may tell besides, folded away."""
    now = {} if of_a_firm else {
        "reported_at": MomentField(
            label="接报时间", required=False, help_text="应急部门接到报告的时间；不填为现在"
        )
    }  # fmt: skip
    return {
        "course": Lines(label="简要经过", required=False, rows=2),
        "taken": Lines(label="已采取的措施", required=False, rows=2),
        "evidence": FilesField(label="现场照片", required=False),
        "known_at": MomentField(
            label="单位负责人得知的时间",
            required=False,
            help_text="1小时从这时起算；不填为发生时间",
        ),
        **now,
        "scope": forms.ChoiceField(label="统计口径", choices=scope_choices()),
        "category": forms.ChoiceField(
            label="事故类别", required=False, choices=category_choices(asker)
        ),
        "poisoned": number("其中急性工业中毒", help_text="计在重伤里"),
        "loss": loss(),
        "origin": forms.CharField(
            widget=forms.HiddenInput, required=False, max_length=80, initial=_origin
        ),
    }


def _origin() -> str:
    """Its own id for each form shown: a button pressed twice is one accident."""
    return f"web:{uuid4().hex}"


def _own_unit(asker: Asker) -> Body | None:
    """The firm of somebody who reports for a firm."""
    if asker.scope.reaches or not asker.scope.bodies:
        return None
    own: Body | None = Body.objects.filter(pk__in=asker.scope.bodies).order_by("pk").first()
    return own


def _area_name(place: Body | None) -> str:
    """As one would write it, the town before a village."""
    if place is None:
        return ""
    above = place.area.parent
    return f"{above}{place.area}" if above and above.level == "TOWN" else place.area.name
