"""Deeds upon posts (岗位)."""

from datetime import date, datetime

from django.db import transaction

from anlan.kernel import trail
from anlan.kernel.errors import Invalid, NotAllowed

from .. import access
from ..models import Area, Body, Person, Post
from ..rules import days
from ..rules.facts import PostFacts
from ._emptying import _abolish
from ._refusing import _refuse_faults, _too_late


@transaction.atomic
def create_post(
    facts: PostFacts,
    *,
    body: Body,
    area: Area,
    superior: Post | None = None,
    by: Person,
    at: datetime,
) -> Post:
    """Set up a post: what it is called, where it answers, under whom (设立岗位)."""
    access.check(by, "people.create_post", path=area.path, at=at)
    _check_facts(facts, superior)
    if body.valid_to is not None:
        raise NotAllowed(f"{body}已于 {body.valid_to} 注销，不能再设岗位", mend="请选择现有单位")
    if Post.objects.filter(body=body, area=area, name=facts.name, valid_to=None).exists():
        mend = "请改用该岗位，或换一个名称"
        raise Invalid(f"{body}在{area}已有岗位“{facts.name}”", mend=mend, field="name")
    post = Post.objects.create(
        name=facts.name,
        body=body,
        area=area,
        area_path=area.path,
        superior=superior,
        roles=list(facts.roles),
        phone=facts.phone,
        valid_from=days.day_of(at),
    )
    trail.write(post, "create_post", by=by, at=at, name=post.name, roles=post.roles)
    return post


@transaction.atomic
def change_post(
    post: Post, facts: PostFacts, *, superior: Post | None = None, by: Person, at: datetime
) -> None:
    """Change a post's name, roles, telephone or superior (变更岗位)."""
    access.check(by, "people.change_post", path=post.area_path, at=at)
    _check_facts(facts, superior)
    above = superior
    while above is not None:
        if above.pk == post.pk:
            mend = "上级岗位不能是本岗位的下级"
            raise Invalid("上级关系绕成了圈", mend=mend, field="superior")
        above = above.superior
    after = {
        "name": facts.name,
        "roles": list(facts.roles),
        "phone": facts.phone,
        "superior": superior,
    }
    changed = {
        name: [str(getattr(post, name)), str(value)]
        for name, value in after.items()
        if getattr(post, name) != value
    }
    for name, value in after.items():
        setattr(post, name, value)
    post.save(update_fields=list(after))
    trail.write(post, "change_post", by=by, at=at, changed=changed)


@transaction.atomic
def abolish_post(post: Post, *, on: date, by: Person, at: datetime) -> None:
    """End a post; its holders leave it and its charges wait for somebody (撤销岗位)."""
    access.check(by, "people.abolish_post", path=post.area_path, at=at)
    if words := days.not_in_future(on, today=days.day_of(at)):
        raise Invalid(words, mend="请在当天或之后登记", field="on")
    if not Post.objects.select_for_update().filter(pk=post.pk, valid_to=None).exists():
        raise _too_late(post, "abolish_post", f"岗位“{post}”已经撤销")
    _abolish(post, on=on, at=at)
    post.valid_to = on
    trail.write(post, "abolish_post", by=by, at=at, on=on.isoformat())


def _check_facts(facts: PostFacts, superior: Post | None) -> None:
    _refuse_faults(facts.faults())
    known = access.roles()
    for role in facts.roles:
        if role not in known:
            mend = "可以用的有：" + "、".join(each.label for each in known.values())
            raise Invalid(f"没有角色“{role}”", mend=mend, field="roles")
    if superior is not None and superior.valid_to is not None:
        mend = "请选择现有的岗位"
        raise Invalid(f"上级岗位“{superior}”已经撤销", mend=mend, field="superior")
