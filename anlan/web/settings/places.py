# ruff: noqa: E501 (the tables of buttons are wide so that they can be read)
"""Areas, bodies and posts: set up, renamed, merged, closed (区划、单位、岗位)."""

from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from anlan.people import access, actions
from anlan.people.models import Area, Body, Membership, Post
from anlan.people.rules.facts import AreaFacts, BodyFacts, PostFacts
from anlan.registry.models import sector_labels

from ..deeds import Deed, perform
from ..enterprises.seats import SEAT, UNSEAT
from ..forms import Day, Form, Found, Lines
from ..ledgers.asker import Asker, asker_of
from .dividing import SPLIT, TRANSFER
from .views import administrator

MOST = 60
SITTING = (
    Membership.objects.filter(valid_to=None).select_related("member", "post").order_by("role", "pk")
)
HERE = "/settings/areas/"


def listing(request: HttpRequest) -> HttpResponse:
    """Areas found by name or code, with what can be done to each, its bodies and its posts."""
    asker = asker_of(administrator(request))
    words = request.GET.get("q", "").strip()
    seen = access.areas_visible_to(asker.scope).valid_on(asker.day)
    found = seen.matching(words) | seen.of_code(words) if words else seen.exclude(level="VILLAGE")
    rows = list(found.exclude(level="GRID").order_by("code")[:MOST])
    shown = {"rows": rows, "words": words, "full": len(rows) == MOST}
    if len(rows) == 1 or words:
        paths = [area.pk for area in rows[:MOST]]
        bodies = Body.objects.filter(area__in=paths, valid_to=None)
        bodies = bodies.exclude(kind=Body.Kind.ENTERPRISE).order_by("area_path", "pk")
        shown["bodies"] = bodies.prefetch_related(Prefetch("seats", SITTING, to_attr="sitting"))
        posts = Post.objects.filter(area__in=paths, valid_to=None)
        shown["posts"] = posts.exclude(body__kind=Body.Kind.ENTERPRISE).order_by("area_path", "pk")
    return render(request, "settings/areas.html", shown)


def area_deed(request: HttpRequest, code: str, verb: str) -> HttpResponseBase:
    """Set up below it, rename, merge, divide or transfer it, put a body or a post there."""
    asker = administrator(request)
    seen = access.areas_visible_to(asker.scope).filter(code=code, valid_to=None)
    area = get_object_or_404(seen)
    if verb not in AREA_DEEDS:
        raise Http404(verb)
    return perform(asker, area, AREA_DEEDS[verb], back=f"{HERE}?q={area.code}")


def body_deed(request: HttpRequest, pk: int, verb: str) -> HttpResponseBase:
    """Close a body, set up a post in it, or say who sits on it."""
    asker = administrator(request)
    body = get_object_or_404(access.bodies_visible_to(asker.scope), pk=pk, valid_to=None)
    if verb not in BODY_DEEDS:
        raise Http404(verb)
    return perform(asker, body, BODY_DEEDS[verb], back=f"{HERE}?q={body.area.code}")


def post_deed(request: HttpRequest, pk: int, verb: str) -> HttpResponseBase:
    """End a post."""
    asker = administrator(request)
    post = get_object_or_404(access.posts_visible_to(asker.scope), pk=pk, valid_to=None)
    if verb != ABOLISH.verb:
        raise Http404(verb)
    return perform(asker, post, ABOLISH, back=f"{HERE}?q={post.area.code}")


# --- forms ----------------------------------------------------------------------------------------


def _add_form(parent: Area, asker: Asker) -> type[Form]:
    made = {
        "code": forms.CharField(label="区划代码", max_length=12, help_text="12位统计用区划代码"),
        "name": forms.CharField(label="名称", max_length=60),
        "since": Day(label="设立日期", initial=asker.day),
    }
    return type("AddForm", (Form,), made)


def _rename_form(area: Area, asker: Asker) -> type[Form]:
    made = {
        "name": forms.CharField(label="新名称", max_length=60, initial=area.name),
        "code": forms.CharField(label="新代码", max_length=12, required=False, initial=area.code),
        "since": Day(label="从哪天起", initial=asker.day),
    }
    return type("RenameForm", (Form,), made)


def _merge_form(area: Area, asker: Asker) -> type[Form]:
    made = {
        "into": Found("area", asker, label="并入"),
        "since": Day(label="从哪天起", initial=asker.day),
    }
    return type("MergeForm", (Form,), made)


