"""Writing a call-up down (拟稿): the form, the areas picked, what it will say to whom."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from anlan.callup.actions import Brief
from anlan.callup.flow import World
from anlan.callup.models import Callup
from anlan.callup.models.profiles import COLOURS, approved_beforehand, hazards, profiles
from anlan.callup.rules import NEARNESS, Profile
from anlan.people.access import areas_visible_to
from anlan.people.models import Area

from ..forms import Form, Lines
from ..ledgers.asker import Asker

MOST_AREAS = 200
URGENT = "urgent"  # the button for what waits for nobody
NEAR = "near-"  # and the code of an area: how near the danger is there
MOST_OFFERED = 40


def usable(world: str) -> list[Profile]:
    """The profiles that can be used in a world; those with steps first, drills among drills."""
    known = [p for p in profiles().values() if not p.notice]  # those the system sends by itself
    fitting = [p for p in known if world == World.DRILL or not p.drill]
    return sorted(fitting, key=lambda p: (not p.filled, world == World.DRILL and not p.drill))


class BriefForm(Form):
    """What it is about; the areas stand beside it, as boxes to tick."""

    title = forms.CharField(
        label="标题",
        max_length=120,
        help_text="对方最先看到、听到的一句话，如“牧屿后山滑坡橙色预警”",
    )
    hazard = forms.ChoiceField(label="灾害")
    colour = forms.ChoiceField(label="预警颜色", required=False)
    words = Lines(
        label="补充的话", required=False, rows=2, help_text="到哪里、做什么；越短越好，短信按字计条"
    )
    profile = forms.ChoiceField(label="叫应方案", widget=forms.RadioSelect)

    def __init__(self, *args: Any, world: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.world = world
        known = [(each.key, each.label) for each in hazards().values()]
        colours = [("", "没有颜色"), *((key, word) for key, word in COLOURS.items())]
        self._choose("hazard", known)
        self._choose("colour", colours)
        self._choose("profile", [(p.key, p.label) for p in usable(world) if p.filled])
        self.fields["profile"].initial = next((p.key for p in usable(world) if p.filled), "")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        chosen = profiles().get(given.get("profile", ""))
        if URGENT in self.data and chosen and not chosen.life_safety:
            words = f"“{chosen.label}”不涉及生命安全，不能紧急启动"
            self.say(words, "请改选标有“生命安全”的方案，或走下一步、提请批准", "profile")
        return given

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def picked(codes: Iterable[str], asker: Asker) -> list[Area]:
    """The areas ticked, as far as one may call up there, in the order of the tree."""
    wanted = list(dict.fromkeys(codes))[:MOST_AREAS]
    rows = areas_visible_to(asker.scope).valid_on(asker.day).filter(code__in=wanted)
    found = rows.select_related("parent").order_by("path")
    return [area for area in found if asker.scope.may("callup.draft", path=area.path)]


def near(asked: Mapping[str, Any], areas: Iterable[Area]) -> dict[int, int]:
    """How near the danger is to each area that was ticked; the danger itself where not said."""
    said = {area.pk: str(asked.get(f"{NEAR}{area.code}", "")) for area in areas}
    return {pk: int(word) for pk, word in said.items() if word in map(str, NEARNESS)}


def placed(areas: Iterable[Area], nearness: Mapping[int, int]) -> list[tuple[Area, int]]:
    """The areas with how near the danger is to each."""
    return [(area, nearness.get(area.pk, 0)) for area in areas]


def offered(typed: str, asker: Asker) -> list[Area]:
    """Areas that fit what was typed."""
    rows = areas_visible_to(asker.scope).valid_on(asker.day).matching(typed)
    found = rows.select_related("parent").order_by("path")[:MOST_OFFERED]
    return [area for area in found if asker.scope.may("callup.draft", path=area.path)]


def below(area: Area | None, asker: Asker) -> QuerySet[Area]:
    """The next lower areas; of none, the topmost ones within reach where one may call up."""
    rows = areas_visible_to(asker.scope).valid_on(asker.day)
    if area is not None:
        return rows.filter(parent=area).order_by("code")
    mine = asker.scope.places(path="path", sector="", deed="callup.draft")
    allowed = rows.filter(mine)
    return allowed.exclude(parent__in=allowed).order_by("code")


def brief_of(form: BriefForm, areas: Iterable[Area], nearness: dict[int, int]) -> Brief:
    """The form as the action takes it."""
    given = form.cleaned_data
    return Brief(
        profile=given["profile"],
        hazard=given["hazard"],
        title=given["title"],
        areas=tuple(areas),
        colour=given["colour"],
        words=given["words"],
        nearness=nearness,
        drill=form.world == World.DRILL,
    )


def imagined(form: BriefForm) -> Callup:
    """The call-up as it would be written down, for showing its words; never kept."""
    value = {name: str(form[name].value() or "") for name in ("title", "hazard", "colour", "words")}
    value["hazard"] = value["hazard"] if value["hazard"] in hazards() else next(iter(hazards()))
    return Callup(world=form.world, **value)


def profile_in(form: BriefForm) -> Profile | None:
    """The profile chosen so far."""
    found = profiles().get(str(form["profile"].value() or ""))
    return found if found and found.filled else None


def standing(profile: Profile | None, asker: Asker) -> str:
    """The approval given beforehand, in words; empty where there is none today."""
    return approved_beforehand(profile, at=asker.at) if profile else ""
