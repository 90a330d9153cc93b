"""Fields that deed forms are made of: posts to choose, photos to show, moments to set."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.kernel.trail import LOCAL
from anlan.matters.models import Matter
from anlan.matters.models.kinds import clauses
from anlan.matters.rules import here_and_above
from anlan.people.access import Scope, deeds_of, posts_visible_to
from anlan.people.models import Body, Post, Tenure

Choices = list[tuple[str, list[tuple[str, str]]]]
MAY_CHECK = "matters.check"
MOMENT = "%Y-%m-%dT%H:%M"
MOST_POSTS = 300


class FilesInput(forms.FileInput):
    """A file input that takes several at once; on a phone it opens the camera or the album."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several photos or papers (佐证)."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        if self.required and not given:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [super(FilesField, self).clean(each, initial) for each in given]


class MomentField(forms.DateTimeField):
    """A day and hour, as the browser's own picker gives them."""

    widget = forms.DateTimeInput

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        super().__init__(widget=widget, input_formats=[MOMENT, f"{MOMENT}:%S"], **kwargs)


class PostField(forms.TypedChoiceField):
    """A post out of those that come into question, grouped by where they stand."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=_post, empty_value=None, **kwargs)


def _post(pk: Any) -> Post:
    return Post.objects.get(pk=pk)


def posts_for(matter: Matter, scope: Scope, at: datetime, *, checking: bool = False) -> Choices:
    """The posts that could rectify this matter, or check it, the nearest groups first."""
    day = at.astimezone(LOCAL).date()
    paths = here_and_above(matter.area_path)
    town = paths[-2] if len(paths) > 1 else paths[0]
    near = Q(area_path__in=paths) | Q(area_path__startswith=town, body__kind=Body.Kind.TOWN)
    near &= ~Q(body__kind__in=(Body.Kind.ENTERPRISE, Body.Kind.AGENCY))
    if matter.body_id:
        near |= Q(body=matter.body_id)
    found = posts_visible_to(scope).valid_on(day).filter(near).select_related("body", "area")
    posts = [
        p for p in found.order_by("-area_path", "pk")[:MOST_POSTS] if not checking or _checks(p)
    ]
    held = holders(posts, at)
    groups: dict[str, list[tuple[str, str]]] = {}
    for post in posts:
        names = held.get(post.pk)
        label = f"{post.name}（{'、'.join(names)}）" if names else f"{post.name}（无人任职）"
        groups.setdefault(_group(post, matter), []).append((str(post.pk), label))
    order = [
        str(_("责任单位")),
        str(_("本网格、本村社区")),
        str(_("本镇街")),
        str(_("行业部门")),
        str(_("市级")),
    ]
    return [("", [("", str(_("请选择")))]), *((g, groups[g]) for g in order if g in groups)]


def _checks(post: Post) -> bool:
    return MAY_CHECK in deeds_of(post.roles)


def _group(post: Post, matter: Matter) -> str:
    if post.body_id == matter.body_id:
        return str(_("责任单位"))
    if post.body.kind == Body.Kind.DEPARTMENT:
        return str(_("行业部门"))
    if post.body.kind == Body.Kind.BUREAU:
        return str(_("市级"))
    near = matter.area_path.startswith(post.area_path) and post.area.level in ("GRID", "VILLAGE")
    return str(_("本网格、本村社区")) if near else str(_("本镇街"))


def holders(posts: Iterable[Post], at: datetime) -> dict[int, list[str]]:
    day = at.astimezone(LOCAL).date()
    held = Tenure.objects.valid_on(day).filter(post__in=[post.pk for post in posts])
    names: dict[int, list[str]] = {}
    for post, name in held.order_by("deputy", "pk").values_list("post", "person__name"):
        names.setdefault(post, []).append(name)
    return names


def clause_choices(grade: str = "") -> Choices:
    """The clauses by their standard, those of the asked grade only (判定条款)."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for clause in clauses().values():
        if grade and clause.grade != grade:
            continue
        mark = "▲重大" if clause.grade == Matter.Grade.MAJOR else "■一般"
        line = f"{mark} {clause.article} {clause.text}"
        groups.setdefault(clause.standard, []).append((clause.key, line))
    return [("", [("", str(_("没有对应条款")))]), *groups.items()]