def _body_form(area: Area, asker: Asker) -> type[Form]:
    sectors = [("*", "全部领域"), *sector_labels().items()]
    made = {
        "name": forms.CharField(label="名称", max_length=100),
        "short_name": forms.CharField(label="简称", max_length=40, required=False),
        "kind": forms.ChoiceField(label="类型", choices=Body.Kind.choices),
        "credit_code": forms.CharField(label="统一社会信用代码", max_length=18, required=False),
        "sectors": forms.MultipleChoiceField(
            label="分管领域", required=False, choices=sectors,
            widget=forms.SelectMultiple(attrs={"size": 6}),
        ),
        "address": forms.CharField(label="地址", max_length=160, required=False),
        "phone": forms.CharField(label="电话", max_length=30, required=False),
    }  # fmt: skip
    return type("BodyForm", (Form,), made)


def _post_form(body: Body, asker: Asker) -> type[Form]:
    roles = [(role.key, role.label) for role in access.roles().values()]
    made = {
        "name": forms.CharField(label="岗位名称", max_length=80),
        "roles": forms.MultipleChoiceField(
            label="角色", choices=roles, widget=forms.SelectMultiple(attrs={"size": 6})
        ),
        "superior": Found("post", asker, label="上级岗位", required=False),
        "phone": forms.CharField(label="值班电话", max_length=30, required=False),
    }
    return type("PostForm", (Form,), made)


def _closing_form(thing: Any, asker: Asker) -> type[Form]:
    made = {"on": Day(label="日期", initial=asker.day), "reason": Lines(label="依据", rows=2)}
    return type("ClosingForm", (Form,), made)


def _day_form(thing: Any, asker: Asker) -> type[Form]:
    return type("DayForm", (Form,), {"on": Day(label="日期", initial=asker.day)})


# --- what they do ---------------------------------------------------------------------------------


def _add(parent: Area, values: dict[str, Any], asker: Asker) -> None:
    actions.add_area(AreaFacts(**values), parent=parent, by=asker.person, at=asker.at)


def _rename(area: Area, values: dict[str, Any], asker: Asker) -> None:
    actions.rename_area(area, **values, by=asker.person, at=asker.at)


def _merge(area: Area, values: dict[str, Any], asker: Asker) -> None:
    actions.merge_areas([area], **values, by=asker.person, at=asker.at)


def _register(area: Area, values: dict[str, Any], asker: Asker) -> None:
    facts = BodyFacts(**{**values, "sectors": tuple(values["sectors"])})
    actions.register_body(facts, area=area, by=asker.person, at=asker.at)


def _close(body: Body, values: dict[str, Any], asker: Asker) -> None:
    actions.close_body(body, **values, by=asker.person, at=asker.at)


def _post(body: Body, values: dict[str, Any], asker: Asker) -> None:
    facts = PostFacts(values["name"], tuple(values["roles"]), values["phone"])
    actions.create_post(
        facts,
        body=body,
        area=body.area,
        superior=values["superior"],
        by=asker.person,
        at=asker.at,
    )


def _abolish(post: Post, values: dict[str, Any], asker: Asker) -> None:
    actions.abolish_post(post, **values, by=asker.person, at=asker.at)


# fmt: off
AREA_DEEDS = {each.verb: each for each in (
    Deed("add_area",      "设立下级区域", _add, _add_form),
    Deed("rename_area",   "更名",         _rename, _rename_form),
    Deed("merge_areas",   "撤并",         _merge, _merge_form, grave=True,
         warning="撤并后，该区域及其下级、历史事项都计入并入的区域，原有责任到此为止，须重新落实责任人。"),
    SPLIT,
    TRANSFER,
    Deed("register_body", "登记单位",     _register, _body_form),
)}
BODY_DEEDS = {each.verb: each for each in (
    Deed("create_post", "设立岗位", _post, _post_form),
    Deed("close_body",  "注销单位", _close, _closing_form, grave=True, warning="单位注销后，其岗位一并撤销，名下责任标为空缺。"),
    SEAT,
    UNSEAT,
)}
ABOLISH = Deed("abolish_post", "撤销岗位", _abolish, _day_form, grave=True, warning="在岗人员同时离任，名下责任标为空缺。")
# fmt: on
