"""A county installs Anlan: nobody is there yet, and one person must be let in."""

import pytest

from anlan.kernel.errors import Invalid, NotAllowed
from anlan.people import actions
from anlan.people.access import scope_of
from anlan.people.actions import Founder
from anlan.people.models import Account, Area

MA = Founder("420106", "马超", "mac", "雨季值守Anlan88")


def test_the_first_administrator_can_let_the_others_in(db, clock):
    account = actions.found_site(MA, at=clock.now())
    assert Area.objects.real().filter(level=Area.Level.TOWN).count() >= 14
    assert account.must_change_password
    assert account.person.body.name == "武昌区应急管理局"
    scope = scope_of(account.person, at=clock.now())
    assert scope.may("people.open_account", path=Area.objects.get(code="420106000000").path)


def test_there_is_only_one_first(district, clock):
    with pytest.raises(NotAllowed, match="已有账号"):
        actions.found_site(MA, at=clock.now())


@pytest.mark.parametrize(
    "wrong",
    [
        Founder("999999", "马超", "mac", MA.password),
        Founder("420106", " ", "mac", MA.password),
        Founder("420106", "马超", "m c", MA.password),
        Founder("420106", "马超", "mac", "12345"),
    ],
)
def test_what_is_wrong_leaves_nothing_behind(db, clock, wrong):
    with pytest.raises(Invalid):
        actions.found_site(wrong, at=clock.now())
    assert not Account.objects.exists()
    assert not Area.objects.exists()
