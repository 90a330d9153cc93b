"""The frame around every page: headers, large type, errors, the app on a phone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from anlan.demo.district import District
from anlan.people.models import Person
from anlan.web import navigation, reading
from anlan.web.tests.chairs import Chair, text_of

Sit = Callable[[Person], Chair]
PAGES = ("/", "/field/report/", "/me/", "/matters/new/", "/sign-in/", "/offline/")
NOW = datetime(2024, 6, 12, 8, 0, tzinfo=UTC)


class TestHeaders:
    @pytest.mark.parametrize("path", PAGES)
    def test_nothing_inline_and_nothing_from_outside(
        self, chair: Sit, district: District, path: str
    ) -> None:
        answer = chair(district.zhao_taiping_station).get(path)
        if answer.status_code == 302:
            answer = Client().get(path)
        page = text_of(answer)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<script(?![^>]* src=)", page)
        assert not re.search(r"\s(style|on[a-z]+)=\"", page)
        assert not re.search(r"(src|href)=\"(https?:)?//", page)

    def test_a_signed_in_page_is_not_left_in_the_browser(
        self, chair: Sit, district: District
    ) -> None:
        answer = chair(district.zhao_taiping_station).get("/")
        assert answer.headers["Cache-Control"] == "private, no-store"


class TestLargeType:
    def test_it_is_kept_on_the_device_and_taken_back(self, chair: Sit, district: District) -> None:
        zhao = chair(district.zhao_taiping_station)
        assert zhao.post("/me/type/", {"next": "/me/"}).headers["Location"] == "/me/"
        assert 'class="large"' in zhao.reads("/")
        zhao.post("/me/type/", {"next": "//evil.example/"})
        assert 'class="large"' not in zhao.reads("/")

    def test_it_leads_nowhere_else(self, chair: Sit, district: District) -> None:
        answer = chair(district.zhao_taiping_station).post("/me/type/", {"next": "//evil.example/"})
        assert answer.headers["Location"] == "/"


class TestNavigation:
    def test_only_what_exists_and_may_be_done(self, chair: Sit, district: District) -> None:
        paths = {entry.path for desk in navigation.DESKS for entry in desk.entries}
        assert "/" in paths
        page = chair(district.wu_bystander).reads("/")
        assert 'href="/matters/new/"' not in page
        assert 'href="/matters/new/"' in chair(district.zhao_taiping_station).reads("/")

    def test_the_district_and_the_posts_are_named(self, chair: Sit, district: District) -> None:
        page = chair(district.xu_safety).reads("/")
        assert "温岭市" in page
        assert "泽海冷链安全管理员" in page


class TestErrors:
    def test_a_page_that_is_not_there_says_what_to_do(self, chair: Sit, district: District) -> None:
        answer = chair(district.zhao_taiping_station).get("/nirgends/")
        assert answer.status_code == 404
        assert "没有找到这项内容" in text_of(answer)

    def test_a_form_from_before_signing_in_is_told_to_reload(self, district: District) -> None:
        answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "zhaom"})
        assert answer.status_code == 403
        assert "页面已过期" in text_of(answer)

    def test_our_own_fault_needs_neither_database_nor_session(
        self, chair: Sit, district: District, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> None:
            raise RuntimeError("broken on purpose")

        monkeypatch.setattr("anlan.web.work.lists.count", broken)
        zhao = chair(district.zhao_taiping_station)
        zhao.client.raise_request_exception = False
        answer = zhao.get("/")
        assert answer.status_code == 500
        assert "系统没有完成这次操作" in text_of(answer)

    def test_a_refusal_nobody_caught_is_said_and_leaves_the_screen_alone(
        self, chair: Sit, district: District
    ) -> None:
        li = chair(district.li_grid3)
        plain = li.get("/field/place/?lon=x&lat=y")
        assert "位置不完整" in text_of(plain)
        assert plain.status_code == 409
        over_air = li.get("/field/place/?lon=x&lat=y", HTTP_HX_REQUEST="true")
        assert over_air.status_code == 422
        assert over_air.headers["HX-Reswap"] == "none"
        assert "位置不完整" in text_of(over_air)


class TestTheApp:
    def test_the_worker_may_serve_the_whole_site_and_knows_its_shell(self) -> None:
        answer = Client().get("/worker.js")
        assert answer.headers["Service-Worker-Allowed"] == "/"
        assert "/offline/" in text_of(answer)
        assert answer.headers["Content-Type"].startswith("text/javascript")

    def test_the_first_screen_of_a_phone(self) -> None:
        said = Client().get("/app.webmanifest").json()
        assert said["start_url"] == "/field/"
        assert Client().get(said["icons"][0]["src"]).status_code == 200


class TestReading:
    @pytest.mark.parametrize(
        ("left", "look", "words"),
        [
            (timedelta(days=-2, hours=-3), "late", "逾期2天"),
            (timedelta(minutes=-1), "late", "逾期1分钟"),
            (timedelta(0), "late", "逾期1分钟"),
            (timedelta(hours=2), "soon", "今天18:00"),
            (timedelta(hours=30), "soon", "还剩1天"),
            (timedelta(days=9), "calm", "还剩9天"),
        ],
    )
    def test_a_deadline_never_speaks_by_colour_alone(
        self, left: timedelta, look: str, words: str
    ) -> None:
        shown = reading.light(NOW + left, NOW)
        assert (shown.look, shown.words) == (look, words)
        assert shown.shape in "●◐○"

    def test_instants_in_a_dense_list(self) -> None:
        assert reading.short_moment(NOW, NOW) == "今天 16:00"
        assert reading.short_moment(NOW - timedelta(days=9), NOW) == "06-03 16:00"
        assert reading.short_moment(NOW - timedelta(days=400), NOW) == "2023-05-09"
