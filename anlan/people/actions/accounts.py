"""Deeds upon accounts and lent rights (账号与授权)."""

from datetime import datetime

from axes.utils import reset as forget_failures
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed

from .. import access, events
from ..models import Account, Area, Grant, Person
from ..rules import facts as rules
from ..rules import privacy
from ..rules.facts import GrantFacts
from ._refusing import _refuse_faults, _too_late


@transaction.atomic
def open_account(
    person: Person, *, username: str, password: str, by: Person, at: datetime
) -> Account:
    """Let a person sign in; they must choose a password of their own at first (开通账号)."""
    access.check(by, "people.open_account", path=access.place_of(person), at=at)
    if person.left_on is not None:
        raise NotAllowed(f"{person}已于 {person.left_on} 离职", mend="离职人员不能开通账号")
    if words := rules.username_fault(username):
        raise Invalid(words, mend="请换一个用户名", field="username")
    if Account.objects.filter(username=username).exists():
        raise Invalid(f"用户名“{username}”已被使用", mend="请换一个", field="username")
    if Account.objects.filter(person=person).exists():
        raise NotAllowed(f"{person}已有账号", mend="忘记密码的，请重设密码")
    account = Account(username=username, person=person, must_change_password=True)
    _check_password(account, password)
    account.set_password(password)
    account.save()
    trail.write(person, "open_account", by=by, at=at, username=username)
    return account


@transaction.atomic
def set_password(account: Account, *, new: str, old: str = "", by: Person, at: datetime) -> None:
    """Set a new password: one's own with the old one, another's by right (设置密码).

    Every session of the account ends with it. A password set by somebody else must be changed at
    the next sign-in.
    """
    own = account.person_id == by.pk
    if not own:
        place = access.place_of(account.person)
        access.check(by, "people.set_password", path=place, at=at)
    elif not account.check_password(old):
        raise Invalid("原密码不对", mend="忘记密码的，请联系本级管理员重设", field="old")
    elif old == new:
        raise Invalid("新密码和原密码相同", mend="请换一个", field="new")
    _check_password(account, new)
    account.set_password(new)
    account.must_change_password = not own
    account.save(update_fields=["password", "must_change_password"])
    trail.write(account.person, "set_password", by=by, at=at, own=own)


@transaction.atomic
def lock_account(account: Account, *, reason: str, by: Person, at: datetime) -> None:
    """Keep an account from signing in; open sessions end at their next step (锁定账号)."""
    access.check(by, "people.lock_account", path=access.place_of(account.person), at=at)
    if account.person_id == by.pk:
        raise Forbidden("不能锁定自己的账号", mend="请由其他管理员办理")
    if not reason.strip():
        raise Invalid("没有填写锁定原因", mend="请写明原因", field="reason")
    running = Account.objects.filter(pk=account.pk, is_active=True)
    if not running.update(is_active=False, lock_reason=reason.strip()[:120]):
        raise _too_late(account.person, "lock_account", f"账号 {account} 已经锁定")
    account.refresh_from_db()
    trail.write(account.person, "lock_account", by=by, at=at, reason=reason)


@transaction.atomic
def unlock_account(account: Account, *, by: Person, at: datetime) -> None:
    """Let an account sign in again, after a lock or too many wrong passwords (解锁账号)."""
    access.check(by, "people.unlock_account", path=access.place_of(account.person), at=at)
    if account.person.left_on is not None:
        words = f"{account.person}已于 {account.person.left_on} 离职"
        raise NotAllowed(words, mend="离职人员的账号不能解锁")
    Account.objects.filter(pk=account.pk).update(is_active=True, lock_reason="")
    forget_failures(username=account.username)
    account.refresh_from_db()
    trail.write(account.person, "unlock_account", by=by, at=at)


@transaction.atomic
def grant(person: Person, facts: GrantFacts, *, area: Area, by: Person, at: datetime) -> Grant:
    """Lend rights for a task, a response or a cross-inspection, until a moment (授权)."""
    access.check(by, "people.grant", path=area.path, at=at)
    if person.pk == by.pk:
        raise Forbidden("不能给自己授权", mend="请由其他有权限的人员办理")
    _refuse_faults(facts.faults(at=at))
    known = {deed for role in access.roles().values() for deed in role.deeds}
    if unknown := [deed for deed in facts.deeds if deed not in known]:
        words = f"没有授权事项“{unknown[0]}”"
        raise Invalid(words, mend="请从列表中选择", field="deeds")
    made = Grant.objects.create(
        person=person,
        area_path=area.path,
        sectors=list(facts.sectors),
        deeds=list(facts.deeds),
        reason=facts.reason.strip(),
        granted_by=by,
        since=at,
        until=facts.until,
    )
    until = facts.until.isoformat()
    note = {"area": area.code, "deeds": made.deeds, "reason": made.reason, "until": until}
    trail.write(person, "grant", by=by, at=at, lent=note)
    return made


@transaction.atomic
def withdraw(lent: Grant, *, reason: str, by: Person, at: datetime) -> None:
    """Take lent rights back before their end (收回授权)."""
    access.check(by, "people.withdraw", path=lent.area_path, at=at)
    running = Grant.objects.filter(pk=lent.pk, until__gt=at, since__lt=at)
    if not running.update(until=at, ended_at=at):
        raise NotAllowed("授权已经结束", mend="请刷新页面查看")
    lent.refresh_from_db()
    trail.write(lent.person, "withdraw", by=by, at=at, grant=lent.pk, reason=reason)
    outbox.announce(events.GrantEnded(lent.pk))


@transaction.atomic
def end_grant(lent: Grant, *, at: datetime) -> None:
    """Write down that lent rights ran out (授权到期)."""
    if Grant.objects.run_out_by(at).filter(pk=lent.pk).update(ended_at=at):
        trail.write(lent.person, "end_grant", by=None, at=at, grant=lent.pk)
        outbox.announce(events.GrantEnded(lent.pk))


def _check_password(account: Account, password: str) -> None:
    person = account.person
    faults = privacy.password_faults(
        password, username=account.username, name=person.name, phone=person.phone
    )
    try:
        password_validation.validate_password(password, account)
    except ValidationError as error:
        faults += error.messages
    if faults:
        mend = f"请用至少 {privacy.LEAST_PASSWORD} 位、不易猜到的密码"
        raise Invalid(faults[0], mend=mend, field="password")
