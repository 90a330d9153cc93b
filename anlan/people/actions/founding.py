"""The first day of a site: its areas, its bureau, and somebody who may let the others in (建点)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from anlan.kernel import trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.pinyin import initials, initials_of_person

from ..models import Account, Body, Person, Post, Tenure
from ..rules import days
from ..rules import facts as rules
from .accounts import _check_password
from .divisions import load_divisions

ADMINISTRATOR = "administrator"  # key of roles.yaml


@dataclass(frozen=True)
class Founder:
    """Who will administer the site, and of which district or city (first six digits)."""

    root: str
    name: str
    username: str
    password: str
    bureau: str = ""  # empty: the area's name and 应急管理局


@transaction.atomic
def found_site(founder: Founder, *, at: datetime) -> Account:
    """Load the divisions, enter the bureau, and open the first account (建立管理员).

    Only while nobody can sign in: afterwards accounts are opened by those who may. The password
    must be changed at the first sign-in.
    """
    if Account.objects.exists():
        raise NotAllowed("已有账号，不能再建立首个管理员", mend="请由现有管理员在“设置—账号”中开通")
    if words := rules.username_fault(founder.username):
        raise Invalid(words, mend="请换一个用户名", field="username")
    if not founder.name.strip():
        raise Invalid("没有填写管理员姓名", mend="请用 --name 写明姓名", field="name")
    root = load_divisions(root=founder.root, by=None, at=at).root
    place = {"area": root, "area_path": root.path}
    name = founder.bureau.strip() or f"{root.name}应急管理局"
    body = Body.objects.create(
        name=name, kind=Body.Kind.BUREAU, sectors=["*"], initials=initials(name)[:60], **place
    )
    post = Post.objects.create(name=f"{name}系统管理员", body=body, roles=[ADMINISTRATOR], **place)
    called = founder.name.strip()
    person = Person.objects.create(name=called, body=body, initials=initials_of_person(called)[:30])
    Tenure.objects.create(person=person, post=post, since=days.day_of(at))
    account = Account(username=founder.username, person=person, must_change_password=True)
    _check_password(account, founder.password)
    account.set_password(founder.password)
    account.save()
    trail.write(person, "found_site", by=None, at=at, body=body.pk, post=post.pk, area=root.code)
    return account
