"""People sign in, mistype, are locked out, and change the password they were given."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from anlan.demo.cast import PASSWORD
from anlan.demo.district import District
from anlan.people.models import Account, Person
from anlan.web.tests.chairs import Chair, text_of

Sit = Callable[[Person], Chair]
LONG_ENOUGH = "三月雨水入海四百里外"


def tries(client: Client, password: str, username: str = "zhaom", **more: str) -> object:
    return client.post("/sign-in/", {"username": username, "password": password, **more})


class TestComingIn:
    def test_a_stranger_is_led_to_the_door_and_back_to_where_they_wanted(
        self, district: District
    ) -> None:
        client = Client()
        answer = client.get("/supervised/?show=late")
        assert answer.headers["Location"] == "/sign-in/?next=%2Fsupervised%2F%3Fshow%3Dlate"
        answer = tries(client, PASSWORD, next="/supervised/?show=late")
        assert answer.headers["Location"] == "/supervised/?show=late"

    def test_nobody_is_led_outside(self, district: District) -> None:
        answer = tries(Client(), PASSWORD, next="https://evil.example/")
        assert answer.headers["Location"] == "/"

    def test_htmx_is_told_to_move_the_whole_page(self, district: District) -> None:
        answer = Client().get(
            "/matters/YH2024-000001/",
            HTTP_HX_REQUEST="true",
            HTTP_HX_CURRENT_URL="http://testserver/?show=late",
        )
        assert answer.headers["HX-Redirect"] == "/sign-in/?next=%2F%3Fshow%3Dlate"

    def test_a_wrong_password_keeps_the_name_and_says_what_is_wrong(
        self, district: District
    ) -> None:
        answer = tries(Client(), "不对")
        assert answer.status_code == 422
        assert "账号或密码不对" in text_of(answer)
        assert 'value="zhaom"' in text_of(answer)

    def test_an_unknown_name_is_told_the_same(self, district: District) -> None:
        assert "账号或密码不对" in text_of(tries(Client(), "不对", username="nobody"))

    def test_the_sixth_try_hears_how_long_the_lock_lasts_even_with_the_right_password(
        self, district: District
    ) -> None:
        client = Client()
        for _ in range(5):
            answer = tries(client, "不对")
        assert answer.status_code == 429
        assert "请15分钟后再试" in text_of(answer) or "请14分钟后再试" in text_of(answer)
        assert tries(client, PASSWORD).status_code == 429
        assert tries(client, PASSWORD, username="lixy").status_code == 302

    def test_signing_out_needs_a_press_not_a_link(self, chair: Sit, district: District) -> None:
        zhao = chair(district.zhao_taiping_station)
        assert zhao.get("/sign-out/").status_code == 405
        left = zhao.post("/sign-out/")
        assert left.cookies[settings.SESSION_COOKIE_NAME].value == ""
        assert zhao.get("/").status_code == 302

    def test_somebody_who_left_service_is_out(self, chair: Sit, district: District) -> None:
        zhao = chair(district.zhao_taiping_station)
        zhao.reads("/")
        Person.objects.filter(pk=district.zhao_taiping_station.pk).update(
            left_on=district.clock.now().date()
        )
        assert zhao.get("/").headers["Location"].startswith("/sign-in/")


class TestANewPassword:
    @pytest.fixture
    def li(self, chair: Sit, district: District) -> Chair:
        Account.objects.filter(username="lixy").update(must_change_password=True)
        return chair(district.li_grid3)

    def change(
        self, li: Chair, old: str = PASSWORD, new: str = LONG_ENOUGH, again: str = ""
    ) -> object:
        return li.post("/sign-in/password/", {"old": old, "new": new, "again": again or new})

    def test_nothing_else_can_be_done_before(self, li: Chair) -> None:
        assert li.get("/field/").headers["Location"] == "/sign-in/password/"
        assert "初始密码" in li.reads("/sign-in/password/")

    def test_then_work_begins_without_signing_in_again(self, li: Chair) -> None:
        assert self.change(li).headers["Location"] == "/"
        li.reads("/")
        assert Account.objects.get(username="lixy").check_password(LONG_ENOUGH)

    def test_a_page_asked_for_before_and_answered_after_signs_nobody_out(self, li: Chair) -> None:
        under_way = Client()
        under_way.cookies.load(li.client.cookies.output(header="", sep=";"))
        self.change(li)
        late = under_way.get("/field/")
        assert late.headers["Location"].startswith("/sign-in/")
        assert settings.SESSION_COOKIE_NAME not in late.cookies

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"old": "不对不对"}, "原密码不对"),
            ({"again": "另一个新的密码"}, "两次输入的新密码不一样"),
            ({"new": "短"}, "密码至少 10 位"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_changes(
        self, li: Chair, given: dict[str, str], said: str
    ) -> None:
        answer = self.change(li, **given)
        assert answer.status_code == 422
        assert said in text_of(answer)
        assert Account.objects.get(username="lixy").check_password(PASSWORD)
