"""Who may sign in, with which password, and what is lent until when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from anlan.kernel import trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.people import actions, sweeps
from anlan.people.access import scope_of
from anlan.people.models import Account, Grant
from anlan.people.rules.facts import GrantFacts, PersonFacts

GOOD = "潮位-警戒 3.8m river"
DEMO = "anlan-demo-2024"


@pytest.fixture
def newcomer(district, by_section):
    return actions.add_person(PersonFacts("沈一鸣"), body=district.bureau, **by_section)


def signs_in(username, password, address="10.1.2.3"):
    request = RequestFactory().post("/sign-in/", REMOTE_ADDR=address)
    return authenticate(request, username=username, password=password)


# --- accounts and passwords -------------------------------------------------------------------


def test_a_newcomer_gets_an_account_and_must_choose_an_own_password(newcomer, by_admin):
    account = actions.open_account(newcomer, username="shenym", password=GOOD, **by_admin)
    assert account.must_change_password
    assert account.password.startswith("argon2")
    assert signs_in("shenym", GOOD) == account
    assert GOOD not in str(trail.entries_of(newcomer).last().note)


@pytest.mark.parametrize("password", ["123", "shenym-2026-x", DEMO, "1357924680", "password12345"])
def test_a_weak_password_opens_no_account(newcomer, by_admin, password):
    with pytest.raises(Invalid) as refused:
        actions.open_account(newcomer, username="shenym", password=password, **by_admin)
    assert refused.value.field == "password"
    assert not Account.objects.filter(person=newcomer).exists()


@pytest.mark.parametrize(("username", "said"), [("zhoujg", "已被使用"), ("沈一鸣", "小写字母")])
def test_a_username_is_one_of_its_own(newcomer, by_admin, username, said):
    with pytest.raises(Invalid, match=said) as refused:
        actions.open_account(newcomer, username=username, password=GOOD, **by_admin)
    assert refused.value.field == "username"


def test_one_person_has_one_account(district, by_admin):
    with pytest.raises(NotAllowed, match="已有账号"):
        actions.open_account(district.sun_grid7, username="sun2", password=GOOD, **by_admin)


def test_ones_own_password_needs_the_old_one(district, clock):
    account, at = district.sun_grid7.account, clock.now()
    with pytest.raises(Invalid, match="原密码不对"):
        actions.set_password(account, new=GOOD, old="?", by=district.sun_grid7, at=at)
    actions.set_password(account, new=GOOD, old=DEMO, by=district.sun_grid7, at=at)
    assert signs_in("sungq", GOOD)
    assert not account.must_change_password
    with pytest.raises(Invalid, match="相同"):
        actions.set_password(account, new=GOOD, old=GOOD, by=district.sun_grid7, at=at)


def test_a_password_set_by_the_administrator_lasts_one_sign_in(district, by_admin):
    account = district.sun_grid7.account
    actions.set_password(account, new=GOOD, **by_admin)
    assert account.must_change_password


def test_another_ones_password_is_only_the_administrators(district, clock):
    account = district.sun_grid7.account
    for person in (district.huang_zeguo_station, district.chen_section, district.li_grid3):
        with pytest.raises(Forbidden):
            actions.set_password(account, new=GOOD, by=person, at=clock.now())
    assert signs_in("sungq", DEMO)


def test_a_new_password_ends_every_open_session(district, by_admin, client):
    client.force_login(district.sun_grid7.account, "django.contrib.auth.backends.ModelBackend")
    before = district.sun_grid7.account.get_session_auth_hash()
    actions.set_password(district.sun_grid7.account, new=GOOD, **by_admin)
    assert district.sun_grid7.account.get_session_auth_hash() != before


# --- locks ------------------------------------------------------------------------------------


def test_a_locked_account_does_not_sign_in_until_it_is_unlocked(district, by_admin):
    account = district.sun_grid7.account
    actions.lock_account(account, reason="手机遗失", **by_admin)
    assert account.lock_reason == "手机遗失"
    assert signs_in("sungq", DEMO) is None
    with pytest.raises(NotAllowed, match=r"已经锁定（马超，2024-06-12 16:00）"):
        actions.lock_account(account, reason="再次", **by_admin)
    actions.unlock_account(account, **by_admin)
    assert signs_in("sungq", DEMO) == account


def test_five_wrong_passwords_lock_the_name_from_that_address_only(district, by_admin):
    for _ in range(5):
        assert signs_in("sungq", "wrong") is None
    assert signs_in("sungq", DEMO) is None, "even the right one, now"
    assert signs_in("sungq", DEMO, address="10.9.9.9"), "nobody can lock him out from elsewhere"
    actions.unlock_account(district.sun_grid7.account, **by_admin)
    assert signs_in("sungq", DEMO)


def test_locks_are_set_with_a_reason_by_another_administrator(district, clock, by_admin):
    with pytest.raises(Invalid, match="锁定原因"):
        actions.lock_account(district.sun_grid7.account, reason=" ", **by_admin)
    with pytest.raises(Forbidden, match="自己"):
        actions.lock_account(district.ma_admin.account, reason="试试", **by_admin)
    for person in (district.chen_section, district.huang_zeguo_station, district.ye_manager):
        with pytest.raises(Forbidden):
            actions.lock_account(district.sun_grid7.account, reason="?", by=person, at=clock.now())
        with pytest.raises(Forbidden):
            actions.unlock_account(district.sun_grid7.account, by=person, at=clock.now())
        with pytest.raises(Forbidden):
            actions.open_account(
                district.wu_bystander, username="wu2", password=GOOD, by=person, at=clock.now()
            )


def test_who_left_is_not_unlocked(district, by_section, by_admin):
    actions.leave(district.sun_grid7, on=date(2024, 6, 12), reason="辞职", **by_section)
    with pytest.raises(NotAllowed, match="离职"):
        actions.unlock_account(district.sun_grid7.account, **by_admin)
    assert signs_in("sungq", DEMO) is None


# --- grants -----------------------------------------------------------------------------------


@pytest.fixture
def cross_check(district, clock):
    """Rights for a cross-inspection of three days, in fire matters."""
    until = clock.now() + timedelta(days=3)
    return GrantFacts(("matters.report",), "交叉检查", until=until, sectors=("fire",))


def test_a_grant_opens_a_town_for_three_days_and_no_longer(
    district, clock, by_admin, cross_check, told
):
    lent = actions.grant(district.li_grid3, cross_check, area=district.zeguo, **by_admin)
    path = district.village_muyu.path

    def may(deed, sector):
        return scope_of(district.li_grid3, at=clock.now()).may(deed, path=path, sector=sector)

    assert may("matters.report", "fire")
    assert may("see", "fire")
    assert not may("matters.report", "gas")
    assert not may("matters.dispatch", "fire")

    clock.forward(days=3)
    assert not may("see", "fire")
    assert sweeps.end_expired_grants(at=clock.now()) == 1
    assert sweeps.end_expired_grants(at=clock.now()) == 0
    assert told("GrantEnded") == [{"grant_id": lent.pk}]
    assert trail.verbs_of(district.li_grid3) == ["grant", "end_grant"]


def test_a_grant_is_taken_back_before_its_end(district, clock, by_admin, cross_check):
    lent = actions.grant(district.li_grid3, cross_check, area=district.zeguo, **by_admin)
    back = {"reason": "任务取消", "by": district.ma_admin, "at": clock.forward(hours=1)}
    actions.withdraw(lent, **back)
    assert not scope_of(district.li_grid3, at=clock.now()).may("see", path=district.zeguo.path)
    with pytest.raises(NotAllowed, match="已经结束"):
        actions.withdraw(lent, **back)
    assert sweeps.end_expired_grants(at=clock.forward(days=5)) == 0, "its end is written already"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"deeds": ()}, "deeds"),
        ({"deeds": ("matters.explode",)}, "deeds"),
        ({"reason": ""}, "reason"),
        ({"until": None}, "until"),
    ],
)
def test_a_grant_without_deed_reason_or_end_is_refused(
    district, clock, by_admin, cross_check, change, field
):
    if "until" in change:
        change = {"until": clock.now()}
    with pytest.raises(Invalid) as refused:
        actions.grant(
            district.li_grid3, replace(cross_check, **change), area=district.zeguo, **by_admin
        )
    assert refused.value.field == field


def test_rights_are_lent_by_the_administrator_and_never_to_oneself(
    district, clock, by_admin, cross_check
):
    with pytest.raises(Forbidden, match="自己"):
        actions.grant(district.ma_admin, cross_check, area=district.zeguo, **by_admin)
    lent = actions.grant(district.li_grid3, cross_check, area=district.zeguo, **by_admin)
    for person in (district.lin_zeguo_leader, district.xu_safety, district.wu_bystander):
        with pytest.raises(Forbidden):
            actions.grant(
                district.li_grid3, cross_check, area=district.zeguo, by=person, at=clock.now()
            )
        with pytest.raises(Forbidden):
            actions.withdraw(lent, reason="?", by=person, at=clock.now())
    assert Grant.objects.get().until == cross_check.until
